/**
 * Who refers to which foreign key: for each foreign key the primary keys of the left rows that point to it, with the hash of
 * the row that subscribed and the partition to answer to (Kafka's subscription store).
 *
 * A scan of one foreign key's subscriptions is in the order of the primary keys' bytes. Changelog record: Kafka's combined
 * key (length of the foreign key as 4 bytes, foreign key, primary key) and the subscription's bytes.
 */
import { compareBytes, EMPTY_BYTES, readUint32, writeInt32 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import type { KeyAdapter, KeyId, Serde } from '../serde.ts';
import { newStoreMetrics, type ChangelogSink, type RuntimeStore, type StoreBuilder } from './store-builder.ts';

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
}

const HASH_BYTES = 16;

export function subscriptionStoreBuilder<K, KO>(options: SubscriptionStoreOptions<K, KO>): StoreBuilder {
  return {
    name: options.name,
    kind: 'subscription',
    retentionMs: undefined,
    logging: options.logging,
    build: (logging) => new SubscriptionStore({ ...options, logging: options.logging && logging }),
  };
}

export class SubscriptionStore<K, KO> implements RuntimeStore {
  readonly name: string;
  readonly kind = 'subscription';
  readonly metrics = newStoreMetrics();
  readonly #options: SubscriptionStoreOptions<K, KO>;
  readonly #byForeignKey = new Map<KeyId, Map<KeyId, Stored<K, KO>>>();
  #size = 0;
  #dirty: Stored<K, KO>[] = [];

  constructor(options: SubscriptionStoreOptions<K, KO>) {
    this.name = options.name;
    this.#options = options;
  }

  put(foreignKey: KO, subscription: Subscription<K>, timestamp: number): void {
    this.metrics.puts++;
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
      stored = { foreignKey, primaryBytes, subscription, timestamp, dirty: false, deleted: false };
      subscriptions.set(primaryId, stored);
      this.#size++;
    } else {
      stored.subscription = subscription;
      stored.timestamp = timestamp;
    }
    this.#note(stored);
  }

  remove(foreignKey: KO, primaryKey: K, timestamp: number): void {
    const id = this.#options.foreignKeys.id(foreignKey);
    const subscriptions = this.#byForeignKey.get(id);
    const primaryId = this.#options.keys.id(primaryKey);
    const stored = subscriptions?.get(primaryId);
    if (subscriptions === undefined || stored === undefined) return;
    subscriptions.delete(primaryId);
    if (subscriptions.size === 0) this.#byForeignKey.delete(id);
    stored.deleted = true;
    stored.timestamp = timestamp;
    this.#size--;
    this.#note(stored);
  }

  /** All who refer to the foreign key, in the order of their primary keys' bytes. */
  subscriptions(foreignKey: KO): Subscription<K>[] {
    this.metrics.gets++;
    const subscriptions = this.#byForeignKey.get(this.#options.foreignKeys.id(foreignKey));
    if (subscriptions === undefined) return [];
    return [...subscriptions.values()]
      .sort((a, b) => compareBytes(a.primaryBytes, b.primaryBytes))
      .map(({ subscription }) => subscription);
  }

  approximateEntries(): number {
    return this.#size;
  }

  flush(sink: ChangelogSink): void {
    for (const stored of this.#dirty) {
      stored.dirty = false;
      const foreignBytes = this.#options.foreignKeySerde.serialize(stored.foreignKey) ?? EMPTY_BYTES;
      const key = new Uint8Array(4 + foreignBytes.length + stored.primaryBytes.length);
      writeInt32(key, 0, foreignBytes.length);
      key.set(foreignBytes, 4);
      key.set(stored.primaryBytes, 4 + foreignBytes.length);
      sink.write(key, stored.deleted ? null : encode(stored.subscription), stored.timestamp);
    }
    this.#dirty = [];
  }

  restore(bytes: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    const { keySerde, foreignKeySerde } = this.#options;
    const foreignEnd = 4 + readUint32(bytes, 0);
    const foreignKey = foreignKeySerde.deserialize(bytes.subarray(4, foreignEnd));
    const primaryKey = keySerde.deserialize(bytes.subarray(foreignEnd));
    assert(foreignKey !== null && primaryKey !== null, `a changelog record of ${this.name} has both keys`);
    if (value === null) this.remove(foreignKey, primaryKey, timestamp);
    else this.put(foreignKey, decode(primaryKey, value), timestamp);
    for (const stored of this.#dirty) stored.dirty = false;
    this.#dirty = [];
  }

  #note(stored: Stored<K, KO>): void {
    if (!this.#options.logging || stored.dirty) return;
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
