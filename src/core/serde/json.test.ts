import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../common/testing.ts';
import { WeirError } from '../common/errors.ts';
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
  struct,
  TIMESTAMP,
  VARCHAR,
  type Row,
  type SqlType,
} from '../common/sql-type.ts';
import { ExactDecimal } from '../common/values/decimal-text.ts';
import type { PersistenceSchema, RowSerde, SerdeContext } from './format.ts';
import { isBalanced } from './json-batch.ts';
import { SchemaRegistry } from './schema-registry.ts';
import { FORMATS } from './registry.ts';
import { schemaOf } from './testing.ts';

const context: SerdeContext = {
  subject: 't-value',
  topic: 't',
  registry: new SchemaRegistry(),
};
const utf8 = new TextEncoder();
const text = new TextDecoder();

function serdeOf(schema: PersistenceSchema, wanted?: boolean[]): RowSerde {
  return FORMATS.JSON.serde(schema, { name: 'JSON', properties: {} }, context, { wanted });
}
function read(type: SqlType, json: string): unknown {
  return serdeOf(schemaOf({ V: type })).deserialize(utf8.encode(`{"V":${json}}`))?.[0];
}

describe('reading JSON', () => {
  it.each<[SqlType, string, unknown]>([
    [INTEGER, '1', 1],
    [INTEGER, '1.9', 1],
    [INTEGER, '-1.9', -1],
    [INTEGER, '"12"', 12],
    [INTEGER, '2147483648', -2147483648],
    [INTEGER, '9223372036854775807', -1],
    [INTEGER, '-0', 0],
    [BIGINT, '9223372036854775807', 9223372036854775807n],
    [BIGINT, '9007199254740993', 9007199254740993n],
    [BIGINT, '"9223372036854775807"', 9223372036854775807n],
    [BIGINT, '9223372036854775808', -9223372036854775808n],
    [BIGINT, '1e3', 1000],
    [BIGINT, '1e17', 100000000000000000n],
    [BIGINT, '12345678901234567890.9', -6101065172474983726n],

    [DOUBLE, '1', 1],
    [DOUBLE, '"1.5"', 1.5],
    [DOUBLE, '"NaN"', NaN],
    [DOUBLE, '1e400', Infinity],
    [VARCHAR, '"x"', 'x'],
    [VARCHAR, '10', '10'],
    [VARCHAR, '1.10', '1.10'],
    [VARCHAR, '1e5', '1E+5'],
    [VARCHAR, '0.0000001', '1E-7'],
    [VARCHAR, '1.5e-3', '0.0015'],
    [VARCHAR, '9223372036854775808', '9223372036854775808'],
    [VARCHAR, 'true', 'true'],
    [VARCHAR, '{"b":1,"a":[1.0,{"d":null,"c":2}]}', '{"b":1,"a":[1.0,{"d":null,"c":2}]}'],
    [VARCHAR, '[]', '[]'],
    [BOOLEAN, 'false', false],
    [DATE, '10', 10],
    [DATE, '"10"', 10],
    [TIMESTAMP, '1234567890123', 1234567890123],
    [BIGINT, 'null', null],
  ])('as %j: %s', (type, json, expected) => {
    expect(read(type, json)).toEqual(expected);
  });

  it('keeps every digit of a DECIMAL', () => {
    const read21 = (json: string): string => (read(decimal(21, 19), json) as { toFixed(): string }).toFixed();
    expect(read21('10.1234512345123451234')).toBe('10.1234512345123451234');
    expect(read21('"10.1234512345123451234"')).toBe('10.1234512345123451234');
    expect(read21('10.1')).toBe('10.1');
    expect((read(decimal(20, 0), '12345678901234567890') as { toFixed(): string }).toFixed()).toBe(
      '12345678901234567890',
    );
  });

  it.each<[SqlType, string, string]>([
    [INTEGER, '"x"', "$.V: expected INTEGER, found the string 'x'"],
    [INTEGER, 'true', '$.V: expected INTEGER, found the boolean true'],
    [BIGINT, '"9223372036854775808"', '$.V: expected BIGINT'],
    [BOOLEAN, '"true"', '$.V: expected BOOLEAN'],
    [DATE, '"2020-01-01"', '$.V: expected DATE'],
    [decimal(4, 2), '100', '$.V: 100 is too large for DECIMAL(4, 2)'],
    [decimal(4, 2), '1.234', '$.V: 1.234 has 3 digits'],
    [BYTES, '"!"', '$.V: expected BYTES'],
    [array(struct([{ name: 'A', type: INTEGER }])), '[{"A":1},{"A":[]}]', '$.V[1].A: expected INTEGER, found an array'],
    [map(VARCHAR, INTEGER), '{"k":"z"}', '$.V["k"]: expected INTEGER'],
    [struct([]), '1', '$.V: expected an object'],
  ])('refuses as %j: %s', (type, json, message) => {
    const error = refusal(() => read(type, json));
    expect(error.code).toBe('DESERIALIZATION');
    expect(error.message).toContain(message);
    expect(error.message).toContain("the value of topic 't'");
  });

  it('matches fields by exact name, then in upper case, the last one counting', () => {
    const serde = serdeOf(schemaOf({ A: INTEGER, b: INTEGER, CONSTRUCTOR: INTEGER, ['constructor']: INTEGER }));
    const row = (json: string): Row | null => serde.deserialize(utf8.encode(json));
    expect(row('{"a":1,"B":2}')).toEqual([1, null, null, null]);
    expect(row('{"A":1,"b":2}')).toEqual([1, 2, null, null]);
    expect(row('{"a":1,"A":2}')).toEqual([2, null, null, null]);
    expect(row('{"A":2,"a":1}')).toEqual([2, null, null, null]);
    expect(row('{"a":"bad","A":2}')).toEqual([2, null, null, null]);
    expect(row('{"a":5}')).toEqual([5, null, null, null]);
    expect(row('{"a":null,"a":7}')).toEqual([7, null, null, null]);
    expect(row('{}')).toEqual([null, null, null, null]);
    expect(row('{"constructor":3,"__proto__":{"A":1}}')).toEqual([null, null, null, 3]);
    expect(row('null')).toBeNull();
  });

  it('reads only wanted columns', () => {
    const serde = serdeOf(schemaOf({ A: INTEGER, B: INTEGER }), [false, true]);
    expect(serde.deserialize(utf8.encode('{"A":"not a number","B":2}'))).toEqual([null, 2]);
  });

  it('reads unwrapped singles', () => {
    const serde = serdeOf(schemaOf({ A: array(DOUBLE) }, 'UNWRAP_SINGLES'));
    expect(serde.deserialize(utf8.encode('[1.5,null]'))).toEqual([[1.5, null]]);
    expect(serde.deserialize(utf8.encode('null'))).toBeNull();
    expect(serde.serialize([null])).toBeNull();
  });
});

