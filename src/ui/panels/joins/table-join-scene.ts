/**
 * The picture of a join that looks up tables: the rows of either side, each table's rows as long as they held, and a line
 * between those that met. A table is looked up as it is when a record comes, so the picture goes by the order in which rows
 * came; by time it shows why that is not the same.
 */
import type { Cell } from '../../../protocol/cell.ts';
import type { LookupRecord, TableJoinWatch } from '../../../protocol/watch.ts';
import {
  byTime,
  domainOf,
  groupsOf,
  homeOf,
  hueOf,
  laneLabel,
  laneParts,
  markOf,
  type LaneMode,
} from '../../timeline/lanes.ts';
import { ARRIVAL, type Axis } from '../../timeline/scale.ts';
import { stacked, type Box, type Glyph, type Link, type Mark, type Scene } from '../../timeline/scene.ts';
import type { Folded } from '../../timeline/watched.ts';

type Side = LookupRecord['side'];

const ROWS: Record<Side, number> = { left: 0, right: 1, result: 2 };

/** What became of a row. */
export type Fate = 'met' | 'alone' | 'asking' | 'change' | 'deleted' | 'dropped';

export function fateOf(record: LookupRecord, { shape }: Pick<TableJoinWatch, 'shape'>): Fate {
  const { side, dropped, row, found, told } = record;
  if (dropped !== undefined) return 'dropped';
  const isTable = !(shape === 'stream-table' && side === 'left');
  if (isTable && row === undefined) return 'deleted';
  if (side === 'result') return 'change';
  if (shape === 'foreign-key' && side === 'right') return told === undefined || told.length === 0 ? 'alone' : 'met';
  if (found === undefined) return shape === 'foreign-key' ? 'asking' : 'change';
  return found === 'nothing' ? 'alone' : 'met';
}

const GLYPHS: Record<Fate, Glyph> = {
  met: 'dot',
  change: 'dot',
  alone: 'ring',
  asking: 'dashed',
  deleted: 'tombstone',
  dropped: 'cross',
};

/** Sides of which a version holds until the next; the rows of a foreign-key join's left side are several to a key. */
export function holds(side: Side, shape: TableJoinWatch['shape']): boolean {
  return shape === 'table-table' || side === 'right';
}

export function rowText(row: readonly Cell[]): string {
  return row.map(({ text }) => text).join(' · ');
}

export function tableJoinScene(folded: Folded<TableJoinWatch>, mode: LaneMode, axis: Axis): Scene {
  const { watch, records } = folded;
  const placeOf = (record: LookupRecord): number =>
    axis === 'arrival' ? record.arrival * ARRIVAL : record.timestampMs;
  let [first, last] = [Infinity, -Infinity];
  for (const record of records) {
    first = Math.min(first, placeOf(record));
    last = Math.max(last, placeOf(record));
  }
  // The rows that hold now go on a little beyond the last that came.
  const endMs = last + (axis === 'arrival' ? ARRIVAL : Math.max(1, (last - first) * 0.08));
  const lanes = laneParts(folded, records, [], mode).map(({ id, task, key, records: own }) => {
    const byArrival = [...own].sort((a, b) => a.arrival - b.arrival || a.seq - b.seq);
    const marks = new Map(byArrival.map((record) => [record, markAt(record, watch, placeOf(record))]));
    return {
      id,
      task,
      label: laneLabel(key),
      key: key ?? null,
      hue: hueOf(key),
      marks: [...marks.values()].sort(byTime),
      boxes: mode === 'all' ? [] : boxesOf(byArrival, watch, placeOf, { fromMs: first, toMs: endMs }),
      links: linksOf(byArrival, marks),
    };
  });
  const groups = groupsOf(watch, lanes, () => []);
  const rowNames = [watch.left, watch.right, ...(watch.shape === 'stream-table' ? [] : ['result'])];
  return { ...stacked(groups, rowNames), axis, domain: domainOf(groups), home: homeOf(groups) };
}

function markAt(record: LookupRecord, watch: TableJoinWatch, timeMs: number): Mark {
  const fate = fateOf(record, watch);
  return {
    ...markOf(record),
    timeMs,
    row: ROWS[record.side],
    glyph: GLYPHS[fate],
    hue: fate === 'dropped' ? undefined : hueOf(record.ownKey ?? record.key),
    tag: tagOf(record, watch, fate),
  };
}

