/** A record's key and value as text: decoded by the formats of the source over its topic where there is one. */
import { WeirError } from '../../common/errors.ts';
import type { Column } from '../../common/schema.ts';
import { writeJson, type JsonNode } from '../../common/values/json-lossless.ts';
import { describeBytes, jsonBridge } from '../../serde/json-bridge.ts';
import { deserializeWindowedKey } from '../../serde/windowed-key.ts';
import type { DataSource, SourceFormat } from '../catalog.ts';
import type { Engine } from '../engine/engine.ts';

export interface RecordText {
  readonly key: string | null;
  readonly value: string | null;
  readonly keyFormat: string;
  readonly valueFormat: string;
}

type Decode = (bytes: Uint8Array) => string;

/** Decoders are made once per source; a source that was replaced is another object. */
const decoders = new WeakMap<DataSource, { readonly key: Decode; readonly value: Decode }>();

export function decodeForDisplay(
  engine: Engine,
  topic: string,
  key: Uint8Array | null,
  value: Uint8Array | null,
): RecordText {
  const source = engine.planner.catalog.sources().find((s) => s.topic === topic);
  if (source === undefined) {
    const guess = (bytes: Uint8Array | null) => (bytes === null ? null : describeBytes(bytes, engine.registry));
    const [k, v] = [guess(key), guess(value)];
    return {
      key: k?.text ?? null,
      value: v?.text ?? null,
      keyFormat: k?.kind ?? 'null',
      valueFormat: v?.kind ?? 'null',
    };
  }
  const decode = decodersOf(source, engine);
  return {
    key: key === null ? null : decode.key(key),
    value: value === null ? null : decode.value(value),
    keyFormat: source.key.format.name,
    valueFormat: source.value.format.name,
  };
}

function decodersOf(source: DataSource, engine: Engine): { readonly key: Decode; readonly value: Decode } {
  const known = decoders.get(source);
  if (known !== undefined) return known;
  const made = {
    key: windowed(source, decoder(source, source.key, source.schema.key, true, engine)),
    value: decoder(source, source.value, source.schema.value, false, engine),
  };
  decoders.set(source, made);
  return made;
}

function decoder(
  source: DataSource,
  side: SourceFormat,
  columns: readonly Column[],
  isKey: boolean,
  engine: Engine,
): Decode {
  const { registry } = engine;
  if (columns.length === 0) return (bytes) => describeBytes(bytes, registry).text;
  const context = {
    subject: `${source.topic}-${isKey ? 'key' : 'value'}`,
    topic: source.topic,
    registry,
    schemaId: side.schemaId,
  };
  const bridge = jsonBridge(side.format, { columns, isKey, features: side.features }, context);
  return (bytes) => {
    try {
      return textOf(bridge.toJson(bytes));
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      return describeBytes(bytes, registry).text;
    }
  };
}

/** A bare text stands without quotes. */
function textOf(json: JsonNode): string {
  return typeof json === 'string' ? json : writeJson(json);
}

function windowed(source: DataSource, decode: Decode): Decode {
  const { window } = source;
  if (window === undefined) return decode;
  const kind =
    window.sizeMs === undefined ? { kind: 'session' as const } : { kind: 'time' as const, sizeMs: window.sizeMs };
  return (bytes) => {
    try {
      const split = deserializeWindowedKey(bytes, kind);
      return `${decode(split.key)} @ ${new Date(split.window.startMs).toISOString()}`;
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      return decode(bytes);
    }
  };
}
