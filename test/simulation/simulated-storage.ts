/**
 * A disk with a will of its own, behind the production port: it takes its time (in turns of the event loop, so that a run is the
 * same every time), refuses writes for lack of room, and loses power before or after a write. After that it is dead, and
 * what was durable is what the inner storage holds.
 */
import { FaultyStorage, type Fault } from '../../src/adapters/storage-faulty.ts';
import type { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import type { Random } from '../../src/core/common/random.ts';
import type {
  Durability,
  ScanOptions,
  StorageBatch,
  StorageEntry,
  StorageKey,
  StorageKeyRange,
  StoragePort,
} from '../../src/core/ports/storage.ts';

export interface FaultRates {
  readonly crash: number;
  readonly quota: number;
}

export class SimulatedStorage implements StoragePort {
  readonly #faulty: FaultyStorage;
  readonly #random: Random;

  constructor(inner: MemoryStorage, random: Random, rates: FaultRates) {
    this.#random = random;
    this.#faulty = new FaultyStorage(inner, (): Fault => {
      if (random.chance(rates.crash)) return random.chance(0.5) ? 'crash-before' : 'crash-after';
      return random.chance(rates.quota) ? 'quota' : 'none';
    });
  }

  get hasCrashed(): boolean {
    return this.#faulty.hasCrashed;
  }

  async read(key: StorageKey): Promise<Uint8Array | undefined> {
    await this.#latency();
    return this.#faulty.read(key);
  }

  async scan(range: StorageKeyRange, options: ScanOptions): Promise<StorageEntry[]> {
    await this.#latency();
    return this.#faulty.scan(range, options);
  }

  async apply(batch: StorageBatch, durability: Durability): Promise<void> {
    await this.#latency();
    await this.#faulty.apply(batch, durability);
    await this.#latency();
  }

  async close(): Promise<void> {
    // The disk outlives the broker.
  }

  async #latency(): Promise<void> {
    for (let turns = this.#random.nextInt(8); turns > 0; turns--) await Promise.resolve();
  }
}
