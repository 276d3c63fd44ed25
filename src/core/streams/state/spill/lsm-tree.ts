/**
 * An ordered map of bytes that is larger than memory: a log-structured merge tree, as RocksDB is one under Kafka Streams.
 *
 * What is put goes into the memtable. When that is full it is written to scratch as a sorted run; a deletion is written as
 * well, since it hides entries of older runs. A look-up asks the memtable and then the runs, newest first; a scan merges
 * them. Blocks that were read are cached.
 *
 * Runs are merged by size: beginning with the newest, a run is taken along as long as it is not more than `TIER_RATIO`
 * times as large as those before it together, and four or more are merged into one. So an entry is written anew about once per tier.
 * A merge that includes the oldest run leaves deleted entries out. Merging is done in small portions, in proportion to
 * what was put, so that no record waits for a long one; inputs serve look-ups until their merge is complete.
 *
 * `dropBefore` ends what lies before a key at once: such entries are hidden, runs that hold nothing else are given back, and
 * merges leave them out.
 */
import { compareBytes } from '../../../common/bytes.ts';
import { LruCache } from '../../../common/lru-cache.ts';
import { bloomHash } from './bloom-filter.ts';
import { Memtable } from './memtable.ts';
import { entriesFrom, mergeEntries } from './run-merge.ts';
import type { ScratchPages } from './scratch-pages.ts';
import { RunWriter, type ByteEntry, type SortedRun } from './sorted-run.ts';

export interface LsmOptions {
  readonly pages: ScratchPages;
  /** Bytes of the memtable and the cached blocks together. */
  readonly memoryBytes: number;
  /** Default 4 KiB. */
  readonly blockBytes?: number | undefined;
}

interface Merge {
  readonly inputs: readonly SortedRun[];
  readonly entries: Iterator<ByteEntry, undefined>;
  readonly writer: RunWriter;
  readonly keepsDeletions: boolean;
}

const TIER_RATIO = 1.5;
const MIN_MERGED_RUNS = 4;
const MAX_RUNS = 16;
const MAX_MEMTABLE_BYTES = 16 * 1024 * 1024;
const MIN_MERGE_PORTION_BYTES = 256 * 1024;
/** Bytes that are merged for each byte that is put: more than the number of tiers. */
const MERGE_FACTOR = 12;
/** Of one run. */
const MAX_BLOCKS = 2 ** 24;
const MIN_CHUNK_ENTRIES = 16;
const MAX_CHUNK_ENTRIES = 512;

export class LsmTree {
  readonly #options: LsmOptions;
  readonly #memtable = new Memtable();
  readonly #memtableBytes: number;
  /** Blocks by run and index. */
  readonly #cache: LruCache<number, Uint8Array>;
  #nextRunId = 0;
  /** Newest first. */
  #runs: SortedRun[] = [];
  #merge: Merge | undefined;
  #floor: Uint8Array | undefined;

  constructor(options: LsmOptions) {
    this.#options = options;
    this.#memtableBytes = Math.min(MAX_MEMTABLE_BYTES, options.memoryBytes / 4);
    this.#cache = new LruCache(options.memoryBytes / 2);
  }

  /** Of memtable, cache, indexes and filters. */
  get memoryBytes(): number {
    const indexBytes = this.#runs.reduce((sum, run) => sum + run.memoryBytes, 0);
    return this.#memtable.memoryBytes + this.#cache.cost + indexBytes;
  }

  /** Bytes of its runs. */
  get spilledBytes(): number {
    return this.#runs.reduce((sum, run) => sum + run.sizeBytes, 0);
  }

