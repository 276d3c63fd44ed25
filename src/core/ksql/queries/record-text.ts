/** A record's key and value as text: decoded by the formats of the source over its topic where there is one. */
import type { Engine } from '../engine/engine.ts';

export interface RecordText {
  readonly key: string | null;
  readonly value: string | null;
  readonly keyFormat: string;
  readonly valueFormat: string;
}

const decoder = new TextDecoder();

export function decodeForDisplay(engine: Engine, topic: string, key: Uint8Array | null, value: Uint8Array | null): RecordText {
  const source = engine.planner.catalog.sources().find((s) => s.topic === topic);
  return {
    key: key === null ? null : decoder.decode(key),
    value: value === null ? null : decoder.decode(value),
    keyFormat: source?.key.format.name ?? 'UNKNOWN',
    valueFormat: source?.value.format.name ?? 'UNKNOWN',
  };
}
