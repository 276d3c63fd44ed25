/**
 * Histories of input records, and what a query makes of them: the ground that the oracles stand on.
 *
 * An oracle says what a query has to write for a history by computing it anew from the whole history, as slowly and plainly
 * as it can. `expectAsOracle` tries random histories on the query twice: by the synchronous driver, and by an engine that is
 * abandoned and opened again on its storage at random records, as after a crash.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { MemoryScratch } from '../../src/adapters/scratch-memory.ts';
import { decodeUtf8, encodeUtf8 } from '../../src/core/common/utf8.ts';
import { Producer } from '../../src/core/clients/producer.ts';
import type { WindowInfo } from '../../src/core/ksql/catalog.ts';
import { TestPlanner } from '../../src/core/ksql/testing.ts';
import { deserializeWindowedKey } from '../../src/core/serde/windowed-key.ts';
import { TopologyDriver } from '../../src/core/streams/runtime/driver.ts';
import { ScratchPages } from '../../src/core/streams/state/spill/scratch-pages.ts';
import { TopicReader } from '../../src/core/ksql/queries/topic-reader.ts';
import { TestBench } from '../engine/test-bench.ts';

export type Fields = Readonly<Record<string, number | string | null>>;

export interface Input {
  readonly topic: string;
  readonly key: string | null;
  readonly value: Fields | null;
  readonly timestampMs: number;
}

export interface Output {
  readonly key: string;
  /** Undefined: the query is not windowed. */
  readonly window?: { readonly startMs: number; readonly endMs: number } | undefined;
  /** Columns in the order of the SELECT list. */
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly timestampMs: number;
}

/** What one query says to a history. */
export interface Oracle {
  readonly statements: readonly string[];
  readonly sink: string;
  /** What the query writes when it has seen `history` and now sees its last record. */
  readonly outputs: (history: readonly Input[]) => readonly Output[];
}

/** Keys are few, so that they meet. */
const KEYS = ['a', 'b', 'c'];

export interface InputShape {
  readonly topic: string;
  readonly value: fc.Arbitrary<Fields | null>;
  readonly key?: fc.Arbitrary<string | null> | undefined;
}

export const keyed = fc.constantFrom(...KEYS);
export const smallNumber = fc.integer({ min: -5, max: 9 });
/** With tombstones, or with records of streams that have no value. */
export const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { freq: 4, nil: null });

/**
 * Records of the given topics in any order of time: each is a few steps after the last, now and then far after it, and
 * may be late.
 */
export function histories(shapes: readonly InputShape[], maxLength = 25): fc.Arbitrary<readonly Input[]> {
  const record = fc.oneof(
    ...shapes.map(({ topic, key = keyed, value }) => fc.record({ topic: fc.constant(topic), key, value })),
  );
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 7 }) },
    { weight: 1, arbitrary: fc.integer({ min: 8, max: 80 }) },
  );
  const lateness = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }) },
  );
  return fc.array(fc.record({ record, step, lateness }), { minLength: 1, maxLength }).map((entries) => {
    let nowMs = 20;
    return entries.map(({ record: given, step: ahead, lateness: late }): Input => {
      nowMs += ahead;
      return { ...given, timestampMs: Math.max(0, nowMs - late) };
    });
  });
}

/** The oracle's query writes what the oracle says, record by record. */
export async function expectAsOracle(oracle: Oracle, inputs: fc.Arbitrary<readonly Input[]>): Promise<void> {
  await tryHistories(oracle, inputs, (history, written) => {
    const wanted = history.map((_, i) => oracle.outputs(history.slice(0, i + 1)).map(lineOf));
    expect(written).toEqual(wanted);
  });
}

