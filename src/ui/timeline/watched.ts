/**
 * The page's copy of a watched operator: answers are folded in as they come. Lanes keep their order, that in which their keys
 * were first seen, however records come and go.
 */
import type { OperatorWatch, WatchedRecord, WatchedWindow, WindowWatch } from '../../protocol/watch.ts';

export interface Folded<W extends OperatorWatch> {
  /** The latest answer; its `records` are what changed, `records` here are all. */
  readonly watch: W;
  /** By `seq`, oldest first. */
  readonly records: readonly W['records'][number][];
  /** All windows; of a join none. */
  readonly windows: readonly WatchedWindow[];
  /** Order of lanes by their id. */
  readonly order: ReadonlyMap<string, number>;
}

const MAX_ORDER = 10_000;
const NO_WINDOWS: readonly WatchedWindow[] = [];

export const laneId = (task: number, key: string | null): string => `${task}/${key ?? ''}${key === null ? '!' : ''}`;

export function fold<W extends OperatorWatch>(before: Folded<W> | undefined, watch: W): Folded<W> {
  const from = watch.isAll ? undefined : before;
  const records = merged<W['records'][number]>(from?.records ?? [], watch.records, watch.oldestSeq);
  const order = new Map(from?.order);
  const note = (id: string): void => {
    if (!order.has(id)) order.set(id, order.size);
  };
  for (const record of watch.records) note(laneId(record.task, record.key));
  if (watch.kind === 'window') for (const window of watch.windows) note(laneId(window.task, window.key));
  const windows = watch.kind === 'window' ? mergedWindows(from?.windows ?? [], watch) : NO_WINDOWS;
  return { watch, records, windows, order: order.size > MAX_ORDER ? pruned(order, records) : order };
}

/** A session that has grown takes the place of those that went up in it: they lie within its bounds. */
function mergedWindows(known: readonly WatchedWindow[], watch: WindowWatch): readonly WatchedWindow[] {
  const { windows: changed, oldestWindowChange, type } = watch;
  if (known.length === 0) return changed;
  const byId = new Map<string, WatchedWindow>();
  const grown = new Map<string, WatchedWindow[]>();
  if (type === 'SESSION') {
    for (const window of changed) {
      const id = laneId(window.task, window.key);
      grown.set(id, [...(grown.get(id) ?? []), window]);
    }
  }
  for (const window of known) {
    if (window.changedAt < oldestWindowChange) continue;
    const id = laneId(window.task, window.key);
    const isWithin = ({ startMs, endMs }: WatchedWindow): boolean => startMs <= window.startMs && endMs >= window.endMs;
    if (grown.get(id)?.some(isWithin) !== true) byId.set(windowId(window), window);
  }
  for (const window of changed) byId.set(windowId(window), window);
  return [...byId.values()];
}

const windowId = ({ task, key, startMs, endMs }: WatchedWindow): string => `${laneId(task, key)}@${startMs}-${endMs}`;

/** The record of that number: they are consecutive. */
export function recordAt<R extends WatchedRecord>(records: readonly R[], seq: number): R | undefined {
  const [first] = records;
  return first === undefined ? undefined : records[seq - first.seq];
}

/** Keys that come once each are not remembered for ever. */
function pruned(order: ReadonlyMap<string, number>, records: readonly WatchedRecord[]): ReadonlyMap<string, number> {
  const present = new Set(records.map((record) => laneId(record.task, record.key)));
  return new Map([...order.keys()].filter((id) => present.has(id)).map((id, i) => [id, i]));
}

function merged<R extends WatchedRecord>(known: readonly R[], changed: readonly R[], oldestSeq: number): readonly R[] {
  if (changed.length === 0 && (known[0]?.seq ?? oldestSeq) >= oldestSeq) return known;
  const bySeq = new Map<number, R>();
  for (const record of known) if (record.seq >= oldestSeq) bySeq.set(record.seq, record);
  for (const record of changed) bySeq.set(record.seq, record);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
