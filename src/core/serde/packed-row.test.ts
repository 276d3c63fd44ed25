import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Row } from '../common/sql-type.ts';
import { describeBytes } from './json-bridge.ts';
import { PACKED_ROW, PackedRows, readPackedRow } from './packed-row.ts';

const bigint = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
);
const shortText = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }));
const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 6 });
const row: fc.Arbitrary<Row> = fc.tuple(
  orNull(fc.integer()),
  orNull(bigint),
  orNull(fc.double()),
  orNull(fc.boolean()),
  orNull(shortText),
  orNull(fc.tuple(orNull(shortText), orNull(bigint))),
);

const packing = new PackedRows(6);

function memoryOf(bytes: Uint8Array) {
  return { bytes, view: new DataView(bytes.buffer) };
}

/** As it stands in a changelog. */
function packed(one: Row): Uint8Array {
  const bytes = new Uint8Array(1 + packing.sizeOf(one));
  bytes[0] = PACKED_ROW;
  packing.pack(one, memoryOf(bytes), 1);
  return bytes;
}

it('gives back the rows that it took, each in as many bytes as it said', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
      const sizes = rows.map((one) => packing.sizeOf(one));
      const memory = memoryOf(new Uint8Array(sizes.reduce((sum, size) => sum + size, 3)).fill(170));
      let at = 3;
      for (const [i, one] of rows.entries()) {
        packing.pack(one, memory, at);
        at += sizes[i] ?? 0;
      }
      at = 3;
      const read = rows.map((_, i) => {
        expect(packing.sizeAt(memory, at)).toBe(sizes[i]);
        const one = packing.unpack(memory, at);
        at += sizes[i] ?? 0;
        return one;
      });
      // toStrictEqual tells -0 from 0
      expect(read).toStrictEqual(rows);
    }),
  );
});

it('gives the same bytes for the same row, whatever lay there', () => {
  fc.assert(
    fc.property(row, fc.nat(255), (one, rubbish) => {
      const memory = memoryOf(new Uint8Array(packing.sizeOf(one)).fill(rubbish));
      packing.pack(one, memory, 0);
      expect([PACKED_ROW, ...memory.bytes]).toEqual([...packed(one)]);
    }),
  );
});

it('is told from other bytes, and shown as a list', () => {
  fc.assert(
    fc.property(row, (one) => {
      const bytes = packed(one);
      expect(readPackedRow(bytes)).toStrictEqual(one);
      expect(readPackedRow(bytes.subarray(0, bytes.length - 1))).toBeUndefined();
      expect(readPackedRow(bytes.subarray(1))).toBeUndefined();
    }),
  );
  const { kind, text } = describeBytes(packed([1, 2n ** 60n, 0.5, true, 'Ω', ['a', null]]));
  expect([kind, text]).toEqual(['row', '[1,1152921504606846976,0.5,true,"Ω",["a",null]]']);
});

it('leaves long texts alone, in structs too', () => {
  const long = 'x'.repeat(200);
  expect(packing.sizeOf([1, 2, 3, true, long, null])).toBe(-1);
  expect(packing.sizeOf([1, 2, 3, true, '', [long, 1]])).toBe(-1);
});
