import { describe, expect, it } from 'vitest';
import { refusal } from '../common/testing.ts';
import {
  array,
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  decimal,
  DOUBLE,
  INTEGER,
  map,
  VARCHAR,
  type Row,
  type SqlType,
} from '../common/sql-type.ts';
import { ExactDecimal } from '../common/values/decimal-text.ts';
import type { FormatName, FormatProperties, PersistenceSchema, RowSerde, SerdeContext } from './format.ts';
import { SchemaRegistry } from './schema-registry.ts';
import { FORMATS, formatByName, validateFormat } from './registry.ts';
import {
  deserializeSessionWindowedKey,
  deserializeTimeWindowedKey,
  serializeSessionWindowedKey,
  serializeTimeWindowedKey,
} from './windowed-key.ts';

const context: SerdeContext = {
  subject: 't-value',
  topic: 't',
  registry: new SchemaRegistry(),
};
const utf8 = new TextEncoder();
const decoder = new TextDecoder();

function schemaOf(...types: SqlType[]): PersistenceSchema {
  return { columns: types.map((type, i) => ({ name: `C${i}`, type })), isKey: false, features: new Set() };
}
function serdeOf(name: FormatName, schema: PersistenceSchema, properties: FormatProperties = {}): RowSerde {
  validateFormat({ name, properties }, schema);
  return FORMATS[name].serde(schema, { name, properties }, context);
}

describe('DELIMITED', () => {
  const all = schemaOf(INTEGER, BIGINT, DOUBLE, BOOLEAN, VARCHAR, decimal(6, 4), BYTES, DATE);

  it('writes and reads every type', () => {
    const serde = serdeOf('DELIMITED', all);
    const row: Row = [-1, 9223372036854775807n, 1.5, true, 'a,"b"', new ExactDecimal('12'), new Uint8Array([7]), 10];
    const line = decoder.decode(serde.serialize(row) ?? undefined);
    expect(line).toBe('"-1",9223372036854775807,1.5,true,"a,""b""",12.0000,Bw==,10');
    expect(serde.deserialize(utf8.encode(line))).toEqual(row);
  });

  it('reads as Commons CSV does', () => {
    const read = (line: string, delimiter?: string): Row | null =>
      serdeOf(
        'DELIMITED',
        schemaOf(VARCHAR, VARCHAR),
        delimiter === undefined ? {} : { VALUE_DELIMITER: delimiter },
      ).deserialize(utf8.encode(line));
    expect(read('a,b')).toEqual(['a', 'b']);
    expect(read('"a" ,"b"\r\nmore')).toEqual(['a', 'b']);
    expect(read('\r\n\na,b')).toEqual(['a', 'b']);
    expect(read('a"x,')).toEqual(['a"x', null]);
    expect(read('"a""b","c,\nd"')).toEqual(['a"b', 'c,\nd']);
    expect(read(',')).toEqual([null, null]);
    expect(read('a\tb', 'TAB')).toEqual(['a', 'b']);
    expect(read('a b', 'SPACE')).toEqual(['a', 'b']);
    expect(read('a|b', '|')).toEqual(['a', 'b']);
    for (const line of ['', 'a', 'a,b,c', '"a', '"a"x,b', '\n']) {
      expect(refusal(() => read(line)).code).toBe('DESERIALIZATION');
    }
  });

  it('quotes as Commons CSV 1.4 does', () => {
    const write = (...row: Row): string =>
      decoder.decode(serdeOf('DELIMITED', schemaOf(VARCHAR, VARCHAR)).serialize(row) ?? undefined);
    expect(write('a', 'b')).toBe('a,b');
    expect(write('', '')).toBe('"",');
    expect(write(null, null)).toBe(',');
    expect(write('-a', '-b')).toBe('"-a",-b');
    expect(write('a ', 'b#')).toBe('"a ",b#');
    expect(write('a\n', '#b')).toBe('"a\n","#b"');
  });

  it.each([
    ['', 'empty'],
    ['\t', 'empty'],
    ['<~>', "'<~>'"],
  ])('refuses the delimiter %j', (delimiter, words) => {
    const error = refusal(() => serdeOf('DELIMITED', all, { VALUE_DELIMITER: delimiter }));
    expect(error.code).toBe('INVALID_FORMAT_PROPERTY');
    expect(error.message).toContain(words);
  });

  it('names what does not fit', () => {
    const serde = serdeOf('DELIMITED', schemaOf(VARCHAR, INTEGER));
    expect(refusal(() => serde.deserialize(utf8.encode('a,b'))).message).toContain("$.C1: expected INTEGER, found 'b'");
    expect(refusal(() => serdeOf('DELIMITED', schemaOf(array(INTEGER)))).message).toContain(
      "'DELIMITED' does not hold type 'ARRAY'",
    );
  });
});

