import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryScratch } from '../../../../adapters/scratch-memory.ts';
import { compareBytes } from '../../../common/bytes.ts';
import { Random } from '../../../common/random.ts';
import { LsmTree } from './lsm-tree.ts';
import { ScratchPages } from './scratch-pages.ts';

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const bytesOf = (value: string): Uint8Array => Uint8Array.from(value, (char) => char.charCodeAt(0));

/** The naive oracle: a sorted list. */
class Model {
  readonly #entries = new Map<string, string>();
  #floor = '';

  put(key: string, value: string | null): void {
    if (key < this.#floor) return;
    if (value === null) this.#entries.delete(key);
    else this.#entries.set(key, value);
  }

  dropBefore(floor: string): void {
    if (floor > this.#floor) this.#floor = floor;
    for (const key of [...this.#entries.keys()]) if (key < this.#floor) this.#entries.delete(key);
  }

  get(key: string): string | undefined {
    return this.#entries.get(key);
  }

  scan(from: string | undefined, to: string | undefined): [string, string][] {
    return [...this.#entries]
      .filter(([key]) => (from === undefined || key >= from) && (to === undefined || key < to))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

const key = fc.string({ unit: fc.constantFrom('a', 'b', '\u0000', '\u00ff'), maxLength: 5 });
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      key,
      value: fc.string({ maxLength: 40, unit: 'binary-ascii' }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('scan' as const), from: fc.option(key), to: fc.option(key) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), key }) },
);

describe('the tree', () => {
  it('is the map that it stands for, with any memory and size of block and page', () => {
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 150 }),
        fc.constantFrom(1, 2_000, 20_000),
        fc.constantFrom(1, 64, 4096),
        fc.constantFrom(7, 100, 65_536),
        (actions, memoryBytes, blockBytes, pageBytes) => {
          const pages = new ScratchPages(new MemoryScratch(), pageBytes);
          const tree = new LsmTree({ pages, memoryBytes, blockBytes });
          const model = new Model();
          for (const act of actions) {
            if (act.do === 'put') {
              tree.put(bytesOf(act.key), bytesOf(act.value));
              model.put(act.key, act.value);
            } else if (act.do === 'delete') {
              tree.delete(bytesOf(act.key));
              model.put(act.key, null);
            } else if (act.do === 'settle') tree.settle();
            else if (act.do === 'drop') {
              tree.dropBefore(bytesOf(act.key));
              model.dropBefore(act.key);
            } else {
              const [from, to] = [act.from ?? undefined, act.to ?? undefined];
              const found = [
                ...tree.scan(from === undefined ? from : bytesOf(from), to === undefined ? to : bytesOf(to)),
              ];
              expect(found.map(({ key: k, value }) => [text(k), text(value)])).toEqual(model.scan(from, to));
            }
            if ('key' in act) {
              const found = tree.get(bytesOf(act.key));
              expect(found === undefined ? undefined : text(found)).toBe(model.get(act.key));
            }
          }
          tree.close();
          expect(pages.usedCount).toBe(0);
        },
      ),
    );
  });

  it('stays within its memory, merges its runs, and gives their pages back', () => {
    const file = new MemoryScratch();
    const pages = new ScratchPages(file);
    const tree = new LsmTree({ pages, memoryBytes: 200_000 });
    const random = new Random(1);
    const model = new Map<string, number>();
    let mostBytes = 0;
    let mostRuns = 0;
    for (let i = 0; i < 60_000; i++) {
      const name = `key-${random.nextInt(20_000)}`;
      tree.put(bytesOf(name), bytesOf(String(i)));
      model.set(name, i);
      if (i % 500 === 0) tree.settle();
      mostBytes = Math.max(mostBytes, tree.memoryBytes);
      mostRuns = Math.max(mostRuns, tree.runCount);
    }
    expect(mostBytes).toBeLessThan(300_000);
    expect(mostRuns).toBeLessThanOrEqual(17);
    const found = [...tree.scan(undefined, undefined)];
    expect(found.map(({ key: k, value }) => [text(k), Number(text(value))])).toEqual(
      [...model].sort(([a], [b]) => compareBytes(bytesOf(a), bytesOf(b))),
    );
    // Every entry was written anew a few times over, and what was replaced is not kept for ever.
    const liveBytes = [...model].reduce((sum, [name, value]) => sum + name.length + String(value).length, 0);
    expect(tree.spilledBytes).toBeLessThan(3 * liveBytes);
    expect(file.sizeBytes).toBeLessThan(8 * liveBytes + 2_000_000);
    tree.close();
    expect(file.sizeBytes).toBe(0);
  });

  it('lets a scan go on while it changes', () => {
    const tree = new LsmTree({ pages: new ScratchPages(new MemoryScratch()), memoryBytes: 1 });
    for (let i = 0; i < 100; i++) tree.put(bytesOf(`k${String(i).padStart(3, '0')}`), bytesOf('x'));
    const seen: string[] = [];
    for (const { key: k } of tree.scan(undefined, undefined)) {
      seen.push(text(k));
      tree.delete(k);
      tree.put(bytesOf('k000'), bytesOf('again'));
    }
    expect(seen).toHaveLength(100);
    expect([...tree.scan(undefined, undefined)].map(({ key: k }) => text(k))).toEqual(['k000']);
  });
});
