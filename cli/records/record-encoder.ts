/**
 * From a line of an input to a record of its topic. A line is either the row, by column name:
 *
 *     {"item": "tea", "price": 3.5, "ROWTIME": 1700000000000}
 *
 * or the record, of which everything but the value may be left out:
 *
 *     {"key": "tea", "value": {"price": 3.5}, "timestamp": 1700000000000, "headers": {"trace": "a1"}}
 *
 * The value `null` is a tombstone. What kcat prints with -J is a record as well: there the value is `payload`, a text, the time
 * `ts`, and headers are names and values by turns.
 */
import { decodeBase64 } from '../../src/core/common/base64.ts';
import { WeirError } from '../../src/core/common/errors.ts';
import { parseTimestamp } from '../../src/core/common/time/text.ts';
import { encodeUtf8 } from '../../src/core/common/utf8.ts';
import { JsonNumber, writeJson, type JsonNode, type JsonObject } from '../../src/core/common/values/json-lossless.ts';
import type { DataSource } from '../../src/core/ksql/catalog.ts';
import type { Engine } from '../../src/core/ksql/engine/engine.ts';
import type { JsonRecord } from '../../src/library/records/json-record.ts';
import { listOf, objectOf, textOf } from '../../src/library/records/json-reading.ts';
import { TopicBridge } from '../../src/library/records/topic-bridge.ts';
import { recordWriter } from '../../src/library/record-writer.ts';
import type { AppendedRecord } from '../../src/library/weir.ts';

/** `auto`: a line is a record when it has a value and no member besides those of a record. */
export type InputFormat = 'auto' | 'record' | 'value';

const MEMBERS = new Set(
  'topic partition offset timestamp ts tstype broker key value payload headers window'.split(' '),
);

type Encode = (json: JsonNode) => AppendedRecord;

/**
 * @param source the one over the topic; none: keys are text, values are as they stand
 * @throws WeirError (from the encoder) what does not fit
 */
export function recordEncoder(
  engine: Engine,
  topic: string,
  source: DataSource | undefined,
  format: InputFormat,
): Encode {
  const bridge = new TopicBridge(topic, source, undefined, engine.registry);
  const asRecord = (json: JsonObject): AppendedRecord => {
    const record = recordOf(topic, json);
    const payload = json.get('payload');
    return {
      key: bridge.keyBytes(record),
      value: typeof payload === 'string' ? encodeUtf8(payload) : bridge.valueBytes(record),
      timestampMs: record.timestampMs ?? engine.clock.nowMs(),
      headers: record.headers,
    };
  };
  let asValue: Encode | undefined;
  const columns = source === undefined ? [] : [...source.schema.key, ...source.schema.value];
  const hasColumn = (name: string): boolean => columns.some((column) => column.name.toUpperCase() === name);
  const maybeRecord = format !== 'value' && (format === 'record' || !(hasColumn('VALUE') || hasColumn('PAYLOAD')));
  return (json) => {
    if (maybeRecord && json instanceof Map && (format === 'record' || isRecord(json))) return asRecord(json);
    asValue ??= source === undefined ? rawEncoder(engine) : rowEncoder(engine, source);
    return asValue(json);
  };
}

function isRecord(json: JsonObject): boolean {
  return (json.has('value') || json.has('payload')) && [...json.keys()].every((name) => MEMBERS.has(name));
}

function rowEncoder(engine: Engine, source: DataSource): Encode {
  const write = recordWriter(engine, source, { refusesUnknownFields: true });
  const [only, second] = source.schema.value;
  return (json) => {
    if (json instanceof Map) return withTime(write(json), engine);
    if (only === undefined || second !== undefined) {
      throw new WeirError('INVALID_FILE', `${writeJson(json)} is no row of ${source.name}: a row is an object.`);
    }
    return withTime(write({ [only.name]: json }), engine);
  };
}

function withTime(
  { key, value, timestampMs }: ReturnType<ReturnType<typeof recordWriter>>,
  engine: Engine,
): AppendedRecord {
  return { key, value, timestampMs: timestampMs ?? engine.clock.nowMs() };
}

function rawEncoder(engine: Engine): Encode {
  return (json) => ({ key: null, value: encodeUtf8(writeJson(json)), timestampMs: engine.clock.nowMs() });
}

function recordOf(topic: string, json: JsonObject): JsonRecord {
  const window = json.get('window');
  const payload = json.get('payload');
  const bounds = window instanceof Map ? window : undefined;
  return {
    topic,
    key: json.get('key') ?? null,
    value: (payload === undefined ? json.get('value') : payload) ?? null,
    timestampMs: timeOf(json.get('timestamp') ?? json.get('ts')),
    window:
      bounds === undefined
        ? undefined
        : {
            startMs: timeOf(bounds.get('start')) ?? 0,
            endMs: timeOf(bounds.get('end')) ?? 0,
            kind: textOf(bounds.get('type'))?.toLowerCase() === 'session' ? 'session' : 'time',
          },
    headers: headersOf(json.get('headers')),
  };
}

/** Epoch milliseconds, or an ISO text. */
function timeOf(json: JsonNode | undefined): number | undefined {
  if (json === undefined || json === null) return undefined;
  if (json instanceof JsonNumber) return json.toNumber();
  if (typeof json === 'string') return parseTimestamp(json);
  throw new WeirError('INVALID_FILE', `${writeJson(json)} is no timestamp.`, {
    hint: 'It is a number of milliseconds since 1970, or a text such as 2024-02-29T12:00:00Z.',
  });
}

/** `{"name": "text"}`, `[{"KEY": name, "VALUE": base64}]` as Weir and ksqlDB's test files write it, or kcat's list. */
function headersOf(json: JsonNode | undefined): AppendedRecord['headers'] {
  if (json === undefined || json === null) return undefined;
  const text = (value: JsonNode | undefined): Uint8Array | null => {
    const found = textOf(value);
    return found === undefined ? null : encodeUtf8(found);
  };
  if (json instanceof Map) return [...json].map(([key, value]) => ({ key, value: text(value) }));
  const items = listOf(json);
  if (items.every((item) => item instanceof Map)) {
    return items.map(objectOf).map((header) => {
      const value = textOf(header.get('VALUE'));
      return {
        key: textOf(header.get('KEY')) ?? '',
        value: value === undefined ? null : (decodeBase64(value) ?? null),
      };
    });
  }
  return items.flatMap((key, i) => (i % 2 === 0 ? [{ key: textOf(key) ?? '', value: text(items[i + 1]) }] : []));
}
