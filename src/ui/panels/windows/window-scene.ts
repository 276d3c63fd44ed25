/** The picture of an aggregation in windows: its records at their event time, and below them the windows that took them. */
import type { WatchedWindow, WindowedRecord, WindowWatch } from '../../../protocol/watch.ts';
import { formatCount } from '../../components/format.ts';
import { formatShortSpan } from '../../timeline/scale.ts';
import {
  byTime,
  domainOf,
  droppedTag,
  groupsOf,
  homeOf,
  hueOf,
  laneLabel,
  laneParts,
  markOf,
  type LaneMode,
} from '../../timeline/lanes.ts';
import { levelsOf, stacked, type Box, type Mark, type Scene } from '../../timeline/scene.ts';
import type { Folded } from '../../timeline/watched.ts';

export type Verdict = 'in-order' | 'out-of-order' | 'partly-late' | 'late' | 'dropped';

/** Kafka's record lateness: how far stream time was beyond the record, in ms. */
export const latenessMs = (record: WindowedRecord): number => Math.max(0, record.streamTimeMs - record.timestampMs);

export function verdictOf(record: WindowedRecord): Verdict {
  if (record.dropped !== undefined) return 'dropped';
  if (record.lateFor.length > 0) return record.accepted.length === 0 ? 'late' : 'partly-late';
  return latenessMs(record) > 0 ? 'out-of-order' : 'in-order';
}

/** All keys in one lane: windows of the same bounds are one. */
export interface MergedWindow {
  readonly windows: readonly WatchedWindow[];
  readonly key: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly closesAtMs: number;
}

export function windowScene(folded: Folded<WindowWatch>, mode: LaneMode): Scene {
  const { watch, records, windows: all } = folded;
  const timeOf = new Map(watch.tasks.map(({ partition, streamTimeMs }) => [partition, streamTimeMs]));
  const lanes = laneParts(folded, records, all, mode).map(({ id, task, key, records: own, spans }) => {
    const windows = mergeWindows(spans, key === undefined);
    const drawn = drawnIn(own, spans);
    const bounds = windows.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs }));
    const levels = levelsOf(bounds);
    const boxes = windows
      .map((window, i): Box => {
        const isOpen = window.closesAtMs > (timeOf.get(task) ?? -1);
        return {
          id: boxId(window),
          fromMs: window.startMs,
          toMs: window.endMs,
          closesAtMs: window.closesAtMs,
          isOpen,
          isHeld: isOpen && watch.emitFinal,
          text: boxText(window),
          older: olderText(olderIn(window, drawn), watch.isWhole),
          hue: hueOf(window.key),
          level: levels[i] ?? 0,
        };
      })
      .sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
    const marks = own.map(windowMark).sort(byTime);
    return { id, task, label: laneLabel(key), key: key ?? null, hue: hueOf(key), marks, boxes, links: [] };
  });
  const pastMs = watch.graceMs + (watch.type === 'SESSION' ? watch.sizeMs : 0);
  const groups = groupsOf(watch, lanes, (streamTimeMs) => [
    { row: 0, fromMs: streamTimeMs - pastMs, toMs: streamTimeMs },
  ]);
  return { ...stacked(groups, []), axis: 'time', domain: domainOf(groups), home: homeOf(groups) };
}

export const boxId = ({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): string =>
  `${startMs}-${endMs}`;

export function mergeWindows(windows: readonly WatchedWindow[], isAllKeys: boolean): readonly MergedWindow[] {
  const merged = new Map<string, { windows: WatchedWindow[] } & MergedWindow>();
  for (const window of windows) {
    const { startMs, endMs, closesAtMs, key } = window;
    const known = merged.get(boxId(window));
    if (known !== undefined) known.windows.push(window);
    else merged.set(boxId(window), { windows: [window], key: isAllKeys ? undefined : key, startMs, endMs, closesAtMs });
  }
  return [...merged.values()];
}

/** How many of the records that are drawn each window took. A session may have grown since it took a record. */
export function drawnIn(
  records: readonly WindowedRecord[],
  windows: readonly WatchedWindow[],
): ReadonlyMap<WatchedWindow, number> {
  const byKey = new Map<string, WatchedWindow[]>();
  for (const window of windows) {
    const own = byKey.get(window.key);
    if (own === undefined) byKey.set(window.key, [window]);
    else own.push(window);
  }
  for (const own of byKey.values()) own.sort((a, b) => a.startMs - b.startMs);
  const drawn = new Map<WatchedWindow, number>();
  for (const { key, accepted } of records) {
    const own = key === null ? undefined : byKey.get(key);
    if (own === undefined) continue;
    for (const { startMs, endMs } of accepted) {
      const window = lastUpTo(own, startMs);
      if (window !== undefined && window.endMs >= endMs) drawn.set(window, (drawn.get(window) ?? 0) + 1);
    }
  }
  return drawn;
}

/** The last of the windows, by start, that begins then or before. */
function lastUpTo(windows: readonly WatchedWindow[], startMs: number): WatchedWindow | undefined {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((windows[middle]?.startMs ?? Infinity) <= startMs) low = middle + 1;
    else high = middle;
  }
  return windows[low - 1];
}

/** How many records of the window are not drawn; undefined when it was filled before anybody looked. */
export function olderIn({ windows }: MergedWindow, drawn: ReadonlyMap<WatchedWindow, number>): number | undefined {
  let older = 0;
  for (const window of windows) {
    if (window.records === undefined) return undefined;
    older += Math.max(0, window.records - (drawn.get(window) ?? 0));
  }
  return older;
}

/** `12`, or `12+` where the past was not read to its beginning. */
function olderText(older: number | undefined, isWhole: boolean): string | undefined {
  return older === undefined || older === 0 ? undefined : `${formatCount(older)}${isWhole ? '' : '+'}`;
}

function boxText({ windows, key }: MergedWindow): string {
  if (key === undefined && windows.length > 1) return `${windows.length} keys`;
  return windows[0]?.cells.map(({ text }) => text).join(' · ') ?? '';
}

function windowMark(record: WindowedRecord): Mark {
  const verdict = verdictOf(record);
  const isLost = verdict === 'late' || verdict === 'dropped';
  return {
    ...markOf(record),
    row: 0,
    glyph: isLost ? 'cross' : verdict === 'in-order' ? 'dot' : 'diamond',
    hue: isLost ? undefined : hueOf(record.key),
    tag: tagOf(record, verdict),
  };
}

function tagOf(record: WindowedRecord, verdict: Verdict): string | undefined {
  switch (verdict) {
    case 'late':
      return `${formatShortSpan(latenessMs(record))} late`;
    case 'partly-late':
      return `late for ${record.lateFor.length} of ${record.lateFor.length + record.accepted.length}`;
    case 'dropped':
      return droppedTag(record.dropped);
    case 'in-order':
    case 'out-of-order':
      return undefined;
  }
}
