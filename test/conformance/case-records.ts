/** The records of a case: from JSON to bytes for inputs, and outputs' bytes compared with the JSON that is expected. */
import { decodeBase64 } from '../../src/core/common/base64.ts';
import { WeirError } from '../../src/core/common/errors.ts';
import {
  JsonNumber,
  sameJson,
  writeJson,
  type JsonNode,
  type JsonObject,
} from '../../src/core/common/values/json-lossless.ts';
import type { DataSource } from '../../src/core/ksql/catalog.ts';
import type { FormatInfo, PersistenceSchema, SchemaRegistryPort } from '../../src/core/serde/format.ts';
import { jsonBridge, type JsonBridge } from '../../src/core/serde/json-bridge.ts';
import { formatByName } from '../../src/core/serde/registry.ts';
import { deserializeWindowedKey, serializeWindowedKey } from '../../src/core/serde/windowed-key.ts';
import type { Header } from '../../src/core/streams/record.ts';
import { coerce, coerceFields } from './coerce.ts';
import { listOf, numberOf, objectOf, textOf } from './json.ts';
import type { DeclaredTopic } from './workbench.ts';

export interface CaseWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: 'time' | 'session';
}

export interface CaseRecord {
  readonly topic: string;
  readonly key: JsonNode;
  readonly value: JsonNode;
  readonly timestampMs: number | undefined;
  readonly window: CaseWindow | undefined;
  readonly headers: readonly Header[] | undefined;
}

export function caseRecords(node: JsonNode | undefined): readonly CaseRecord[] {
  return listOf(node).map((entry): CaseRecord => {
    const record = objectOf(entry);
    const headers = record.get('headers');
    return {
      topic: textOf(record.get('topic')) ?? '',
      key: record.get('key') ?? null,
      value: record.get('value') ?? null,
      timestampMs: numberOf(record.get('timestamp')),
      window: record.get('window') instanceof Map ? windowOf(objectOf(record.get('window'))) : undefined,
      headers: headers === undefined ? undefined : listOf(headers).map(headerOf),
    };
  });
}

function windowOf(node: JsonObject): CaseWindow {
  return {
    startMs: numberOf(node.get('start')) ?? 0,
    endMs: numberOf(node.get('end')) ?? 0,
    kind: textOf(node.get('type'))?.toLowerCase() === 'session' ? 'session' : 'time',
  };
}

function headerOf(node: JsonNode): Header {
  const header = objectOf(node);
  const value = textOf(header.get('VALUE'));
  return { key: textOf(header.get('KEY')) ?? '', value: value === undefined ? null : (decodeBase64(value) ?? null) };
}

export interface ActualRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestampMs: number;
  readonly headers: readonly Header[];
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
    declared: DeclaredTopic | undefined,
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

  keyBytes(record: CaseRecord): Uint8Array | null {
    const bytes = this.#key.toBytes(this.#typed('key', record.key));
    const kind = this.#windowKind(record);
    if (bytes === null || record.window === undefined || kind === undefined) return bytes;
    return serializeWindowedKey(bytes, record.window, kind);
  }

  valueBytes(record: CaseRecord): Uint8Array | null {
    return this.#value.toBytes(this.#typed('value', record.value));
  }

  /** How the record differs from what is expected; undefined when it does not. */
  compare(expected: CaseRecord, actual: ActualRecord): string | undefined {
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

  /** For messages. */
  show(record: ActualRecord): string {
    const text = (bridge: JsonBridge, bytes: Uint8Array | null): string => {
      try {
        return writeJson(bridge.toJson(bytes));
      } catch (error) {
        return error instanceof Error ? `<${error.message}>` : '?';
      }
    };
    const key = this.#source?.window === undefined ? text(this.#key, record.key) : '<windowed>';
    return `${key} -> ${text(this.#value, record.value)} @${record.timestampMs}`;
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

  #windowKind(record: CaseRecord): 'time' | 'session' | undefined {
    const declared = this.#source?.window;
    if (declared === undefined) return record.window?.kind;
    return declared.sizeMs === undefined ? 'session' : 'time';
  }

  #unwrapKey(expected: CaseRecord, key: Uint8Array | null) {
    const kind = this.#windowKind(expected);
    if (key === null || kind === undefined) return { key, window: undefined };
    const sizeMs =
      this.#source?.window?.sizeMs ??
      (expected.window === undefined ? 0 : expected.window.endMs - expected.window.startMs);
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
  return bytes === null ? 'null' : Buffer.from(bytes).toString('base64');
}
