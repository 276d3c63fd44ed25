/** The time line's smallest drawings. */
import type { CanvasColors } from '../theme/colors.ts';
import type { Glyph } from './scene.ts';

export interface Hatch {
  readonly faint: CanvasPattern | string;
  readonly strong: CanvasPattern | string;
}

/** Diagonal strokes, for grace. */
export function hatchOf(context: CanvasRenderingContext2D, colors: CanvasColors): Hatch {
  const pattern = (color: string, step: number): CanvasPattern | string => {
    const tile = document.createElement('canvas');
    tile.width = step;
    tile.height = step;
    const brush = tile.getContext('2d');
    if (brush === null) return color;
    brush.strokeStyle = color;
    brush.lineWidth = 1;
    for (const shift of [-step, 0, step]) {
      brush.beginPath();
      brush.moveTo(shift, step);
      brush.lineTo(shift + step, 0);
      brush.stroke();
    }
    return context.createPattern(tile, 'repeat') ?? color;
  };
  return { faint: pattern(colors.lineStrong, 7), strong: pattern(colors.fg3, 6) };
}

export function drawGlyph(
  context: CanvasRenderingContext2D,
  glyph: Glyph,
  x: number,
  y: number,
  radius: number,
  color: string,
  ground: string,
): void {
  context.lineWidth = 1.5;
  context.fillStyle = color;
  context.strokeStyle = color;
  context.beginPath();
  switch (glyph) {
    case 'dot':
      context.arc(x, y, radius - 0.5, 0, Math.PI * 2);
      context.fill();
      return;
    case 'diamond':
      context.moveTo(x, y - radius - 0.5);
      context.lineTo(x + radius + 0.5, y);
      context.lineTo(x, y + radius + 0.5);
      context.lineTo(x - radius - 0.5, y);
      context.closePath();
      context.fill();
      return;
    case 'cross':
      context.moveTo(x - radius + 1, y - radius + 1);
      context.lineTo(x + radius - 1, y + radius - 1);
      context.moveTo(x + radius - 1, y - radius + 1);
      context.lineTo(x - radius + 1, y + radius - 1);
      context.stroke();
      return;
    case 'tombstone':
      context.beginPath();
      context.arc(x, y, radius - 0.5, 0, Math.PI * 2);
      context.fillStyle = ground;
      context.fill();
      context.setLineDash([2, 1.5]);
      context.stroke();
      context.setLineDash([]);
      context.beginPath();
      context.moveTo(x - radius, y + radius);
      context.lineTo(x + radius, y - radius);
      context.stroke();
      return;
    case 'ring':
    case 'dashed':
      context.arc(x, y, radius - 0.5, 0, Math.PI * 2);
      context.fillStyle = ground;
      context.fill();
      if (glyph === 'dashed') context.setLineDash([2, 2]);
      context.stroke();
      context.setLineDash([]);
      return;
  }
}

/** A ground under text. */
export function plate(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  color: string,
): void {
  context.fillStyle = color;
  roundRect(context, x, y, width, height, 2);
  context.fill();
}

export function roundRect(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): void {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
}
