import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../sql/functions/registry.ts';
import { parseExpression } from '../../sql/parse.ts';
import type { AnalyzerContext } from '../analyzer/context.ts';
import { Catalog } from '../catalog.ts';
import { Config } from '../config.ts';
import { ANY_WINDOW, startsWithin, windowBounds } from './window-bounds.ts';

const CONTEXT: AnalyzerContext = {
  catalog: new Catalog(),
  functions: createRegistry(),
  functionContext: { config: {}, nowMs: () => 0, random: () => 0 },
  config: new Config(),
};
const MAX = Number.MAX_SAFE_INTEGER;

const bounds = (where: string) => {
  const { start, end } = windowBounds(parseExpression(where), CONTEXT);
  return [start.fromMs, start.toMs, end.fromMs, end.toMs];
};

describe('windowBounds', () => {
  it.each([
    ['WINDOWSTART = 5', [5, 5, 0, MAX]],
    ['5 <= WINDOWSTART AND WINDOWEND < 2 * 10', [5, MAX, 0, 20]],
    ['WINDOWSTART BETWEEN 3 AND 9', [3, 9, 0, MAX]],
    ['WINDOWSTART = 5 OR WINDOWSTART = 50', [5, 50, 0, MAX]],
    ['WINDOWSTART > 5 AND (A = 1 OR WINDOWEND > 7)', [5, MAX, 0, MAX]],
    ['WINDOWSTART > 9 AND WINDOWSTART < 5', [9, 5, 0, MAX]],
  ])('of %s', (where, expected) => {
    expect(bounds(where)).toEqual(expected);
  });

  it.each(['A = 1', 'WINDOWSTART <> 5', 'NOT (WINDOWSTART = 5)', 'WINDOWSTART = A', 'WINDOWSTART NOT BETWEEN 1 AND 2'])(
    'knows none from %s',
    (where) => {
      expect(bounds(where)).toEqual([0, MAX, 0, MAX]);
    },
  );

  it('turns into bounds of the start where windows have a size', () => {
    const within = (where: string) => startsWithin(windowBounds(parseExpression(where), CONTEXT), 10);
    expect(within('WINDOWEND > 25 AND WINDOWSTART <= 40')).toEqual({ fromMs: 15, toMs: 40 });
    expect(within('WINDOWEND <= 25')).toEqual({ fromMs: 0, toMs: 15 });
    expect(startsWithin(ANY_WINDOW, 10)).toEqual({ fromMs: 0, toMs: MAX });
  });
});
