/** Every pair of types under CAST: which casts there are, as ksqlDB has them, at every depth; and that others are refused. */
import { describe, expect, it } from 'vitest';
import { WeirError } from '../../common/errors.ts';
import { castCanFail, castSuggestion } from './cast.ts';
import { castValue, typeFromText } from './testing.ts';

const TYPES: Readonly<Record<string, string>> = {
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
};

/** `+` from the row's type to the column's; `!` the same, and a value may not fit. */
const CASTS = `
      BO IT BI DO DE ST YT DA TI TS
  BO  +  .  .  .  .  +  .  .  .  .
  IT  .  +  +  +  !  +  .  .  .  .
  BI  .  +  +  +  !  +  .  .  .  .
  DO  .  +  +  +  !  +  .  .  .  .
  DE  .  +  +  +  +  +  .  .  .  .
  ST  !  !  !  !  !  +  .  !  !  !
  YT  .  .  .  .  .  .  +  .  .  .
  DA  .  .  .  .  .  +  .  +  .  +
  TI  .  .  .  .  .  +  .  .  +  .
  TS  .  .  .  .  .  +  .  +  +  +
`;

const pairs = (): { from: string; to: string; cell: string }[] => {
  const [header = [], ...rows] = CASTS.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([from = '', ...cells]) =>
    cells.map((cell, i) => ({ from: TYPES[from] ?? '', to: TYPES[header[i] ?? ''] ?? '', cell })),
  );
};

const NESTINGS: readonly ((type: string) => string)[] = [
  (type) => type,
  (type) => `ARRAY<${type}>`,
  (type) => `MAP<${type}, ${type}>`,
  (type) => `STRUCT<F ARRAY<${type}>, G STRING>`,
];

function refusal(from: string, to: string): WeirError | undefined {
  try {
    castValue(null, from, to);
    return undefined;
  } catch (error) {
    if (error instanceof WeirError) return error;
    throw error;
  }
}

describe('CAST', () => {
  it('has each pair once', () => {
    expect(pairs()).toHaveLength(Object.keys(TYPES).length ** 2);
  });

  it.each(pairs())('from $from to $to: $cell', ({ from, to, cell }) => {
    for (const nest of NESTINGS) {
      const [source, target] = [nest(from), nest(to)];
      const error = refusal(source, target);
      expect(error?.code, `${source} to ${target}`).toBe(cell === '.' ? 'INVALID_CAST' : undefined);
      const types = [typeFromText(source), typeFromText(target)] as const;
      expect(castSuggestion('X', ...types) === undefined, `a suggestion of ${source} to ${target}`).toBe(cell === '.');
      if (error !== undefined) {
        expect(error.span).toBeDefined();
        expect(error.hint).toMatch(/./);
        expect(Object.keys(error.details)).toEqual(['from', 'to']);
      }
    }
    if (cell !== '.') expect(castCanFail(typeFromText(from), typeFromText(to))).toBe(cell === '!');
  });

  it.each(Object.values(TYPES))('keeps %s and collections apart', (type) => {
    for (const collection of ['ARRAY<INT>', 'MAP<STRING, INT>', 'STRUCT<A INT>']) {
      expect(refusal(type, collection)?.code).toBe('INVALID_CAST');
      expect(refusal(collection, type)?.code).toBe(type === 'STRING' ? undefined : 'INVALID_CAST');
    }
  });
});
