/**
 * The canvas of a time line. It draws in an animation frame, from the latest state, and only when something changed: a flood
 * costs one frame's drawing, whatever its rate. The canvas is as large as what is in sight, however many lanes there are.
 */
import { canvasColors } from '../theme/colors.ts';
import { drawFrame } from './draw.ts';
import type { Frame, Placed } from './frame.ts';
import { hatchOf, type Hatch } from './glyphs.ts';
import type { Item } from './scene.ts';

export type TimelineState = Pick<
  Frame,
  'scene' | 'range' | 'current' | 'litKey' | 'isSelected' | 'partnersOf' | 'concerns'
>;

/** How near the pointer has to be to a record, in pixels. */
const NEAR = 9;

export class TimelineView {
  readonly #canvas: HTMLCanvasElement;
  readonly #font: string;
  #state: TimelineState | undefined;
  #width = 0;
  #height = 0;
  #scrollTop = 0;
  #frame = 0;
  #placed: readonly Placed[] = [];
  #hatch: Hatch | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#font = getComputedStyle(document.documentElement).getPropertyValue('--font-mono');
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
  }

  show(state: TimelineState): void {
    this.#state = state;
    this.#invalidate();
  }

  resize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    this.#invalidate();
  }

  scrollTo(scrollTop: number): void {
    this.#scrollTop = scrollTop;
    this.#invalidate();
  }

  recolor(): void {
    this.#hatch = undefined;
    this.#invalidate();
  }

  /** The record that is nearest to the point, or else the window there. */
  itemAt(x: number, y: number): Item | undefined {
    let best: Placed | undefined;
    let bestDistance = NEAR;
    let box: Item | undefined;
    for (const placed of this.#placed) {
      if (placed.item.kind === 'box') {
        const { x: left, y: top, width, height } = placed;
        if (x >= left - 1 && x <= left + width + 1 && y >= top && y <= top + height) box = placed.item;
        continue;
      }
      const distance = Math.hypot(placed.x - x, placed.y - y);
      if (distance > bestDistance) continue;
      best = placed;
      bestDistance = distance;
    }
    return best?.item ?? box;
  }

  #invalidate(): void {
    if (this.#frame !== 0 || this.#width === 0 || this.#height === 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const canvas = this.#canvas;
    const context = canvas.getContext('2d');
    const state = this.#state;
    if (context === null || state === undefined) return;
    const scale = devicePixelRatio;
    const width = Math.round(this.#width * scale);
    const height = Math.round(this.#height * scale);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const colors = canvasColors();
    this.#hatch ??= hatchOf(context, colors);
    this.#placed = drawFrame({
      ...state,
      context,
      colors,
      hatch: this.#hatch,
      font: this.#font,
      width: this.#width,
      height: this.#height,
      scrollTop: this.#scrollTop,
    });
  }
}
