/**
 * The metadata of a task's committed offsets: how far time had come at each of its nodes, and in which layouts its stores write
 * their changelogs. Each of a task's partitions carries it; those that have not moved since carry that of an earlier commit.
 */
import { WeirError } from '../../common/errors.ts';
import type { ProcessorTimes } from '../processor.ts';
import type { StoreBuilder } from '../state/store-builder.ts';

const FIRST_LAYOUT = 1;

/** Of all nodes of a task, by their names. */
export type TaskTimes = Readonly<Record<string, ProcessorTimes>>;

/** In which layout a store that has a changelog writes it. */
export type StoreLayout = Pick<StoreBuilder, 'name' | 'layoutVersion'>;

/** @param stores of their layouts those are written that are not the first */
export function encodeMetadata(times: TaskTimes, stores: readonly StoreLayout[]): string {
  const layouts: Record<string, number> = {};
  for (const { name, layoutVersion = FIRST_LAYOUT } of stores) {
    if (layoutVersion !== FIRST_LAYOUT) layouts[name] = layoutVersion;
  }
  return JSON.stringify({ v: 1, times, layouts });
}

/** @throws WeirError STATE_OUTDATED when a store's changelog was written in another layout */
export function requireLayouts(metadata: string, stores: readonly StoreLayout[]): void {
  const committed = decode(metadata);
  if (committed === undefined) return;
  for (const { name, layoutVersion = FIRST_LAYOUT } of stores) {
    const written = committed.layouts?.[name] ?? FIRST_LAYOUT;
    if (written === layoutVersion) continue;
    throw new WeirError(
      'STATE_OUTDATED',
      `The state ${name} was written by ${written < layoutVersion ? 'an earlier' : 'a newer'} version of Weir, in another layout.`,
      {
        hint: 'Terminate the query and create it anew: its topics keep their records.',
        details: { store: name, written, layout: layoutVersion },
      },
    );
  }
}

/** Times only ever grow, so the latest of several partitions' is the largest. */
export function mergeTimes(metadata: readonly string[]): TaskTimes {
  const merged: Record<string, Record<string, number>> = {};
  for (const one of metadata) {
    for (const [node, times] of Object.entries(decode(one)?.times ?? {})) {
      const into = (merged[node] ??= {});
      for (const [name, ms] of Object.entries(times)) into[name] = Math.max(into[name] ?? ms, ms);
    }
  }
  return merged;
}

interface Metadata {
  readonly v?: unknown;
  readonly times?: TaskTimes;
  readonly layouts?: Readonly<Record<string, number>>;
}

/** Undefined when it is not of a task's commit. */
function decode(metadata: string): Metadata | undefined {
  if (!metadata.startsWith('{')) return undefined;
  const parsed = JSON.parse(metadata) as Metadata;
  return parsed.v === 1 ? parsed : undefined;
}
