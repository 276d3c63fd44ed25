/**
 * Who refers to which foreign key: for each foreign key the primary keys of the left rows that point to it, with the hash of
 * the row that subscribed and the partition to answer to (Kafka's subscription store).
 *
 * A scan of one foreign key's subscriptions is in the order of the primary keys' bytes: it is found at the first scan, and
 * holds until one comes or goes. Changelog record: Kafka's combined key (length of the foreign key as 4 bytes, foreign key,
 * primary key) and the subscription's bytes (partition 4 bytes, then the hash or nothing). Once the store has outgrown its
 * budget the subscriptions lie in the scratch file (`spill/`).
 */
import { EMPTY_BYTES, readUint32, writeInt32 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import { TextOutput } from '../../common/text-output.ts';
import { readRowHash, type RowHash } from '../row-hash.ts';
import { writeWith, type KeyAdapter, type KeyId, type Serde } from '../serde.ts';
import { inKeyOrder } from './key-order.ts';
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
  readonly hash: RowHash | null;
  readonly partition: number;
}

class SubscriptionEntry<K, KO> implements Subscription<K> {
  readonly subscribers: Subscribers<K, KO>;
  readonly primaryKey: K;
  hash: RowHash | null;
  partition: number;
  timestamp: number;
  isDirty = false;
  isDeleted = false;
  /** Serialized, as of the last flush. */
  sizeBytes = 0;

  constructor(
    subscribers: Subscribers<K, KO>,
    primaryKey: K,
    hash: RowHash | null,
    partition: number,
    timestamp: number,
  ) {
    this.subscribers = subscribers;
    this.primaryKey = primaryKey;
    this.hash = hash;
    this.partition = partition;
    this.timestamp = timestamp;
  }
}

/** Those of one foreign key. */
class Subscribers<K, KO> {
  readonly foreignKey: KO;
  readonly byPrimaryKey = new Map<KeyId, SubscriptionEntry<K, KO>>();
  /** In the order of the primary keys' bytes, if none came or went since the last scan. */
  sorted: readonly SubscriptionEntry<K, KO>[] | undefined = undefined;

  constructor(foreignKey: KO) {
    this.foreignKey = foreignKey;
  }
}

