/** Sorting what was watched into groups and lanes: a lane for each key, or one for all keys of a task. */
import type { OperatorWatch, WatchedRecord } from '../../protocol/watch.ts';
import { keyHue } from '../theme/key-color.ts';
import { union, type TimeRange } from './scale.ts';
import type { GroupContent, LaneContent, Mark } from './scene.ts';
import { laneId, type Folded } from './watched.ts';

export type LaneMode = 'keys' | 'all';

export interface LaneParts<R, S> {
  readonly id: string;
  readonly task: number;
  /** Undefined in a lane of all keys. */
  readonly key: string | null | undefined;
  readonly records: R[];
  readonly spans: S[];
}

interface Keyed {
  readonly task: number;
  readonly key: string | null;
}

/** Records and windows by lane, in the order of the lanes. */
export function laneParts<R extends WatchedRecord, S extends Keyed>(
  folded: Pick<Folded<OperatorWatch>, 'order'>,
  records: readonly R[],
  spans: readonly S[],
  mode: LaneMode,
): readonly LaneParts<R, S>[] {
  const lanes = new Map<string, LaneParts<R, S>>();
  const laneOf = ({ task, key }: Keyed): LaneParts<R, S> => {
    const id = mode === 'keys' ? laneId(task, key) : String(task);
    let lane = lanes.get(id);
    if (lane === undefined) {
      lane = { id, task, key: mode === 'keys' ? key : undefined, records: [], spans: [] };
      lanes.set(id, lane);
    }
    return lane;
  };
  for (const record of records) laneOf(record).records.push(record);
  for (const span of spans) laneOf(span).spans.push(span);
  const rank = ({ id }: { readonly id: string }): number => folded.order.get(id) ?? Infinity;
  return [...lanes.values()].sort((a, b) => a.task - b.task || rank(a) - rank(b));
}

export function hueOf(key: string | null | undefined): number | undefined {
  return key === null || key === undefined ? undefined : keyHue(key);
}

export function laneLabel(key: string | null | undefined): string {
  return key === undefined ? 'all keys' : (key ?? 'no key');
}

/** Why a record was left out, beside its mark. */
export function droppedTag(reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : reason === 'null-value' ? 'null value' : 'no key';
}

/** What every mark has of its record. */
export function markOf(record: WatchedRecord): Omit<Mark, 'row' | 'glyph' | 'hue' | 'tag'> {
  const { seq, timestampMs, key, topic, partition, offset } = record;
  return { seq, timeMs: timestampMs, key, topic, partition, offset };
}

export function byTime(a: Mark, b: Mark): number {
  return a.timeMs - b.timeMs || a.seq - b.seq;
}

/** One group for each task that has a lane. */
export function groupsOf(
  watch: OperatorWatch,
  lanes: readonly (LaneContent & { readonly task: number })[],
  bandsOf: (streamTimeMs: number) => GroupContent['bands'],
): readonly GroupContent[] {
  const tasks = [...new Set(lanes.map(({ task }) => task))].sort((a, b) => a - b);
  return tasks.map((task) => {
    const streamTimeMs = watch.tasks.find(({ partition }) => partition === task)?.streamTimeMs;
    return {
      task,
      label: tasks.length > 1 ? `Partition ${task}` : '',
      streamTimeMs,
      bands: streamTimeMs === undefined ? [] : bandsOf(streamTimeMs),
      lanes: lanes.filter((lane) => lane.task === task),
    };
  });
}

export function domainOf(groups: readonly GroupContent[]): TimeRange | undefined {
  let domain: TimeRange | undefined;
  for (const { streamTimeMs, lanes } of groups) {
    if (streamTimeMs !== undefined) domain = union(domain, streamTimeMs, streamTimeMs);
    for (const { marks, boxes } of lanes) {
      for (const { timeMs } of marks) domain = union(domain, timeMs, timeMs);
      for (const { fromMs, toMs } of boxes) domain = union(domain, fromMs, toMs);
    }
  }
  return domain;
}

/**
 * Where the records are: from the first to the last of them, with stream time and the windows that reach in there. Windows
 * whose records are drawn no more may go back much further. Without a record it is all there is.
 */
export function homeOf(groups: readonly GroupContent[]): TimeRange | undefined {
  let records: TimeRange | undefined;
  for (const { lanes } of groups) {
    for (const { marks } of lanes) for (const { timeMs } of marks) records = union(records, timeMs, timeMs);
  }
  if (records === undefined) return domainOf(groups);
  for (const { streamTimeMs } of groups) {
    if (streamTimeMs !== undefined) records = union(records, streamTimeMs, streamTimeMs);
  }
  const { fromMs, toMs } = records;
  let home = records;
  for (const { lanes } of groups) {
    for (const { boxes } of lanes) {
      for (const box of boxes) if (box.toMs > fromMs && box.fromMs <= toMs) home = union(home, box.fromMs, box.toMs);
    }
  }
  return home;
}
