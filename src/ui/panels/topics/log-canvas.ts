/**
 * The canvas of one topic: a lane per partition. It draws in an animation frame, from the latest state, and only when
 * something changed and the canvas is on the screen; so a flood costs one frame's drawing, whatever its rate.
 */
import type { EngineApi, RecordView, TopicInfo } from '../../../protocol/api.ts';
import { canvasColors } from '../../theme/colors.ts';
import { drawLane, LANE_PADDING, CELL_HEIGHT, LEFT_GUTTER, laneHeight, RIGHT_GUTTER } from './draw-lane.ts';
import { LaneFeed } from './lane-feed.ts';
import { offsetAt, revealed, scrolled, visibleRange, type LaneGeometry, type LaneView } from './lane-layout.ts';

export interface Place {
  readonly partition: number;
  readonly offset: number;
}

interface Lane {
  readonly feed: LaneFeed;
  viewEnd: number | undefined;
}

export class LogCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #api: EngineApi;
  readonly #onScroll: (following: boolean) => void;
  readonly #lanes: Lane[] = [];
  readonly #fontMono: string;
  #topic: TopicInfo;
  #cellWidth: number;
  #width = 0;
  #frame = 0;
  #visible = true;
  #litKey: string | undefined;
  #selected: Place | undefined;
  #cursor: Place | undefined;

  constructor(
    canvas: HTMLCanvasElement,
    api: EngineApi,
    topic: TopicInfo,
    cellWidth: number,
    onScroll: (following: boolean) => void,
  ) {
    this.#canvas = canvas;
    this.#api = api;
    this.#topic = topic;
    this.#cellWidth = cellWidth;
    this.#onScroll = onScroll;
    this.#fontMono = getComputedStyle(document.documentElement).getPropertyValue('--font-mono');
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    for (const lane of this.#lanes) lane.feed.close();
  }

  set topic(topic: TopicInfo) {
    if (topic === this.#topic) return;
    this.#topic = topic;
    this.invalidate();
  }
  set cellWidth(width: number) {
    this.#cellWidth = width;
    this.invalidate();
  }
  set width(width: number) {
    this.#width = width;
    this.invalidate();
  }
  set visible(visible: boolean) {
    this.#visible = visible;
    this.invalidate();
  }
  set litKey(key: string | undefined) {
    this.#litKey = key;
    this.invalidate();
  }
  set selected(place: Place | undefined) {
    this.#selected = place;
    this.invalidate();
  }
  set cursor(place: Place | undefined) {
    this.#cursor = place;
    this.invalidate();
  }

  get height(): number {
    return laneHeight(this.#topic.groups.length) * this.#topic.partitions.length + 6;
  }

  invalidate(): void {
    if (this.#frame !== 0 || !this.#visible || this.#width === 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** What is under a point of the canvas. */
  placeAt(x: number, y: number): Place | undefined {
    const height = laneHeight(this.#topic.groups.length);
    const partition = Math.floor(y / height);
    const within = y - partition * height;
    if (within < LANE_PADDING || within > LANE_PADDING + CELL_HEIGHT) return undefined;
    const view = this.#shown(partition);
    if (view === undefined) return undefined;
    const offset = offsetAt(x, view, this.#geometry);
    return offset === undefined ? undefined : { partition, offset };
  }

  recordAt(place: Place): RecordView | null | undefined {
    return this.#lanes[place.partition]?.feed.at(place.offset);
  }

  partitionAt(y: number): number {
    const partition = Math.floor(y / laneHeight(this.#topic.groups.length));
    return Math.max(0, Math.min(this.#topic.partitions.length - 1, partition));
  }

  scrollBy(partition: number, cells: number): void {
    const lane = this.#lane(partition);
    const view = this.#view(partition);
    if (view === undefined) return;
    lane.viewEnd = scrolled(view, cells, this.#geometry);
    this.#scrolled();
  }

  /** Brings a place into its lane's sight. */
  reveal(place: Place): void {
    const view = this.#view(place.partition);
    if (view === undefined) return;
    this.#lane(place.partition).viewEnd = revealed(view, place.offset, this.#geometry);
    this.#scrolled();
  }

  follow(): void {
    for (const lane of this.#lanes) lane.viewEnd = undefined;
    this.#scrolled();
  }

  #scrolled(): void {
    this.#onScroll(this.#lanes.every((lane) => lane.viewEnd === undefined));
    this.invalidate();
  }

  get #geometry(): LaneGeometry {
    const right = Math.max(LEFT_GUTTER, this.#width - RIGHT_GUTTER);
    // Whole cells only: a key that is cut in half reads as another key.
    const cells = Math.floor((right - LEFT_GUTTER) / this.#cellWidth);
    return { left: right - cells * this.#cellWidth, right, cellWidth: this.#cellWidth };
  }

  #lane(partition: number): Lane {
    const known = this.#lanes[partition];
    if (known !== undefined) return known;
    const feed = new LaneFeed(this.#api, this.#topic.name, partition, () => this.invalidate());
    const lane: Lane = { feed, viewEnd: undefined };
    this.#lanes[partition] = lane;
    return lane;
  }

  #view(partition: number): LaneView | undefined {
    const info = this.#topic.partitions[partition];
    if (info === undefined) return undefined;
    return {
      viewEnd: this.#lanes[partition]?.viewEnd,
      highWatermark: info.highWatermark,
      logStartOffset: info.logStartOffset,
    };
  }

  /**
   * What is drawn of a lane. One that follows ends at the newest record that has been read: under a flood the high
   * watermark is always some frames ahead, and a lane of blanks would show nothing.
   */
  #shown(partition: number): LaneView | undefined {
    const view = this.#view(partition);
    const end = this.#lanes[partition]?.feed.end ?? 0;
    if (view === undefined || view.viewEnd !== undefined || end <= view.logStartOffset) return view;
    return { ...view, viewEnd: Math.min(end, view.highWatermark) };
  }

  #draw(): void {
    const canvas = this.#canvas;
    const context = canvas.getContext('2d');
    if (context === null) return;
    const scale = devicePixelRatio;
    const { height } = this;
    const pixelWidth = Math.round(this.#width * scale);
    const pixelHeight = Math.round(height * scale);
    if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
      canvas.width = pixelWidth;
      canvas.height = pixelHeight;
      canvas.style.height = `${height}px`;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, this.#width, height);
    const geometry = this.#geometry;
    const lane = laneHeight(this.#topic.groups.length);
    this.#topic.partitions.forEach((partition, index) => {
      const view = this.#view(index);
      if (view === undefined) return;
      const { feed } = this.#lane(index);
      const { first, end } = visibleRange(view, geometry);
      if (end > first) feed.want(first, end);
      const shown = this.#shown(index) ?? view;
      drawLane({
        context,
        colors: canvasColors(),
        fontMono: this.#fontMono,
        partition,
        groups: this.#topic.groups,
        view: shown,
        following: view.viewEnd === undefined,
        geometry,
        top: index * lane,
        recordAt: (offset) => feed.at(offset),
        litKey: this.#litKey,
        selected: this.#selected?.partition === index ? this.#selected.offset : undefined,
        cursor: this.#cursor?.partition === index ? this.#cursor.offset : undefined,
      });
    });
  }
}
