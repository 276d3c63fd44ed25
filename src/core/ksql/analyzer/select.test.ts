import { describe, expect, it } from 'vitest';
import { TestPlanner } from '../testing.ts';

const planner = new TestPlanner([
  `CREATE STREAM S (ID INT KEY, V INT, W STRING, A ARRAY<INT>, ST STRUCT<X INT, V INT>)
     WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`,
  "CREATE STREAM R (ID INT KEY, V INT, N STRING) WITH (KAFKA_TOPIC = 'r', VALUE_FORMAT = 'JSON', PARTITIONS = 1);",
  "CREATE TABLE T (ID INT PRIMARY KEY, N STRING) WITH (KAFKA_TOPIC = 't', VALUE_FORMAT = 'JSON', PARTITIONS = 1);",
  `CREATE STREAM WS (ID INT KEY, V INT) WITH (KAFKA_TOPIC = 'ws', VALUE_FORMAT = 'JSON', PARTITIONS = 1,
     WINDOW_TYPE = 'TUMBLING', WINDOW_SIZE = '1 SECOND');`,
]);
const namesOf = (sql: string): string[] => planner.outputsOf(sql).map((output) => output.split(':')[0] ?? '');

describe('the star', () => {
  it('is the columns of a source, the key first', () => {
    expect(namesOf('SELECT * FROM S EMIT CHANGES;')).toEqual(['ID', 'V', 'W', 'A', 'ST']);
  });

  it('has the source before each name in a join', () => {
    expect(namesOf('SELECT * FROM S JOIN T ON S.ID = T.ID EMIT CHANGES;')).toEqual([
      'S_ID',
      'S_V',
      'S_W',
      'S_A',
      'S_ST',
      'T_ID',
      'T_N',
    ]);
    expect(namesOf('SELECT T.*, V FROM S JOIN T ON S.ID = T.ID EMIT CHANGES;')).toEqual(['T_ID', 'T_N', 'V']);
  });

  it('begins with the new key where rows are re-keyed', () => {
    expect(namesOf('SELECT * FROM R PARTITION BY N EMIT CHANGES;')).toEqual(['N', 'V', 'ID']);
    expect(namesOf('SELECT * FROM R PARTITION BY V + 1 EMIT CHANGES;')).toEqual(['KSQL_COL_0', 'V', 'N', 'ID']);
  });

  it('begins with the synthetic key of a full join', () => {
    expect(namesOf('SELECT * FROM S FULL JOIN R WITHIN 1 HOUR ON S.ID = R.ID EMIT CHANGES;')[0]).toBe('ROWKEY');
  });

  it('has the bounds of a windowed source when the rows are only shown', () => {
    expect(namesOf('SELECT * FROM WS EMIT CHANGES;')).toEqual(['ID', 'WINDOWSTART', 'WINDOWEND', 'V']);
  });

  it('opens a struct', () => {
    expect(planner.outputsOf('SELECT ST->* FROM S EMIT CHANGES;')).toEqual(['X: S.ST->X', 'V: S.ST->V']);
  });
});

describe('names', () => {
  it('are those of columns, of fields made unique, and numbers for the rest', () => {
    expect(namesOf('SELECT V, ST->V, ST->X, V + 1, UCASE(W) FROM S EMIT CHANGES;')).toEqual([
      'V',
      'V_1',
      'X',
      'KSQL_COL_0',
      'KSQL_COL_1',
    ]);
  });

  it('have the source where two sources have the column, and it is written', () => {
    expect(namesOf('SELECT S.ID, S.V, R.V, N FROM S JOIN R WITHIN 1 HOUR ON S.ID = R.ID EMIT CHANGES;')).toEqual([
      'S_ID',
      'S_V',
      'R_V',
      'N',
    ]);
  });
});

describe('refusals', () => {
  it('points at unknown and ambiguous columns, and says what to write', () => {
    const unknown = planner.refusal('SELECT ID, WW FROM S EMIT CHANGES;');
    expect([unknown.code, unknown.at, unknown.error.hint]).toEqual(['UNKNOWN_COLUMN', 'WW', 'Did you mean W?']);
    const ambiguous = planner.refusal('SELECT V FROM S JOIN R WITHIN 1 HOUR ON S.ID = R.ID EMIT CHANGES;');
    expect([ambiguous.code, ambiguous.at]).toEqual(['AMBIGUOUS_COLUMN', 'V']);
    expect(ambiguous.error.rewrite?.text).toBe('S.V');
  });

  it.each([
    ['SELECT Q.V FROM S EMIT CHANGES;', 'UNKNOWN_SOURCE', 'Q.V'],
    ['SELECT V->* FROM S EMIT CHANGES;', 'TYPE_MISMATCH', 'V->*'],
    ['SELECT * FROM NOPE EMIT CHANGES;', 'UNKNOWN_SOURCE', 'NOPE'],
    ['SELECT V FROM S WHERE EXPLODE(A) = 1 EMIT CHANGES;', 'TABLE_FUNCTION_MISPLACED', 'EXPLODE(A)'],
    ['SELECT V FROM S WHERE V EMIT CHANGES;', 'NOT_BOOLEAN', 'V'],
    ['CREATE STREAM O AS SELECT ID, ROWTIME FROM S;', 'RESERVED_COLUMN', 'ROWTIME'],
    ['CREATE STREAM O AS SELECT ID, V AS ROWTIME FROM S;', 'RESERVED_COLUMN', 'ROWTIME'],
    ['CREATE STREAM O AS SELECT * FROM WS PARTITION BY V;', 'INVALID_PARTITION_BY', 'V'],
    ['CREATE TABLE O AS SELECT * FROM T PARTITION BY N;', 'INVALID_PARTITION_BY', 'N'],
  ])('%s', (sql, code, at) => {
    expect(planner.refusal(sql)).toMatchObject({ code, at });
  });
});
