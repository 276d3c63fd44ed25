/** The records of a topic against those that are expected: one by one, in order and in number. */
import { toJsonNode, writeJson, type JsonNode } from '../../core/common/values/json-lossless.ts';
import type { JsonRecord } from '../records/json-record.ts';
import type { TopicBridge, TopicRecord } from '../records/topic-bridge.ts';

/** Both sides of a topic as lines, a record each: records that are as expected have the same line on both. */
export interface TopicDifference {
  readonly topic: string;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

/** What differs first, in words; undefined when nothing does. */
export function firstProblem(
  bridge: TopicBridge,
  expected: readonly JsonRecord[],
  actual: readonly TopicRecord[],
): string | undefined {
  const numbers = `there are ${actual.length} records, and ${expected.length} are expected`;
  for (const [i, wanted] of expected.entries()) {
    const record = actual[i];
    if (record === undefined) return `${numbers}: nothing for ${lineOf(wanted)}`;
    const problem = bridge.compare(wanted, record);
    if (problem !== undefined) return `record ${i}: ${problem}`;
  }
  const extra = actual[expected.length];
  return extra === undefined ? undefined : `${numbers}: one too many is ${writeJson(bridge.describe(extra))}`;
}

export function linesOf(
  topic: string,
  bridge: TopicBridge,
  expected: readonly JsonRecord[],
  actual: readonly TopicRecord[],
): TopicDifference {
  const matching = (record: TopicRecord, i: number): JsonRecord | undefined => {
    const sameIndex = expected[i];
    if (sameIndex !== undefined && bridge.compare(sameIndex, record) === undefined) return sameIndex;
    return expected.find((wanted) => bridge.compare(wanted, record) === undefined);
  };
  const hasTimes = expected.some((record) => record.timestampMs !== undefined);
  return {
    topic,
    expected: expected.map(lineOf),
    actual: actual.map((record, i) => {
      const wanted = matching(record, i);
      if (wanted !== undefined) return lineOf(wanted);
      const fields = bridge.describe(record);
      if (!hasTimes) fields.delete('timestamp');
      return writeJson(fields);
    }),
  };
}

function lineOf({ key, value, timestampMs, window }: JsonRecord): string {
  const fields = new Map<string, JsonNode>([
    ['key', key],
    ['value', value],
  ]);
  if (timestampMs !== undefined) fields.set('timestamp', toJsonNode(timestampMs));
  if (window !== undefined) {
    fields.set('window', toJsonNode({ start: window.startMs, end: window.endMs, type: window.kind }));
  }
  return writeJson(fields);
}
