import { describe, expect, it } from 'vitest';
import { TestPlanner } from './testing.ts';

const CATALOG = [
  `CREATE STREAM S (ID INT KEY, V INT, W STRING, D DECIMAL(4, 2))
     WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON', PARTITIONS = 2);`,
  `CREATE STREAM M (A INT KEY, B STRING KEY, V INT)
     WITH (KAFKA_TOPIC = 'm', FORMAT = 'JSON', PARTITIONS = 1);`,
  `CREATE STREAM WS (ID INT KEY, V INT) WITH (KAFKA_TOPIC = 'ws', VALUE_FORMAT = 'JSON', PARTITIONS = 1,
     WINDOW_TYPE = 'TUMBLING', WINDOW_SIZE = '1 SECOND');`,
  "CREATE STREAM I (ID INT KEY, V BIGINT, D DECIMAL(6, 2)) WITH (KAFKA_TOPIC = 'i', VALUE_FORMAT = 'JSON', PARTITIONS = 1);",
  "CREATE TABLE T (ID INT PRIMARY KEY, V INT) WITH (KAFKA_TOPIC = 't', VALUE_FORMAT = 'JSON', PARTITIONS = 1);",
];
const planner = (config?: Readonly<Record<string, string>>): TestPlanner => new TestPlanner(CATALOG, config);

describe('the key of CREATE ... AS SELECT', () => {
  it('is the key column, wherever it stands and whatever it is called', () => {
    expect(planner().schemaOf('CREATE STREAM O AS SELECT V, ID AS K FROM S;')).toBe('`K` INTEGER KEY, `V` INTEGER');
    expect(planner().schemaOf('CREATE STREAM O AS SELECT B, V, A FROM M;')).toBe(
      '`A` INTEGER KEY, `B` STRING KEY, `V` INTEGER',
    );
  });

  it('must be selected, once', () => {
    expect(planner().refusal('CREATE STREAM O AS SELECT V FROM S;')).toMatchObject({
      code: 'KEY_NOT_SELECTED',
      error: { hint: 'Add ID to the SELECT list; it may have an alias.' },
    });
    expect(planner().refusal('CREATE STREAM O AS SELECT ID AS A, ID AS B FROM S;').code).toBe('KEY_SELECTED_TWICE');
  });

  it('is chosen freely with the new planner', () => {
    const config = { 'ksql.new.query.planner.enabled': 'true' };
    expect(planner(config).schemaOf('CREATE STREAM O AS SELECT B, V, A FROM M;')).toBe(
      '`B` STRING KEY, `A` INTEGER KEY, `V` INTEGER',
    );
    expect(planner(config).schemaOf('CREATE STREAM O AS SELECT V FROM S;')).toBe('`V` INTEGER');
    expect(planner(config).refusal('CREATE TABLE O AS SELECT V FROM T;').code).toBe('KEY_NOT_SELECTED');
  });
});

describe('the topic of CREATE ... AS SELECT', () => {
  it('has the name of the sink and the partitions of the source', () => {
    expect(planner().run('CREATE STREAM O AS SELECT * FROM S;').createTopic).toMatchObject({
      topic: 'O',
      partitions: 2,
    });
  });

  it('is none that the query reads', () => {
    const sql = "CREATE STREAM O WITH (KAFKA_TOPIC = 's') AS SELECT ID, V FROM S;";
    expect(planner().refusal(sql)).toMatchObject({ code: 'READS_OWN_SINK', at: "'s'" });
    expect(planner().refusal('INSERT INTO S SELECT * FROM S;').code).toBe('READS_OWN_SINK');
  });

  it('names the Avro record of its keys after the sink', () => {
    const test = planner();
    const sql = "CREATE STREAM BIG_ORDERS WITH (FORMAT = 'AVRO') AS SELECT * FROM M;";
    expect(test.run(sql).put?.key.format.properties).toEqual({
      FULL_SCHEMA_NAME: 'io.confluent.ksql.avro_schemas.BigOrdersKey',
    });
    expect(test.registry.latest('BIG_ORDERS-key')?.schema).toContain('"name":"BigOrdersKey"');
  });
});

describe('a pinned schema', () => {
  const SCHEMA =
    '{"type":"record","name":"R","fields":[{"name":"V","type":"int"},{"name":"X","type":["null","string"]}]}';
  const pinned = (select: string, id = 1): string =>
    `CREATE STREAM O WITH (VALUE_FORMAT = 'AVRO', VALUE_SCHEMA_ID = ${id}) AS SELECT ${select} FROM S;`;
  const withSchema = (): TestPlanner => {
    const test = planner();
    test.registry.register('other', 'AVRO', SCHEMA);
    return test;
  };

  it('begins with the columns of the SELECT', () => {
    expect(withSchema().schemaOf(pinned('ID, V'))).toBe('`ID` INTEGER KEY, `V` INTEGER');
    expect(withSchema().schemaOf(pinned('ID, V, W AS X'))).toBe('`ID` INTEGER KEY, `V` INTEGER, `X` STRING');
  });

  it.each(['ID, W AS V', 'ID, V AS Q', 'ID, W AS X, V'])('is refused for %s', (select) => {
    expect(withSchema().refusal(pinned(select))).toMatchObject({
      code: 'INCOMPATIBLE_SCHEMA',
      at: '1',
    });
  });

  it('must be there', () => {
    expect(withSchema().refusal(pinned('ID, V', 7)).code).toBe('SCHEMA_NOT_FOUND');
    const declared = "CREATE STREAM X WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'AVRO', VALUE_SCHEMA_ID = 7);";
    expect(withSchema().refusal(declared).code).toBe('SCHEMA_NOT_FOUND');
  });
});

describe('INSERT INTO ... SELECT', () => {
  it('widens numbers', () => {
    expect(planner().run('INSERT INTO I SELECT ID, V, D FROM S;').start?.sink).toBe('I');
  });

  it.each([
    ['INSERT INTO I SELECT ID, W AS V, D FROM S;', 'INCOMPATIBLE_SINK'],
    ['INSERT INTO I SELECT ID, D, V FROM S;', 'INCOMPATIBLE_SINK'],
    ['INSERT INTO S SELECT ID, V, D AS W, D FROM I;', 'INCOMPATIBLE_SINK'],
    ['INSERT INTO I SELECT ID, V, CAST(V AS DECIMAL(6, 2)) AS D FROM WS;', 'INCOMPATIBLE_SINK'],
    ['INSERT INTO T SELECT * FROM T;', 'WRONG_SOURCE_KIND'],
    ['INSERT INTO NOPE SELECT * FROM S;', 'UNKNOWN_SOURCE'],
    ['INSERT INTO I SELECT V, D FROM S;', 'KEY_NOT_SELECTED'],
  ])('%s is refused', (sql, code) => {
    expect(planner().refusal(sql).code).toBe(code);
  });
});