/** What a table has to hold for a history: a row by key. */
export interface TableOracle {
  readonly statements: readonly string[];
  readonly sink: string;
  readonly rows: (history: readonly Input[]) => ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** After each record, the last that was written for each key is the oracle's table. */
export async function expectTable(oracle: TableOracle, inputs: fc.Arbitrary<readonly Input[]>): Promise<void> {
  await tryHistories(oracle, inputs, (history, written) => {
    const table = new Map<string, string>();
    for (const [i] of history.entries()) {
      for (const line of written[i] ?? []) {
        const [, key = '', value = ''] = /^(.*?)\|(.*)@\d+$/.exec(line) ?? [];
        if (value === 'null') table.delete(key);
        else table.set(key, value);
      }
      const rows = oracle.rows(history.slice(0, i + 1));
      const wanted = [...rows].map(([key, value]): [string, string] => [key, JSON.stringify(value)]);
      expect(new Map([...table].sort())).toEqual(new Map(wanted.sort()));
    }
  });
}

/** What the query wrote for each record of a history. */
type Written = readonly (readonly string[])[];

async function tryHistories(
  query: Query,
  inputs: fc.Arbitrary<readonly Input[]>,
  check: (history: readonly Input[], written: Written) => void,
): Promise<void> {
  fc.assert(
    fc.property(inputs, fc.constantFrom(...STATES), (history, state) => {
      check(history, driven(query, history, state));
    }),
    { numRuns: 200 },
  );
  await fc.assert(
    fc.asyncProperty(inputs, fc.infiniteStream(fc.boolean()), async (history, restarts) => {
      check(history, await restarted(query, history, restarts));
    }),
    { numRuns: 6 },
  );
}

type Query = Pick<Oracle, 'statements' | 'sink'>;

/** How stores hold their entries: as objects, as bytes, in a scratch file from so many bytes on. */
interface State {
  readonly packedFromEntries?: number;
  readonly budgetBytes?: number;
}

const STATES: readonly State[] = [
  {},
  {},
  { packedFromEntries: 0 },
  { packedFromEntries: 2, budgetBytes: 300 },
  { budgetBytes: 0 },
  { budgetBytes: 300 },
];

function driven({ statements, sink }: Query, history: readonly Input[], state: State): Written {
  const { packedFromEntries, budgetBytes } = state;
  const { planner } = new TestPlanner(statements);
  const drivers = planner.queries().map((query) => {
    const { topology, applicationId } = query.build((error) => {
      throw error;
    });
    const spill = budgetBytes === undefined ? undefined : { pages: new ScratchPages(new MemoryScratch()), budgetBytes };
    return new TopologyDriver(topology, { applicationId, spill, packedFromEntries });
  });
  const { window } = planner.catalog.require(sink);
  return history.map(({ topic, key, value, timestampMs }) => {
    const lines: string[] = [];
    for (const driver of drivers) {
      if (!driver.reads(topic)) continue;
      driver.pipe(topic, { ...bytesOf(key, value), timestamp: timestampMs });
      lines.push(...driver.read(sink).map((record) => line(record.key, record.value, record.timestamp, window)));
    }
    return lines;
  });
}

/** The same by an engine, which is lost before every record that `restarts` says. */
async function restarted(
  { statements, sink }: Query,
  history: readonly Input[],
  restarts: Iterator<boolean>,
): Promise<Written> {
  const bench = await TestBench.open();
  const reader = new TopicReader();
  for (const statement of statements) await bench.run(statement);
  const written: string[][] = [];
  for (const { topic, key, value, timestampMs } of history) {
    if (restarts.next().value === true) await bench.reopen();
    const producer = new Producer(bench.engine.broker);
    const bytes = bytesOf(key, value);
    (await producer.topic(topic)).append(bytes.key, bytes.value, timestampMs);
    await producer.flush();
    await bench.settle();
    const { window } = bench.engine.planner.catalog.require(sink);
    const records = await reader.read(sink, bench.engine);
    written.push(records.map((record) => line(record.key, record.value, record.timestampMs, window)));
  }
  expect(bench.failures).toEqual([]);
  await bench.engine.close();
  return written;
}

function bytesOf(
  key: string | null,
  value: Fields | null,
): { readonly key: Uint8Array | null; readonly value: Uint8Array | null } {
  return {
    key: key === null ? null : encodeUtf8(key),
    value: value === null ? null : encodeUtf8(JSON.stringify(value)),
  };
}

function line(
  keyBytes: Uint8Array | null,
  valueBytes: Uint8Array | null,
  timestampMs: number,
  info: WindowInfo | undefined,
): string {
  const value = valueBytes === null ? 'null' : decodeUtf8(valueBytes);
  if (keyBytes === null) return `null|${value}@${timestampMs}`;
  if (info === undefined) return `${decodeUtf8(keyBytes)}|${value}@${timestampMs}`;
  const kind =
    info.sizeMs === undefined ? { kind: 'session' as const } : { kind: 'time' as const, sizeMs: info.sizeMs };
  const { key, window } = deserializeWindowedKey(keyBytes, kind);
  return `${decodeUtf8(key)}[${window.startMs},${window.endMs}]|${value}@${timestampMs}`;
}

function lineOf({ key, window, value, timestampMs }: Output): string {
  const bounds = window === undefined ? '' : `[${window.startMs},${window.endMs}]`;
  return `${key}${bounds}|${JSON.stringify(value)}@${timestampMs}`;
}

// What several oracles need.

/** The last record of the history, and those before it. */
export function lastOf(history: readonly Input[]): { readonly last: Input; readonly before: readonly Input[] } {
  const last = history.at(-1);
  if (last === undefined) throw new Error('a history has records');
  return { last, before: history.slice(0, -1) };
}

/** The rows of a table whose topic this is: the last value of each key, unless it is a tombstone. */
export function tableOf(topic: string, history: readonly Input[]): ReadonlyMap<string, Fields> {
  const rows = new Map<string, Fields>();
  for (const { topic: of, key, value } of history) {
    if (of !== topic || key === null) continue;
    if (value === null) rows.delete(key);
    else rows.set(key, value);
  }
  return rows;
}

/** A column's numbers, NULLs left out. */
export function numbersOf(rows: readonly (Fields | null)[], column: string): readonly number[] {
  return rows.flatMap((row) => {
    const cell = row?.[column];
    return typeof cell === 'number' ? [cell] : [];
  });
}

export const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

export const latest = (timestamps: readonly number[]): number => Math.max(...timestamps);
