/**
 * Every pair of types under every operator that compares: what is allowed is as ksqlDB has it, everything else is refused
 * with a code, both types, and a hint that leads somewhere.
 */
import { describe, expect, it } from 'vitest';
import { WeirError } from '../../common/errors.ts';
import { compiled, type Columns } from './testing.ts';

const TYPES: Columns = {
  BO: 'BOOLEAN',
  IT: 'INT',
  BI: 'BIGINT',
  DO: 'DOUBLE',
  DE: 'DECIMAL(4, 2)',
  ST: 'STRING',
  YT: 'BYTES',
  DA: 'DATE',
  TI: 'TIME',
  TS: 'TIMESTAMP',
  AR: 'ARRAY<INT>',
  MA: 'MAP<STRING, INT>',
  SU: 'STRUCT<A INT, B STRING>',
};

/** `+` all operators, `=` equality alone, `.` none: the row's type on the left, the column's on the right. */
const COMPARABLE = `
      BO IT BI DO DE ST YT DA TI TS AR MA SU
  BO  =  .  .  .  .  .  .  .  .  .  .  .  .
  IT  .  +  +  +  +  .  .  .  .  .  .  .  .
  BI  .  +  +  +  +  .  .  .  .  .  .  .  .
  DO  .  +  +  +  +  .  .  .  .  .  .  .  .
  DE  .  +  +  +  +  .  .  .  .  .  .  .  .
  ST  .  .  .  .  .  +  .  +  +  +  .  .  .
  YT  .  .  .  .  .  .  +  .  .  .  .  .  .
  DA  .  .  .  .  .  +  .  +  .  +  .  .  .
  TI  .  .  .  .  .  +  .  .  +  .  .  .  .
  TS  .  .  .  .  .  +  .  +  .  +  .  .  .
  AR  .  .  .  .  .  .  .  .  .  .  =  .  .
  MA  .  .  .  .  .  .  .  .  .  .  .  =  .
  SU  .  .  .  .  .  .  .  .  .  .  .  .  =
`;

type Cell = '+' | '=' | '.';
interface Pair {
  readonly left: string;
  readonly right: string;
  readonly cell: Cell;
}

function pairs(): Pair[] {
  const [header = [], ...rows] = COMPARABLE.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([left = '', ...cells]) =>
    cells.map((cell, i) => ({ left, right: header[i] ?? '', cell: cell as Cell })),
  );
}

const EQUALITY = ['=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'];
const ORDER = ['<', '<=', '>', '>='];
const NUMBERS = ['IT', 'BI', 'DO', 'DE'];

function refusal(sql: string): WeirError | undefined {
  try {
    compiled(sql, TYPES);
    return undefined;
  } catch (error) {
    if (error instanceof WeirError) return error;
    throw error;
  }
}

/** The cast that a hint proposes, put in the place of the operand that it casts. */
function mended(sql: string, hint: string): string | undefined {
  const cast = /CAST\((\w+) AS [^.]*\)/.exec(hint);
  return cast === null ? undefined : sql.replace(new RegExp(`\\b${cast[1] ?? ''}\\b`), cast[0]);
}

function expectRefusal(sql: string, { left, right }: Pair, code: string): void {
  const error = refusal(sql);
  expect(error?.code, sql).toBe(code);
  expect(error?.span, sql).toBeDefined();
  expect(error?.message, sql).toContain(left);
  expect(error?.message, sql).toContain(right);
  const hint = error?.hint ?? '';
  expect(hint, sql).not.toBe('');
  const better = mended(sql, hint);
  if (better !== undefined) expect(refusal(better)?.message, `${sql} by its hint: ${better}`).toBeUndefined();
}

it('has each pair once', () => {
  expect(pairs()).toHaveLength(Object.keys(TYPES).length ** 2);
});

describe.each(Object.keys(TYPES))('%s', (type) => {
  const rows = pairs().filter(({ left }) => left === type);

  it.each(rows)('by equality with $right: $cell', (pair) => {
    for (const operator of EQUALITY) {
      const sql = `${pair.left} ${operator} ${pair.right}`;
      if (pair.cell === '.') expectRefusal(sql, pair, 'INCOMPARABLE_TYPES');
      else expect(refusal(sql)?.message, sql).toBeUndefined();
    }
  });

  it.each(rows)('by order with $right: $cell', (pair) => {
    for (const operator of ORDER) {
      const sql = `${pair.left} ${operator} ${pair.right}`;
      if (pair.cell !== '+') expectRefusal(sql, pair, 'INCOMPARABLE_TYPES');
      else expect(refusal(sql)?.message, sql).toBeUndefined();
    }
  });

  it.each(rows)('BETWEEN $right: $cell', (pair) => {
    for (const sql of [
      `${pair.left} BETWEEN ${pair.right} AND ${pair.right}`,
      `${pair.left} NOT BETWEEN ${pair.right} AND ${pair.right}`,
    ]) {
      if (pair.cell === '+') expect(refusal(sql)?.message, sql).toBeUndefined();
      else expect(refusal(sql)?.code, sql).toBe('INCOMPARABLE_TYPES');
    }
  });

  // IN brings its operands to one type, so that a text column is none of the dates.
  it.each(rows)('IN ($right)', (pair) => {
    const oneType = pair.left === pair.right || (NUMBERS.includes(pair.left) && NUMBERS.includes(pair.right));
    const sql = `${pair.left} IN (${pair.right})`;
    if (oneType) expect(refusal(sql)?.message, sql).toBeUndefined();
    else expectRefusal(sql, pair, 'NO_COMMON_TYPE');
  });

  it.each(rows)('LIKE $right', (pair) => {
    const sql = `${pair.left} LIKE ${pair.right}`;
    if (pair.left === 'ST' && pair.right === 'ST') expect(refusal(sql)?.message, sql).toBeUndefined();
    else expect(refusal(sql)?.code, sql).toBe('TYPE_MISMATCH');
  });

  it('with NULL is refused but for IN', () => {
    for (const operator of [...EQUALITY, ...ORDER]) {
      expect(refusal(`${type} ${operator} NULL`)?.code).toBe('COMPARISON_WITH_NULL');
      expect(refusal(`NULL ${operator} ${type}`)?.code).toBe('COMPARISON_WITH_NULL');
    }
    expect(refusal(`${type} BETWEEN NULL AND ${type}`)?.code).toBe('COMPARISON_WITH_NULL');
    expect(refusal(`${type} IN (NULL, ${type})`)).toBeUndefined();
  });
});
