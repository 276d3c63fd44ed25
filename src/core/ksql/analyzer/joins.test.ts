import { describe, expect, it } from 'vitest';
import { changelogTopic } from '../../streams/topology.ts';
import { TestPlanner } from '../testing.ts';

function catalog(leftKey: string, rightKey: string): string[] {
  return [
    `CREATE STREAM S (ID INT KEY, V INT, W STRING)
       WITH (KAFKA_TOPIC = 's', KEY_FORMAT = '${leftKey}', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`,
    `CREATE STREAM R (ID INT KEY, V INT)
       WITH (KAFKA_TOPIC = 'r', KEY_FORMAT = '${rightKey}', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`,
    `CREATE TABLE T (ID INT PRIMARY KEY, FK INT)
       WITH (KAFKA_TOPIC = 't', KEY_FORMAT = '${rightKey}', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`,
    `CREATE TABLE U (ID INT PRIMARY KEY, FK INT)
       WITH (KAFKA_TOPIC = 'u', KEY_FORMAT = '${leftKey}', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`,
    `CREATE STREAM WS (ID INT KEY, V INT) WITH (KAFKA_TOPIC = 'ws', KEY_FORMAT = '${leftKey}',
       VALUE_FORMAT = 'JSON', PARTITIONS = 1, WINDOW_TYPE = 'SESSION');`,
    "CREATE TABLE P (ID INT PRIMARY KEY, N INT) WITH (KAFKA_TOPIC = 'p', VALUE_FORMAT = 'JSON', PARTITIONS = 3);",
    "CREATE STREAM K (ID INT KEY, V INT) WITH (KAFKA_TOPIC = 'k', VALUE_FORMAT = 'KAFKA', PARTITIONS = 1);",
  ];
}

/** Repartition topics, then changelogs, without the application's name. */
function topics(sql: string, leftKey = 'KAFKA', rightKey = 'KAFKA'): readonly string[] {
  const topology = new TestPlanner(catalog(leftKey, rightKey)).run(sql).start?.build(() => undefined).topology;
  const names = topology?.stores.map(({ name }) => changelogTopic(name)) ?? [];
  return [...(topology?.internalTopics.map(({ topic }) => topic) ?? []), ...names];
}

const schemaOf = (sql: string): string => new TestPlanner(catalog('KAFKA', 'KAFKA')).schemaOf(sql);

describe("a join's topics", () => {
  const streams = 'CREATE STREAM O AS SELECT S.ID, S.V FROM S JOIN R WITHIN 1 HOUR ON S.ID = R.ID;';

  it('are its windows alone when both sides have the key in one format', () => {
    expect(topics(streams)).toEqual([
      'KSTREAM-JOINTHIS-0000000008-store-changelog',
      'KSTREAM-JOINOTHER-0000000009-store-changelog',
    ]);
  });

  it('re-key the right side to the format of the left', () => {
    expect(topics(streams, 'JSON', 'DELIMITED')).toEqual([
      'Join-right-repartition',
      'KSTREAM-JOINTHIS-0000000012-store-changelog',
      'KSTREAM-JOINOTHER-0000000013-store-changelog',
    ]);
  });

  it('re-key both sides where keys name a schema of their topic', () => {
    expect(topics(streams, 'AVRO', 'AVRO')).toEqual([
      'Join-left-repartition',
      'Join-right-repartition',
      'KSTREAM-JOINTHIS-0000000016-store-changelog',
      'KSTREAM-JOINOTHER-0000000017-store-changelog',
    ]);
  });

  it('re-key a table through a topic of its own', () => {
    const sql = 'CREATE STREAM O AS SELECT S.ID, V FROM S JOIN T ON S.ID = T.ID;';
    expect(topics(sql)).toEqual(['KafkaTopic_Right-Reduce-changelog']);
    expect(topics(sql, 'JSON', 'KAFKA')).toEqual([
      'RightSourceKeyed-SelectKey-repartition',
      'RightSourceKeyed-Materialize-changelog',
    ]);
  });

  it('of a foreign-key join re-key the right side alone', () => {
    const sql = 'CREATE TABLE O AS SELECT U.ID, T.FK FROM U JOIN T ON U.FK = T.ID;';
    const rekeyed = 'RightSourceKeyed-SelectKey-repartition';
    expect(topics(sql, 'AVRO', 'JSON')).not.toContain(rekeyed);
    expect(topics(sql, 'JSON', 'AVRO')).toContain(rekeyed);
  });
});

