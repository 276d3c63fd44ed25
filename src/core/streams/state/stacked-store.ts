/**
 * What the stores of tables have in common: metered(changeLogging(inMemory)), as Kafka Streams stacks them, and metered(spilled)
 * from when the store has outgrown its budget (`spill/`). Each kind adds how it is read and written.
 */
import type { ExpectedKeys } from './expected-keys.ts';
import type { Spillable, Spilled } from './spill/spill-over.ts';
import { spillOver } from './spill/spill-over.ts';
import {
  newStoreMetrics,
  type ChangelogRecord,
  type ChangelogSink,
  type Spill,
  type StoreContext,
  type StoreSize,
  type StoreTimes,
} from './store-builder.ts';

/** What lies below the metered layer. */
export interface InnerStore extends Spillable {
  approximateEntries(): number;
  expect?(keys: ExpectedKeys): void;
  restoreTimes?(times: StoreTimes): void;
  flush(sink: ChangelogSink): void;
  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void;
}

/** An entry that is changed in place. */
export interface LoggedEntry {
  dirty: boolean;
}

/** Marks an entry dirty at its first change after a commit and writes it once at the next, however often it changed. */
export abstract class ChangeLoggingStore<Entry extends LoggedEntry, Inner extends InnerStore> implements InnerStore {
  readonly isSpilled = false;
  protected readonly inner: Inner;
  #dirty: Entry[] = [];

  constructor(inner: Inner) {
    this.inner = inner;
  }

  /** Writes an entry's changelog record, if it has any. */
  protected abstract write(entry: Entry, sink: ChangelogSink): void;

  protected note(entry: Entry): void {
    if (entry.dirty) return;
    entry.dirty = true;
    this.#dirty.push(entry);
  }

  flush(sink: ChangelogSink): void {
    for (const entry of this.#dirty) {
      entry.dirty = false;
      this.write(entry, sink);
    }
    this.#dirty = [];
  }

  approximateEntries(): number {
    return this.inner.approximateEntries();
  }

  size(): StoreSize {
    return this.inner.size();
  }

  settle(): void {}

  dump(): IterableIterator<ChangelogRecord> {
    return this.inner.dump();
  }

  saveTimes(): StoreTimes {
    return this.inner.saveTimes?.() ?? {};
  }

  restoreTimes(times: StoreTimes): void {
    this.inner.restoreTimes?.(times);
  }

  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    this.inner.restore(key, value, timestamp);
  }

  close(): void {
    this.inner.close();
    this.#dirty = [];
  }
}

/** Counts what is read and written, and goes on in the scratch file when the budget asks for it. */
export abstract class MeteredStore<Inner extends InnerStore> {
  readonly name: string;
  readonly metrics = newStoreMetrics();
  protected inner: Inner;
  readonly #context: StoreContext;

  constructor(name: string, inner: Inner, context: StoreContext) {
    this.name = name;
    this.inner = inner;
    this.#context = context;
  }

  /** The store in the scratch file, empty. */
  protected abstract spilled(spill: Spill, notesChanges: boolean): Inner & Spilled;

  approximateEntries(): number {
    return this.inner.approximateEntries();
  }

  size(): StoreSize {
    return this.inner.size();
  }

  settle(): void {
    const { notesChanges, spill } = this.#context;
    this.inner = spillOver<Inner, Inner & Spilled>(this.inner, spill, (to) => this.spilled(to, notesChanges));
    this.inner.settle();
  }

  dump(): IterableIterator<ChangelogRecord> {
    return this.inner.dump();
  }

  expect(keys: ExpectedKeys): void {
    this.inner.expect?.(keys);
  }

  saveTimes(): StoreTimes {
    return this.inner.saveTimes?.() ?? {};
  }

  restoreTimes(times: StoreTimes): void {
    this.inner.restoreTimes?.(times);
  }

  close(): void {
    this.inner.close();
  }

  flush(sink: ChangelogSink): void {
    this.inner.flush(sink);
  }

  restore(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    this.inner.restore(key, value, timestamp);
  }
}
