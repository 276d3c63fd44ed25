/** Between a topic's bytes and JSON: from JSON to bytes for what is produced, and bytes compared with the JSON that is expected. */
import { encodeBase64 } from '../../core/common/base64.ts';
import { WeirError } from '../../core/common/errors.ts';
import {
  JsonNumber,
  sameJson,
  toJsonNode,
  writeJson,
  type JsonNode,
  type JsonObject,
} from '../../core/common/values/json-lossless.ts';
import type { DataSource } from '../../core/ksql/catalog.ts';
import type { FormatInfo, PersistenceSchema, SchemaRegistryPort } from '../../core/serde/format.ts';
import { describeBytes, jsonBridge, type JsonBridge } from '../../core/serde/json-bridge.ts';
import { formatByName } from '../../core/serde/registry.ts';
import { deserializeWindowedKey, serializeWindowedKey } from '../../core/serde/windowed-key.ts';
import type { Header } from '../../core/streams/record.ts';
import { coerce, coerceFields } from './coerce.ts';
import type { JsonRecord } from './json-record.ts';

export interface TopicRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestampMs: number;
  readonly headers: readonly Header[];
}

/** What is known of a topic besides the source over it. */
export interface TopicFormats {
  readonly keyFormat?: string | undefined;
  readonly valueFormat?: string | undefined;
  /** Ids of the schemas registered for it. */
  readonly keySchemaId?: number | undefined;
  readonly valueSchemaId?: number | undefined;
}

/** Bytes and JSON of one topic. */
export class TopicBridge {
  readonly #source: DataSource | undefined;
  readonly #key: JsonBridge;
  readonly #value: JsonBridge;
  readonly #keyFormat: FormatInfo;
  readonly #valueFormat: FormatInfo;

  constructor(
    topic: string,
    source: DataSource | undefined,
    declared: TopicFormats | undefined,
    registry: SchemaRegistryPort,
  ) {
    this.#source = source;
    const bridge = (side: 'key' | 'value'): { bridge: JsonBridge; format: FormatInfo } => {
      const sourceFormat = source?.[side];
      const fallback =
        (side === 'key' ? declared?.keyFormat : declared?.valueFormat) ?? (side === 'key' ? 'KAFKA' : 'JSON');
      const format: FormatInfo = sourceFormat?.format ?? { name: formatByName(fallback).name, properties: {} };
      const schema: PersistenceSchema = {
        columns: source?.schema[side] ?? [],
        isKey: side === 'key',
        features: sourceFormat?.features ?? new Set(),
      };
      const schemaId = (side === 'key' ? declared?.keySchemaId : declared?.valueSchemaId) ?? sourceFormat?.schemaId;
      return { bridge: jsonBridge(format, schema, { subject: `${topic}-${side}`, topic, registry, schemaId }), format };
    };
    const key = bridge('key');
    const value = bridge('value');
    this.#key = key.bridge;
    this.#value = value.bridge;
    this.#keyFormat = key.format;
    this.#valueFormat = value.format;
  }

  keyBytes(record: JsonRecord): Uint8Array | null {
    const bytes = this.#key.toBytes(this.#typed('key', record.key));
    const kind = this.#windowKind(record);
    if (bytes === null || record.window === undefined || kind === undefined) return bytes;
    return serializeWindowedKey(bytes, record.window, kind);
  }

  valueBytes(record: JsonRecord): Uint8Array | null {
    return this.#value.toBytes(this.#typed('value', record.value));
  }

  /** How the record differs from what is expected; undefined when it does not. */
  compare(expected: JsonRecord, actual: TopicRecord): string | undefined {
    const { key, window } = this.#unwrapKey(expected, actual.key);
    const problems = [
      this.#compareSide('key', expected.key, key),
      this.#compareSide('value', expected.value, actual.value),
    ];
    if (expected.timestampMs !== undefined && expected.timestampMs !== actual.timestampMs) {
      problems.push(`timestamp ${actual.timestampMs} instead of ${expected.timestampMs}`);
    }
    if (expected.window !== undefined) {
      const { startMs, endMs } = expected.window;
      if (window === undefined) problems.push('the key is not windowed');
      else if (window.startMs !== startMs || window.endMs !== endMs) {
        problems.push(`window [${window.startMs}, ${window.endMs}] instead of [${startMs}, ${endMs}]`);
      }
    }
    if (expected.headers !== undefined && !sameHeaders(expected.headers, actual.headers)) {
      problems.push(`headers ${showHeaders(actual.headers)} instead of ${showHeaders(expected.headers)}`);
    }
    const found = problems.filter((problem) => problem !== undefined);
    return found.length === 0 ? undefined : found.join('; ');
  }

