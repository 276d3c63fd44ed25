/** Reading by template gives what reading one by one gives, whatever the texts are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_BYTES, type ByteSpans } from '../common/bytes.ts';
import { WeirError } from '../common/errors.ts';
import { BIGINT, BOOLEAN, DATE, DOUBLE, INTEGER, VARCHAR, type Row } from '../common/sql-type.ts';
import { encodeUtf8 } from '../common/utf8.ts';
import type { PersistenceSchema, RowSerde } from './format.ts';
import { JsonScanner } from './json-scan.ts';
import { FORMATS } from './registry.ts';
import { SchemaRegistry } from './schema-registry.ts';

const COLUMNS = [
  { name: 'I', type: INTEGER },
  { name: 'B', type: BIGINT },
  { name: 'D', type: DOUBLE },
  { name: 'S', type: VARCHAR },
  { name: 'T', type: BOOLEAN },
  { name: 'Y', type: DATE },
];
const SCHEMA: PersistenceSchema = { columns: COLUMNS, isKey: false, features: new Set() };

function serdeOf(wanted?: readonly boolean[]): RowSerde {
  const context = { subject: 't-value', topic: 't', registry: new SchemaRegistry() };
  return FORMATS.JSON.serde(SCHEMA, { name: 'JSON', properties: {} }, context, { wanted });
}

/** Packed into one buffer, with other bytes around them. */
function pack(texts: readonly (Uint8Array | null)[]): ByteSpans {
  const starts = new Int32Array(texts.length);
  const lengths = new Int32Array(texts.length);
  const bytes: number[] = [34];
  for (const [i, text] of texts.entries()) {
    starts[i] = bytes.length;
    lengths[i] = text?.length ?? -1;
    bytes.push(...(text ?? []));
  }
  return { bytes: Uint8Array.from([...bytes, 125, 125]), starts, lengths };
}

type Answer = Row | null | string;

function byTemplate(serde: RowSerde, texts: readonly (Uint8Array | null)[]): Answer[] {
  const out: (Row | null | WeirError)[] = [];
  serde.deserializeSpans?.(pack(texts), 0, texts.length, out);
  return out.map((one) => (one instanceof WeirError ? one.message : one));
}

function oneByOne(serde: RowSerde, texts: readonly (Uint8Array | null)[]): Answer[] {
  return texts.map((text) => {
    try {
      return text === null ? null : serde.deserialize(text);
    } catch (error) {
      if (error instanceof WeirError) return error.message;
      throw error;
    }
  });
}

const number = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat(99_999)).map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom('-0', '-0.0', '0.1', '01', '1.', '.5', '1e5', '1E-3', '-', '0.000000000000001', '123456789012345678'),
);
const value = fc.oneof(
  { weight: 4, arbitrary: number },
  { weight: 4, arbitrary: fc.string({ maxLength: 50 }).map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => JSON.stringify(text)) },
  fc.constantFrom('true', 'false', 'null', 'nul', '"', '"\\u0041\\n"', '"\\x"', '"a\tb"', '{"a":[1]}', '[]', '""'),
);
const layout = fc.record({
  names: fc.uniqueArray(fc.constantFrom('I', 'B', 'D', 'S', 'T', 'Y', 'i', 's', 'X', 'é', '"q"', '1'), {
    maxLength: 8,
  }),
  space: fc.constantFrom('', ' ', '\n\t'),
});
/** Columns of their own types, mostly, so that templates fit. */
const fitting = fc.record({
  I: fc.integer().map(String),
  B: fc.integer({ min: -(10 ** 12), max: 10 ** 12 }).map(String),
  D: fc.oneof(number, fc.constant('12.5')),
  S: fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)),
  T: fc.constantFrom('true', 'false', 'null'),
  Y: fc.nat(40_000).map(String),
});

const texts = fc
  .tuple(
    layout,
    fc.array(fc.tuple(fitting, fc.array(value, { maxLength: 2 }), fc.option(layout, { freq: 8 })), {
      minLength: 1,
      maxLength: 30,
    }),
  )
  .map(([usual, rows]) =>
    rows.map(([values, odd, other]): Uint8Array => {
      const { names, space } = other ?? usual;
      const known: Readonly<Record<string, string>> = values;
      const fields = names.map(
        (name, i) => `${JSON.stringify(name)}:${space}${odd[i] ?? known[name.toUpperCase()] ?? '0'}`,
      );
      return encodeUtf8(`${space}{${fields.join(`,${space}`)}${space}}`);
    }),
  );
const damaged = fc
  .tuple(texts, fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(255)), { maxLength: 4 }))
  .map(([list, hits]) => {
    const result: (Uint8Array | null)[] = list.map((text) => text.slice());
    for (const [which, where, byte] of hits) {
      const text = result[which % result.length];
      if (text === undefined || text === null) continue;
      if (where % 5 === 0)
        result[which % result.length] = where % 2 === 0 ? null : text.slice(0, where % (text.length + 1));
      else text[where % text.length] = byte;
    }
    return result;
  });
const wantings = fc.option(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), { nil: undefined });

describe('reading by template', () => {
  it('gives what reading one by one gives', () => {
    fc.assert(
      fc.property(fc.array(damaged, { minLength: 1, maxLength: 4 }), wantings, (batches, wanted) => {
        const serde = serdeOf(wanted);
        const plain = serdeOf(wanted);
        for (const batch of batches) expect(byTemplate(serde, batch)).toEqual(oneByOne(plain, batch));
      }),
      { numRuns: 400 },
    );
  });

  it('reads what looks like the text that it learned from, and nothing else', () => {
    const scanner = new JsonScanner(COLUMNS);
    const scan = (text: string): Row | undefined => {
      const bytes = encodeUtf8(text);
      return scanner.scan(bytes, 0, bytes.length);
    };
    expect(scan('{"I":1}')).toBeUndefined();
    scanner.learn(encodeUtf8('{"I": 1, "X": {"a": 2}, "S": "x" }'), () => [0, -1, 3]);
    expect(scan('{"I": -7, "X": "\\u00e9", "S": "y" }')).toEqual([-7, null, null, 'y', null, null]);
    expect(scan('{"I": null, "X": -1.5e+3, "S": null }')).toEqual([null, null, null, null, null, null]);
    for (const other of [
      '{"I":1, "X": 1, "S": "y" }',
      '{"I": 1, "X": 1, "S": "y" }}',
      '{"I": 1, "X": 1, "S": "y" ',
      '{"I": 1.5, "X": 1, "S": "y" }',
      '{"I": 3000000000, "X": 1, "S": "y" }',
      '{"I": 1, "X": 01, "S": "y" }',
      '{"I": 1, "X": [1], "S": "y" }',
      '{"I": 1, "X": 1, "S": 5 }',
    ]) {
      expect(scan(other)).toBeUndefined();
    }
  });

  it('learns nothing from a text of which it could not read a column, or with a name twice', () => {
    const nested = new JsonScanner([{ name: 'A', type: { kind: 'BYTES' } }]);
    nested.learn(encodeUtf8('{"A":"eA=="}'), () => [0]);
    const twice = new JsonScanner(COLUMNS);
    twice.learn(encodeUtf8('{"I":1,"I":2}'), () => [0, 0]);
    expect([nested.hasTemplate, twice.hasTemplate]).toEqual([false, false]);
    expect(nested.scan(EMPTY_BYTES, 0, 0)).toBeUndefined();
  });
});