function tagOf(record: LookupRecord, watch: TableJoinWatch, fate: Fate): string | undefined {
  const { ownKey, movedTo, side } = record;
  if (fate === 'dropped') return record.dropped === 'null-value' ? 'null value' : 'no key';
  if (ownKey !== undefined) return movedTo === undefined ? ownKey : `${ownKey} to ${movedTo ?? 'none'}`;
  return fate === 'alone' && side === 'left' && watch.shape === 'stream-table' ? 'no row' : undefined;
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Each version of a row, until the next. By time one that came out of order ends where it begins. Of those that came before what
 * is drawn, as the flood of a stream leaves them behind, the rows tell that met them.
 */
function boxesOf(
  records: readonly LookupRecord[],
  watch: TableJoinWatch,
  placeOf: (record: LookupRecord) => number,
  drawn: Stretch,
): readonly Box[] {
  const boxes: Box[] = [];
  const endMs = drawn.toMs;
  for (const side of ['left', 'right', 'result'] as const) {
    if (!holds(side, watch.shape)) continue;
    const versions = records.filter((record) => record.side === side && record.dropped === undefined);
    if (side !== 'result' && watch.shape !== 'foreign-key') {
      const [oldest] = versions;
      const until = { arrival: oldest?.arrival ?? Infinity, atMs: oldest === undefined ? undefined : placeOf(oldest) };
      boxes.push(...earlierVersions(records, side, until, placeOf, drawn));
    }
    versions.forEach((record, i) => {
      if (record.row === undefined) return;
      const next = versions[i + 1];
      const fromMs = placeOf(record);
      boxes.push({
        id: `v${record.seq}`,
        fromMs,
        toMs: next === undefined ? endMs : Math.max(fromMs, placeOf(next)),
        closesAtMs: endMs,
        isOpen: next === undefined,
        text: rowText(record.row),
        older: undefined,
        hue: hueOf(record.key),
        level: 0,
        row: ROWS[side],
      });
    });
  }
  return boxes.sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
}

/** Versions that are drawn no more, from the first record that met each to the first that met another. */
function earlierVersions(
  records: readonly LookupRecord[],
  side: 'left' | 'right',
  until: { readonly arrival: number; readonly atMs: number | undefined },
  placeOf: (record: LookupRecord) => number,
  drawn: Stretch,
): readonly Box[] {
  const met = records.flatMap((record) => {
    const { found } = record;
    if (record.side === side || record.arrival > until.arrival || found === undefined || found === 'nothing') return [];
    return [{ record, found }];
  });
  const firsts = met.filter(({ found }, i) => found.timestampMs !== met[i - 1]?.found.timestampMs);
  return firsts.map(({ record, found }, i) => {
    const fromMs = i === 0 ? drawn.fromMs : placeOf(record);
    const next = firsts[i + 1];
    const toMs = next === undefined ? until.atMs : placeOf(next.record);
    return {
      id: `${side}${found.timestampMs}`,
      fromMs,
      toMs: Math.max(fromMs, toMs ?? drawn.toMs),
      closesAtMs: drawn.toMs,
      isOpen: toMs === undefined,
      text: rowText(found.row),
      older: undefined,
      hue: hueOf(record.key),
      level: 0,
      row: ROWS[side],
    };
  });
}

/** The row of the other side that the record met, if it is drawn. */
export function metBy(record: LookupRecord, lane: readonly LookupRecord[]): LookupRecord | undefined {
  const { found, side, arrival } = record;
  if (found === undefined || found === 'nothing') return undefined;
  const other = side === 'left' ? 'right' : 'left';
  const isIt = (one: LookupRecord): boolean =>
    one.side === other && one.row !== undefined && one.timestampMs === found.timestampMs && one.key === record.key;
  return lane.findLast((one) => one.arrival < arrival && isIt(one)) ?? lane.find(isIt);
}

/** Rows that refer to a changed one, as they were when it told them. */
export function toldBy(record: LookupRecord, lane: readonly LookupRecord[]): readonly LookupRecord[] {
  return (record.told ?? []).flatMap((ownKey) => {
    const told = lane.findLast(
      (one) => one.side === 'left' && one.ownKey === ownKey && one.arrival < record.arrival && one.key === record.key,
    );
    return told?.row === undefined ? [] : [told];
  });
}

function linksOf(lane: readonly LookupRecord[], marks: ReadonlyMap<LookupRecord, Mark>): readonly Link[] {
  const links: Link[] = [];
  const link = (from: LookupRecord, to: LookupRecord): void => {
    const [a, b] = [marks.get(from), marks.get(to)];
    if (a !== undefined && b !== undefined) links.push({ from: a, to: b });
  };
  for (const record of lane) {
    const met = metBy(record, lane);
    if (met !== undefined) link(record, met);
    for (const told of toldBy(record, lane)) link(record, told);
  }
  return links;
}
