/** The change that an error offers mends the statement: what comes out is accepted. */
import { describe, expect, it } from 'vitest';
import { TestPlanner } from './testing.ts';

const SOURCES = [
  `CREATE STREAM F (K STRING KEY, S STRING, I INT, L BIGINT, P DECIMAL(6, 2), D DATE, TS TIMESTAMP, A ARRAY<STRING>,
     ST STRUCT<MODEL STRING>) WITH (KAFKA_TOPIC = 'f', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`,
];

function mended(sql: string): { readonly at: string | undefined; readonly text: string } {
  const { error, at } = new TestPlanner(SOURCES).refusal(sql);
  const { rewrite } = error;
  if (rewrite === undefined) throw new Error(`no rewrite: ${error.message}`);
  const { offset, length } = rewrite.span;
  return { at, text: sql.slice(0, offset) + rewrite.text + sql.slice(offset + length) };
}

const create = (properties: string): string => `CREATE STREAM X (A INT KEY, B BIGINT) WITH (${properties});`;

describe('rewrites', () => {
  it.each([
    ['SELECT MODLE FROM F EMIT CHANGES;', undefined],
    ['SELECT ST->MODLE FROM F EMIT CHANGES;', 'SELECT ST->MODEL FROM F EMIT CHANGES;'],
    ['SELECT G.S FROM F EMIT CHANGES;', 'SELECT F.S FROM F EMIT CHANGES;'],
    ['SELECT F.S FROM F AS X EMIT CHANGES;', 'SELECT X.S FROM F AS X EMIT CHANGES;'],
    ['SELECT G.* FROM F EMIT CHANGES;', 'SELECT F.* FROM F EMIT CHANGES;'],
    [
      'SELECT TRANSFORM(A, element => UCASE(elemnt)) FROM F EMIT CHANGES;',
      'SELECT TRANSFORM(A, element => UCASE(ELEMENT)) FROM F EMIT CHANGES;',
    ],
    ['SELECT S FROM F WHERE S = NULL EMIT CHANGES;', 'SELECT S FROM F WHERE F.S IS NULL EMIT CHANGES;'],
    ['SELECT S FROM F WHERE NULL <> S EMIT CHANGES;', 'SELECT S FROM F WHERE F.S IS NOT NULL EMIT CHANGES;'],
    ['SELECT UCASE(I) FROM F EMIT CHANGES;', 'SELECT UCASE(CAST(F.I AS STRING)) FROM F EMIT CHANGES;'],
    ["SELECT SUBSTRING(S, '2') FROM F EMIT CHANGES;", 'SELECT SUBSTRING(S, 2) FROM F EMIT CHANGES;'],
    ['SELECT COALESCE(I, L) FROM F EMIT CHANGES;', 'SELECT COALESCE(CAST(F.I AS BIGINT), L) FROM F EMIT CHANGES;'],
    ['SELECT COALESCE(I, S) FROM F EMIT CHANGES;', 'SELECT COALESCE(CAST(F.I AS STRING), S) FROM F EMIT CHANGES;'],
    ["SELECT DATEADD('days', 1, D) FROM F EMIT CHANGES;", 'SELECT DATEADD(DAYS, 1, D) FROM F EMIT CHANGES;'],
    [
      'SELECT K, SUM(S) FROM F GROUP BY K EMIT CHANGES;',
      'SELECT K, SUM(CAST(F.S AS INTEGER)) FROM F GROUP BY K EMIT CHANGES;',
    ],
    [
      'SELECT K, AVG(P) FROM F GROUP BY K EMIT CHANGES;',
      'SELECT K, AVG(CAST(F.P AS DOUBLE)) FROM F GROUP BY K EMIT CHANGES;',
    ],
    ['SELECT ST.MODEL FROM F EMIT CHANGES;', 'SELECT ST->MODEL FROM F EMIT CHANGES;'],
    ['SELECT S FROM F WHERE S = "some text" EMIT CHANGES;', "SELECT S FROM F WHERE S = 'some text' EMIT CHANGES;"],
    ['SELECT LOWER(S) FROM F EMIT CHANGES;', 'SELECT LCASE(S) FROM F EMIT CHANGES;'],
    ['SELECT LENGTH(S) FROM F EMIT CHANGES;', 'SELECT LEN(S) FROM F EMIT CHANGES;'],
    ['SELECT S FROM F EMIT FINAL;', 'SELECT S FROM F EMIT CHANGES;'],
    [
      create("KAFKA_TOPIK = 'x', VALUE_FORMAT = 'JSON', PARTITIONS = 1"),
      create("KAFKA_TOPIC = 'x', VALUE_FORMAT = 'JSON', PARTITIONS = 1"),
    ],
    [
      create("KAFKA_TOPIC = 'x', VALUE_FORMAT = 'JSN', PARTITIONS = 1"),
      create("KAFKA_TOPIC = 'x', VALUE_FORMAT = 'JSON', PARTITIONS = 1"),
    ],
    [
      create("KAFKA_TOPIC = 'x', FORMAT = 'jsonn', PARTITIONS = 1"),
      create("KAFKA_TOPIC = 'x', FORMAT = 'JSON', PARTITIONS = 1"),
    ],
    [
      create(
        "KAFKA_TOPIC = 'x', VALUE_FORMAT = 'JSON', PARTITIONS = 1, WINDOW_TYPE = 'TUMBLNG', WINDOW_SIZE = '1 HOUR'",
      ),
      create(
        "KAFKA_TOPIC = 'x', VALUE_FORMAT = 'JSON', PARTITIONS = 1, WINDOW_TYPE = 'TUMBLING', WINDOW_SIZE = '1 HOUR'",
      ),
    ],
  ])('%s', (sql, better) => {
    if (better === undefined) {
      expect(new TestPlanner(SOURCES).refusal(sql).error.rewrite).toBeUndefined();
      return;
    }
    expect(mended(sql).text).toBe(better);
    const planner = new TestPlanner(SOURCES);
    if (better.startsWith('SELECT')) planner.analyze(better);
    else planner.run(better);
  });

  it('stand where the culprit is', () => {
    expect(mended('SELECT ST->MODLE FROM F EMIT CHANGES;').at).toBe('MODLE');
    expect(mended('SELECT S FROM F EMIT FINAL;').at).toBe('EMIT FINAL');
    expect(mended(create("KAFKA_TOPIK = 'x'")).at).toBe('KAFKA_TOPIK');
    expect(mended(create("KAFKA_TOPIC = 'x', VALUE_FORMAT = 'JSN'")).at).toBe("'JSN'");
  });
});

