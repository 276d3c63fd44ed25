/** Arithmetic, comparisons and casts against models: bigint for whole numbers, exact fractions for decimals. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, type DecimalType, type SqlValue } from '../../common/sql-type.ts';
import { BIGINT_MAX, BIGINT_MIN, normalizeBigint } from '../../common/values/bigint.ts';
import { ExactDecimal, fromUnscaled, unscaled } from '../../common/values/decimal-text.ts';
import { castValue, compiled } from './testing.ts';

const OPERATORS = ['+', '-', '*', '/', '%'] as const;
const COMPARISONS = ['=', '<>', '<', '<=', '>', '>='] as const;

const int32 = fc.oneof(fc.integer(), fc.constantFrom(-2147483648, 2147483647, 0, 1, -1));
const int64 = fc.oneof(
  fc.bigInt({ min: BIGINT_MIN, max: BIGINT_MAX }),
  fc.bigInt({ min: -100n, max: 100n }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
  fc.bigInt({ min: -(2n ** 53n) - 3n, max: -(2n ** 53n) + 3n }),
  fc.constantFrom(BIGINT_MIN, BIGINT_MAX),
);

function whole(operator: (typeof OPERATORS)[number], a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0n ? undefined : a / b;
    case '%':
      return b === 0n ? undefined : a % b;
  }
}

const orError = (action: () => SqlValue): SqlValue | undefined => {
  try {
    return action();
  } catch {
    return undefined;
  }
};

describe.each(OPERATORS)('whole %s', (operator) => {
  const ints = compiled(`A ${operator} B`, { A: 'INT', B: 'INT' });
  const longs = compiled(`A ${operator} B`, { A: 'BIGINT', B: 'BIGINT' });
  it('wraps at 32 bits', () => {
    fc.assert(
      fc.property(int32, int32, (a, b) => {
        const model = whole(operator, BigInt(a), BigInt(b));
        const expected = model === undefined ? undefined : Number(BigInt.asIntN(32, model));
        expect(orError(() => ints.evaluate([a, b]))).toBe(expected);
      }),
    );
  });
  it.each([1, -1, 3, 2147483647])('is the same with the literal %i', (literal) => {
    const withLiteral = compiled(`A ${operator} ${literal}`, { A: 'INT' });
    fc.assert(
      fc.property(int32, (a) => {
        expect(withLiteral.evaluate([a])).toBe(ints.evaluate([a, literal]));
      }),
    );
  });
  it('wraps at 64 bits, in the one representation', () => {
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        const model = whole(operator, a, b);
        const expected = model === undefined ? undefined : normalizeBigint(model);
        expect(orError(() => longs.evaluate([normalizeBigint(a), normalizeBigint(b)]))).toBe(expected);
      }),
    );
  });
});

describe.each(COMPARISONS)('comparison %s', (operator) => {
  const holds = (order: number): boolean => {
    switch (operator) {
      case '=':
        return order === 0;
      case '<>':
        return order !== 0;
      case '<':
        return order < 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '>=':
        return order >= 0;
    }
  };
  it('of BIGINT, DOUBLE and DECIMAL is exact, but for a BIGINT that meets a DOUBLE and is one', () => {
    const types = ['BIGINT', 'DOUBLE', 'DECIMAL(40, 0)'] as const;
    for (const left of types) {
      for (const right of types) {
        const node = compiled(`A ${operator} B`, { A: left, B: right });
        const hold = (value: bigint, type: (typeof types)[number]): { value: SqlValue; exact: bigint } => {
          if (type === 'BIGINT') return { value: normalizeBigint(value), exact: value };
          if (type === 'DOUBLE') return { value: Number(value), exact: BigInt(Number(value)) };
          return { value: fromUnscaled(value, 0), exact: value };
        };
        fc.assert(
          fc.property(int64, fc.oneof(int64, fc.constant(undefined)), (x, other) => {
            const a = hold(x, left);
            const b = hold(other ?? x, right);
            // A DOUBLE stands for its shortest text against a DECIMAL: its exact value only while that is short
            if (left !== right && (left === 'DOUBLE' || right === 'DOUBLE') && (left.length > 6 || right.length > 6)) {
              fc.pre(a.exact > -(2n ** 53n) && a.exact < 2n ** 53n && b.exact > -(2n ** 53n) && b.exact < 2n ** 53n);
            }
            const doubles = [left, right].includes('DOUBLE') && !`${left} ${right}`.includes('DECIMAL');
            const [l, r] = doubles ? [Number(a.exact), Number(b.exact)] : [a.exact, b.exact];
            const order = l < r ? -1 : l > r ? 1 : 0;
            expect(node.evaluate([a.value, b.value])).toBe(holds(order));
          }),
          { numRuns: 60 },
        );
      }
    }
  });
});

const decimalType = fc
  .tuple(fc.integer({ min: 1, max: 18 }), fc.integer({ min: 0, max: 18 }))
  .map(([precision, scale]) => decimal(precision, Math.min(precision, scale)));

const decimalOf = (type: DecimalType): fc.Arbitrary<bigint> => {
  const bound = 10n ** BigInt(type.precision) - 1n;
  return fc.oneof(fc.bigInt({ min: -bound, max: bound }), fc.constantFrom(0n, bound, -bound));
};

const text = (type: DecimalType): string => `DECIMAL(${type.precision}, ${type.scale})`;

describe.each(OPERATORS)('decimal %s', (operator) => {
  it('is the exact fraction, at the scale of the result and within its precision', () => {
    const operands = fc
      .tuple(decimalType, decimalType)
      .chain(([left, right]) =>
        fc.record({ left: fc.constant(left), right: fc.constant(right), a: decimalOf(left), b: decimalOf(right) }),
      );
    fc.assert(
      fc.property(operands, ({ left, right, a, b }) => {
        const node = compiled(`A ${operator} B`, { A: text(left), B: text(right) });
        const result = orError(() => node.evaluate([fromUnscaled(a, left.scale), fromUnscaled(b, right.scale)]));
        if (b === 0n && (operator === '/' || operator === '%')) {
          expect(result).toBeUndefined();
          return;
        }
        const type = node.type;
        if (type?.kind !== 'DECIMAL' || !ExactDecimal.isDecimal(result)) throw new Error('a DECIMAL is expected');
        expect(result.decimalPlaces()).toBeLessThanOrEqual(type.scale);
        const got = unscaled(result, type.scale);
        expect(got > -(10n ** BigInt(type.precision)) && got < 10n ** BigInt(type.precision)).toBe(true);
        expect(got).toBe(model(operator, { a, b, left, right }, type.scale));
      }),
    );
  });
});

interface Operands {
  readonly a: bigint;
  readonly b: bigint;
  readonly left: DecimalType;
  readonly right: DecimalType;
}

/** The unscaled result, rounded half away from zero. */
function model(operator: (typeof OPERATORS)[number], { a, b, left, right }: Operands, scale: number): bigint {
  const common = Math.max(left.scale, right.scale);
  const x = a * 10n ** BigInt(common - left.scale);
  const y = b * 10n ** BigInt(common - right.scale);
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return a * b;
    case '%':
      return x % y;
    case '/': {
      const numerator = x * 10n ** BigInt(scale);
      const magnitude = (abs(numerator) * 2n + abs(y)) / (abs(y) * 2n);
      return numerator < 0n !== y < 0n ? -magnitude : magnitude;
    }
  }
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