  get runCount(): number {
    return this.#runs.length;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    if (this.#floor !== undefined && compareBytes(key, this.#floor) < 0) return undefined;
    const recent = this.#memtable.get(key);
    if (recent !== undefined) return recent ?? undefined;
    if (this.#runs.length === 0) return undefined;
    const hash = bloomHash(key);
    for (const run of this.#runs) {
      const found = run.get(key, hash, this.#readBlock);
      if (found !== undefined) return found ?? undefined;
    }
    return undefined;
  }

  /** Keeps both arrays; they must not change. Keys before what was dropped are not taken. */
  put(key: Uint8Array, value: Uint8Array): void {
    this.#write(key, value);
  }

  delete(key: Uint8Array): void {
    this.#write(key, null);
  }

  /**
   * The entries with `from <= key < to` in order, as of when each is asked for: the tree may change meanwhile. Undefined is
   * unbounded.
   */
  *scan(from: Uint8Array | undefined, to: Uint8Array | undefined): Generator<{ key: Uint8Array; value: Uint8Array }> {
    let start = from;
    let isAfter = false;
    for (let limit = MIN_CHUNK_ENTRIES; ; limit = Math.min(limit * 2, MAX_CHUNK_ENTRIES)) {
      const chunk = this.#collect(start, isAfter, to, limit);
      yield* chunk;
      const last = chunk[chunk.length - 1];
      if (last === undefined || chunk.length < limit) return;
      start = last.key;
      isAfter = true;
    }
  }

  /** Drops all entries whose key is before this one. None is put there any more. */
  dropBefore(key: Uint8Array): void {
    if (this.#floor !== undefined && compareBytes(key, this.#floor) <= 0) return;
    this.#floor = key;
  }

  /** Writes a full memtable out and gets on with merging. No scan is under way. */
  settle(): void {
    this.#dropRuns();
    if (this.#memtable.memoryBytes > this.#memtableBytes) this.#flush();
  }

  close(): void {
    this.#merge?.writer.abandon();
    this.#merge = undefined;
    for (const run of this.#runs) run.release();
    this.#runs = [];
    this.#memtable.clear();
  }

  readonly #readBlock = (run: SortedRun, block: number): Uint8Array => {
    const name = run.id * MAX_BLOCKS + block;
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    const bytes = run.readBlock(block);
    this.#cache.set(name, bytes, bytes.length);
    return bytes;
  };

  #write(key: Uint8Array, value: Uint8Array | null): void {
    if (this.#floor !== undefined && compareBytes(key, this.#floor) < 0) return;
    this.#memtable.put(key, value);
    if (this.#memtable.memoryBytes > 2 * this.#memtableBytes) this.#flush();
  }

  #collect(
    from: Uint8Array | undefined,
    isAfter: boolean,
    to: Uint8Array | undefined,
    limit: number,
  ): { key: Uint8Array; value: Uint8Array }[] {
    const floor = this.#floor;
    const isBelow = from === undefined || (floor !== undefined && compareBytes(from, floor) < 0);
    const start = isBelow ? floor : from;
    const sources = [this.#memtable.from(start), ...this.#runs.map((run) => entriesFrom(run, start, this.#readBlock))];
    const found: { key: Uint8Array; value: Uint8Array }[] = [];
    for (const { key, value } of mergeEntries(sources)) {
      if (to !== undefined && compareBytes(key, to) >= 0) break;
      if (value === null || (isAfter && from !== undefined && compareBytes(key, from) === 0)) continue;
      found.push({ key, value });
      if (found.length >= limit) break;
    }
    return found;
  }

  #flush(): void {
    const { pages, blockBytes } = this.#options;
    const portionBytes = this.#memtable.memoryBytes;
    const keepsDeletions = this.#runs.length > 0;
    let writer: RunWriter | undefined;
    for (const { key, value } of this.#memtable.from(this.#floor)) {
      if (value === null && !keepsDeletions) continue;
      writer ??= new RunWriter(pages, blockBytes);
      writer.add(key, value);
    }
    this.#memtable.clear();
    if (writer !== undefined) this.#runs.unshift(writer.finish(this.#nextRunId++));
    this.#mergeSome(Math.max(MIN_MERGE_PORTION_BYTES, portionBytes * MERGE_FACTOR));
    while (this.#runs.length > MAX_RUNS && this.#merge !== undefined) this.#mergeSome(Infinity);
  }

  #mergeSome(portionBytes: number): void {
    let left = portionBytes;
    while (left > 0) {
      this.#merge ??= this.#startMerge();
      const merge = this.#merge;
      if (merge === undefined) return;
      const { entries, writer, keepsDeletions } = merge;
      while (left > 0) {
        const entry = entries.next().value;
        if (entry === undefined) {
          this.#completeMerge(merge);
          break;
        }
        const { key, value } = entry;
        left -= key.length + (value?.length ?? 0);
        if (value === null && !keepsDeletions) continue;
        if (this.#floor !== undefined && compareBytes(key, this.#floor) < 0) continue;
        writer.add(key, value);
      }
    }
  }

  /** Picks the runs that are to become one. */
  #startMerge(): Merge | undefined {
    const inputs: SortedRun[] = [];
    let sizeBytes = 0;
    for (const run of this.#runs) {
      if (inputs.length >= 2 && run.sizeBytes > TIER_RATIO * sizeBytes) break;
      inputs.push(run);
      sizeBytes += run.sizeBytes;
    }
    const isDue = inputs.length >= MIN_MERGED_RUNS || (this.#runs.length > MAX_RUNS && inputs.length >= 2);
    if (!isDue) return undefined;
    const { pages, blockBytes } = this.#options;
    const read = (run: SortedRun, block: number): Uint8Array => run.readBlock(block);
    return {
      inputs,
      entries: mergeEntries(inputs.map((run) => entriesFrom(run, this.#floor, read))),
      writer: new RunWriter(pages, blockBytes),
      keepsDeletions: inputs.length < this.#runs.length,
    };
  }

  #completeMerge({ inputs, writer }: Merge): void {
    this.#merge = undefined;
    const first = this.#runs.indexOf(inputs[0] as SortedRun);
    const merged = writer.sizeBytes > 0 ? [writer.finish(this.#nextRunId++)] : [];
    this.#runs.splice(first, inputs.length, ...merged);
    for (const run of inputs) run.release();
  }

  /** Gives runs back that lie wholly before what was dropped. */
  #dropRuns(): void {
    const floor = this.#floor;
    if (floor === undefined) return;
    const isKept = (run: SortedRun): boolean =>
      compareBytes(run.lastKey, floor) >= 0 || this.#merge?.inputs.includes(run) === true;
    if (this.#runs.every(isKept)) return;
    for (const run of this.#runs) if (!isKept(run)) run.release();
    this.#runs = this.#runs.filter(isKept);
  }
}
