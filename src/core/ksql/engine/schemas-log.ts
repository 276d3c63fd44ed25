/**
 * The schema registry's topic: what the registry learned goes down with the statement or the commit that made it learn, and is
 * read back when the engine opens.
 */
import { encodeUtf8 } from '../../common/utf8.ts';
import type { BrokerApi, ProduceBatch } from '../../broker/api.ts';
import { RecordBatchBuilder } from '../../log/record-batch-builder.ts';
import { SchemaRegistry } from '../../serde/schema-registry.ts';
import type { SchemasRecord } from '../../serde/schemas-topic.ts';
import { readAll } from './command-log.ts';

export const SCHEMAS_TOPIC = '_schemas';

export class SchemasLog {
  readonly registry: SchemaRegistry;
  readonly #nowMs: () => number;
  /** What is to be written. */
  readonly #records: SchemasRecord[] = [];
  /** Batches of such records whose commit failed. */
  #unwritten: ProduceBatch[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.registry = new SchemaRegistry((record) => {
      this.#records.push(record);
    });
  }

  /** A mark: what the registry learns from here on can be taken alone, or forgotten. */
  get mark(): number {
    return this.#records.length;
  }

  forget(mark: number): void {
    this.#records.length = mark;
  }

  /** What the registry has learned since the mark, kept apart from what queries register meanwhile. */
  takeSince(mark: number): readonly ProduceBatch[] {
    return this.#batchesOf(this.#records.splice(mark));
  }

  /** What is still to be written. */
  take(): readonly ProduceBatch[] {
    const batches = [...this.#unwritten, ...this.takeSince(0)];
    this.#unwritten = [];
    return batches;
  }

  /** The commit of these batches failed. */
  giveBack(batches: readonly ProduceBatch[]): void {
    this.#unwritten.push(...batches.filter(({ topic }) => topic === SCHEMAS_TOPIC));
  }

  async recover(broker: BrokerApi): Promise<void> {
    const decoder = new TextDecoder();
    const records: SchemasRecord[] = [];
    await readAll(broker, SCHEMAS_TOPIC, (_offset, key, value) => {
      if (key !== null)
        records.push({ key: decoder.decode(key), value: value === null ? null : decoder.decode(value) });
    });
    this.registry.load(records);
  }

  #batchesOf(records: readonly SchemasRecord[]): readonly ProduceBatch[] {
    if (records.length === 0) return [];
    const builder = new RecordBatchBuilder();
    const nowMs = this.#nowMs();
    for (const { key, value } of records)
      builder.append(encodeUtf8(key), value === null ? null : encodeUtf8(value), nowMs);
    return [{ topic: SCHEMAS_TOPIC, partition: 0, records: builder.build() }];
  }
}
