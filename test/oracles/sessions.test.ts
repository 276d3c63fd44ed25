/**
 * Aggregates per session: records of a key that are at most the gap apart are one session. A record that falls between
 * sessions joins them, whose results are taken back; one whose session would end before stream time less grace and gap is
 * late and counts nowhere.
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectAsOracle, histories, keyed, lastOf, orNull, smallNumber, type Input, type Output } from './history.ts';

const GAP_MS = 6;
const STREAM = "CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON', PARTITIONS = 1);";
const inputs = histories([{ topic: 's', key: orNull(keyed), value: orNull(fc.record({ V: smallNumber })) }]);

interface Session {
  readonly key: string;
  readonly startMs: number;
  readonly endMs: number;
  /** In the order in which they came; those of earlier sessions first where sessions were joined. */
  readonly records: readonly Input[];
}

interface Step {
  readonly sessions: readonly Session[];
  readonly outputs: readonly Output[];
}

/** The sessions after the last record, and what it made of them. */
function sessionsOf(history: readonly Input[], graceMs: number): Step {
  let step: Step = { sessions: [], outputs: [] };
  let streamTimeMs = 0;
  for (const record of history) {
    const { key, value, timestampMs } = record;
    step = { sessions: step.sessions, outputs: [] };
    if (key === null || value === null) continue;
    streamTimeMs = Math.max(streamTimeMs, timestampMs);
    // sessions that nothing could join any more when the last record came are forgotten
    const keptFromMs = Math.max(0, ...step.sessions.map((s) => s.endMs)) - graceMs - GAP_MS;
    const remembered = step.sessions.filter(({ endMs }) => endMs >= keptFromMs);
    const joined = remembered
      .filter(
        (s) =>
          // the very last that something could have joined is found no more, though its result is still to come
          s.key === key && s.endMs > keptFromMs && s.endMs >= timestampMs - GAP_MS && s.startMs <= timestampMs + GAP_MS,
      )
      .sort((a, b) => a.startMs - b.startMs);
    const session: Session = {
      key,
      startMs: Math.min(timestampMs, ...joined.map((s) => s.startMs)),
      endMs: Math.max(timestampMs, ...joined.map((s) => s.endMs)),
      records: [...joined.flatMap((s) => s.records), record],
    };
    if (session.endMs < streamTimeMs - graceMs - GAP_MS) continue;
    const isGrown = session.startMs !== timestampMs || session.endMs !== timestampMs;
    const takenBack = isGrown ? joined.map((s): Output => resultOf(s, true)) : [];
    step = {
      sessions: [...remembered.filter((s) => !joined.includes(s) && !isSame(s, session)), session],
      outputs: [...takenBack, resultOf(session, false)],
    };
  }
  return step;
}

function isSame(a: Session, b: Session): boolean {
  return a.key === b.key && a.startMs === b.startMs && a.endMs === b.endMs;
}

/** What EMIT FINAL has said: the sessions that no record can join any more, once. */
function finalOf(history: readonly Input[], graceMs: number): readonly Output[] {
  const { last, before } = lastOf(history);
  if (last.key === null || last.value === null) return [];
  const { sessions } = sessionsOf(history, graceMs);
  const closed = (until: readonly Input[]): readonly Session[] => {
    const times = until.filter(({ key, value }) => key !== null && value !== null).map((r) => r.timestampMs);
    const limitMs = Math.max(0, ...times) - graceMs - GAP_MS;
    return sessions.filter(({ endMs }) => endMs < limitMs);
  };
  const said = closed(before);
  return closed(history)
    .filter((session) => !said.includes(session))
    .sort((a, b) => a.endMs - b.endMs || a.startMs - b.startMs || (a.key < b.key ? -1 : 1))
    .map((session) => resultOf(session, false));
}

function resultOf({ key, startMs, endMs, records }: Session, isDeleted: boolean): Output {
  const value = { N: records.length, VS: records.map((r) => r.value?.['V']), WS: startMs, WE: endMs };
  return { key, window: { startMs, endMs }, value: isDeleted ? null : value, timestampMs: endMs };
}

function query(grace: string, emit: string): readonly string[] {
  const columns = 'K, COUNT(*) AS N, COLLECT_LIST(V) AS VS, WINDOWSTART AS WS, WINDOWEND AS WE';
  const window = `SESSION (${GAP_MS} MILLISECONDS, ${grace})`;
  return [STREAM, `CREATE TABLE T AS SELECT ${columns} FROM S WINDOW ${window} GROUP BY K EMIT ${emit};`];
}

describe.each([
  ['GRACE PERIOD 20 MILLISECONDS', 20],
  ['GRACE PERIOD 0 MILLISECONDS', 0],
  ['GRACE PERIOD 1 DAY', 86_400_000],
])('sessions, %s', (grace, graceMs) => {
  it('EMIT CHANGES', async () => {
    const outputs = (history: readonly Input[]): readonly Output[] => sessionsOf(history, graceMs).outputs;
    await expectAsOracle({ statements: query(grace, 'CHANGES'), sink: 'T', outputs }, inputs);
  });

  it('EMIT FINAL', async () => {
    const outputs = (history: readonly Input[]): readonly Output[] => finalOf(history, graceMs);
    await expectAsOracle({ statements: query(grace, 'FINAL'), sink: 'T', outputs }, inputs);
  });
});
