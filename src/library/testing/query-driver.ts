/**
 * Drives persistent queries over given records the way ksqlDB's test runner does: each query as one task over one
 * partition, one record at a time to its end, one query after another in the order in which they were created. If any of a
 * query's source topics is among the inputs, the inputs of its source topics are piped in their order; source topics
 * that are not are fed what earlier queries, or INSERT VALUES, wrote there.
 */
import type { Engine } from '../../core/ksql/engine/engine.ts';
import type { PersistentQuery } from '../../core/ksql/persistent-query.ts';
import { TopologyDriver } from '../../core/streams/runtime/driver.ts';
import type { Spill } from '../../core/streams/state/store-builder.ts';
import type { Topology } from '../../core/streams/topology.ts';
import type { JsonRecord } from '../records/json-record.ts';
import type { SourceHistory } from '../records/source-history.ts';
import { TopicBridge, type TopicFormats, type TopicRecord } from '../records/topic-bridge.ts';

export interface QueryDriverOptions {
  readonly engine: Engine;
  readonly history: SourceHistory;
  readonly inputs: readonly JsonRecord[];
  /** What is known of topics besides their sources. */
  readonly topics?: ReadonlyMap<string, TopicFormats> | undefined;
  /** Where stores go on that are larger than their budget. Default: they stay in memory. */
  readonly spill?: Spill | undefined;
  /** Told of each record that cannot be read and is skipped, or an expression of which failed. */
  readonly onRecordError?: ((queryId: string, error: unknown) => void) | undefined;
}

export class QueryDriver {
  readonly #options: QueryDriverOptions;
  readonly #given: ReadonlySet<string>;
  readonly #bridges = new Map<string, TopicBridge>();
  readonly #written = new Map<string, TopicRecord[]>();

  constructor(options: QueryDriverOptions) {
    this.#options = options;
    this.#given = new Set(options.inputs.map((record) => record.topic));
  }

  /** What was written to a topic, inputs left out, in order. */
  written(topic: string): readonly TopicRecord[] {
    return this.#written.get(topic) ?? [];
  }

  /** Takes records as written by somebody else, such as INSERT VALUES. */
  write(topic: string, records: readonly TopicRecord[]): void {
    const written = this.#written.get(topic);
    if (written === undefined) this.#written.set(topic, [...records]);
    else written.push(...records);
  }

  /**
   * Runs one query to the end of its inputs.
   * @throws WeirError why a record's processing, or reading an input, failed
   */
  run(query: PersistentQuery): { readonly topology: Topology; readonly applicationId: string } {
    const { inputs, onRecordError, spill } = this.#options;
    const { topology, applicationId } = query.build((error) => onRecordError?.(query.id, error));
    const driver = new TopologyDriver(topology, {
      applicationId,
      spill,
      onUndeserializable: (error) => onRecordError?.(query.id, error),
    });
    const sources = new Set(
      topology.nodes.flatMap((node) => (node.kind === 'source' && !node.internal ? node.topics : [])),
    );
    for (const record of inputs) {
      if (!sources.has(record.topic)) continue;
      const bridge = this.#bridge(record.topic);
      driver.pipe(record.topic, {
        key: bridge.keyBytes(record),
        value: bridge.valueBytes(record),
        timestamp: record.timestampMs ?? 0,
        headers: record.headers ?? [],
      });
      this.#collect(driver);
    }
    for (const topic of sources) {
      if (this.#given.has(topic)) continue;
      for (const { key, value, timestampMs, headers } of [...this.written(topic)]) {
        driver.pipe(topic, { key, value, timestamp: timestampMs, headers });
        this.#collect(driver);
      }
    }
    driver.close();
    return { topology, applicationId };
  }

  #collect(driver: TopologyDriver): void {
    for (const topic of driver.writtenTopics) {
      const records = driver.read(topic);
      this.write(
        topic,
        records.map((record) => ({ ...record, timestampMs: record.timestamp })),
      );
    }
  }

  #bridge(topic: string): TopicBridge {
    const known = this.#bridges.get(topic);
    if (known !== undefined) return known;
    const { engine, history, topics } = this.#options;
    const bridge = new TopicBridge(topic, history.declared(topic), topics?.get(topic), engine.registry);
    this.#bridges.set(topic, bridge);
    return bridge;
  }
}
