import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { array, BIGINT, BOOLEAN, decimal, DOUBLE, INTEGER, struct, VARCHAR, type Row } from '../../common/sql-type.ts';
import { Memory } from '../../streams/state/packing.ts';
import { rowPacking } from './row-packing.ts';

const ID = [{ name: 'ID', type: VARCHAR }];
const types = [
  INTEGER,
  BIGINT,
  DOUBLE,
  BOOLEAN,
  VARCHAR,
  struct([
    { name: 'S', type: VARCHAR },
    { name: 'N', type: BIGINT },
  ]),
];
const columns = types.map((type) => ({ type }));

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

describe('row packing', () => {
  const packing = rowPacking(ID, columns);

  it('gives back the rows that it took, each in as many bytes as it said', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
        const sizes = rows.map((one) => packing?.sizeOf(one) ?? 0);
        const memory = new Memory(sizes.reduce((sum, size) => sum + size, 3));
        let at = 3;
        for (const [i, one] of rows.entries()) {
          packing?.pack(one, memory, at);
          at += sizes[i] ?? 0;
        }
        at = 3;
        const read = rows.map((_, i) => {
          const one = packing?.unpack(memory, at);
          at += sizes[i] ?? 0;
          return one;
        });
        // toStrictEqual tells -0 from 0
        expect(read).toStrictEqual(rows);
      }),
    );
  });

  it('leaves long texts alone, in structs too', () => {
    const long = 'x'.repeat(200);
    expect(packing?.sizeOf([1, 2, 3, true, long, null])).toBe(-1);
    expect(packing?.sizeOf([1, 2, 3, true, '', [long, 1]])).toBe(-1);
  });

  it('is not for values that grow in place, nor for keys with several bytes for one value', () => {
    expect(rowPacking(ID, [{ type: array(INTEGER) }])).toBeUndefined();
    expect(rowPacking(ID, [{ type: struct([{ name: 'A', type: array(INTEGER) }]) }])).toBeUndefined();
    expect(rowPacking(ID, [{ type: decimal(4, 2) }])).toBeUndefined();
    expect(rowPacking([{ name: 'ID', type: DOUBLE }], columns)).toBeUndefined();
    expect(rowPacking([{ name: 'ID', type: struct([]) }], columns)).toBeUndefined();
  });
});
