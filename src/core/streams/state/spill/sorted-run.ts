/**
 * A run: entries in ascending order of their keys, written once to scratch pages and never changed.
 *
 *     run   = block*                          over its pages, without regard to where one ends
 *     block = entry*                          at least `BLOCK_BYTES`, but for the last
 *     entry = keyLength varint | valueLength varint (-1: deleted) | key | value
 *
 * Only the first key of each block and a filter of all keys stay in memory. A look-up asks the filter, finds the one block
 * that may hold the key by binary search, and walks through it.
 */
import { compareBytes } from '../../../common/bytes.ts';
import { assert } from '../../../common/errors.ts';
import { sizeOfVarint, VarintReader, writeVarint } from '../../../common/varint.ts';
import { BloomFilter, bloomHash } from './bloom-filter.ts';
import type { ScratchPages } from './scratch-pages.ts';

export const BLOCK_BYTES = 4 * 1024;
/** What an array of bytes costs beside its bytes. */
const OBJECT_BYTES = 100;

export interface ByteEntry {
  readonly key: Uint8Array;
  /** Null where the key was deleted. */
  readonly value: Uint8Array | null;
}

export class RunWriter {
  readonly #pages: ScratchPages;
  readonly #blockBytes: number;
  readonly #taken: number[] = [];
  readonly #page: Uint8Array;
  readonly #firstKeys: Uint8Array[] = [];
  readonly #blockStarts: number[] = [];
  #hashes = new Int32Array(256);
  #pageFill = 0;
  #position = 0;
  #count = 0;
  #lastKey: Uint8Array | undefined;

  constructor(pages: ScratchPages, blockBytes = BLOCK_BYTES) {
    this.#pages = pages;
    this.#blockBytes = blockBytes;
    this.#page = new Uint8Array(pages.pageBytes);
  }

  get sizeBytes(): number {
    return this.#position;
  }