const NOBODY: readonly never[] = [];
const output = new TextOutput();

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
  readonly #byForeignKey = new Map<KeyId, Subscribers<K, KO>>();
  #size = 0;
  #sizeBytes = 0;
  #dirty: SubscriptionEntry<K, KO>[] = [];
  readonly #context: StoreContext;
  #spilled: SpilledSubscriptions | undefined;

  constructor(options: SubscriptionStoreOptions<K, KO>, context: StoreContext) {
    this.name = options.name;
    this.#options = options;
    this.#context = context;
  }

  put(foreignKey: KO, primaryKey: K, hash: RowHash | null, partition: number, timestamp: number): void {
    this.metrics.puts++;
    if (this.#spilled === undefined) this.#note(this.#put(foreignKey, primaryKey, hash, partition, timestamp));
    else this.#putSpilled(this.#spilled, foreignKey, primaryKey, encode(hash, partition), timestamp);
  }

  remove(foreignKey: KO, primaryKey: K, timestamp: number): void {
    this.metrics.puts++;
    if (this.#spilled === undefined) this.#note(this.#remove(foreignKey, primaryKey, timestamp));
    else this.#putSpilled(this.#spilled, foreignKey, primaryKey, null, timestamp);
  }

  #put(
    foreignKey: KO,
    primaryKey: K,
    hash: RowHash | null,
    partition: number,
    timestamp: number,
  ): SubscriptionEntry<K, KO> {
    const id = this.#options.foreignKeys.id(foreignKey);
    let subscribers = this.#byForeignKey.get(id);
    if (subscribers === undefined) {
      subscribers = new Subscribers(foreignKey);
      this.#byForeignKey.set(id, subscribers);
    }
    const { byPrimaryKey } = subscribers;
    const primaryId = this.#options.keys.id(primaryKey);
    let stored = byPrimaryKey.get(primaryId);
    if (stored === undefined) {
      stored = new SubscriptionEntry(subscribers, primaryKey, hash, partition, timestamp);
      byPrimaryKey.set(primaryId, stored);
      subscribers.sorted = undefined;
      this.#size++;
    } else {
      stored.hash = hash;
      stored.partition = partition;
      stored.timestamp = timestamp;
    }
    return stored;
  }

  #remove(foreignKey: KO, primaryKey: K, timestamp: number): SubscriptionEntry<K, KO> | undefined {
    const id = this.#options.foreignKeys.id(foreignKey);
    const subscribers = this.#byForeignKey.get(id);
    if (subscribers === undefined) return undefined;
    const { byPrimaryKey } = subscribers;
    const primaryId = this.#options.keys.id(primaryKey);
    const stored = byPrimaryKey.get(primaryId);
    if (stored === undefined) return undefined;
    byPrimaryKey.delete(primaryId);
    subscribers.sorted = undefined;
    if (byPrimaryKey.size === 0) this.#byForeignKey.delete(id);
    stored.isDeleted = true;
    stored.timestamp = timestamp;
    this.#size--;
    this.#sizeBytes -= stored.sizeBytes;
    return stored;
  }

  /** All who refer to the foreign key, in the order of their primary keys' bytes. */
  subscriptions(foreignKey: KO): readonly Subscription<K>[] {
    this.metrics.gets++;
    if (this.#spilled !== undefined) return this.#spilledSubscriptions(this.#spilled, foreignKey);
    const subscribers = this.#byForeignKey.get(this.#options.foreignKeys.id(foreignKey));
    return subscribers === undefined ? NOBODY : (subscribers.sorted ??= this.#sorted(subscribers));
  }

  #sorted(subscribers: Subscribers<K, KO>): readonly SubscriptionEntry<K, KO>[] {
    const { keySerde } = this.#options;
    const all = [...subscribers.byPrimaryKey.values()];
    const keys = all.map(({ primaryKey }) => keySerde.serialize(primaryKey) ?? EMPTY_BYTES);
    return inKeyOrder(all, keys);
  }

  approximateEntries(): number {
    return this.size().entries;
  }

  flush(sink: ChangelogSink): void {
    this.#spilled?.changes.flush(sink);
    for (const stored of this.#dirty) {
      const { isDeleted, hash, partition } = stored;
      stored.isDirty = false;
      this.#writeKey(stored.subscribers.foreignKey, stored.primaryKey, sink.begin(stored.timestamp));
      const out = sink.endKey();
      if (!isDeleted) writeSubscription(hash, partition, out);
      const sizeBytes = sink.end(!isDeleted);
      if (!isDeleted) this.#resize(stored, sizeBytes);
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
    if (value === null) {
      this.#remove(foreignKey, primaryKey, timestamp);
      return;
    }
    const stored = this.#put(foreignKey, primaryKey, hashIn(value), partitionIn(value), timestamp);
    this.#resize(stored, bytes.length + value.length);
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
    for (const { foreignKey, byPrimaryKey } of this.#byForeignKey.values()) {
      for (const { primaryKey, hash, partition, timestamp } of byPrimaryKey.values()) {
        yield { key: this.#combinedKey(foreignKey, primaryKey), value: encode(hash, partition), timestamp };
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
    const key = this.#combinedKey(foreignKey, primaryKey);
    if (spilled.put(key, value, timestamp)) spilled.changes.note(key, value, timestamp);
  }

  #spilledSubscriptions(spilled: SpilledSubscriptions, foreignKey: KO): Subscription<K>[] {
    const found: Subscription<K>[] = [];
    for (const { primaryBytes, bytes } of spilled.of(this.#combinedKey(foreignKey, undefined))) {
      const primaryKey = this.#options.keySerde.deserialize(primaryBytes);
      assert(primaryKey !== null, `a subscription of ${this.name} has a primary key`);
      found.push({ primaryKey, hash: hashIn(bytes), partition: partitionIn(bytes) });
    }
    return found;
  }

  #combinedKey(foreignKey: KO, primaryKey: K | undefined): Uint8Array {
    output.reset();
    this.#writeKey(foreignKey, primaryKey, output);
    return output.finish().slice();
  }

  /** Kafka's combined key; without a primary key what those of the foreign key begin with. */
  #writeKey(foreignKey: KO, primaryKey: K | undefined, out: TextOutput): void {
    const { keySerde, foreignKeySerde } = this.#options;
    const lengthAt = out.length;
    out.int32(0);
    writeWith(foreignKeySerde, foreignKey, out);
    writeInt32(out.buffer, lengthAt, out.length - lengthAt - 4);
    if (primaryKey !== undefined) writeWith(keySerde, primaryKey, out);
  }

  #resize(stored: SubscriptionEntry<K, KO>, sizeBytes: number): void {
    this.#sizeBytes += sizeBytes - stored.sizeBytes;
    stored.sizeBytes = sizeBytes;
  }

  #note(stored: SubscriptionEntry<K, KO> | undefined): void {
    if (stored === undefined || !this.#context.notesChanges || stored.isDirty) return;
    stored.isDirty = true;
    this.#dirty.push(stored);
  }
}

function writeSubscription(hash: RowHash | null, partition: number, out: TextOutput): void {
  out.int32(partition);
  hash?.write(out);
}

function encode(hash: RowHash | null, partition: number): Uint8Array {
  output.reset();
  writeSubscription(hash, partition, output);
  return output.finish().slice();
}

function partitionIn(bytes: Uint8Array): number {
  return readUint32(bytes, 0);
}

function hashIn(bytes: Uint8Array): RowHash | null {
  return bytes.length > 4 ? readRowHash(bytes, 4) : null;
}
