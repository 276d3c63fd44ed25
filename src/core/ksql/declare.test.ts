import { describe, expect, it } from 'vitest';
import { TestPlanner } from './testing.ts';

const create = (columns: string, properties: string): string =>
  `CREATE STREAM X ${columns} WITH (KAFKA_TOPIC = 'x', VALUE_FORMAT = 'JSON', PARTITIONS = 1${properties});`;

describe('properties', () => {
  it.each([
    ['PARTITIONS = 2', 'PARTITIONS = 2', /given twice/],
    ['REPLICAS = 0', '0', /0 replicas/],
    ["TIMESTAMP = 'NOPE'", "'NOPE'", /not a column/],
    ["TIMESTAMP = 'A'", "'A'", /neither a BIGINT nor a TIMESTAMP/],
    ["TIMESTAMP = 'B', TIMESTAMP_FORMAT = 'qqqqqqq{'", "'qqqqqqq{'", /no pattern/],
    ["WINDOW_TYPE = 'TUMBLING'", "WINDOW_TYPE = 'TUMBLING'", /WINDOW_SIZE/],
    ["WINDOW_TYPE = 'SESSION', WINDOW_SIZE = '1 SECOND'", "WINDOW_SIZE = '1 SECOND'", /no meaning/],
    ["WINDOW_SIZE = '1 SECOND'", "WINDOW_SIZE = '1 SECOND'", /needs a WINDOW_TYPE/],
    ['WRAP_SINGLE_VALUE = true', 'WRAP_SINGLE_VALUE = true', /values of one column/],
    ["VALUE_DELIMITER = ';'", "VALUE_DELIMITER = ';'", /no use for/],
    ["KEY_FORMAT = 'AVRO', KEY_SCHEMA_FULL_NAME = '1a'", "'1a'", /'1a' cannot be/],
    ['VALUE_SCHEMA_ID = 1', 'VALUE_SCHEMA_ID = 1', /JSON has none/],
  ])('refuses %s where it stands', (properties, at, message) => {
    const found = new TestPlanner().refusal(create('(K INT KEY, A INT, B STRING)', `, ${properties}`));
    expect(found).toMatchObject({ code: 'INVALID_PROPERTY', at });
    expect(found.error.message).toMatch(message);
    expect(found.error.hint).toBeDefined();
  });

  it('refuses topics without partitions before it looks at the topic', () => {
    const sql = "CREATE STREAM X (A INT) WITH (KAFKA_TOPIC = 'x', VALUE_FORMAT = 'JSON', PARTITIONS = 0);";
    expect(new TestPlanner().refusal(sql).error.message).toContain('0 partitions');
  });
});

describe('what a format cannot hold', () => {
  it.each([
    ['(V INT, M MAP<INT, INT>)', "VALUE_FORMAT = 'JSON'", 'M'],
    ['(V INT, A ARRAY<INT>)', "VALUE_FORMAT = 'DELIMITED'", 'A'],
    ['(V INT, `A B` INT)', "VALUE_FORMAT = 'AVRO'", '`A B`'],
    ['(V INT, W INT)', "VALUE_FORMAT = 'KAFKA'", "'KAFKA'"],
    ['(V INT)', "FORMAT = 'NONE'", "'NONE'"],
  ])('%s with %s is refused where it stands', (columns, format, at) => {
    const sql = `CREATE STREAM X ${columns} WITH (KAFKA_TOPIC = 'x', PARTITIONS = 1, ${format});`;
    expect(new TestPlanner().refusal(sql)).toMatchObject({ code: 'FORMAT_MISFIT', at });
  });
});

describe('columns', () => {
  it.each([
    ['(K INT KEY, K INT)', 'DUPLICATE_COLUMN', 'K'],
    ['(ROWTIME BIGINT)', 'RESERVED_COLUMN', 'ROWTIME'],
    ['(K MAP<STRING, INT> KEY, V INT)', 'MAP_KEY', 'K'],
    ["(V INT, H INT HEADER('h'))", 'INVALID_HEADER_COLUMN', "H INT HEADER('h')"],
  ])('%s is refused', (columns, code, at) => {
    expect(new TestPlanner().refusal(create(columns, ''))).toMatchObject({ code, at });
  });

  it('are added by ALTER, except reserved ones', () => {
    const planner = new TestPlanner([create('(K INT KEY, A INT)', '')]);
    expect(planner.schemaOf('ALTER STREAM X ADD COLUMN B STRING;')).toBe('`K` INTEGER KEY, `A` INTEGER, `B` STRING');
    expect(planner.refusal('ALTER STREAM X ADD COLUMN ROWTIME BIGINT;').code).toBe('RESERVED_COLUMN');
    expect(planner.refusal('ALTER STREAM X ADD COLUMN A INT;').code).toBe('DUPLICATE_COLUMN');
  });
});

describe('columns from the schema registry', () => {
  const sql = "CREATE STREAM X (A INT) WITH (KAFKA_TOPIC = 'x', FORMAT = 'AVRO', PARTITIONS = 1);";
  const withKey = (schema: string): TestPlanner => {
    const test = new TestPlanner();
    test.registry.register('x-key', 'AVRO', schema);
    return test;
  };

  it('are the key where the statement names none', () => {
    expect(withKey('"long"').schemaOf(sql)).toBe('`ROWKEY` BIGINT KEY, `A` INTEGER');
  });

  it('must be there', () => {
    expect(new TestPlanner().refusal(sql)).toMatchObject({ code: 'NO_SCHEMA', at: 'X' });
  });

  it('hold no maps in the key', () => {
    const { code, error } = withKey('{"type":"map","values":"string"}').refusal(sql);
    expect(code).toBe('MAP_KEY');
    expect(error.details).toEqual({ column: 'ROWKEY', type: 'MAP<STRING, STRING>' });
  });
});
