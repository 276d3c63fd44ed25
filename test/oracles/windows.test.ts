/**
 * Aggregates per time window. A record goes into every window that contains its time and is still open: its end lies beyond
 * stream time (the largest so far) less the grace period.
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  expectAsOracle,
  histories,
  keyed,
  lastOf,
  latest,
  orNull,
  smallNumber,
  type Input,
  type Output,
} from './history.ts';

interface Windows {
  readonly sizeMs: number;
  readonly advanceMs: number;
  readonly graceMs: number;
}

const STREAM = "CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON', PARTITIONS = 1);";
const inputs = histories([{ topic: 's', key: orNull(keyed), value: orNull(fc.record({ V: smallNumber })) }]);
const isCounted = ({ key, value }: Input): boolean => key !== null && value !== null;

/** Starts of the open windows that the history's last record goes into. */
function entered({ sizeMs, advanceMs, graceMs }: Windows, history: readonly Input[]): readonly number[] {
  const { timestampMs } = lastOf(history).last;
  const streamTimeMs = latest(history.map((record) => record.timestampMs));
  const starts: number[] = [];
  for (let startMs = 0; startMs <= timestampMs; startMs += advanceMs) {
    const endMs = startMs + sizeMs;
    if (timestampMs < endMs && endMs > streamTimeMs - graceMs) starts.push(startMs);
  }
  return starts;
}

/** The records that are in a window, in their order. */
function contents(windows: Windows, history: readonly Input[], key: string | null, startMs: number): readonly Input[] {
  return history.filter(
    (record, i) => record.key === key && entered(windows, history.slice(0, i + 1)).includes(startMs),
  );
}

function result(records: readonly Input[], key: string, startMs: number, sizeMs: number): Output {
  const endMs = startMs + sizeMs;
  const value = { N: records.length, VS: records.map((record) => record.value?.['V']), WS: startMs, WE: endMs };
  return { key, window: { startMs, endMs }, value, timestampMs: latest(records.map((r) => r.timestampMs)) };
}

function query(window: string, emit: string): readonly string[] {
  const columns = 'K, COUNT(*) AS N, COLLECT_LIST(V) AS VS, WINDOWSTART AS WS, WINDOWEND AS WE';
  return [STREAM, `CREATE TABLE T AS SELECT ${columns} FROM S WINDOW ${window} GROUP BY K EMIT ${emit};`];
}

const CASES: readonly (readonly [window: string, windows: Windows])[] = [
  ['TUMBLING (SIZE 10 MILLISECONDS, GRACE PERIOD 15 MILLISECONDS)', { sizeMs: 10, advanceMs: 10, graceMs: 15 }],
  ['TUMBLING (SIZE 10 MILLISECONDS, GRACE PERIOD 0 MILLISECONDS)', { sizeMs: 10, advanceMs: 10, graceMs: 0 }],
  ['TUMBLING (SIZE 7 MILLISECONDS)', { sizeMs: 7, advanceMs: 7, graceMs: 86_400_000 - 7 }],
  [
    'HOPPING (SIZE 10 MILLISECONDS, ADVANCE BY 4 MILLISECONDS, GRACE PERIOD 8 MILLISECONDS)',
    { sizeMs: 10, advanceMs: 4, graceMs: 8 },
  ],
];

describe('time windows', () => {
  it.each(CASES)('%s', async (window, windows) => {
    const outputs = (history: readonly Input[]): readonly Output[] => {
      const { last } = lastOf(history);
      if (last.key === null || last.value === null) return [];
      const { key } = last;
      const counted = history.filter(isCounted);
      return entered(windows, counted).map((startMs) =>
        result(contents(windows, counted, key, startMs), key, startMs, windows.sizeMs),
      );
    };
    await expectAsOracle({ statements: query(window, 'CHANGES'), sink: 'T', outputs }, inputs);
  });
});

describe('time windows, EMIT FINAL', () => {
  // kept for longer than they are open, or a jump of stream time would lose them before they are written
  const kept = CASES.filter(([, { graceMs }]) => graceMs < 100).map(
    ([window, windows]) => [window.replace(', GRACE', ', RETENTION 1 DAY, GRACE'), windows] as const,
  );

  it.each(kept)('%s', async (window, windows) => {
    const closed = (history: readonly Input[]): readonly (readonly [startMs: number, key: string])[] => {
      if (history.length === 0) return [];
      const limitMs = latest(history.map((r) => r.timestampMs)) - windows.graceMs - windows.sizeMs;
      const keys = [...new Set(history.map(({ key }) => key ?? ''))].sort();
      const found: (readonly [number, string])[] = [];
      for (let startMs = 0; startMs <= limitMs; startMs += windows.advanceMs) {
        for (const key of keys) if (contents(windows, history, key, startMs).length > 0) found.push([startMs, key]);
      }
      return found;
    };
    const outputs = (history: readonly Input[]): readonly Output[] => {
      if (!isCounted(lastOf(history).last)) return [];
      const counted = history.filter(isCounted);
      const before = closed(counted.slice(0, -1)).length;
      const now = closed(counted);
      return now
        .slice(before)
        .map(([startMs, key]) => result(contents(windows, counted, key, startMs), key, startMs, windows.sizeMs));
    };
    await expectAsOracle({ statements: query(window, 'FINAL'), sink: 'T', outputs }, inputs);
  });
});
