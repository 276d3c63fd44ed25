/** Serdes and shorthands for this folder's tests. */
import type { Consumed, Grouped, Produced } from './dsl/api.ts';
import type { Topology } from './topology.ts';
import { Windowed } from './record.ts';
import { TopologyDriver, type OutputRecord } from './runtime/driver.ts';
import { identityKeys, sessionWindowedSerde, timeWindowedSerde, type KeyAdapter, type Serde } from './serde.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function jsonSerde<T>(isT: (value: unknown) => value is T): Serde<T> {
  return {
    serialize: (value) => encoder.encode(JSON.stringify(value)),
    deserialize(bytes) {
      const value: unknown = JSON.parse(decoder.decode(bytes));
      return isT(value) ? value : null;
    },
  };
}

export const text: Serde<string> = jsonSerde((value) => typeof value === 'string');
export const num: Serde<number> = jsonSerde((value) => typeof value === 'number');
export const textKeys: KeyAdapter<string> = identityKeys;
export const stringToString: Consumed<string, string> & Produced<string, string> & Grouped<string, string> = {
  keySerde: text,
  valueSerde: text,
};
export const stringToNumber: Consumed<string, number> & Produced<string, number> & Grouped<string, number> = {
  keySerde: text,
  valueSerde: num,
};
export const store = <V>(
  name: string,
  valueSerde: Serde<V>,
): { name: string; keys: KeyAdapter<string>; keySerde: Serde<string>; valueSerde: Serde<V> } => ({
  name,
  keys: textKeys,
  keySerde: text,
  valueSerde,
});

/** Pipes and reads text-keyed records; outputs read as `key:value@timestamp`, tombstones as `key:null@timestamp`. */
export class TestDriver {
  readonly driver: TopologyDriver;
  readonly #windowSizeMs: number | 'session' | undefined;

  constructor(topology: Topology, windowSizeMs?: number | 'session') {
    this.driver = new TopologyDriver(topology, { applicationId: 'app' });
    this.#windowSizeMs = windowSizeMs;
  }

  pipe(topic: string, key: string | null, value: string | number | null, timestamp: number): this {
    const valueBytes = value === null ? null : encoder.encode(JSON.stringify(value));
    this.driver.pipe(topic, { key: key === null ? null : text.serialize(key), value: valueBytes, timestamp });
    return this;
  }

  read(topic: string): string[] {
    return this.driver.read(topic).map((record) => this.show(record));
  }

  /** The drops of all nodes, by reason. */
  drops(): Record<string, number> {
    const totals: Record<string, number> = {};
    for (const { drops } of this.driver.nodeMetrics()) {
      for (const [reason, count] of Object.entries(drops)) {
        if (count > 0) totals[reason] = (totals[reason] ?? 0) + count;
      }
    }
    return totals;
  }

  show(record: OutputRecord): string {
    const value = record.value === null ? 'null' : decoder.decode(record.value).replaceAll('"', '');
    return `${this.#key(record.key)}:${value}@${record.timestamp}`;
  }

  #key(bytes: Uint8Array | null): string {
    if (bytes === null) return 'null';
    if (this.#windowSizeMs === undefined) return String(text.deserialize(bytes));
    const serde =
      this.#windowSizeMs === 'session' ? sessionWindowedSerde(text) : timeWindowedSerde(text, this.#windowSizeMs);
    const windowed = serde.deserialize(bytes);
    return windowed instanceof Windowed
      ? `${windowed.key}[${windowed.window.startMs},${windowed.window.endMs}]`
      : String(windowed);
  }
}
