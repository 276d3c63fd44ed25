/**
 * Who refers to which foreign key: for each foreign key the primary keys of the left rows that point to it, with the hash of
 * the row that subscribed and the partition to answer to (Kafka's subscription store).
 *
 * A scan of one foreign key's subscriptions is in the order of the primary keys' bytes. Changelog record: Kafka's combined
 * key (length of the foreign key as 4 bytes, foreign key, primary key) and the subscription's bytes. Once the store has outgrown
 * its budget the subscriptions lie in the scratch file (`spill/`).
 */
import { compareBytes, EMPTY_BYTES, readUint32, writeInt32 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import type { KeyAdapter, KeyId, Serde } from '../serde.ts';
import { SpilledSubscriptions } from './spill/spilled-subscriptions.ts';
import {
  ENTRY_OVERHEAD_BYTES,
  newStoreMetrics,
  type ChangelogRecord,
  type ChangelogSink,
  type RuntimeStore,
  type StoreBuilder,
  type StoreContext,
  type StoreSize,
  type StoreTimes,
} from './store-builder.ts';

export interface SubscriptionStoreOptions<K, KO> {
  readonly name: string;
  readonly keys: KeyAdapter<K>;
  readonly keySerde: Serde<K>;
  readonly foreignKeys: KeyAdapter<KO>;
  readonly foreignKeySerde: Serde<KO>;
  readonly logging: boolean;
}

export interface Subscription<K> {
  readonly primaryKey: K;
  readonly hash: Uint8Array | null;
  readonly partition: number;
}

interface Stored<K, KO> {
  readonly foreignKey: KO;
  readonly primaryBytes: Uint8Array;
  subscription: Subscription<K>;
  timestamp: number;
  dirty: boolean;
  deleted: boolean;
  /** Serialized, as of the last flush. */
  sizeBytes: number;
}

const HASH_BYTES = 16;

export function subscriptionStoreBuilder<K, KO>(options: SubscriptionStoreOptions<K, KO>): StoreBuilder {
  return {
    name: options.name,
    kind: 'subscription',
    retentionMs: undefined,
    logging: options.logging,
    build: (context) => new SubscriptionStore(options, context),
  };
}

export class SubscriptionStore<K, KO> implements RuntimeStore {
  readonly name: string;
  readonly kind = 'subscription';
  readonly metrics = newStoreMetrics();
  readonly #options: SubscriptionStoreOptions<K, KO>;
  readonly #byForeignKey = new Map<KeyId, Map<KeyId, Stored<K, KO>>>();
  #size = 0;
  #sizeBytes = 0;
  #dirty: Stored<K, KO>[] = [];
  readonly #context: StoreContext;
  #spilled: SpilledSubscriptions | undefined;

  constructor(options: SubscriptionStoreOptions<K, KO>, context: StoreContext) {
    this.name = options.name;
    this.#options = options;
    this.#context = context;
  }

  put(foreignKey: KO, subscription: Subscription<K>, timestamp: number): void {
    this.metrics.puts++;
    if (this.#spilled === undefined) this.#note(this.#put(foreignKey, subscription, timestamp));
    else this.#putSpilled(this.#spilled, foreignKey, subscription.primaryKey, encode(subscription), timestamp);
  }

  remove(foreignKey: KO, primaryKey: K, timestamp: number): void {
    if (this.#spilled === undefined) this.#note(this.#remove(foreignKey, primaryKey, timestamp));
    else this.#putSpilled(this.#spilled, foreignKey, primaryKey, null, timestamp);
  }

  #put(foreignKey: KO, subscription: Subscription<K>, timestamp: number): Stored<K, KO> {
    const id = this.#options.foreignKeys.id(foreignKey);
    let subscriptions = this.#byForeignKey.get(id);
    if (subscriptions === undefined) {
      subscriptions = new Map();
      this.#byForeignKey.set(id, subscriptions);
    }
    const primaryId = this.#options.keys.id(subscription.primaryKey);
    let stored = subscriptions.get(primaryId);
    if (stored === undefined) {
      const primaryBytes = this.#options.keySerde.serialize(subscription.primaryKey) ?? EMPTY_BYTES;
      stored = { foreignKey, primaryBytes, subscription, timestamp, dirty: false, deleted: false, sizeBytes: 0 };
      subscriptions.set(primaryId, stored);
      this.#size++;
    } else {
      stored.subscription = subscription;
      stored.timestamp = timestamp;
    }
    return stored;
  }

  #remove(foreignKey: KO, primaryKey: K, timestamp: number): Stored<K, KO> | undefined {
    const id = this.#options.foreignKeys.id(foreignKey);
    const subscriptions = this.#byForeignKey.get(id);
    const primaryId = this.#options.keys.id(primaryKey);
    const stored = subscriptions?.get(primaryId);
    if (subscriptions === undefined || stored === undefined) return undefined;
    subscriptions.delete(primaryId);
    if (subscriptions.size === 0) this.#byForeignKey.delete(id);
    stored.deleted = true;
    stored.timestamp = timestamp;
    this.#size--;
    this.#sizeBytes -= stored.sizeBytes;
    return stored;
  }

  /** All who refer to the foreign key, in the order of their primary keys' bytes. */
  subscriptions(foreignKey: KO): Subscription<K>[] {
    this.metrics.gets++;
    if (this.#spilled !== undefined) return this.#spilledSubscriptions(this.#spilled, foreignKey);
    const subscriptions = this.#byForeignKey.get(this.#options.foreignKeys.id(foreignKey));
    if (subscriptions === undefined) return [];
    return [...subscriptions.values()]
      .sort((a, b) => compareBytes(a.primaryBytes, b.primaryBytes))
      .map(({ subscription }) => subscription);
  }

  approximateEntries(): number {
    return this.size().entries;
  }

  flush(sink: ChangelogSink): void {
    this.#spilled?.changes.flush(sink);
    for (const stored of this.#dirty) {
      stored.dirty = false;
      const key = this.#combinedKey(stored.foreignKey, stored.primaryBytes);
      const value = stored.deleted ? null : encode(stored.subscription);
      if (value !== null) this.#resize(stored, key.length + value.length);
      sink.write(key, value, stored.timestamp);
    }
    this.#dirty = [];
  }

  restore(bytes: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    if (this.#spilled !== undefined) {
      this.#spilled.put(bytes.slice(), value, timestamp);
      return;
    }
    const { keySerde, foreignKeySerde } = this.#options;
    const foreignEnd = 4 + readUint32(bytes, 0);
    const foreignKey = foreignKeySerde.deserialize(bytes.subarray(4, foreignEnd));
    const primaryKey = keySerde.deserialize(bytes.subarray(foreignEnd));
    assert(foreignKey !== null && primaryKey !== null, `a changelog record of ${this.name} has both keys`);
    if (value === null) this.#remove(foreignKey, primaryKey, timestamp);
    else this.#resize(this.#put(foreignKey, decode(primaryKey, value), timestamp), bytes.length + value.length);
  }

  size(): StoreSize {
    if (this.#spilled !== undefined) return this.#spilled.size();
    const memoryBytes = this.#sizeBytes + this.#size * ENTRY_OVERHEAD_BYTES;
    return { entries: this.#size, memoryBytes, spilledBytes: 0 };
  }

  settle(): void {
    const { spill, notesChanges } = this.#context;
    if (spill !== undefined && this.#spilled === undefined && this.size().memoryBytes > spill.budgetBytes) {
      const spilled = new SpilledSubscriptions(notesChanges, spill);
      for (const { key, value, timestamp } of this.dump()) spilled.put(key, value, timestamp);
      this.close();
      this.#spilled = spilled;
    }
    this.#spilled?.settle();
  }

  *dump(): IterableIterator<ChangelogRecord> {
    if (this.#spilled !== undefined) yield* this.#spilled.dump();
    for (const subscriptions of this.#byForeignKey.values()) {
      for (const { foreignKey, primaryBytes, subscription, timestamp } of subscriptions.values()) {
        yield { key: this.#combinedKey(foreignKey, primaryBytes), value: encode(subscription), timestamp };
      }
    }
  }

  saveTimes(): StoreTimes {
    return {};
  }

  restoreTimes(): void {}

  close(): void {
    this.#spilled?.close();
    this.#byForeignKey.clear();
    this.#size = 0;
    this.#sizeBytes = 0;
    this.#dirty = [];
  }

  #putSpilled(
    spilled: SpilledSubscriptions,
    foreignKey: KO,
    primaryKey: K,
    value: Uint8Array | null,
    timestamp: number,
  ): void {
    const key = this.#combinedKey(foreignKey, this.#options.keySerde.serialize(primaryKey) ?? EMPTY_BYTES);
    if (spilled.put(key, value, timestamp)) spilled.changes.note(key, value, timestamp);
  }

  #spilledSubscriptions(spilled: SpilledSubscriptions, foreignKey: KO): Subscription<K>[] {
    const found: Subscription<K>[] = [];
    for (const { primaryBytes, bytes } of spilled.of(this.#combinedKey(foreignKey, EMPTY_BYTES))) {
      const primaryKey = this.#options.keySerde.deserialize(primaryBytes);
      assert(primaryKey !== null, `a subscription of ${this.name} has a primary key`);
      found.push(decode(primaryKey, bytes));
    }
    return found;
  }

  /** Kafka's combined key. */
  #combinedKey(foreignKey: KO, primaryBytes: Uint8Array): Uint8Array {
    const foreignBytes = this.#options.foreignKeySerde.serialize(foreignKey) ?? EMPTY_BYTES;
    const key = new Uint8Array(4 + foreignBytes.length + primaryBytes.length);
    writeInt32(key, 0, foreignBytes.length);
    key.set(foreignBytes, 4);
    key.set(primaryBytes, 4 + foreignBytes.length);
    return key;
  }

  #resize(stored: Stored<K, KO>, sizeBytes: number): void {
    this.#sizeBytes += sizeBytes - stored.sizeBytes;
    stored.sizeBytes = sizeBytes;
  }

  #note(stored: Stored<K, KO> | undefined): void {
    if (stored === undefined || !this.#context.notesChanges || stored.dirty) return;
    stored.dirty = true;
    this.#dirty.push(stored);
  }
}

/** Partition (4 bytes), then the hash or nothing. */
function encode<K>({ hash, partition }: Subscription<K>): Uint8Array {
  const bytes = new Uint8Array(4 + (hash === null ? 0 : HASH_BYTES));
  writeInt32(bytes, 0, partition);
  if (hash !== null) bytes.set(hash, 4);
  return bytes;
}

function decode<K>(primaryKey: K, bytes: Uint8Array): Subscription<K> {
  const partition = readUint32(bytes, 0);
  return { primaryKey, partition, hash: bytes.length > 4 ? bytes.slice(4, 4 + HASH_BYTES) : null };
}
