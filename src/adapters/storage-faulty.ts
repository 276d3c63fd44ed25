/**
 * Storage for tests that fails when told to: it refuses a write, or it "loses power" while writing, either before or after
 * the batch became durable, so that the caller cannot tell which. After a crash every call rejects; what survived is in the
 * inner storage.
 */
import { WeirError } from '../core/common/errors.ts';
import type {
  Durability,
  ScanOptions,
  StorageBatch,
  StorageEntry,
  StorageKey,
  StorageKeyRange,
  StoragePort,
} from '../core/ports/storage.ts';

export type Fault =
  | 'none'
  /** Refused for lack of room; nothing is kept, and the storage goes on. */
  | 'quota'
  /** Power fails before the batch is durable. */
  | 'crash-before'
  /** Power fails when the batch is durable, but before anybody hears of it. */
  | 'crash-after';

export class FaultyStorage implements StoragePort {
  readonly #inner: StoragePort;
  readonly #decide: (batch: StorageBatch, applyIndex: number) => Fault;
  #applyCount = 0;
  #hasCrashed = false;

  constructor(inner: StoragePort, decide: (batch: StorageBatch, applyIndex: number) => Fault) {
    this.#inner = inner;
    this.#decide = decide;
  }

  get hasCrashed(): boolean {
    return this.#hasCrashed;
  }

  get applyCount(): number {
    return this.#applyCount;
  }

  async read(key: StorageKey): Promise<Uint8Array | undefined> {
    this.#requirePower();
    return this.#inner.read(key);
  }

  async scan(range: StorageKeyRange, options: ScanOptions): Promise<StorageEntry[]> {
    this.#requirePower();
    return this.#inner.scan(range, options);
  }

  async apply(batch: StorageBatch, durability: Durability): Promise<void> {
    this.#requirePower();
    const fault = this.#decide(batch, this.#applyCount++);
    if (fault === 'quota') throw new WeirError('STORAGE_QUOTA', 'The storage is full.');
    if (fault === 'crash-before') this.#hasCrashed = true;
    this.#requirePower();
    await this.#inner.apply(batch, durability);
    if (fault === 'crash-after') this.#hasCrashed = true;
    this.#requirePower();
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  #requirePower(): void {
    if (this.#hasCrashed) throw new WeirError('STORAGE_FAILED', 'The storage has lost power.');
  }
}