describe('hints', () => {
  it.each([
    ["SELECT IF(I > 1, 'a', 'b') FROM F EMIT CHANGES;", 'CASE WHEN'],
    ['SELECT NOW() FROM F EMIT CHANGES;', 'UNIX_TIMESTAMP()'],
    ['SELECT K, COUNT(*) AS N FROM F GROUP BY K HAVING N > 1 EMIT CHANGES;', 'not on the aliases'],
    ['SELECT S FROM F, G EMIT CHANGES;', 'JOIN'],
    ['SELECT S FROM F WHERE S IS TRUE EMIT CHANGES;', 'condition by itself'],
    ['SELECT SUM(I) OVER (PARTITION BY K) FROM F EMIT CHANGES;', 'no OVER'],
    ['SELECT CAST(S AS STRUCT<X INT, X INT>) FROM F EMIT CHANGES;', 'a name of its own'],
    ['SELECT D + 1 FROM F EMIT CHANGES;', 'DATEADD(DAYS, 1, F.D)'],
    ['SELECT TS - I FROM F EMIT CHANGES;', 'TIMESTAMPSUB(SECONDS, F.I, F.TS)'],
    ['SELECT TS - TS FROM F EMIT CHANGES;', 'UNIX_TIMESTAMP(F.TS) - UNIX_TIMESTAMP(F.TS)'],
    ['SELECT I + S FROM F EMIT CHANGES;', 'CAST(F.I AS STRING)'],
    ['SELECT I * S FROM F EMIT CHANGES;', 'CAST(F.S AS INTEGER)'],
    ["SELECT S FROM F WHERE I = 'x' EMIT CHANGES;", 'CAST(F.I AS STRING)'],
    ['SELECT CAST(L AS TIMESTAMP) FROM F EMIT CHANGES;', 'FROM_UNIXTIME'],
    ['SELECT CAST(TS AS BIGINT) FROM F EMIT CHANGES;', 'UNIX_TIMESTAMP'],
    ['SELECT CAST(D AS INT) FROM F EMIT CHANGES;', 'UNIX_DATE'],
    ['SELECT CAST(A AS BIGINT) FROM F EMIT CHANGES;', 'can be cast to STRING'],
    ['SELECT ST[1] FROM F EMIT CHANGES;', 'F.ST->MODEL'],
    ['SELECT TIMESTAMPADD(MONTHS, 1, TS) FROM F EMIT CHANGES;', 'DAY'],
  ])('%s: %s', (sql, hint) => {
    expect(new TestPlanner(SOURCES).refusal(sql).error.hint).toContain(hint);
  });
});
