/**
 * The tasks of a subtopology as one group, and the order in which groups work.
 *
 * A group takes the oldest record of all its tasks first. What it writes to a repartition topic is then in order of time,
 * whatever the skew between its partitions was; task after task, old data would come out shuffled, and windows downstream
 * would find much of it late.
 *
 * A group that reads repartition topics goes no further than the groups that fill them: their next record's timestamp is
 * its bound. Otherwise the other side of a join would run ahead of a side that is still on its way. Bounds are taken after
 * a commit and hold until the next, since what is written in between can be fetched only after it. Groups that feed
 * themselves, as those of a foreign-key join do, have no bound.
 */
import type { Topology } from '../topology.ts';
import type { StreamTask } from './stream-task.ts';

export interface TaskGroup {
  readonly tasks: readonly StreamTask[];
  /** All groups whose records may still come to this one, by whatever number of repartitions. */
  readonly upstream: readonly TaskGroup[];
}

export function groupTasks(topology: Topology, tasks: readonly StreamTask[]): readonly TaskGroup[] {
  const repartitions = new Set(topology.internalTopics.filter((t) => t.kind === 'repartition').map((t) => t.topic));
  const { subtopologies } = topology;
  const feeders = subtopologies.map(({ sources }) => {
    const read = new Set(sources.flatMap((source) => source.topics.filter((topic) => repartitions.has(topic))));
    return subtopologies.flatMap(({ sinks }, index) => (sinks.some((sink) => read.has(sink.topic)) ? [index] : []));
  });
  const groups = subtopologies.map(({ id }) => ({
    tasks: tasks.filter((task) => task.graph.subtopology.id === id),
    upstream: [] as TaskGroup[],
  }));
  for (const [index, group] of groups.entries()) {
    const reached = new Set<number>();
    const follow = (from: number): void => {
      for (const feeder of feeders[from] ?? []) {
        if (reached.has(feeder)) continue;
        reached.add(feeder);
        follow(feeder);
      }
    };
    follow(index);
    if (reached.has(index)) continue;
    for (const feeder of reached) {
      const found = groups[feeder];
      if (found !== undefined) group.upstream.push(found);
    }
  }
  return groups;
}

/** How far each group may go in event time until the next commit. To be asked for when all that was processed is committed. */
export function boundsOf(groups: readonly TaskGroup[]): readonly number[] {
  return groups.map(({ upstream }) => upstream.reduce((until, from) => Math.min(until, nextOf(from)), Infinity));
}

/** One round of the groups, from the one at `first` on. @returns how many records were processed */
export function runGroups(
  groups: readonly TaskGroup[],
  bounds: readonly number[],
  first: number,
  budget: number,
): number {
  let processed = 0;
  for (let i = 0; i < groups.length && processed < budget; i++) {
    const index = (first + i) % groups.length;
    const group = groups[index];
    if (group !== undefined) processed += runGroup(group, budget - processed, bounds[index] ?? Infinity);
  }
  return processed;
}

function nextOf({ tasks }: TaskGroup): number {
  let next = Infinity;
  for (const task of tasks) next = Math.min(next, task.nextTimestamp());
  return next;
}

function runGroup({ tasks }: TaskGroup, budget: number, boundMs: number): number {
  const [only] = tasks;
  if (only !== undefined && tasks.length === 1) return only.run(budget, boundMs);
  let processed = 0;
  while (processed < budget) {
    let best: StreamTask | undefined;
    let bestMs = Infinity;
    let secondMs = boundMs;
    for (const task of tasks) {
      const nextMs = task.nextTimestamp();
      // The record that has to be fetched may be the oldest.
      if (nextMs === -Infinity) return processed;
      if (nextMs < bestMs) {
        secondMs = Math.min(secondMs, bestMs);
        best = task;
        bestMs = nextMs;
      } else if (nextMs < secondMs) secondMs = nextMs;
    }
    if (best === undefined || bestMs > boundMs) break;
    processed += best.run(budget - processed, secondMs);
  }
  return processed;
}