describe('casts', () => {
  it('of whole numbers to text and back change nothing', () => {
    fc.assert(
      fc.property(int64, (value) => {
        const held = normalizeBigint(value);
        expect(castValue(castValue(held, 'BIGINT', 'STRING'), 'STRING', 'BIGINT')).toBe(held);
      }),
    );
  });
  it('of doubles to text and back change nothing', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(castValue(castValue(value, 'DOUBLE', 'STRING'), 'STRING', 'DOUBLE')).toBe(value);
      }),
    );
  });
  it('of BIGINT to INTEGER and to a wide DECIMAL are modular and exact', () => {
    fc.assert(
      fc.property(int64, (value) => {
        const held = normalizeBigint(value);
        expect(castValue(held, 'BIGINT', 'INT')).toBe(Number(BigInt.asIntN(32, value)));
        expect(castValue(castValue(held, 'BIGINT', 'DECIMAL(19, 0)'), 'DECIMAL(19, 0)', 'BIGINT')).toBe(held);
      }),
    );
  });
  it('of times to text and back change nothing', () => {
    const timestamp = fc.integer({ min: -62135596800000, max: 253402300799999 });
    fc.assert(
      fc.property(timestamp, (value) => {
        expect(castValue(castValue(value, 'TIMESTAMP', 'STRING'), 'STRING', 'TIMESTAMP')).toBe(value);
        const days = Math.floor(value / 86400000);
        expect(castValue(castValue(days, 'DATE', 'STRING'), 'STRING', 'DATE')).toBe(days);
        expect(castValue(value, 'TIMESTAMP', 'DATE')).toBe(days);
      }),
    );
  });
  it('between DECIMALs round half away from zero, or fail', () => {
    const operands = fc
      .tuple(decimalType, decimalType)
      .chain(([from, to]) => fc.record({ from: fc.constant(from), to: fc.constant(to), value: decimalOf(from) }));
    fc.assert(
      fc.property(operands, ({ from, to, value }) => {
        const result = orError(() => castValue(fromUnscaled(value, from.scale), text(from), text(to)));
        const expected = rescaled(value, from.scale, to.scale);
        if (abs(expected) >= 10n ** BigInt(to.precision)) expect(result).toBeUndefined();
        else expect(ExactDecimal.isDecimal(result) && unscaled(result, to.scale)).toBe(expected);
      }),
    );
  });
});

function rescaled(value: bigint, from: number, to: number): bigint {
  if (to >= from) return value * 10n ** BigInt(to - from);
  const unit = 10n ** BigInt(from - to);
  const magnitude = (abs(value) * 2n + unit) / (unit * 2n);
  return value < 0n ? -magnitude : magnitude;
}
