/**
 * SQL test scripts, as ksqlDB's own: `--@test: name` begins a test, `--@expected.error: CODE` and `--@expected.message: text`
 * say that it has to fail. A file without directives is one test, named after the file.
 *
 *     --@test: totals by item
 *     CREATE STREAM orders (item VARCHAR KEY, price DOUBLE) WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON');
 *     CREATE TABLE totals AS SELECT item, SUM(price) AS total FROM orders GROUP BY item;
 *     INSERT INTO orders (item, price) VALUES ('tea', 3.5);
 *     ASSERT VALUES totals (item, total) VALUES ('tea', 3.5);
 */
export interface SqlTest {
  readonly name: string;
  /** Line of its first directive in the file, from 1. */
  readonly line: number;
  /** Its statements on the lines on which they stand in the file, so that positions in errors are the file's. */
  readonly script: string;
  readonly fails: boolean;
  /** The error's code, or the name of a class of ksqlDB's, which says nothing here; empty when none is given. */
  readonly expectedError: string;
  readonly expectedMessage: string;
}

interface Draft extends Omit<SqlTest, 'script'> {
  readonly lines: string[];
  name: string;
  fails: boolean;
  expectedError: string;
  expectedMessage: string;
  hasStatements: boolean;
}

/**
 * The tests of a file's text. Directives before any statement belong together: the last name counts. Statements before the
 * first directive are a test of their own.
 * @param fileName names a test without a name
 */
export function splitTests(text: string, fileName: string): readonly SqlTest[] {
  const draft = (name: string, line: number): Draft => {
    const lines = new Array<string>(line - 1).fill('');
    return { name, line, lines, fails: false, expectedError: '', expectedMessage: '', hasStatements: false };
  };
  const tests = [draft(fileName, 1)];
  let current = tests[0] ?? draft(fileName, 1);
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const [, kind, content = ''] = /^\s*--@([\w.]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (kind === 'test') {
      if (!current.hasStatements) tests.pop();
      current = draft(content, i + 1);
      tests.push(current);
    } else if (kind === 'expected.error') {
      current.fails = true;
      current.expectedError = content;
    } else if (kind === 'expected.message') {
      current.fails = true;
      current.expectedMessage = content;
    }
    if (kind === undefined && line.trim() !== '' && !line.trim().startsWith('--')) current.hasStatements = true;
    current.lines.push(kind === undefined ? line : '');
  }
  return tests.filter((test) => test.hasStatements || test.line > 1).map(finished);
}

function finished({ lines, hasStatements: _, ...test }: Draft): SqlTest {
  return { ...test, script: lines.join('\n') };
}
