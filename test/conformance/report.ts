/** What a run says: pass and fail per file, a total per suite. */
import type { SuiteName } from './load-cases.ts';

export type Verdict = 'passed' | 'failed' | 'skipped';

export interface CaseResult {
  readonly suite: SuiteName;
  readonly file: string;
  readonly name: string;
  readonly verdict: Verdict;
  /** Why it failed or was skipped. */
  readonly reason: string | undefined;
  readonly durationMs: number;
}

export function count(results: readonly CaseResult[], verdict: Verdict): number {
  return results.filter((result) => result.verdict === verdict).length;
}

/** Example: `qtt: 1500 passed, 144 failed, 0 skipped`. */
export function totalLine(suite: SuiteName, results: readonly CaseResult[]): string {
  return `${suite}: ${count(results, 'passed')} passed, ${count(results, 'failed')} failed, ${count(results, 'skipped')} skipped`;
}

export function fileLine(file: string, results: readonly CaseResult[]): string {
  const failed = count(results, 'failed');
  const skipped = count(results, 'skipped');
  return `${failed === 0 ? 'ok  ' : 'FAIL'} ${file}: ${count(results, 'passed')} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