describe('KAFKA', () => {
  it.each<[SqlType, Row, number[]]>([
    [INTEGER, [-2], [255, 255, 255, 254]],
    [BIGINT, [9223372036854775807n], [127, 255, 255, 255, 255, 255, 255, 255]],
    [BIGINT, [1], [0, 0, 0, 0, 0, 0, 0, 1]],
    [DOUBLE, [1.5], [63, 248, 0, 0, 0, 0, 0, 0]],
    [VARCHAR, ['é'], [195, 169]],
    [VARCHAR, [''], []],
    [BYTES, [new Uint8Array([1, 2])], [1, 2]],
  ])('%o %o', (type, row, bytes) => {
    const serde = serdeOf('KAFKA', schemaOf(type));
    expect([...(serde.serialize(row) ?? [])]).toEqual(bytes);
    expect(serde.deserialize(new Uint8Array(bytes))).toEqual(row);
    expect(serde.serialize([null])).toBeNull();
  });

  it('refuses what it cannot hold', () => {
    expect(refusal(() => serdeOf('KAFKA', schemaOf(BOOLEAN))).message).toContain(
      "'KAFKA' does not hold type 'BOOLEAN'",
    );
    expect(refusal(() => serdeOf('KAFKA', schemaOf(INTEGER, VARCHAR))).message).toContain(
      '[`C0` INTEGER, `C1` STRING]',
    );
    expect(refusal(() => serdeOf('KAFKA', schemaOf(INTEGER)).deserialize(new Uint8Array(3))).message).toContain('$.C0');
  });
});

describe('the registry', () => {
  it('finds formats in any case and refuses others by name', () => {
    expect(formatByName('Delimited')).toBe(FORMATS.DELIMITED);
    expect(refusal(() => formatByName('FOO')).message).toContain("'FOO'");
  });

  it('refuses columns for NONE, foreign properties, and maps with other keys than strings in JSON', () => {
    expect(refusal(() => serdeOf('NONE', schemaOf(INTEGER))).message).toContain('[`C0` INTEGER]');
    expect(refusal(() => serdeOf('JSON', schemaOf(INTEGER), { VALUE_DELIMITER: '|' })).message).toContain(
      'VALUE_DELIMITER',
    );
    expect(refusal(() => serdeOf('JSON', schemaOf(array(map(INTEGER, INTEGER))))).message).toContain('STRING keys');
  });
});

describe('windowed keys', () => {
  const key = new Uint8Array([1, 2, 3]);

  it('puts the start after a time-windowed key', () => {
    const bytes = serializeTimeWindowedKey(key, 258);
    expect([...bytes]).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 0, 1, 2]);
    expect(deserializeTimeWindowedKey(bytes, 10)).toEqual({ key, window: { startMs: 258, endMs: 268 } });
  });

  it('puts end and start after a session-windowed key', () => {
    const bytes = serializeSessionWindowedKey(key, { startMs: 1, endMs: 2 });
    expect([...bytes]).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(deserializeSessionWindowedKey(bytes)).toEqual({ key, window: { startMs: 1, endMs: 2 } });
  });

  it('refuses keys that are too short', () => {
    expect(refusal(() => deserializeTimeWindowedKey(new Uint8Array(7), 1)).code).toBe('DESERIALIZATION');
    expect(refusal(() => deserializeSessionWindowedKey(new Uint8Array(15))).code).toBe('DESERIALIZATION');
  });
});
