/**
 * Several sources of sorted entries as one: of equal keys the entry of the newest source, which is the first in the list,
 * is taken and the others are passed over.
 */
import { compareBytes } from '../../../common/bytes.ts';
import { BlockCursor, type ByteEntry, type SortedRun } from './sorted-run.ts';

export type ReadBlock = (run: SortedRun, block: number) => Uint8Array;

export type Entries = Generator<ByteEntry, undefined>;

/** Entries of a run from a key on. What it gives is a view, valid as long as the caller holds it. */
export function* entriesFrom(run: SortedRun, key: Uint8Array | undefined, readBlock: ReadBlock): Entries {
  let block = key === undefined ? 0 : Math.max(0, run.blockOf(key));
  let skips = key !== undefined;
  for (; block < run.blockCount; block++) {
    for (const cursor = new BlockCursor(readBlock(run, block)); cursor.isValid; cursor.next()) {
      if (skips && key !== undefined && cursor.compareKey(key) < 0) continue;
      skips = false;
      yield { key: cursor.key(), value: cursor.value() };
    }
  }
}

/** Deleted entries come too, with a null value. */
export function* mergeEntries(newestFirst: readonly Entries[]): Entries {
  const sources = newestFirst.map((entries) => ({ entries, head: entries.next().value }));
  for (;;) {
    let smallest: ByteEntry | undefined;
    for (const { head } of sources) {
      if (head !== undefined && (smallest === undefined || compareBytes(head.key, smallest.key) < 0)) smallest = head;
    }
    if (smallest === undefined) return undefined;
    const { key } = smallest;
    for (const source of sources) {
      if (source.head !== undefined && compareBytes(source.head.key, key) === 0)
        source.head = source.entries.next().value;
    }
    yield smallest;
  }
}
