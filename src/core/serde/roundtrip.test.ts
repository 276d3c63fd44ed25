/** What goes in comes out, for any schema and any values, in every format. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BIGINT, BYTES, DOUBLE, INTEGER, VARCHAR, type Row, type SqlType } from '../common/sql-type.ts';
import type { WeirError } from '../common/errors.ts';
import type { FormatName, FormatProperties } from './format.ts';
import { TextOutput } from '../common/text-output.ts';
import { FORMATS } from './registry.ts';
import { SchemaRegistry } from './schema-registry.ts';
import { samples, scalarType, typeOf, valueOf, type Sample } from './testing.ts';

function expectRoundTrip(name: FormatName, { schema, rows }: Sample, properties: FormatProperties = {}): void {
  const info = { name, properties };
  const context = { subject: 't-value', topic: 't', registry: new SchemaRegistry() };
  const serde = FORMATS[name].serde(schema, info, context);
  const bytes = rows.map((row) => serde.serialize(row));
  const out: (Row | null | WeirError)[] = [];
  serde.deserializeBatch(bytes, out);
  expect(out).toEqual(rows);
  expect(bytes.map((b) => (b === null ? null : serde.deserialize(b)))).toEqual(rows);
  if (serde.write !== undefined) {
    const output = new TextOutput();
    for (const [i, row] of rows.entries()) {
      output.reset();
      expect(serde.write(row, output)).toBe(bytes[i] !== null);
      expect(output.buffer.slice(0, output.length)).toEqual(bytes[i] ?? new Uint8Array());
    }
  }
}

describe('round trips', () => {
  it.each<FormatName>(['JSON', 'JSON_SR', 'AVRO'])('%s, nulls at every depth', (name) => {
    fc.assert(fc.property(samples(typeOf(2, true), 'everywhere'), (sample) => expectRoundTrip(name, sample)));
  });

  it.each<FormatName>(['JSON', 'JSON_SR', 'AVRO'])('%s, bare keys and values', (name) => {
    for (const isKey of [true, false]) {
      const bare = samples(typeOf(1, true), 'everywhere', { isKey, isBare: true });
      fc.assert(
        fc.property(bare, (sample) => expectRoundTrip(name, sample)),
        { numRuns: 40 },
      );
    }
  });

  it.each<FormatProperties>([{ NULLABLE_REPRESENTATION: 'OPTIONAL' }, { NULLABLE_REPRESENTATION: 'WRAPPER' }])(
    'PROTOBUF %j, nulls where a field can be absent',
    (properties) => {
      for (const isKey of [true, false]) {
        const nullable = samples(typeOf(2, false), 'presence', { isKey });
        fc.assert(
          fc.property(nullable, (sample) => expectRoundTrip('PROTOBUF', sample, properties)),
          { numRuns: 40 },
        );
      }
    },
  );

  it.each<[FormatName, FormatProperties]>([
    ['PROTOBUF', {}],
    ['PROTOBUF', { NULLABLE_REPRESENTATION: 'OPTIONAL' }],
    ['PROTOBUF', { NULLABLE_REPRESENTATION: 'WRAPPER' }],
    ['PROTOBUF_NOSR', {}],
  ])('%s %j', (name, properties) => {
    fc.assert(fc.property(samples(typeOf(2, false), 'none'), (sample) => expectRoundTrip(name, sample, properties)));
  });

  it('DELIMITED: an empty string comes back as null', () => {
    fc.assert(
      fc.property(samples(scalarType, 'columns'), ({ schema, rows }) => {
        const texts = rows.map((row) =>
          row.map((value) => (value === '' || (value instanceof Uint8Array && value.length === 0) ? null : value)),
        );
        // a line of one empty field is no record at all
        const lines = texts.filter((row) => row.length > 1 || row[0] !== null);
        expectRoundTrip('DELIMITED', { schema, rows: lines });
      }),
    );
  });

  it('KAFKA', () => {
    const kafkaType = fc.constantFrom<SqlType>(INTEGER, BIGINT, DOUBLE, VARCHAR, BYTES);
    fc.assert(
      fc.property(
        kafkaType.chain((type) => fc.tuple(fc.constant(type), valueOf(type))),
        ([type, value]) => {
          const schema = { columns: [{ name: 'C', type }], isKey: true, features: new Set<never>() };
          expectRoundTrip('KAFKA', { schema, rows: [[value]] });
        },
      ),
    );
  });
});
