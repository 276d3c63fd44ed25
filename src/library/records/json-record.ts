/**
 * A topic's records in JSON, as ksqlDB's test files write them:
 *
 *     {"topic": "orders", "timestamp": 0, "key": "a", "value": {"PRICE": 3.5},
 *      "window": {"start": 0, "end": 1000, "type": "time"}, "headers": [{"KEY": "h", "VALUE": "base64"}]}
 */
import { decodeBase64 } from '../../core/common/base64.ts';
import type { JsonNode, JsonObject } from '../../core/common/values/json-lossless.ts';
import type { Header } from '../../core/streams/record.ts';
import { listOf, numberOf, objectOf, textOf } from './json-reading.ts';

export interface JsonWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: 'time' | 'session';
}

export interface JsonRecord {
  readonly topic: string;
  readonly key: JsonNode;
  readonly value: JsonNode;
  readonly timestampMs: number | undefined;
  readonly window: JsonWindow | undefined;
  readonly headers: readonly Header[] | undefined;
}

export function readJsonRecords(node: JsonNode | undefined): readonly JsonRecord[] {
  return listOf(node).map((entry): JsonRecord => {
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

function windowOf(node: JsonObject): JsonWindow {
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
