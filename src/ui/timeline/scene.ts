/**
 * What a time line shows, as plain data: groups of lanes, one group for each task, since stream time is a task's own. A lane
 * has rows of records (one, or the two sides of a join) and below them a strip of windows, stacked where they overlap.
 */
import type { Axis, TimeRange } from './scale.ts';

/** How a record is drawn. Each sign has its own shape, so that none is told by colour alone. */
export type Glyph =
  /** Taken, in order. */
  | 'dot'
  /** Taken, though stream time was further. */
  | 'diamond'
  /** Not taken. */
  | 'cross'
  /** Without a partner. */
  | 'ring'
  /** Without a partner so far. */
  | 'dashed'
  /** A row was deleted. */
  | 'tombstone';

export interface Mark {
  readonly seq: number;
  readonly timeMs: number;
  /** Row of records in the lane, from 0. */
  readonly row: number;
  readonly glyph: Glyph;
  /** Undefined: grey. */
  readonly hue: number | undefined;
  /** Written beside it: `12 s late`. */
  readonly tag: string | undefined;
  readonly key: string | null;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Box {
  /** Unique in its lane. */
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** The stream time at which it takes no more. */
  readonly closesAtMs: number;
  readonly isOpen: boolean;
  /** Its result has not come out: EMIT FINAL waits for its close. */
  readonly isHeld?: boolean | undefined;
  readonly text: string;
  /** How many of its records are not drawn, being older than those that are; undefined for none, or when nobody knows. */
  readonly older: string | undefined;
  readonly hue: number | undefined;
  /** Row in the strip of windows, from 0. */
  readonly level: number;
  /** It lies in a row of records instead: what a row held. */
  readonly row?: number | undefined;
}

export interface Link {
  readonly from: Mark;
  readonly to: Mark;
}

export interface LaneContent {
  /** Unique in the scene, and the same as long as the lane is there. */
  readonly id: string;
  readonly label: string;
  readonly key: string | null;
  readonly hue: number | undefined;
  /** By time. */
  readonly marks: readonly Mark[];
  /** By time. */
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
}

/** Grace, in one row of records: before `fromMs` all is closed, from `toMs` on nothing is past its time yet. */
export interface Band {
  readonly row: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface GroupContent {
  readonly task: number;
  readonly label: string;
  readonly streamTimeMs: number | undefined;
  /** One for each row of records, once there is a stream time. */
  readonly bands: readonly Band[];
  readonly lanes: readonly LaneContent[];
}

export interface Lane extends LaneContent {
  readonly y: number;
  readonly height: number;
}
export interface Group extends Omit<GroupContent, 'lanes'> {
  readonly y: number;
  readonly height: number;
  readonly lanes: readonly Lane[];
}

export interface Scene {
  /** Names of the rows of records, where they are several: the sides of a join. */
  readonly rowNames: readonly string[];
  /** What `timeMs` means. */
  readonly axis: Axis;
  readonly groups: readonly Group[];
  readonly lanes: readonly Lane[];
  readonly height: number;
  /** From the first to the last of all that is shown. */
  readonly domain: TimeRange | undefined;
  /** What is in sight at first: the records, with the windows among them. */
  readonly home: TimeRange | undefined;
}

/** Above a task's lanes, for its partition and its stream time. */
const GROUP_HEAD = 20;
export const headHeight = ({ label, streamTimeMs }: Pick<GroupContent, 'label' | 'streamTimeMs'>): number =>
  label === '' && streamTimeMs === undefined ? 0 : GROUP_HEAD;
export const LANE_PADDING = 4;
export const MARK_ROW = 20;
/** Below a row of records, for what is written under them. */
export const TAG_ROW = 12;
/** Between the rows of a join, for the lines; tags have their place there too. */
const ROW_GAP = 16;
export const BOX_ROW = 17;
/** Windows that overlap more deeply lie over each other. */
export const MAX_LEVELS = 6;

export const rowTop = (row: number): number => LANE_PADDING + row * (MARK_ROW + ROW_GAP);
export const boxTop = (level: number, rows: number): number => rowTop(rows - 1) + MARK_ROW + TAG_ROW + level * BOX_ROW;

export function laneHeight(lane: LaneContent, rows: number): number {
  const levels = lane.boxes.reduce((most, box) => Math.max(most, box.row === undefined ? box.level + 1 : 0), 0);
  return boxTop(levels, rows) + LANE_PADDING;
}

/** Puts groups and lanes one below the other. */
export function stacked(
  contents: readonly GroupContent[],
  rowNames: readonly string[],
): Omit<Scene, 'domain' | 'home' | 'axis'> {
  const rows = Math.max(1, rowNames.length);
  let y = 0;
  const groups = contents.map((content): Group => {
    const top = y;
    y += headHeight(content);
    const lanes = content.lanes.map((lane): Lane => {
      const height = laneHeight(lane, rows);
      const placed = { ...lane, y, height };
      y += height;
      return placed;
    });
    return { ...content, lanes, y: top, height: y - top };
  });
  return { rowNames, groups, lanes: groups.flatMap((group) => group.lanes), height: y };
}

/** The lowest free row for each span, taken by start. @returns the level of each, in the order given */
export function levelsOf(spans: readonly { readonly fromMs: number; readonly toMs: number }[]): readonly number[] {
  const ends: number[] = [];
  const levels = new Array<number>(spans.length).fill(0);
  const order = spans.map((_, i) => i).sort((a, b) => (spans[a]?.fromMs ?? 0) - (spans[b]?.fromMs ?? 0));
  for (const index of order) {
    const span = spans[index];
    if (span === undefined) continue;
    let level = ends.findIndex((end) => end <= span.fromMs);
    if (level < 0) level = Math.min(ends.length, MAX_LEVELS - 1);
    ends[level] = Math.max(span.toMs, span.fromMs + 1);
    levels[index] = level;
  }
  return levels;
}

/** One thing that can be pointed at. */
export type Item =
  | { readonly kind: 'mark'; readonly lane: Lane; readonly mark: Mark }
  | { readonly kind: 'box'; readonly lane: Lane; readonly box: Box };

export const itemId = (item: Item): string =>
  item.kind === 'mark' ? `m${item.mark.seq}` : `b${item.lane.id}/${item.box.id}`;

/** Where the item is now; undefined when it is shown no more. */
export function found(scene: Scene, item: Item | undefined): Item | undefined {
  if (item === undefined) return undefined;
  for (const lane of scene.lanes) {
    if (item.kind === 'mark') {
      const mark = lane.marks.find((one) => one.seq === item.mark.seq);
      if (mark !== undefined) return { kind: 'mark', lane, mark };
    } else if (lane.id === item.lane.id) {
      const box = lane.boxes.find((one) => one.id === item.box.id);
      if (box !== undefined) return { kind: 'box', lane, box };
    }
  }
  return undefined;
}

export type Move = 'left' | 'right' | 'up' | 'down' | 'first' | 'last' | 'boxLeft' | 'boxRight';

/** From one item to the next by keyboard: along the records of a lane, along its windows, from lane to lane. */
export function stepped(scene: Scene, at: Item | undefined, move: Move): Item | undefined {
  const first = scene.lanes.find((lane) => lane.marks.length > 0) ?? scene.lanes[0];
  if (first === undefined) return undefined;
  if (at === undefined) return edge(first, 'last');
  const index = scene.lanes.findIndex((lane) => lane.id === at.lane.id);
  const lane = scene.lanes[index] ?? first;
  const timeMs = at.kind === 'mark' ? at.mark.timeMs : at.box.fromMs;
  switch (move) {
    case 'left':
      return along(lane, at, timeMs, -1) ?? at;
    case 'right':
      return along(lane, at, timeMs, 1) ?? at;
    case 'boxLeft':
      return alongBoxes(lane, at, timeMs, -1) ?? at;
    case 'boxRight':
      return alongBoxes(lane, at, timeMs, 1) ?? at;
    case 'first':
      return edge(lane, 'first') ?? at;
    case 'last':
      return edge(lane, 'last') ?? at;
    case 'up':
    case 'down': {
      // The two rows of a join are as two lanes to whoever moves through them.
      const down = move === 'down' ? 1 : -1;
      if (at.kind === 'mark') {
        const beside = nearest(lane, timeMs, at.mark.row + down);
        if (beside !== undefined) return beside;
      }
      for (let i = index + down; i >= 0 && i < scene.lanes.length; i += down) {
        const next = scene.lanes[i];
        if (next === undefined) break;
        const there = nearest(next, timeMs, undefined) ?? edge(next, 'first');
        if (there !== undefined) return there;
      }
      return at;
    }
  }
}

function edge(lane: Lane, which: 'first' | 'last'): Item | undefined {
  const mark = lane.marks.at(which === 'first' ? 0 : -1);
  if (mark !== undefined) return { kind: 'mark', lane, mark };
  const box = lane.boxes.at(which === 'first' ? 0 : -1);
  return box === undefined ? undefined : { kind: 'box', lane, box };
}

function along(lane: Lane, at: Item, timeMs: number, by: 1 | -1): Item | undefined {
  const from = at.kind === 'mark' ? lane.marks.findIndex((mark) => mark.seq === at.mark.seq) : -1;
  const mark =
    from >= 0
      ? lane.marks[from + by]
      : by > 0
        ? lane.marks.find((one) => one.timeMs >= timeMs)
        : lane.marks.findLast((one) => one.timeMs < timeMs);
  return mark === undefined ? undefined : { kind: 'mark', lane, mark };
}

function alongBoxes(lane: Lane, at: Item, timeMs: number, by: 1 | -1): Item | undefined {
  const from = at.kind === 'box' ? lane.boxes.findIndex((box) => box.id === at.box.id) : -1;
  const box =
    from >= 0
      ? lane.boxes[from + by]
      : (lane.boxes.find((one) => one.fromMs <= timeMs && one.toMs >= timeMs) ??
        (by > 0 ? lane.boxes.find((one) => one.fromMs > timeMs) : lane.boxes.findLast((one) => one.toMs < timeMs)));
  return box === undefined ? undefined : { kind: 'box', lane, box };
}

function nearest(lane: Lane, timeMs: number, row: number | undefined): Item | undefined {
  let best: Mark | undefined;
  for (const mark of lane.marks) {
    if (row !== undefined && mark.row !== row) continue;
    if (best === undefined || Math.abs(mark.timeMs - timeMs) < Math.abs(best.timeMs - timeMs)) best = mark;
  }
  return best === undefined ? undefined : { kind: 'mark', lane, mark: best };
}
