/**
 * A golden case: an SQL script with what it has to come to, in comments that begin with `-->`.
 *
 *     -- What the case shows.
 *     -- @ordered
 *     CREATE STREAM S ...;
 *     INSERT INTO S ...;
 *     --> topic OUT          every record of the source's topic so far; in order for each key
 *     --> a | {"V":1} @ 100          `-->  | ...` with a null key
 *     --> pull SELECT * FROM T;        rows in any order
 *     --> ["a",1]
 *     --> error SOURCE_IN_USE          the statement before fails so
 *
 * `${partitions}` stands for the number of partitions of the run. `@ordered`: inputs of different keys depend on one another,
 * so they are not shuffled. `@one-partition`: the result depends on one order, or one stream time, over all keys.
 */
export interface GoldenCase {
  readonly name: string;
  readonly isOrdered: boolean;
  readonly isOnePartition: boolean;
  readonly steps: readonly GoldenStep[];
}

export type GoldenStep =
  | { readonly kind: 'statements'; readonly sql: string; readonly error: string | undefined }
  | { readonly kind: 'topic'; readonly source: string; readonly lines: readonly string[] }
  | { readonly kind: 'pull'; readonly sql: string; readonly lines: readonly string[] };

interface Expectation {
  readonly kind: 'topic' | 'pull';
  readonly subject: string;
  readonly lines: string[];
}

export function parseGoldenCase(name: string, text: string): GoldenCase {
  const steps: GoldenStep[] = [];
  let sql = '';
  let expectation: Expectation | undefined;
  const endStatements = (error: string | undefined): void => {
    if (sql.trim() !== '') steps.push({ kind: 'statements', sql, error });
    sql = '';
  };
  const endExpectation = (): void => {
    if (expectation === undefined) return;
    const { kind, subject, lines } = expectation;
    steps.push(kind === 'topic' ? { kind, source: subject, lines } : { kind, sql: subject, lines });
    expectation = undefined;
  };
  for (const line of text.split('\n')) {
    const marked = /^-->\s?(.*)$/.exec(line)?.[1];
    if (marked === undefined) {
      if (line.trim() !== '' && !line.startsWith('--')) endExpectation();
      if (!line.startsWith('--')) sql += `${line}\n`;
      continue;
    }
    const head = /^(topic|pull|error)\s+(.*)$/.exec(marked);
    if (head === null) {
      if (expectation === undefined) throw new Error(`${name}: nothing is expected at '${line}'`);
      expectation.lines.push(marked.trimEnd());
      continue;
    }
    endExpectation();
    const [, kind, subject = ''] = head;
    if (kind === 'error') endStatements(subject.trim());
    else {
      endStatements(undefined);
      expectation = { kind: kind === 'topic' ? 'topic' : 'pull', subject: subject.trim(), lines: [] };
    }
  }
  endExpectation();
  endStatements(undefined);
  return {
    name,
    isOrdered: /^-- @ordered/m.test(text),
    isOnePartition: /^-- @one-partition/m.test(text),
    steps,
  };
}
