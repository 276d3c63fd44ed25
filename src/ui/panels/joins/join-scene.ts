/** The picture of a join of two streams: the rows of either side at their event time, and a line between those that met. */
import type { JoinedRecord, JoinSide, JoinWatch } from '../../../protocol/watch.ts';
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
import { formatShortSpan } from '../../timeline/scale.ts';
import { stacked, type Band, type Glyph, type Link, type Mark, type Scene } from '../../timeline/scene.ts';
import type { Folded } from '../../timeline/watched.ts';

/** What became of a row. One that met somebody may also have come out alone before that, or have come too late to be kept. */
export type Fate = 'matched' | 'waiting' | 'alone' | 'unmatched' | 'expired' | 'dropped';

export function fateOf(record: JoinedRecord): Fate {
  if (record.dropped !== undefined) return 'dropped';
  if (record.matches.length > 0) return 'matched';
  if (record.isExpired) return 'expired';
  if (record.isWaiting) return 'waiting';
  return record.aloneAtMs === undefined ? 'unmatched' : 'alone';
}

const GLYPHS: Record<Fate, Glyph> = {
  matched: 'dot',
  waiting: 'dashed',
  alone: 'ring',
  unmatched: 'ring',
  expired: 'cross',
  dropped: 'cross',
};

const ROWS: Record<JoinSide, number> = { left: 0, right: 1 };

export type JoinTimes = Pick<JoinWatch, 'beforeMs' | 'afterMs' | 'graceMs'>;

/** How far from its own time a row of that side finds partners: `[t - before, t + after]`. */
export function reachOf(
  side: JoinSide,
  { beforeMs, afterMs }: JoinTimes,
): { readonly before: number; readonly after: number } {
  return side === 'left' ? { before: beforeMs, after: afterMs } : { before: afterMs, after: beforeMs };
}

/** The stretch of the other side's row in which the mark's row finds partners. */
export function partnersOf(mark: Mark, times: JoinTimes): Band {
  const { before, after } = reachOf(mark.row === ROWS.left ? 'left' : 'right', times);
  return { row: 1 - mark.row, fromMs: mark.timeMs - before, toMs: mark.timeMs + after };
}

export function joinScene(folded: Folded<JoinWatch>, mode: LaneMode): Scene {
  const { watch, records } = folded;
  const lanes = laneParts(folded, records, [], mode).map(({ id, task, key, records: own }) => {
    const marks = own.map(joinMark);
    const links = linksOf(own, marks);
    return {
      id,
      task,
      label: laneLabel(key),
      key: key ?? null,
      hue: hueOf(key),
      marks: marks.sort(byTime),
      boxes: [],
      links,
    };
  });
  const groups = groupsOf(watch, lanes, (streamTimeMs) =>
    (['left', 'right'] as const).map((side) => {
      const toMs = streamTimeMs - reachOf(side, watch).after;
      return { row: ROWS[side], fromMs: toMs - watch.graceMs, toMs };
    }),
  );
  return {
    ...stacked(groups, [watch.left, watch.right]),
    axis: 'time',
    domain: domainOf(groups),
    home: homeOf(groups),
  };
}

function joinMark(record: JoinedRecord): Mark {
  const fate = fateOf(record);
  const isLost = fate === 'expired' || fate === 'dropped';
  return {
    ...markOf(record),
    row: ROWS[record.side],
    glyph: GLYPHS[fate],
    hue: isLost ? undefined : hueOf(record.key),
    tag:
      fate === 'dropped'
        ? droppedTag(record.dropped)
        : record.isExpired
          ? `${formatShortSpan(record.streamTimeMs - record.timestampMs)} late`
          : fate === 'alone'
            ? 'alone'
            : undefined,
  };
}

/** From left rows to the right rows that they met, each pair once. */
function linksOf(records: readonly JoinedRecord[], marks: readonly Mark[]): readonly Link[] {
  const rights = new Map<string, number[]>();
  records.forEach((record, i) => {
    if (record.side !== 'right') return;
    const id = `${record.timestampMs}/${record.key ?? ''}`;
    const there = rights.get(id);
    if (there === undefined) rights.set(id, [i]);
    else there.push(i);
  });
  const links: Link[] = [];
  records.forEach((record, i) => {
    if (record.side !== 'left') return;
    for (const timeMs of new Set(record.matches)) {
      for (const other of rights.get(`${timeMs}/${record.key ?? ''}`) ?? []) {
        const [from, to] = [marks[i], marks[other]];
        const met = records[other]?.matches.includes(record.timestampMs) === true;
        if (from !== undefined && to !== undefined && met) links.push({ from, to });
      }
    }
  });
  return links;
}