describe('writing JSON', () => {
  it('writes as Jackson does', () => {
    const schema = schemaOf({
      I: INTEGER,
      L: BIGINT,
      D: DOUBLE,
      N: decimal(6, 4),
      S: VARCHAR,
      B: BYTES,
      A: array(DOUBLE),
      M: map(VARCHAR, BIGINT),
      T: struct([{ name: 'x"', type: BOOLEAN }]),
      Z: VARCHAR,
    });
    const bytes = serdeOf(schema).serialize([
      1,
      9223372036854775807n,
      1e10,
      new ExactDecimal('10'),
      'a"\n\u00e9',
      new Uint8Array([1, 2]),
      [10, NaN],
      new Map([['k', 1]]),
      [true],
      null,
    ]);
    expect(text.decode(bytes ?? undefined)).toBe(
      '{"I":1,"L":9223372036854775807,"D":1.0E10,"N":10.0000,"S":"a\\"\\n\u00e9","B":"AQI=","A":[10.0,"NaN"],' +
        '"M":{"k":1},"T":{"x\\"":true},"Z":null}',
    );
  });

  it('names the column of a value that does not belong', () => {
    const serde = serdeOf(schemaOf({ A: array(INTEGER) }));
    expect(refusal(() => serde.serialize([5])).code).toBe('SERIALIZATION');
    expect(refusal(() => serde.serialize([5])).message).toContain('$.A: expected an array');
  });
});

