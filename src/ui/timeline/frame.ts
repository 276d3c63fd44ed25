/** What a frame of a time line is drawn from, and what all of its parts measure by. */
import type { CanvasColors } from '../theme/colors.ts';
import type { Hatch } from './glyphs.ts';
import { xOf, type TimeRange } from './scale.ts';
import type { Band, Box, Item, Mark, Scene } from './scene.ts';

export const AXIS_HEIGHT = 22;
export const GUTTER = 100;

/** Sizes of text, in pixels: to be read from the last row. */
export const TEXT = 11;
export const KEY_TEXT = 12;

/** What is drawn of another key than the one that is pointed at. */
export const DIMMED = 0.5;

export interface Frame {
  readonly context: CanvasRenderingContext2D;
  readonly colors: CanvasColors;
  readonly hatch: Hatch;
  readonly font: string;
  readonly scene: Scene;
  readonly range: TimeRange;
  /** Of the canvas, which is as high as what is in sight. */
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
  /** Under the pointer, or else under the cursor. */
  readonly current: Item | undefined;
  readonly litKey: string | undefined;
  readonly isSelected: (mark: Mark) => boolean;
  /** Where the mark's row finds partners. */
  readonly partnersOf: ((mark: Mark) => Band) | undefined;
  /** Whether the record has to do with that window of its lane. */
  readonly concerns: ((box: Box, mark: Mark) => boolean) | undefined;
}

export interface Placed {
  readonly item: Item;
  readonly x: number;
  readonly y: number;
  /** 0 for a mark, which is met within its radius. */
  readonly width: number;
  readonly height: number;
}

/** The x of a time, gutter included. */
export function xAt(frame: Pick<Frame, 'range' | 'width'>, ms: number): number {
  return GUTTER + xOf(ms, frame.range, frame.width - GUTTER);
}

export function colorOf(colors: CanvasColors, hue: number | undefined): string {
  return hue === undefined ? colors.fg3 : (colors.keys[hue] ?? colors.fg3);
}

/** The text, or as much of its beginning as there is room for. */
export function clipped(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let length = Math.max(0, Math.floor((text.length * room) / Math.max(1, context.measureText(text).width)));
  while (length > 0 && context.measureText(`${text.slice(0, length)}…`).width > room) length--;
  // One letter or two say nothing, and half a number says something else.
  return length < 3 ? '' : `${text.slice(0, length)}…`;
}