  /** The record in the form of `json-record.ts`; bytes that cannot be read are shown as text. */
  describe(record: TopicRecord): JsonObject {
    const { key, window } = this.#unwrapKey(undefined, record.key);
    const fields = new Map<string, JsonNode>([
      ['key', readable(this.#key, key)],
      ['value', readable(this.#value, record.value)],
      ['timestamp', toJsonNode(record.timestampMs)],
    ]);
    if (window !== undefined) {
      const type = this.#source?.window?.sizeMs === undefined ? 'session' : 'time';
      fields.set('window', toJsonNode({ start: window.startMs, end: window.endMs, type }));
    }
    if (record.headers.length > 0) {
      const headers = record.headers.map(({ key: name, value }) => {
        return { KEY: name, VALUE: value === null ? null : encodeBase64(value) };
      });
      fields.set('headers', toJsonNode(headers));
    }
    return fields;
  }

  /** Typed formats take the JSON as the columns' types; text formats take it as it stands. */
  #typed(side: 'key' | 'value', json: JsonNode): JsonNode {
    const format = side === 'key' ? this.#keyFormat : this.#valueFormat;
    const columns = this.#source?.schema[side] ?? [];
    if (format.name === 'JSON' || format.name === 'DELIMITED' || format.name === 'NONE') return json;
    const [only] = columns;
    if (columns.length === 1 && only !== undefined && (format.name === 'KAFKA' || !(json instanceof Map)))
      return coerce(json, only.type);
    return coerceFields(json, columns);
  }

  #windowKind(record: JsonRecord | undefined): 'time' | 'session' | undefined {
    const declared = this.#source?.window;
    if (declared === undefined) return record?.window?.kind;
    return declared.sizeMs === undefined ? 'session' : 'time';
  }

  #unwrapKey(expected: JsonRecord | undefined, key: Uint8Array | null) {
    const kind = this.#windowKind(expected);
    if (key === null || kind === undefined) return { key, window: undefined };
    const sizeMs =
      this.#source?.window?.sizeMs ??
      (expected?.window === undefined ? 0 : expected.window.endMs - expected.window.startMs);
    return deserializeWindowedKey(key, kind === 'session' ? { kind } : { kind, sizeMs });
  }

  #compareSide(side: 'key' | 'value', expected: JsonNode, bytes: Uint8Array | null): string | undefined {
    const bridge = side === 'key' ? this.#key : this.#value;
    const format = side === 'key' ? this.#keyFormat : this.#valueFormat;
    let actual: JsonNode;
    try {
      actual = bridge.toJson(bytes);
    } catch (error) {
      return `${side} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (sameValue(expected, actual, format)) return undefined;
    if (expected !== null && actual !== null && this.#isReadAsSame(side, expected, actual)) return undefined;
    return `${side} ${writeJson(actual)} instead of ${writeJson(expected)}`;
  }

  /**
   * Whether whoever reads the columns sees the same in both: names without case, a missing field as null, numbers in the
   * column's type. What is expected may name no field that there is not, unless as null.
   */
  #isReadAsSame(side: 'key' | 'value', expected: JsonNode, actual: JsonNode): boolean {
    const bridge = side === 'key' ? this.#key : this.#value;
    const format = side === 'key' ? this.#keyFormat : this.#valueFormat;
    if (format.name === 'DELIMITED' || format.name === 'NONE') return false;
    const columns = this.#source?.schema[side] ?? [];
    if (expected instanceof Map && actual instanceof Map) {
      const names = new Set([
        ...columns.map((c) => c.name.toUpperCase()),
        ...[...actual.keys()].map((name) => name.toUpperCase()),
      ]);
      for (const [name, value] of expected) if (value !== null && !names.has(name.toUpperCase())) return false;
    }
    try {
      return sameJson(bridge.canonical(this.#typed(side, expected)), bridge.canonical(actual));
    } catch (error) {
      if (error instanceof WeirError) return false;
      throw error;
    }
  }
}

function readable(bridge: JsonBridge, bytes: Uint8Array | null): JsonNode {
  try {
    return bridge.toJson(bytes);
  } catch (error) {
    if (!(error instanceof WeirError) || bytes === null) throw error;
    return describeBytes(bytes).text;
  }
}

function sameValue(expected: JsonNode, actual: JsonNode, format: FormatInfo): boolean {
  if (sameJson(expected, actual)) return true;
  // text formats know no numbers
  return (
    (format.name === 'DELIMITED' || format.name === 'NONE') &&
    expected instanceof JsonNumber &&
    actual === expected.text
  );
}

function sameHeaders(a: readonly Header[], b: readonly Header[]): boolean {
  return (
    a.length === b.length &&
    a.every((header, i) => header.key === b[i]?.key && showBytes(header.value) === showBytes(b[i]?.value ?? null))
  );
}

function showHeaders(headers: readonly Header[]): string {
  return `[${headers.map((header) => `${header.key}=${showBytes(header.value)}`).join(', ')}]`;
}

function showBytes(bytes: Uint8Array | null): string {
  return bytes === null ? 'null' : encodeBase64(bytes);
}