describe('reading many at once', () => {
  const answers = (serde: RowSerde, values: readonly (Uint8Array | null)[]): unknown[] => {
    const out: (Row | null | WeirError)[] = [];
    serde.deserializeBatch(values, out);
    return out.map((answer) => (answer instanceof WeirError ? answer.message : answer));
  };
  const oneByOne = (serde: RowSerde, values: readonly (Uint8Array | null)[]): unknown[] =>
    values.map((bytes) => {
      if (bytes === null) return null;
      try {
        return serde.deserialize(bytes);
      } catch (error) {
        return error instanceof WeirError ? error.message : error;
      }
    });

  const pieces = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '1',
      '"A"',
      '"A":1',
      '{"A":1}',
      '\n',
      '{"A":[1',
      '2]}',
      '"a',
      'b"',
      '\\',
      ' ',
      'null',
    ],
  );
  const piecewise = fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join(''));
  const wellFormed = fc.constantFrom(
    ...[
      '{"A":1}',
      '{"a":2,"B":"[{"}',
      '{"B":"x"}',
      '{}',
      '{"A":[1,2]}',
      '{"B":"\\"}{"}',
      '{"A":9223372036854775807}',
      'null',
      '7',
    ],
  );
  const values = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: wellFormed },
      { weight: 3, arbitrary: piecewise },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    { maxLength: 6 },
  );

  it.each<[string, PersistenceSchema]>([
    ['wrapped', schemaOf({ A: BIGINT, B: VARCHAR })],
    ['bare', schemaOf({ A: BIGINT }, 'UNWRAP_SINGLES')],
    ['bare array', schemaOf({ A: array(VARCHAR) }, 'UNWRAP_SINGLES')],
    ['decimals', schemaOf({ A: decimal(38, 2), B: VARCHAR })],
  ])('answers as one by one: %s', (_name, schema) => {
    fc.assert(
      fc.property(values, (texts) => {
        const bytes = texts.map((json) => (json === null ? null : utf8.encode(json)));
        expect(answers(serdeOf(schema), bytes)).toEqual(oneByOne(serdeOf(schema), bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('is not shifted by texts that add up to the right count', () => {
    const serde = serdeOf(schemaOf({ A: array(INTEGER) }));
    const texts = ['{"A":[{}', '{}]}', '{},{}', '{"A":[1]}'];
    const bytes = texts.map((json) => utf8.encode(json));
    expect(answers(serde, bytes)).toEqual(oneByOne(serde, bytes));
    expect(answers(serde, bytes)[3]).toEqual([[1]]);
  });

  it('answers across chunks, with nulls, bad UTF-8 and broken texts in between', () => {
    const serde = serdeOf(schemaOf({ A: INTEGER }));
    const bytes = Array.from({ length: 5000 }, (_, i) => {
      if (i % 1001 === 7) return null;
      if (i === 1500) return utf8.encode('{"A":');
      if (i === 3333) return new Uint8Array([0x7b, 0xff, 0x7d]);
      return utf8.encode(`{"A":${i}}`);
    });
    expect(answers(serde, bytes)).toEqual(oneByOne(serde, bytes));
  });

  it('tells balanced texts', () => {
    const balanced = (json: string): boolean => isBalanced(utf8.encode(json));
    expect(balanced('{"a":[1,{"b":"]"}]}')).toBe(true);
    for (const json of ['', '1,2', '[1', '2]', '"a', '{},{}', '"\\"']) expect(balanced(json)).toBe(false);
  });
});
