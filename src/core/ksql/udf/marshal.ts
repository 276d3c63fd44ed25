/** SQL values as a script sees them, and back. Both sides are plain JSON values; a large BIGINT is `{"$big": "..."}`. */
import { Decimal } from 'decimal.js';
import { decodeBase64, encodeBase64 } from '../../common/base64.ts';
import { WeirError } from '../../common/errors.ts';
import { formatType, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { BIGINT_MAX, BIGINT_MIN, normalizeBigint } from '../../common/values/bigint.ts';
import { ensureFit } from '../../common/values/decimal.ts';
import { decimalToString, parseDecimal } from '../../common/values/decimal-text.ts';

export type ToScript = (value: SqlValue) => unknown;
export type FromScript = (value: unknown) => SqlValue;

export function toScript(type: SqlType): ToScript {
  const write = writer(type);
  return (value) => (value === null ? null : write(value));
}

function writer(type: SqlType): ToScript {
  switch (type.kind) {
    case 'BIGINT':
      return (value) => (typeof value === 'bigint' ? { $big: String(value) } : value);
    case 'DECIMAL':
      return (value) => (value instanceof Decimal ? decimalToString(value, type.scale) : value);
    case 'BYTES':
      return (value) => (value instanceof Uint8Array ? encodeBase64(value) : null);
    case 'ARRAY': {
      const element = toScript(type.element);
      return (value) => (Array.isArray(value) ? value.map(element) : null);
    }
    case 'MAP': {
      const element = toScript(type.value);
      return (value) =>
        value instanceof Map
          ? Object.fromEntries([...value].map(([k, v]): [string, unknown] => [String(k as string), element(v)]))
          : null;
    }
    case 'STRUCT': {
      const fields = type.fields.map((f) => ({ name: f.name, write: toScript(f.type) }));
      return (value) =>
        Array.isArray(value)
          ? Object.fromEntries(fields.map((f, i): [string, unknown] => [f.name, f.write(value[i] ?? null)]))
          : null;
    }
    default:
      return (value) => value;
  }
}

/** @throws WeirError TYPE_MISMATCH (from the reader) when a script gave a value of another type */
export function fromScript(type: SqlType): FromScript {
  const read = reader(type);
  return (value) => (value === null || value === undefined ? null : read(value));
}

function reader(type: SqlType): FromScript {
  const refuse = (value: unknown): never => {
    throw new WeirError(
      'TYPE_MISMATCH',
      `The function gave ${JSON.stringify(value)}, and a ${formatType(type)} is needed.`,
      {
        hint: 'Give a value of the type that the signature names.',
        details: { type: formatType(type) },
      },
    );
  };
  const whole = (value: unknown, from: bigint, to: bigint): SqlValue => {
    const big = bigOf(value) ?? (typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : refuse(value));
    return big < from || big > to ? refuse(value) : normalizeBigint(big);
  };
  switch (type.kind) {
    case 'BOOLEAN':
      return (value) => (typeof value === 'boolean' ? value : refuse(value));
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
      return (value) => whole(value, -2_147_483_648n, 2_147_483_647n);
    case 'BIGINT':
    case 'TIMESTAMP':
      return (value) => whole(value, BIGINT_MIN, BIGINT_MAX);
    case 'DOUBLE':
      return (value) => (typeof value === 'number' ? value : refuse(value));
    case 'DECIMAL':
      return (value) => {
        const decimal =
          typeof value === 'string' || typeof value === 'number' ? parseDecimal(String(value)) : undefined;
        return decimal === undefined ? refuse(value) : ensureFit(decimal, type);
      };
    case 'VARCHAR':
      return (value) => (typeof value === 'string' ? value : refuse(value));
    case 'BYTES':
      return (value) => (typeof value === 'string' ? decodeBase64(value) : undefined) ?? refuse(value);
    case 'ARRAY': {
      const element = fromScript(type.element);
      return (value) => (Array.isArray(value) ? value.map(element) : refuse(value));
    }
    case 'MAP': {
      const element = fromScript(type.value);
      return (value) =>
        isObject(value)
          ? new Map(Object.entries(value).map(([k, v]): [SqlValue, SqlValue] => [k, element(v)]))
          : refuse(value);
    }
    case 'STRUCT': {
      const fields = type.fields.map((f) => ({ name: f.name, read: fromScript(f.type) }));
      return (value) => (isObject(value) ? fields.map((f) => f.read(value[f.name])) : refuse(value));
    }
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bigOf(value: unknown): bigint | undefined {
  return isObject(value) && typeof value['$big'] === 'string' ? BigInt(value['$big']) : undefined;
}
