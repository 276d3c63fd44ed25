/** How one kind of watched operator is drawn and told in words. */
import type { OperatorWatch } from '../../protocol/watch.ts';
import type { Frame } from './frame.ts';
import type { LaneMode } from './lanes.ts';
import type { LegendEntry } from './Legend.tsx';
import type { Axis } from './scale.ts';
import type { Item, Scene } from './scene.ts';
import type { Folded } from './watched.ts';

/** What is pointed at: `title` is its place and time, `text` what became of it. */
export interface Description {
  readonly key: string | null | undefined;
  readonly title: string;
  readonly text: string;
}

export interface Picture<W extends OperatorWatch> {
  readonly isOf: (watch: OperatorWatch) => watch is W;
  readonly sceneOf: (folded: Folded<W>, mode: LaneMode, axis: Axis) => Scene;
  readonly describe: (folded: Folded<W>, item: Item) => Description | undefined;
  /** The operator's settings, in a few words. */
  readonly facts: (watch: W) => string;
  /** What the figures in its boxes are. */
  readonly figures?: (watch: W) => string;
  /** How it stands, beyond what is drawn. */
  readonly status?: (folded: Folded<W>) => string | undefined;
  readonly legend: (folded: Folded<W>) => readonly LegendEntry[];
  /** By what it can go, the first at first. */
  readonly axes: readonly Axis[];
  /** What is lost to a picture that does not know all of the past, or its order. */
  readonly notes: { readonly notWhole: string; readonly notInOrder: string };
  /** Why rows are missing that one might expect, if so. */
  readonly warning?: (folded: Folded<W>) => string | undefined;
  readonly partnersOf?: (watch: W) => NonNullable<Frame['partnersOf']>;
  readonly concerns?: (folded: Folded<W>) => NonNullable<Frame['concerns']>;
}

/** A picture of what was watched, whatever kind it is of. */
export interface Drawing {
  readonly sceneOf: (mode: LaneMode, axis: Axis) => Scene;
  readonly describe: (item: Item) => Description | undefined;
  readonly facts: string;
  readonly figures: string | undefined;
  readonly legend: readonly LegendEntry[];
  readonly axes: readonly Axis[];
  readonly status: string | undefined;
  readonly note: string | undefined;
  readonly warning: string | undefined;
  readonly partnersOf: Frame['partnersOf'];
  readonly concerns: Frame['concerns'];
}

/** Undefined for what is of another kind. */
export type Draw = (folded: Folded<OperatorWatch>) => Drawing | undefined;

export function drawingOf<W extends OperatorWatch>(picture: Picture<W>): Draw {
  return ({ watch, ...all }) => {
    if (!picture.isOf(watch)) return undefined;
    const folded: Folded<W> = { ...all, watch };
    const notes = [
      ...(watch.isWhole ? [] : [picture.notes.notWhole]),
      ...(watch.isInOrder ? [] : [picture.notes.notInOrder]),
    ];
    return {
      sceneOf: (mode, axis) => picture.sceneOf(folded, mode, axis),
      describe: (item) => picture.describe(folded, item),
      facts: picture.facts(watch),
      figures: picture.figures?.(watch),
      legend: picture.legend(folded),
      axes: picture.axes,
      status: picture.status?.(folded),
      note: notes.length === 0 ? undefined : notes.join(' '),
      warning: picture.warning?.(folded),
      partnersOf: picture.partnersOf?.(watch),
      concerns: picture.concerns?.(folded),
    };
  };
}
