import { describe, expect, it } from 'vitest';
import { TestPlanner } from '../testing.ts';

const CATALOG = [
  `CREATE STREAM S (ID INT KEY, V INT, W STRING, M MAP<STRING, INT>)
     WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`,
  "CREATE TABLE T (ID INT PRIMARY KEY, U INT) WITH (KAFKA_TOPIC = 't', VALUE_FORMAT = 'JSON', PARTITIONS = 1);",
  "CREATE STREAM D (ID INT KEY, V INT) WITH (KAFKA_TOPIC = 'd', VALUE_FORMAT = 'DELIMITED', PARTITIONS = 1);",
  "CREATE STREAM K (ID INT KEY, V INT) WITH (KAFKA_TOPIC = 'k', VALUE_FORMAT = 'KAFKA', PARTITIONS = 1);",
];

const schemaOf = (sql: string): string => new TestPlanner(CATALOG).schemaOf(sql);
const refusal = (sql: string) => new TestPlanner(CATALOG).refusal(sql);
const aggregateOf = (sql: string) => {
  const { input } = new TestPlanner(CATALOG).analyze(sql).root;
  const node = input.kind === 'filter' ? input.input : input;
  if (node.kind !== 'aggregate') throw new Error(`no aggregation: ${sql}`);
  return node;
};

describe('GROUP BY', () => {
  it('makes its expressions the key', () => {
    expect(schemaOf('CREATE TABLE O AS SELECT V, COUNT(*) AS C FROM S GROUP BY V;')).toBe(
      '`V` INTEGER KEY, `C` BIGINT',
    );
    expect(schemaOf('CREATE TABLE O AS SELECT V + 1 AS N, SUM(V) FROM S GROUP BY V + 1;')).toBe(
      '`N` INTEGER KEY, `KSQL_COL_0` INTEGER',
    );
    expect(
      schemaOf("CREATE TABLE O WITH (KEY_FORMAT = 'JSON') AS SELECT W, V, COUNT(*) AS C FROM S GROUP BY V, W;"),
    ).toBe('`V` INTEGER KEY, `W` STRING KEY, `C` BIGINT');
  });

  it('repartitions only when the key changes', () => {
    expect(aggregateOf('SELECT ID, COUNT(*) FROM S GROUP BY ID EMIT CHANGES;').keyKept).toBe(true);
    expect(aggregateOf('SELECT V, COUNT(*) FROM S GROUP BY V EMIT CHANGES;').keyKept).toBe(false);
  });

  it('computes equal aggregates once', () => {
    const sql = 'SELECT ID, COUNT(*), COUNT(*) + 1 FROM S GROUP BY ID HAVING COUNT(*) > 1 EMIT CHANGES;';
    expect(aggregateOf(sql).aggregates).toHaveLength(1);
  });
});

describe('refusals', () => {
  it.each([
    ['CREATE TABLE O AS SELECT V, W, COUNT(*) FROM S GROUP BY V;', 'NOT_GROUPED', 'W'],
    ['CREATE TABLE O AS SELECT V, COUNT(*) FROM S GROUP BY V HAVING W = 1;', 'NOT_GROUPED', 'W'],
    ['CREATE TABLE O AS SELECT V, SUM(SUM(V)) FROM S GROUP BY V;', 'NESTED_AGGREGATE', 'SUM(V)'],
    ['CREATE TABLE O AS SELECT M, COUNT(*) FROM S GROUP BY M;', 'MAP_KEY', 'M'],
    ['CREATE TABLE O AS SELECT V, COUNT(*) FROM S WHERE COUNT(*) > 1 GROUP BY V;', 'AGGREGATE_MISPLACED', 'COUNT(*)'],
    ['CREATE TABLE O AS SELECT ID, SUM(NULL) FROM S GROUP BY ID;', 'UNTYPED_NULL', 'NULL'],
    ['CREATE TABLE O AS SELECT ID, AVG(V) FROM D GROUP BY ID;', 'FORMAT_MISFIT', 'AVG(V)'],
    ['CREATE TABLE O AS SELECT ID, COUNT(*) FROM K GROUP BY ID;', 'FORMAT_MISFIT', 'ID'],
  ])('%s', (sql, code, at) => {
    expect(refusal(sql)).toMatchObject({ code, at });
  });

  it.each([
    ['CREATE TABLE O AS SELECT V, COUNT(*) FROM S;', 'NOT_GROUPED'],
    ['CREATE TABLE O AS SELECT COUNT(*) FROM S GROUP BY V;', 'KEY_NOT_SELECTED'],
    ['CREATE TABLE O AS SELECT V AS A, V AS B, COUNT(*) FROM S GROUP BY V;', 'KEY_SELECTED_TWICE'],
    ['CREATE TABLE O AS SELECT V FROM S GROUP BY V;', 'NO_VALUE_COLUMNS'],
    ['CREATE TABLE O AS SELECT U, MAX(ID) FROM T GROUP BY U;', 'AGGREGATE_ON_TABLE'],
    ['CREATE TABLE O AS SELECT V, COUNT(*) FROM S GROUP BY V EMIT FINAL;', 'INVALID_EMIT'],
  ])('%s', (sql, code) => {
    expect(refusal(sql).code).toBe(code);
  });

  it('names several aggregates that cannot undo', () => {
    expect(refusal('CREATE TABLE O AS SELECT U, MAX(ID), MIN(ID) FROM T GROUP BY U;').error.message).toContain(
      'MAX, MIN',
    );
  });
});

describe('windows', () => {
  it.each([
    ['TUMBLING (SIZE 0 SECONDS)', /positive/],
    ['HOPPING (SIZE 1 SECOND, ADVANCE BY 2 SECONDS)', /exceeds/],
    ['TUMBLING (SIZE 1 HOUR, RETENTION 1 MINUTE)', /RETENTION of 60000 ms/],
    ['SESSION (1 HOUR, RETENTION 2 HOURS, GRACE PERIOD 90 MINUTES)', /gap and grace period/],
  ])('refuses %s', (window, message) => {
    const { code, at, error } = refusal(`CREATE TABLE O AS SELECT ID, COUNT(*) FROM S WINDOW ${window} GROUP BY ID;`);
    expect(code).toBe('INVALID_WINDOW');
    expect(at).toContain(window);
    expect(error.message).toMatch(message);
  });

  it('keep what RETENTION says, when it covers the grace period', () => {
    const window = 'TUMBLING (SIZE 1 HOUR, RETENTION 2 HOURS, GRACE PERIOD 1 HOUR)';
    const { windowSpec } = aggregateOf(`SELECT ID, COUNT(*) FROM S WINDOW ${window} GROUP BY ID EMIT CHANGES;`);
    expect(windowSpec).toEqual({ kind: 'tumbling', sizeMs: 3_600_000, graceMs: 3_600_000, retentionMs: 7_200_000 });
  });

  it('give their bounds to the SELECT list, but not over a join', () => {
    const bounds = 'SELECT S.ID, WINDOWSTART AS B, COUNT(*) FROM S';
    const grouped = 'WINDOW TUMBLING (SIZE 1 SECOND) GROUP BY S.ID;';
    expect(schemaOf(`CREATE TABLE O AS ${bounds} ${grouped}`)).toBe(
      '`ID` INTEGER KEY, `B` BIGINT, `KSQL_COL_0` BIGINT',
    );
    expect(refusal(`CREATE TABLE O AS ${bounds} JOIN T ON S.ID = T.ID ${grouped}`)).toMatchObject({
      code: 'UNKNOWN_COLUMN',
      at: 'WINDOWSTART',
    });
  });
});
