/**
 * The unmatched rows of a join in the scratch file. Entry: side (1 byte, 1 = left), timestamp (8 bytes), key's bytes; the rows,
 * each with its length (4 bytes) before it, as in the changelog. Rows are taken from the front, which leaves
 * deletions there: where a side's first entry may lie is remembered, so that no look walks through them again.
 */
import { compareBytes, readInt64, readUint32 } from '../../../common/bytes.ts';
import type { ChangelogRecord, Spill, StoreSize } from '../store-builder.ts';
import { ChangeBuffer } from './change-buffer.ts';
import { KeyWriter, LENGTH_BYTES, prefixEnd, TIME_BYTES } from './composite-key.ts';
import { LsmTree } from './lsm-tree.ts';

export interface StoredUnmatched {
  readonly timestamp: number;
  readonly keyBytes: Uint8Array;
  readonly rows: Uint8Array;
}

const SIDE_BYTES = 1;

export class SpilledUnmatched {
  readonly changes: ChangeBuffer;
  readonly #tree: LsmTree;
  readonly #first = { left: sidePrefix(true), right: sidePrefix(false) };
  #rowCount = 0;

  constructor(notesChanges: boolean, { pages, budgetBytes }: Spill) {
    this.#tree = new LsmTree({ pages, memoryBytes: budgetBytes });
    this.changes = new ChangeBuffer(notesChanges);
  }

  /** Adds a row to those of its side, time and key. */
  append(isLeft: boolean, timestamp: number, keyBytes: Uint8Array, row: Uint8Array): void {
    const present = this.#tree.get(treeKey(isLeft, timestamp, keyBytes));
    const rows = new KeyWriter((present?.length ?? 0) + LENGTH_BYTES + row.length);
    if (present !== undefined) rows.append(present);
    const { bytes } = rows.int32(row.length).append(row);
    this.set(isLeft, timestamp, keyBytes, bytes);
    this.changes.note(unmatchedKey(isLeft, timestamp, keyBytes), bytes, timestamp);
  }

  remove(isLeft: boolean, timestamp: number, keyBytes: Uint8Array): void {
    if (this.#tree.get(treeKey(isLeft, timestamp, keyBytes)) === undefined) return;
    this.set(isLeft, timestamp, keyBytes, null);
    this.changes.note(unmatchedKey(isLeft, timestamp, keyBytes), null, timestamp);
  }

  /** Replaces all rows of that side, time and key, unnoted; null is none. Keeps the array. */
  set(isLeft: boolean, timestamp: number, keyBytes: Uint8Array, rows: Uint8Array | null): void {
    const key = treeKey(isLeft, timestamp, keyBytes);
    const present = this.#tree.get(key);
    if (present !== undefined) this.#rowCount -= countRows(present);
    if (rows === null) {
      if (present !== undefined) this.#tree.delete(key);
      return;
    }
    this.#rowCount += countRows(rows);
    this.#tree.put(key, rows);
    const side = isLeft ? 'left' : 'right';
    if (compareBytes(key, this.#first[side]) < 0) this.#first[side] = key;
  }

  /** A side's entry with the smallest timestamp, and of those with the smallest key. */
  first(isLeft: boolean): StoredUnmatched | undefined {
    const side = isLeft ? 'left' : 'right';
    for (const { key, value } of this.#tree.scan(this.#first[side], prefixEnd(sidePrefix(isLeft)))) {
      this.#first[side] = key;
      return { timestamp: readInt64(key, SIDE_BYTES), keyBytes: key.subarray(SIDE_BYTES + TIME_BYTES), rows: value };
    }
    return undefined;
  }

  *dump(): IterableIterator<ChangelogRecord> {
    for (const { key, value } of this.#tree.scan(undefined, undefined)) {
      const timestamp = readInt64(key, SIDE_BYTES);
      yield { key: unmatchedKey(key[0] === 1, timestamp, key.subarray(SIDE_BYTES + TIME_BYTES)), value, timestamp };
    }
  }

  size(): StoreSize {
    const { memoryBytes, spilledBytes } = this.#tree;
    return { entries: this.#rowCount, memoryBytes, spilledBytes };
  }

  settle(): void {
    this.#tree.settle();
  }

  close(): void {
    this.#tree.close();
  }
}

/** The changelog's key: timestamp (8 bytes), side (1 byte, 1 = left), key. */
export function unmatchedKey(isLeft: boolean, timestamp: number, keyBytes: Uint8Array): Uint8Array {
  return new KeyWriter(TIME_BYTES + SIDE_BYTES + keyBytes.length)
    .time(timestamp)
    .byte(isLeft ? 1 : 0)
    .append(keyBytes).bytes;
}

function treeKey(isLeft: boolean, timestamp: number, keyBytes: Uint8Array): Uint8Array {
  return new KeyWriter(SIDE_BYTES + TIME_BYTES + keyBytes.length)
    .byte(isLeft ? 1 : 0)
    .time(timestamp)
    .append(keyBytes).bytes;
}

function sidePrefix(isLeft: boolean): Uint8Array {
  return Uint8Array.of(isLeft ? 1 : 0);
}

function countRows(rows: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < rows.length; at += LENGTH_BYTES + readUint32(rows, at)) count++;
  return count;
}
