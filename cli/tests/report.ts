/** What `weir test` says: a line for each file, what failed in full, the sum; and the same as JUnit XML. */
import { diffArrays } from 'diff';
import pc from 'picocolors';
import type { TopicDifference } from '../../src/library/testing/compare-records.ts';
import { WeirError } from '../../src/core/common/errors.ts';
import { print, type Colors, type Io } from '../io.ts';
import { errorText, type SourceText } from '../show/error-text.ts';
import { readSource } from '../sql-files.ts';
import { junitXml } from './junit.ts';
import type { Failure, FileResult, TestResult } from './run-file.ts';

const isFailed = (test: TestResult): boolean => test.failure !== undefined;

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

export function countTests(results: readonly FileResult[]): Count {
  const tests = results.flatMap((result) => result.tests);
  const failed = tests.filter(isFailed).length;
  return { passed: tests.length - failed, failed };
}

export function reportFile(result: FileResult, io: Io): void {
  const { colors } = io;
  const failed = result.tests.filter(isFailed);
  const durationMs = result.tests.reduce((sum, test) => sum + test.durationMs, 0);
  const count = failed.length === 0 ? `${result.tests.length}` : `${failed.length} of ${result.tests.length} failed`;
  const verdict = failed.length === 0 ? colors.green('ok  ') : colors.red('FAIL');
  print(io, `${verdict} ${result.path} ${colors.dim(`(${count}, ${durationMs.toFixed(0)} ms)`)}`);
  for (const test of failed) {
    print(io, `  ${colors.red('✗')} ${test.name}`);
    if (test.failure !== undefined)
      print(io, indent(failureText(test.failure, readSource(result.path, io), test.line, colors)));
  }
}

/** The colours aside, what goes into the JUnit report too. */
function failureText(failure: Failure, source: SourceText, line: number, colors: Colors): string {
  return [...mainText(failure, source, line, colors), ...failure.notes.map((note) => colors.yellow(note))].join('\n');
}

function mainText(failure: Failure, source: SourceText, line: number, colors: Colors): readonly string[] {
  const { error, message, differences } = failure;
  if (error !== undefined) {
    const text = errorText(new WeirError(error.code, error.message, error), source, colors);
    // Of an error that was expected to be another, the message says what was expected.
    return message.startsWith(`${error.code}: `) ? [text] : [message, text];
  }
  const place = differences.length === 0 ? `${source.name}:${line}: ` : '';
  return [`${place}${message}`, ...differences.map((difference) => diffText(difference, colors))];
}

function diffText({ topic, expected, actual }: TopicDifference, colors: Colors): string {
  const lines = diffArrays([...expected], [...actual]).flatMap(({ added, removed, value }) =>
    value.map((text) => (removed ? colors.red(`- ${text}`) : added ? colors.green(`+ ${text}`) : `  ${text}`)),
  );
  return [`${colors.bold(topic)}  ${colors.red('- expected')}  ${colors.green('+ found')}`, ...lines].join('\n');
}

export function reportTotal({ passed, failed }: Count, elapsedMs: number, io: Io): void {
  const { colors } = io;
  const text = `${passed} passed, ${failed} failed`;
  print(io, `\n${failed === 0 ? colors.green(text) : colors.red(text)}`);
  print(io, colors.dim(`${(elapsedMs / 1000).toFixed(2)} s`));
}

export function junitReport(results: readonly FileResult[], elapsedMs: number, io: Io): string {
  const plain = pc.createColors(false);
  const suites = results.map(({ path, tests }) => ({
    name: path,
    cases: tests.map(({ name, line, durationMs, failure }) => ({
      name,
      durationMs,
      failure: failure && {
        type: failure.error?.code ?? 'ASSERTION_FAILED',
        text: failureText(failure, readSource(path, io), line, plain),
      },
    })),
  }));
  return junitXml('weir test', suites, elapsedMs);
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
