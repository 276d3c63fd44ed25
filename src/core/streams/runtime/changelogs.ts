/**
 * The changelogs of an instance's stores: at each commit the changes of its tasks' stores go there, and afterwards the records
 * go that no start needs any more.
 */
import type { BrokerApi, ProducedBatch } from '../../broker/api.ts';
import type { TopicAccumulator } from '../../clients/record-accumulator.ts';
import { assert } from '../../common/errors.ts';
import type { RuntimeStore } from '../state/store-builder.ts';
import { changelogTopic, internalTopicName } from '../topology.ts';
import { ChangelogTrim } from './changelog-trim.ts';
import { ChangelogWriter, NoChangelog } from './changelog-writer.ts';
import type { StreamTask } from './stream-task.ts';

interface Changelog {
  readonly topic: string;
  readonly partition: number;
  readonly store: RuntimeStore;
  readonly trim: ChangelogTrim;
}

export class Changelogs {
  readonly #broker: BrokerApi;
  readonly #applicationId: string;
  readonly #topic: (topic: string) => TopicAccumulator;
  readonly #noChangelog = new NoChangelog();
  readonly #ofTasks = new Map<StreamTask, readonly Changelog[]>();

  /** @param topic where a topic's records are collected until the commit */
  constructor(broker: BrokerApi, applicationId: string, topic: (topic: string) => TopicAccumulator) {
    this.#broker = broker;
    this.#applicationId = applicationId;
    this.#topic = topic;
  }

  /** Writes what changed in the task's stores since the last time. */
  flush(task: StreamTask): void {
    const changelogs = this.#of(task);
    for (const { topic, partition, store } of changelogs) {
      const writer = new ChangelogWriter(this.#topic(topic), partition);
      store.flush(writer);
      task.changesSinceSnapshot += writer.count;
    }
    if (changelogs.length === task.graph.stores.size) return;
    const logged = new Set(changelogs.map(({ store }) => store));
    for (const store of task.graph.stores.values()) if (!logged.has(store)) store.flush(this.#noChangelog);
  }

  /** What was flushed is committed: changelogs of stores that forget by time lose what was forgotten. */
  async trim(tasks: readonly StreamTask[], committed: readonly ProducedBatch[]): Promise<void> {
    const ends = new Map<string, number>();
    for (const { topic, partition, lastOffset } of committed) ends.set(`${topic}-${partition}`, lastOffset + 1);
    const passed: { readonly topic: string; readonly partition: number; readonly beforeOffset: number }[] = [];
    for (const { topic, partition, store, trim } of tasks.flatMap((task) => this.#of(task))) {
      const expiry = store.expiry?.();
      const endOffset = ends.get(`${topic}-${partition}`);
      if (expiry === undefined || endOffset === undefined) continue;
      trim.mark(endOffset, expiry);
      const beforeOffset = trim.take(expiry);
      if (beforeOffset !== undefined) passed.push({ topic, partition, beforeOffset });
    }
    if (passed.length > 0) await this.#broker.deleteRecords(passed);
  }

  #of(task: StreamTask): readonly Changelog[] {
    let found = this.#ofTasks.get(task);
    if (found === undefined) {
      found = task.logged.map(({ name }): Changelog => {
        const store = task.graph.stores.get(name);
        assert(store !== undefined, `the changelog of ${name} belongs to a store`);
        const topic = internalTopicName(this.#applicationId, changelogTopic(name));
        return { topic, partition: task.partition, store, trim: new ChangelogTrim() };
      });
      this.#ofTasks.set(task, found);
    }
    return found;
  }
}