  /** Takes the next entry, whose key is larger than the one before. */
  add(key: Uint8Array, value: Uint8Array | null): void {
    assert(this.#lastKey === undefined || compareBytes(this.#lastKey, key) < 0, 'a run is written in order');
    this.#lastKey = key;
    const blockStart = this.#blockStarts[this.#blockStarts.length - 1];
    if (blockStart === undefined || this.#position - blockStart >= this.#blockBytes) {
      this.#firstKeys.push(key.slice());
      this.#blockStarts.push(this.#position);
    }
    if (this.#count === this.#hashes.length) {
      const grown = new Int32Array(this.#count * 2);
      grown.set(this.#hashes);
      this.#hashes = grown;
    }
    this.#hashes[this.#count++] = bloomHash(key);
    const valueLength = value === null ? -1 : value.length;
    const head = new Uint8Array(sizeOfVarint(key.length) + sizeOfVarint(valueLength));
    writeVarint(head, writeVarint(head, 0, key.length), valueLength);
    this.#write(head);
    this.#write(key);
    if (value !== null) this.#write(value);
  }

  /** @param id tells the run from others of its tree */
  finish(id: number): SortedRun {
    this.#flushPage();
    assert(this.#lastKey !== undefined, 'a run has an entry');
    return new SortedRun({
      id,
      pages: this.#pages,
      taken: this.#taken,
      sizeBytes: this.#position,
      count: this.#count,
      firstKeys: this.#firstKeys,
      blockStarts: this.#blockStarts,
      lastKey: this.#lastKey.slice(),
      filter: new BloomFilter(this.#hashes, this.#count),
    });
  }

  /** Gives up what was written. */
  abandon(): void {
    this.#pages.release(this.#taken);
    this.#taken.length = 0;
  }

  #write(bytes: Uint8Array): void {
    this.#position += bytes.length;
    for (let from = 0; from < bytes.length;) {
      if (this.#pageFill === this.#page.length) this.#flushPage();
      const count = Math.min(bytes.length - from, this.#page.length - this.#pageFill);
      this.#page.set(bytes.subarray(from, from + count), this.#pageFill);
      this.#pageFill += count;
      from += count;
    }
  }

  #flushPage(): void {
    if (this.#pageFill === 0) return;
    const page = this.#pages.take();
    this.#taken.push(page);
    this.#pages.write(page, this.#page.subarray(0, this.#pageFill));
    this.#pageFill = 0;
  }
}

interface RunParts {
  readonly id: number;
  readonly pages: ScratchPages;
  readonly taken: readonly number[];
  readonly sizeBytes: number;
  readonly count: number;
  readonly firstKeys: readonly Uint8Array[];
  readonly blockStarts: readonly number[];
  readonly lastKey: Uint8Array;
  readonly filter: BloomFilter;
}

export class SortedRun {
  readonly id: number;
  readonly sizeBytes: number;
  /** Bytes of its index and filter. */
  readonly memoryBytes: number;
  readonly count: number;
  readonly lastKey: Uint8Array;
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.sizeBytes = parts.sizeBytes;
    this.count = parts.count;
    this.lastKey = parts.lastKey;
    this.memoryBytes = parts.firstKeys.reduce(
      (sum, key) => sum + key.length + OBJECT_BYTES,
      parts.filter.sizeBytes + OBJECT_BYTES,
    );
  }

  get blockCount(): number {
    return this.#parts.blockStarts.length;
  }

  /** The value, null where the key was deleted, undefined where the run says nothing of it. */
  get(
    key: Uint8Array,
    hash: number,
    readBlock: (run: SortedRun, block: number) => Uint8Array,
  ): Uint8Array | null | undefined {
    if (!this.#parts.filter.mayContain(hash)) return undefined;
    const block = this.blockOf(key);
    if (block < 0) return undefined;
    const cursor = new BlockCursor(readBlock(this, block));
    for (; cursor.isValid; cursor.next()) {
      const order = cursor.compareKey(key);
      if (order === 0) return cursor.value();
      if (order > 0) return undefined;
    }
    return undefined;
  }

  /** The last block that begins at or before the key; -1 when there is none. */
  blockOf(key: Uint8Array): number {
    const { firstKeys } = this.#parts;
    let low = 0;
    let high = firstKeys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes(firstKeys[middle] as Uint8Array, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  readBlock(block: number): Uint8Array {
    const { pages, taken, blockStarts, sizeBytes } = this.#parts;
    const start = blockStarts[block];
    assert(start !== undefined, 'a run has the block that is read');
    const bytes = new Uint8Array((blockStarts[block + 1] ?? sizeBytes) - start);
    for (let done = 0; done < bytes.length;) {
      const at = start + done;
      const offset = at % pages.pageBytes;
      const count = Math.min(bytes.length - done, pages.pageBytes - offset);
      const page = taken[Math.floor(at / pages.pageBytes)];
      assert(page !== undefined, 'a run has a page for each of its bytes');
      pages.read(page, offset, bytes.subarray(done, done + count));
      done += count;
    }
    return bytes;
  }

  /** Its pages are free for others. */
  release(): void {
    this.#parts.pages.release(this.#parts.taken);
  }
}

/** Walks through the entries of a block. Keys and values are views of its bytes. */
export class BlockCursor {
  isValid = true;
  readonly #reader: VarintReader;
  #keyStart = 0;
  #keyLength = 0;
  #valueLength = 0;

  constructor(bytes: Uint8Array) {
    this.#reader = new VarintReader(bytes, 0);
    this.next();
  }

  next(): void {
    const reader = this.#reader;
    if (reader.position >= reader.bytes.length) {
      this.isValid = false;
      return;
    }
    this.#keyLength = reader.varint();
    this.#valueLength = reader.varint();
    this.#keyStart = reader.position;
    reader.position += this.#keyLength + Math.max(0, this.#valueLength);
  }

  key(): Uint8Array {
    return this.#reader.bytes.subarray(this.#keyStart, this.#keyStart + this.#keyLength);
  }

  value(): Uint8Array | null {
    if (this.#valueLength < 0) return null;
    const start = this.#keyStart + this.#keyLength;
    return this.#reader.bytes.subarray(start, start + this.#valueLength);
  }

  /** As `compareBytes(key(), other)`. */
  compareKey(other: Uint8Array): number {
    const { bytes } = this.#reader;
    const length = Math.min(this.#keyLength, other.length);
    for (let i = 0; i < length; i++) {
      const difference = (bytes[this.#keyStart + i] as number) - (other[i] as number);
      if (difference !== 0) return difference;
    }
    return this.#keyLength - other.length;
  }
}
