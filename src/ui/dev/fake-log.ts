/**
 * Topics of the development double. A record is computed from its address, so that a flood of millions needs no memory:
 * the state of a partition is its high watermark.
 */
import type { PartitionInfo, RecordDetail, RecordView, TopicInfo, TopicRole } from '../../protocol/api.ts';

export interface FakeRecord {
  readonly key: string | null;
  readonly value: string | null;
}
export type Generate = (partition: number, offset: number) => FakeRecord;

export function mix(a: number, b: number): number {
  let hash = Math.imul(a + 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

export const AIRPORTS = [
  'SFO',
  'LAS',
  'PHX',
  'OAK',
  'DTW',
  'HNL',
  'ORD',
  'ATL',
  'JFK',
  'SEA',
  'DEN',
  'LAX',
  'BOS',
  'MIA',
];
export const airport = (n: number): string => AIRPORTS[n % AIRPORTS.length] ?? 'SFO';
const T0 = Date.UTC(2001, 0, 1);

export class FakeTopic {
  readonly name: string;
  readonly role: TopicRole;
  readonly generate: Generate;
  readonly ends: number[];
  readonly starts: number[];
  readonly groups = new Map<string, number[]>();
  readonly compacted: boolean;

  constructor(name: string, role: TopicRole, partitions: number, generate: Generate, compacted = false) {
    this.name = name;
    this.role = role;
    this.generate = generate;
    this.ends = new Array<number>(partitions).fill(0);
    this.starts = new Array<number>(partitions).fill(0);
    this.compacted = compacted;
  }

  get count(): number {
    return this.ends.reduce((sum, end, i) => sum + end - (this.starts[i] ?? 0), 0);
  }

  append(records: number, seed: number): void {
    for (let i = 0; i < this.ends.length; i++) {
      const share = Math.floor(records / this.ends.length) + (mix(seed, i) % 2);
      this.ends[i] = (this.ends[i] ?? 0) + share;
    }
  }

  /** Moves a group's committed offsets forward by up to `records` and says how many it moved. */
  consume(group: string, records: number): number {
    const committed = this.groups.get(group) ?? this.starts.slice();
    this.groups.set(group, committed);
    let moved = 0;
    for (let i = 0; i < committed.length; i++) {
      const behind = (this.ends[i] ?? 0) - (committed[i] ?? 0);
      const step = Math.min(behind, Math.ceil(records / committed.length));
      committed[i] = (committed[i] ?? 0) + step;
      moved += step;
    }
    return moved;
  }

  lag(group: string): number {
    const committed = this.groups.get(group);
    return this.ends.reduce((sum, end, i) => sum + end - (committed?.[i] ?? 0), 0);
  }

  info(): TopicInfo {
    return {
      name: this.name,
      role: this.role,
      durability: 'relaxed',
      cleanupPolicy: this.compacted ? 'compact' : 'delete',
      partitions: this.ends.map((end, partition): PartitionInfo => ({
        partition,
        logStartOffset: this.starts[partition] ?? 0,
        lastStableOffset: this.role === 'internal' ? Math.max(0, end - 2) : end,
        highWatermark: end,
        sizeBytes: end * 96,
      })),
      groups: [...this.groups].map(([group, offsets]) => ({ group, offsets: offsets.slice() })),
    };
  }

  view(partition: number, offset: number): RecordView | undefined {
    if (offset < (this.starts[partition] ?? 0) || offset >= (this.ends[partition] ?? 0)) return undefined;
    const seed = mix(partition, offset);
    if (this.compacted && seed % 7 < 2 && offset < (this.ends[partition] ?? 0) - 6) return undefined;
    const control = this.role === 'changelog' && seed % 19 === 3 ? 'commit' : undefined;
    const { key, value } = control === undefined ? this.generate(partition, offset) : { key: null, value: null };
    return {
      topic: this.name,
      partition,
      offset,
      timestampMs: T0 + offset * 61_000,
      keyText: key,
      valueText: value,
      keySizeBytes: key?.length ?? 0,
      valueSizeBytes: value?.length ?? 0,
      keyHash: key === null ? -1 : mix(key.length, key.charCodeAt(0)),
      tombstone: value === null && control === undefined,
      control,
    };
  }

  detail(partition: number, offset: number): RecordDetail | undefined {
    const view = this.view(partition, offset);
    if (view === undefined) return undefined;
    const encode = (text: string | null): Uint8Array | null => (text === null ? null : new TextEncoder().encode(text));
    return {
      ...view,
      keyBytes: encode(view.keyText),
      valueBytes: encode(view.valueText),
      keyFormat: 'KAFKA (STRING)',
      valueFormat: 'JSON',
      headers:
        offset % 3 === 0
          ? [{ key: 'source', text: 'flights-20k.json', bytes: new TextEncoder().encode('flights-20k.json') }]
          : [],
      batch: { baseOffset: offset - (offset % 100), records: 100, sizeBytes: 9612, crc: '0x5b3f9e21' },
    };
  }
}

export const flight: Generate = (partition, offset) => {
  const seed = mix(partition, offset);
  const origin = airport(seed);
  if (seed % 41 === 0) return { key: origin, value: null };
  return {
    key: seed % 53 === 0 ? null : origin,
    value: JSON.stringify({
      DATE: new Date(T0 + offset * 61_000).toISOString().slice(0, 16).replace('T', ' ').replaceAll('-', '/'),
      DELAY: (seed % 240) - 20,
      DISTANCE: 200 + (seed % 2400),
      DESTINATION: airport(seed >>> 5),
    }),
  };
};
export const airportRow: Generate = (_, offset) => ({
  key: airport(offset),
  value: JSON.stringify({
    NAME: `${airport(offset)} International`,
    CITY: `City ${offset % 14}`,
    STATE: 'CA',
    COUNTRY: 'USA',
  }),
});
export const delayRow: Generate = (partition, offset) => {
  const key = airport(mix(partition, offset));
  const start = T0 + Math.floor(offset / 40) * 86_400_000;
  return {
    key: `${key}@${start}/${start + 86_400_000}`,
    value: JSON.stringify({ FLIGHTS: 1 + (offset % 40), AVG_DELAY: (offset % 70) + 0.5 }),
  };
};
