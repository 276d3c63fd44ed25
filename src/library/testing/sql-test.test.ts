import { describe, expect, it } from 'vitest';
import { runSqlTest } from './sql-test.ts';
import { splitTests } from './sql-test-file.ts';

const run = async (script: string, expected?: string, expectedError = ''): Promise<string | undefined> => {
  const fails = expected !== undefined;
  const test = { name: 'own', line: 1, script, fails, expectedError, expectedMessage: expected ?? '' };
  return (await runSqlTest(test, { readScript: () => undefined }))?.message;
};

const PIPE = `CREATE STREAM src (k INT KEY, v INT) WITH (kafka_topic='src', value_format='JSON');
  CREATE STREAM dst AS SELECT k, v + 1 AS w FROM src;`;

describe('splitTests', () => {
  it('cuts at --@test and reads what is expected', () => {
    const tests = splitTests(
      "-- head\n--@test: one\nA;\n--@test: none\n--@test: two\n\n--@expected.error: E\n--@expected.message: no 'x'\nB;\nC;",
      'own.sql',
    );
    expect(tests.map(({ name, fails, expectedMessage }) => [name, fails, expectedMessage])).toEqual([
      ['one', false, ''],
      ['two', true, "no 'x'"],
    ]);
    expect(tests[1]?.script).toBe(`${'\n'.repeat(8)}B;\nC;`);
    expect(tests.map(({ line }) => line)).toEqual([2, 5]);
  });

  it('takes what stands before the first --@test, or a file without any, for a test of its own', () => {
    const names = (text: string) => splitTests(text, 'own.sql').map(({ name }) => name);
    expect(names('A;')).toEqual(['own.sql']);
    expect(names('A;\n--@test: b\nB;')).toEqual(['own.sql', 'b']);
    expect(names('-- nothing\n')).toEqual([]);
  });
});

describe('runSqlTest', () => {
  it('asserts the next record, column by column', async () => {
    const script = `${PIPE} INSERT INTO src (rowtime, k, v) VALUES (7, 1, 10); INSERT INTO src (k, v) VALUES (2, 20);
      ASSERT VALUES dst (rowtime, k, w) VALUES (7, 1, 11); ASSERT VALUES dst (w) VALUES (21);`;
    expect(await run(script)).toBeUndefined();
  });

  it('fails where a record differs or is missing', async () => {
    const inserted = `${PIPE} INSERT INTO src (k, v) VALUES (1, 10);`;
    expect(await run(`${inserted} ASSERT VALUES dst (w) VALUES (10);`)).toContain('W of the record of DST is 11');
    expect(await run(`${PIPE} ASSERT VALUES dst (w) VALUES (11);`)).toContain('no further record');
    expect(await run(`${inserted} ASSERT NULL VALUES dst (k) KEY (1);`)).toContain('no tombstone');
  });

  it('shows of a long value as much as a person reads', async () => {
    const script = `CREATE STREAM t (v STRING) WITH (kafka_topic='t', value_format='JSON');
      INSERT INTO t (v) VALUES ('${'x'.repeat(1_000_000)}'); ASSERT VALUES t (v) VALUES ('y');`;
    const message = await run(script);
    expect(message).toContain('(1000002 characters), and "y" is asserted');
    expect(message?.length).toBeLessThan(1_000);
  });

  it('asserts sources', async () => {
    const assertion = (schema: string) =>
      `${PIPE} ASSERT STREAM dst (${schema}) WITH (kafka_topic='DST', value_format='JSON');`;
    expect(await run(assertion('k INT KEY, w INT'))).toBeUndefined();
    expect(await run(assertion('k INT KEY, w BIGINT'))).toContain('schema of DST');
    expect(await run(assertion('k INT KEY, w BIGINT'), 'no match for `DST`')).toBeUndefined();
  });

  it('runs scripts from comments', async () => {
    const script = `-- contents of script:
-- CREATE STREAM src (k INT KEY, v INT) WITH (kafka_topic='src', value_format='JSON');
RUN SCRIPT '/missing.sql';
INSERT INTO src (k, v) VALUES (1, 2);
ASSERT VALUES src (k, v) VALUES (1, 2);`;
    expect(await run(script)).toBeUndefined();
  });

  it('wants an expected error to come', async () => {
    expect(await run(PIPE, 'anything')).toContain('An error is expected');
    expect(await run('DROP STREAM gone;', "no 'gone'")).toBeUndefined();
    expect(await run('DROP STREAM gone;', '', 'UNKNOWN_SOURCE')).toBeUndefined();
    expect(await run('DROP STREAM gone;', '', 'SOURCE_IN_USE')).toContain('expected SOURCE_IN_USE');
    expect(await run('DROP STREAM gone;', '', 'io.confluent.ksql.util.KsqlException')).toBeUndefined();
  });
});
