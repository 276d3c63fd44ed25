/**
 * A BIGINT is 64-bit two's complement. It is held as a `number` while it is a safe integer and as a `bigint` beyond,
 * never both, so that `===` and Map keys work. Everything that makes a BIGINT goes through here.
 */
export type Bigint64 = number | bigint;

export const BIGINT_MIN = -(2n ** 63n);
export const BIGINT_MAX = 2n ** 63n - 1n;

const SAFE_MIN = BigInt(Number.MIN_SAFE_INTEGER);
const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** Wraps to 64 bits and chooses the representation. */
export function normalizeBigint(value: bigint): Bigint64 {
  const wrapped = BigInt.asIntN(64, value);
  return wrapped >= SAFE_MIN && wrapped <= SAFE_MAX ? Number(wrapped) : wrapped;
}

export function toBigint(value: Bigint64): bigint {
  return typeof value === 'bigint' ? value : BigInt(value);
}

const INTEGER_TEXT = /^[+-]?\d+$/;

/** `Long.parseLong`: an optional sign and digits, within 64 bits. Undefined where Java would throw. */
export function parseBigint(text: string): Bigint64 | undefined {
  if (!INTEGER_TEXT.test(text)) return undefined;
  if (text.length <= 15) return Number(text) || 0;
  const value = BigInt(text.charCodeAt(0) === 43 ? text.slice(1) : text);
  return value < BIGINT_MIN || value > BIGINT_MAX ? undefined : normalizeBigint(value);
}

/** `Integer.parseInt`: an optional sign and digits, within 32 bits. Undefined where Java would throw. */
export function parseInteger(text: string): number | undefined {
  if (!INTEGER_TEXT.test(text)) return undefined;
  const value = Number(text) || 0;
  return value === (value | 0) ? value : undefined;
}