describe("a join's key", () => {
  it('is any of the columns that equal it', () => {
    expect(schemaOf('CREATE STREAM O AS SELECT T.ID, V FROM S JOIN T ON S.ID = T.ID;')).toBe(
      '`T_ID` INTEGER KEY, `V` INTEGER',
    );
    expect(schemaOf('CREATE STREAM O AS SELECT S.V, T.FK FROM S JOIN T ON T.ID = S.V;')).toBe(
      '`V` INTEGER KEY, `FK` INTEGER',
    );
  });

  it('survives the re-keying to another format, through several joins', () => {
    const planner = new TestPlanner(catalog('JSON', 'AVRO'));
    const sql = 'SELECT R.ID, S.V, FK FROM S JOIN R WITHIN 1 HOUR ON S.ID = R.ID JOIN T ON S.ID = T.ID;';
    expect(planner.schemaOf(`CREATE STREAM O AS ${sql}`)).toBe('`R_ID` INTEGER KEY, `S_V` INTEGER, `FK` INTEGER');
  });

  it('is a column of its own when no column equals it', () => {
    const full = 'SELECT ROWKEY, S.V, R.V FROM S FULL JOIN R WITHIN 1 HOUR ON S.ID = R.ID;';
    expect(schemaOf(`CREATE STREAM O AS ${full}`)).toBe('`ROWKEY` INTEGER KEY, `S_V` INTEGER, `R_V` INTEGER');
    const computed = 'SELECT ROWKEY, S.V FROM S JOIN R WITHIN 1 HOUR ON S.V + 1 = R.V + 1;';
    expect(schemaOf(`CREATE STREAM O AS ${computed}`)).toBe('`ROWKEY` INTEGER KEY, `S_V` INTEGER');
  });

  it('of a foreign-key join is that of the left table', () => {
    expect(schemaOf('CREATE TABLE O AS SELECT U.ID, T.FK FROM U JOIN T ON U.FK = T.ID;')).toBe(
      '`U_ID` INTEGER KEY, `T_FK` INTEGER',
    );
  });
});

describe('refusals', () => {
  it.each([
    ['S JOIN R ON S.ID = R.ID', /needs a WITHIN clause/],
    ['S JOIN T WITHIN 1 HOUR ON S.ID = T.ID', /T is a table/],
    ['T JOIN S ON T.ID = S.ID', /stream on its right/],
    ['S FULL JOIN T ON S.ID = T.ID', /no FULL OUTER JOIN/],
    ['S JOIN T ON S.ID = T.FK', /primary key; T.FK/],
    ['S JOIN T ON S.W = T.ID', /different types/],
    ['S JOIN T ON S.ID > T.ID', /compares the two sides with =/],
    ['S JOIN T ON S.ID = T.ID AND S.V = T.FK', /has several/],
    ['S JOIN T ON S.ID = 1', /exactly one source/],
    ['S JOIN T ON S.ID = S.V', /same source/],
    ['WS JOIN S WITHIN 1 HOUR ON WS.ID = S.ID', /windowed/],
    ['S JOIN P ON S.ID = P.ID', /different numbers of partitions/],
    ['K JOIN T ON K.ID = T.ID', /'KAFKA' cannot be joined/],
    ['U FULL JOIN T ON U.FK = T.ID', /foreign key is not possible/],
  ])('%s', (from, message) => {
    const { code, at, error } = new TestPlanner(catalog('KAFKA', 'KAFKA')).refusal(
      `SELECT * FROM ${from} EMIT CHANGES;`,
    );
    expect(code).toBe('INVALID_JOIN');
    expect(error.message).toMatch(message);
    expect(at).not.toBe('');
    expect(error.hint).toBeDefined();
  });

  it('say how to bring the sides together', () => {
    const refusal = (from: string) =>
      new TestPlanner(catalog('KAFKA', 'KAFKA')).refusal(`SELECT * FROM ${from} EMIT CHANGES;`).error;
    const { details, hint = '' } = refusal('S JOIN P ON S.ID = P.ID');
    expect(details).toMatchObject({ refusal: 'partitions', left: { name: 'S' }, right: { name: 'P' } });
    expect(details['repartition']).toMatch(
      /^CREATE STREAM S_\d+\n {2}WITH \(PARTITIONS = \d+\) AS\n {2}SELECT \* FROM S\n/,
    );
    expect(hint).toMatch(/^Copy S into \d+ partitions, and join S_\d+ in its place: CREATE STREAM/);
    const types = refusal('S JOIN T ON S.W = T.ID');
    expect(types.details).toMatchObject({
      refusal: 'types',
      left: { expression: 'S.W' },
      right: { expression: 'T.ID' },
    });
    expect(types.rewrite?.text).toMatch(/^CAST\(S\.W AS \w+\)$/);
  });

  it('of a source with itself', () => {
    const sql = 'SELECT * FROM S A JOIN S B WITHIN 1 HOUR ON A.ID = B.ID EMIT CHANGES;';
    expect(new TestPlanner(catalog('KAFKA', 'KAFKA')).refusal(sql).code).toBe('SELF_JOIN');
  });
});
