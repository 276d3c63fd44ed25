/**
 * Draws one lane: its cells, the lines of log start, last stable offset and high watermark, and below them a rail for
 * each group with its committed offset as a flag and the lag as a stretch up to the high watermark.
 */
import type { GroupOffsets, PartitionInfo, RecordView } from '../../../protocol/api.ts';
import { formatCompact, formatCount } from '../../components/format.ts';
import type { CanvasColors } from '../../theme/colors.ts';
import { keyHue, plainKey } from '../../theme/key-color.ts';
import { endOf, shortGroup, visibleRange, xOf, type LaneGeometry, type LaneView } from './lane-layout.ts';

export const CELL_HEIGHT = 24;
const RAIL_HEIGHT = 15;
export const LANE_PADDING = 8;
const MAX_RAILS = 3;
export const LEFT_GUTTER = 30;
export const RIGHT_GUTTER = 68;

export const laneHeight = (groups: number): number =>
  LANE_PADDING + CELL_HEIGHT + Math.min(groups, MAX_RAILS + 1) * RAIL_HEIGHT + 4;

export interface LaneScene {
  readonly context: CanvasRenderingContext2D;
  readonly colors: CanvasColors;
  readonly fontMono: string;
  readonly partition: PartitionInfo;
  readonly groups: readonly GroupOffsets[];
  readonly view: LaneView;
  readonly following: boolean;
  readonly geometry: LaneGeometry;
  /** The top of the lane. */
  readonly top: number;
  readonly recordAt: (offset: number) => RecordView | null | undefined;
  readonly litKey: string | undefined;
  readonly selected: number | undefined;
  readonly cursor: number | undefined;
}

const railTop = (cellTop: number, rail: number): number => cellTop + CELL_HEIGHT + 4 + rail * RAIL_HEIGHT;

