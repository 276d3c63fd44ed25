import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  found,
  levelsOf,
  MAX_LEVELS,
  stacked,
  stepped,
  type Box,
  type LaneContent,
  type Mark,
  type Move,
  type Scene,
} from './scene.ts';

const mark = (seq: number, timeMs: number, row = 0): Mark => ({
  ...{ seq, timeMs, row, glyph: 'dot', hue: 0, tag: undefined, key: 'a' },
  ...{ topic: 't', partition: 0, offset: seq },
});
const box = (fromMs: number, level = 0): Box => ({
  ...{
    id: String(fromMs),
    fromMs,
    toMs: fromMs + 10,
    closesAtMs: fromMs + 10,
    isOpen: true,
    text: '',
    older: undefined,
    hue: 0,
    level,
  },
});
const lane = (id: string, marks: readonly Mark[], boxes: readonly Box[] = []): LaneContent => ({
  ...{ id, label: id, key: id, hue: 0, marks, boxes, links: [] },
});

function scene(lanes: readonly LaneContent[], rowNames: readonly string[] = []): Scene {
  const group = { task: 0, label: '', streamTimeMs: 0, bands: [], lanes };
  return { ...stacked([group], rowNames), axis: 'time', domain: { fromMs: 0, toMs: 100 }, home: undefined };
}

function walk(at: Scene, moves: readonly Move[]): readonly (string | number | undefined)[] {
  let item = stepped(at, undefined, 'right');
  return moves.map((move) => {
    item = stepped(at, item, move);
    return item?.kind === 'mark' ? item.mark.seq : item?.box.id;
  });
}

describe('lanes', () => {
  it('lie one below the other, each as high as what it holds', () => {
    const { lanes, height } = scene([lane('a', [mark(0, 1)], [box(0), box(5, 1)]), lane('b', [mark(1, 1)])]);
    const [a, b] = lanes;
    expect(b?.y).toBe((a?.y ?? 0) + (a?.height ?? 0));
    expect(a?.height).toBeGreaterThan(b?.height ?? 0);
    expect(height).toBe((b?.y ?? 0) + (b?.height ?? 0));
  });
});

describe('levelsOf', () => {
  it('puts windows that follow each other in one row, and those that overlap in several', () => {
    const at = (fromMs: number, toMs: number) => ({ fromMs, toMs });
    expect(levelsOf([at(0, 10), at(10, 20), at(20, 30)])).toEqual([0, 0, 0]);
    expect(levelsOf([at(0, 10), at(5, 15), at(10, 20)])).toEqual([0, 1, 0]);
    expect(levelsOf([at(5, 15), at(0, 10)])).toEqual([1, 0]);
  });

  it('lets no two in a row overlap, as long as there are rows', () => {
    const spans = fc.array(
      fc
        .record({ fromMs: fc.nat(200), size: fc.integer({ min: 1, max: 30 }) })
        .map(({ fromMs, size }) => ({ fromMs, toMs: fromMs + size })),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(spans, (all) => {
        const levels = levelsOf(all);
        for (const [i, a] of all.entries()) {
          expect(levels[i]).toBeLessThan(MAX_LEVELS);
          for (const [j, b] of all.entries()) {
            if (i >= j || levels[i] !== levels[j] || levels[i] === MAX_LEVELS - 1) continue;
            expect(a.toMs <= b.fromMs || b.toMs <= a.fromMs).toBe(true);
          }
        }
      }),
    );
  });
});

describe('moving by keys', () => {
  const two = scene([
    lane('a', [mark(0, 1), mark(2, 8), mark(1, 20)], [box(0), box(10), box(20)]),
    lane('b', [mark(3, 9)]),
  ]);

  it('begins at the end of the first lane, and goes along the records by their time', () => {
    expect(walk(two, ['left', 'left', 'left', 'right', 'last', 'first'])).toEqual([2, 0, 0, 2, 1, 0]);
  });

  it('goes along the windows, from the one that holds the record', () => {
    expect(walk(two, ['left', 'boxRight', 'boxRight', 'boxLeft', 'left'])).toEqual([2, '0', '10', '0', '0']);
  });

  it('goes to the nearest record of the next lane, and no further than the last', () => {
    expect(walk(two, ['first', 'down', 'down', 'up'])).toEqual([0, 3, 3, 2]);
  });

  it('goes from one side of a join to the other', () => {
    const join = scene([lane('a', [mark(0, 1, 0), mark(1, 2, 1), mark(2, 9, 0)])], ['L', 'R']);
    expect(walk(join, ['first', 'down', 'up', 'up'])).toEqual([0, 1, 0, 0]);
  });

  it('finds a record again after the scene was made anew, and not one that is gone', () => {
    const at = stepped(two, undefined, 'right');
    expect(found(scene([lane('a', [mark(1, 20)])]), at)).toMatchObject({ mark: { seq: 1 } });
    expect(found(scene([lane('a', [mark(7, 20)])]), at)).toBeUndefined();
  });
});
