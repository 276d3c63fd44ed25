/**
 * Joins of streams. Rows of one key match when the right one is at most `before` earlier and at most `after` later than the
 * left one. With a grace period a row that must come out even unmatched waits until stream time has passed the times at which
 * a match may come, and grace; without one it comes out at once, and matches may follow.
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectAsOracle, histories, lastOf, latest, smallNumber, type Input, type Output } from './history.ts';

const BEFORE_MS = 5;
const AFTER_MS = 9;
const STREAMS = ['l', 'r'].map(
  (name) =>
    `CREATE STREAM ${name} (K STRING KEY, V INT) WITH (KAFKA_TOPIC = '${name}', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`,
);
const inputs = histories(['l', 'r'].map((topic) => ({ topic, value: fc.record({ V: smallNumber }) })));

type Kind = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL OUTER';
const mustComeOut = (kind: Kind, topic: string): boolean =>
  kind === 'FULL OUTER' || kind === (topic === 'l' ? 'LEFT' : 'RIGHT');

/** How much later than a row its matches may be. */
const lookAheadMs = (topic: string): number => (topic === 'l' ? AFTER_MS : BEFORE_MS);

const timeOf = (history: readonly Input[]): number => latest(history.map(({ timestampMs }) => timestampMs));

/** The rows of the other side that the history's last record matches, by time. */
function matchesOf(history: readonly Input[], graceMs: number): readonly Input[] {
  const { last, before } = lastOf(history);
  const others = before.filter(({ topic }) => topic !== last.topic);
  // a side is kept as long as matches for its rows may come
  const keptFromMs = timeOf([{ ...last, timestampMs: 0 }, ...others]) - BEFORE_MS - AFTER_MS - graceMs;
  return others
    .filter(({ key, timestampMs }) => {
      const aheadMs = timestampMs - last.timestampMs;
      const fits = aheadMs <= lookAheadMs(last.topic) && -aheadMs <= lookAheadMs(last.topic === 'l' ? 'r' : 'l');
      return key === last.key && fits && timestampMs > keptFromMs;
    })
    .sort((a, b) => a.timestampMs - b.timestampMs);
}

/** Rows that wait for a match: those that had none so far, and whose time is not over yet. */
function waiting(history: readonly Input[], kind: Kind, graceMs: number): readonly Input[] {
  let rows: readonly Input[] = [];
  for (const [i, record] of history.entries()) {
    const until = history.slice(0, i + 1);
    const streamTimeMs = timeOf(until);
    if (record.timestampMs === streamTimeMs) rows = rows.filter((row) => !isOver(row, streamTimeMs, graceMs));
    const matches = matchesOf(until, graceMs);
    rows = rows.filter(
      (row) => !matches.some((m) => m.topic === row.topic && m.key === row.key && m.timestampMs === row.timestampMs),
    );
    const isTooLate = record.timestampMs + lookAheadMs(record.topic) < streamTimeMs;
    if (matches.length === 0 && mustComeOut(kind, record.topic) && !isTooLate) rows = [...rows, record];
  }
  return rows;
}

function isOver({ topic, timestampMs }: Input, streamTimeMs: number, graceMs: number): boolean {
  return timestampMs + lookAheadMs(topic) + graceMs < streamTimeMs;
}

function joined(row: Input, other: Input | undefined): Output {
  const [left, right] = row.topic === 'l' ? [row, other] : [other, row];
  const value = { LV: left?.value?.['V'] ?? null, RV: right?.value?.['V'] ?? null };
  return { key: row.key ?? '', value, timestampMs: Math.max(row.timestampMs, other?.timestampMs ?? 0) };
}

function statements(kind: Kind, grace: string): readonly string[] {
  const key = kind === 'FULL OUTER' ? 'ROWKEY AS K' : 'L.K AS K';
  return [
    ...STREAMS,
    `CREATE STREAM J AS SELECT ${key}, L.V AS LV, R.V AS RV FROM L ${kind} JOIN R
       WITHIN (${BEFORE_MS} MILLISECONDS, ${AFTER_MS} MILLISECONDS) ${grace} ON L.K = R.K;`,
  ];
}

const KINDS: readonly Kind[] = ['INNER', 'LEFT', 'RIGHT', 'FULL OUTER'];

describe('joins of streams without a grace period', () => {
  it.each(KINDS)('%s', async (kind) => {
    const outputs = (history: readonly Input[]): readonly Output[] => {
      const { last } = lastOf(history);
      const matches = matchesOf(history, 86_400_000);
      if (matches.length > 0) return matches.map((match) => joined(last, match));
      return mustComeOut(kind, last.topic) ? [joined(last, undefined)] : [];
    };
    await expectAsOracle({ statements: statements(kind, ''), sink: 'J', outputs }, inputs);
  });
});

describe.each([0, 4, 30])('joins of streams with a grace period of %i ms', (graceMs) => {
  it.each(KINDS)('%s', async (kind) => {
    const outputs = (history: readonly Input[]): readonly Output[] => {
      const { last, before } = lastOf(history);
      const streamTimeMs = timeOf(history);
      const over =
        last.timestampMs === streamTimeMs
          ? waiting(before, kind, graceMs).filter((row) => isOver(row, streamTimeMs, graceMs))
          : [];
      const ordered = over
        .map((row, i) => ({ row, i }))
        .sort(
          (a, b) =>
            a.row.timestampMs - b.row.timestampMs ||
            (a.row.topic === b.row.topic ? 0 : a.row.topic === 'r' ? -1 : 1) ||
            ((a.row.key ?? '') < (b.row.key ?? '') ? -1 : (a.row.key ?? '') > (b.row.key ?? '') ? 1 : 0) ||
            a.i - b.i,
        );
      const unmatched = ordered.map(({ row }) => joined(row, undefined));
      const matches = matchesOf(history, graceMs);
      const isTooLate = last.timestampMs + lookAheadMs(last.topic) < streamTimeMs;
      const atOnce = matches.length === 0 && mustComeOut(kind, last.topic) && isTooLate;
      return [
        ...unmatched,
        ...matches.map((match) => joined(last, match)),
        ...(atOnce ? [joined(last, undefined)] : []),
      ];
    };
    await expectAsOracle(
      { statements: statements(kind, `GRACE PERIOD ${graceMs} MILLISECONDS`), sink: 'J', outputs },
      inputs,
    );
  });
});