export function drawLane(scene: LaneScene): void {
  const { context, colors, partition, geometry, view, top } = scene;
  const cellTop = top + LANE_PADDING;
  const middle = cellTop + CELL_HEIGHT / 2;

  context.font = `11px ${scene.fontMono}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = colors.fg3;
  context.fillText(`p${partition.partition}`, 10, middle);

  context.save();
  context.beginPath();
  context.rect(geometry.left, top, geometry.right - geometry.left + 1, laneHeight(scene.groups.length));
  context.clip();
  const { first, end } = visibleRange(view, geometry);
  for (let offset = first; offset < end; offset++) drawCell(scene, offset, cellTop);
  drawStart(scene, cellTop);
  drawStable(scene, cellTop);
  context.restore();

  drawWatermark(scene, cellTop);
  scene.groups.slice(0, MAX_RAILS).forEach((group, i) => {
    drawRail(scene, group, railTop(cellTop, i), cellTop);
  });
  const more = scene.groups.slice(MAX_RAILS);
  if (more.length > 0) drawMore(scene, more, railTop(cellTop, MAX_RAILS));
}

const lagOf = ({ partition, highWatermark, logStartOffset }: PartitionInfo, group: GroupOffsets): number =>
  highWatermark - Math.max(group.offsets[partition] ?? -1, logStartOffset);

/** In the rail below the last flag: how many groups have none, and how far the one furthest behind is. */
function drawMore(scene: LaneScene, groups: readonly GroupOffsets[], top: number): void {
  const { context, colors, geometry } = scene;
  const most = Math.max(...groups.map((group) => lagOf(scene.partition, group)));
  context.font = `10px ${scene.fontMono}`;
  context.textAlign = 'right';
  context.fillStyle = colors.fg2;
  context.fillText(`+${groups.length} more`, geometry.right - 12, top + 5.5);
  if (most > 0) {
    context.textAlign = 'left';
    context.fillStyle = colors.warn;
    context.fillText(`lag ${formatCompact(most)}`, geometry.right + 6, top + 5.5);
  }
  context.font = `11px ${scene.fontMono}`;
}

function drawCell(scene: LaneScene, offset: number, top: number): void {
  const { context, colors, geometry, view } = scene;
  const x = xOf(offset, view, geometry);
  const wide = geometry.cellWidth >= 12;
  const gap = wide ? 2 : 1;
  const width = geometry.cellWidth - gap;
  const middle = top + CELL_HEIGHT / 2;
  const record = scene.recordAt(offset);
  const left = x + gap / 2;

  if (record === undefined) {
    context.fillStyle = colors.sunken;
    roundRect(context, left, top, width, CELL_HEIGHT, 3);
    context.fill();
  } else if (record === null) {
    context.fillStyle = colors.lineStrong;
    context.fillRect(x + geometry.cellWidth / 2 - 1, middle - 1, 2, 2);
  } else if (record.control !== undefined) {
    context.strokeStyle = colors.fg3;
    context.lineWidth = 1.2;
    const cx = x + geometry.cellWidth / 2;
    context.beginPath();
    if (record.control === 'commit') {
      context.moveTo(cx, middle - 5);
      context.lineTo(cx + 5, middle);
      context.lineTo(cx, middle + 5);
      context.lineTo(cx - 5, middle);
      context.closePath();
    } else {
      context.moveTo(cx - 4, middle - 4);
      context.lineTo(cx + 4, middle + 4);
      context.moveTo(cx + 4, middle - 4);
      context.lineTo(cx - 4, middle + 4);
    }
    context.stroke();
  } else drawRecord(scene, record, left, top, width);

  if (offset === scene.selected || offset === scene.cursor) {
    context.strokeStyle = colors.accent;
    context.lineWidth = 2;
    roundRect(context, left, top, width, CELL_HEIGHT, 3);
    context.stroke();
  }
}

function drawRecord(scene: LaneScene, record: RecordView, left: number, top: number, width: number): void {
  const { context, colors } = scene;
  const { keyText } = record;
  const color = keyText === null ? colors.fg3 : (colors.keys[keyHue(keyText)] ?? colors.fg3);
  const lit = scene.litKey !== undefined && keyText !== null && plainKey(keyText) === scene.litKey;
  const alpha = scene.litKey === undefined || lit ? 1 : 0.35;
  roundRect(context, left + 0.5, top + 0.5, width - 1, CELL_HEIGHT - 1, 3);
  if (record.tombstone) {
    context.globalAlpha = alpha;
    context.strokeStyle = color;
    context.lineWidth = 1;
    context.setLineDash([3, 2]);
    context.stroke();
    context.setLineDash([]);
  } else {
    context.globalAlpha = lit ? 1 : alpha * 0.24;
    context.fillStyle = color;
    context.fill();
    if (!lit) {
      context.globalAlpha = alpha;
      context.fillRect(left, top + CELL_HEIGHT - 3, width, 2);
    }
  }
  context.globalAlpha = alpha;
  const chars = Math.floor((width - 4) / 6.7);
  const middle = top + CELL_HEIGHT / 2;
  if (chars >= 2) {
    const text = keyText === null ? '∅' : keyText.length <= chars ? keyText : keyText.slice(0, chars);
    context.fillStyle = lit && !record.tombstone ? colors.surface : record.tombstone ? color : colors.fg;
    context.textAlign = 'center';
    context.fillText(text, left + width / 2, middle);
  }
  if (record.tombstone) {
    context.strokeStyle = color;
    context.lineWidth = 1.2;
    context.beginPath();
    context.moveTo(left + 3, middle + 5);
    context.lineTo(left + width - 3, middle - 5);
    context.stroke();
  }
  context.globalAlpha = 1;
}

function drawStart(scene: LaneScene, top: number): void {
  const { context, colors, geometry, view, partition } = scene;
  const x = xOf(partition.logStartOffset, view, geometry);
  if (x < geometry.left) return;
  context.fillStyle = colors.fg3;
  context.fillRect(Math.round(x) - 2, top - 3, 1, CELL_HEIGHT + 6);
  if (partition.highWatermark === partition.logStartOffset) return;
  context.textAlign = 'right';
  context.fillText(`start ${formatCompact(partition.logStartOffset)}`, x - 6, top + CELL_HEIGHT / 2);
}

function drawStable(scene: LaneScene, top: number): void {
  const { context, colors, geometry, view, partition } = scene;
  if (partition.lastStableOffset >= partition.highWatermark) return;
  const x = Math.round(xOf(partition.lastStableOffset, view, geometry)) - 0.5;
  if (x < geometry.left) return;
  context.strokeStyle = colors.warn;
  context.lineWidth = 1;
  context.setLineDash([2, 2]);
  context.beginPath();
  context.moveTo(x, top - 4);
  context.lineTo(x, top + CELL_HEIGHT + 4);
  context.stroke();
  context.setLineDash([]);
}

function drawWatermark(scene: LaneScene, top: number): void {
  const { context, colors, geometry, view, partition, following: follows } = scene;
  const x = geometry.right + 1;
  context.strokeStyle = follows ? colors.accent : colors.lineStrong;
  context.lineWidth = follows ? 1.5 : 1;
  if (!follows) context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(x, top - 3);
  context.lineTo(x, top + CELL_HEIGHT + 3);
  context.stroke();
  context.setLineDash([]);
  context.textAlign = 'left';
  context.fillStyle = follows ? colors.fg2 : colors.fg3;
  const end = follows ? partition.highWatermark : endOf(view);
  context.fillText(end < 1e7 ? formatCount(end) : formatCompact(end), x + 5, top + CELL_HEIGHT / 2);
}

function drawRail(scene: LaneScene, group: GroupOffsets, top: number, cellTop: number): void {
  const { context, colors, geometry, view, partition } = scene;
  const committed = group.offsets[partition.partition] ?? -1;
  const lag = lagOf(partition, group);
  const behind = lag > 0;
  const x = Math.min(geometry.right, xOf(Math.max(committed, partition.logStartOffset), view, geometry));
  const seen = x >= geometry.left;
  const flagX = Math.round(Math.max(geometry.left, x));
  const railY = top + 5;
  const color = behind ? colors.warn : colors.ok;

  if (behind) {
    context.globalAlpha = 0.55;
    context.fillStyle = color;
    context.fillRect(flagX, railY - 1, geometry.right - flagX, 2);
    context.globalAlpha = 1;
  }
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 1.5;
  if (seen) {
    context.beginPath();
    context.moveTo(flagX - 0.5, cellTop + CELL_HEIGHT + 1);
    context.lineTo(flagX - 0.5, railY + 4);
    context.stroke();
    // The flag hangs on the side of what is still to be read.
    context.beginPath();
    context.moveTo(flagX - 0.5, railY - 4);
    context.lineTo(flagX - 7.5, railY);
    context.lineTo(flagX - 0.5, railY + 4);
    context.fill();
  } else {
    context.beginPath();
    context.moveTo(geometry.left + 6, railY - 4);
    context.lineTo(geometry.left, railY);
    context.lineTo(geometry.left + 6, railY + 4);
    context.fill();
  }
  const name = shortGroup(group.group);
  const label = committed < 0 ? `${name} has not committed` : name;
  context.font = `10px ${scene.fontMono}`;
  const width = context.measureText(label).width;
  const before = flagX - 12 - width >= geometry.left;
  const textX = before ? flagX - 12 - width : flagX + (seen ? 6 : 12);
  if (!before) {
    context.fillStyle = colors.surface;
    context.fillRect(textX - 3, railY - 6, width + 6, 12);
  }
  context.textAlign = 'left';
  context.fillStyle = colors.fg2;
  context.fillText(label, textX, railY + 0.5);
  if (behind) {
    context.fillStyle = colors.warn;
    context.fillText(`lag ${formatCompact(lag)}`, geometry.right + 6, railY + 0.5);
  }
  context.font = `11px ${scene.fontMono}`;
}

function roundRect(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): void {
  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(radius, width / 4));
}
