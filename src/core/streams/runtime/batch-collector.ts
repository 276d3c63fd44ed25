/**
 * Collects what a real task's sinks and changelogs write into record batches, until a commit takes them (Kafka's
 * RecordCollectorImpl).
 */
import type { ProduceBatch } from '../../broker/api.ts';
import { RecordAccumulator, type TopicAccumulator } from '../../clients/record-accumulator.ts';
import { TextOutput } from '../../common/text-output.ts';
import { writeWith } from '../serde.ts';
import type { SinkNode } from '../topology.ts';
import { partitionsOf, type TopicPlan } from './internal-topics.ts';
import type { RecordCollector, SinkWriter } from './record-collector.ts';

export class BatchCollector implements RecordCollector {
  readonly #plan: TopicPlan;
  readonly #accumulator = new RecordAccumulator();
  /** Where a key is written that decides to which partition its record goes. */
  readonly #key = new TextOutput();
  #produced = 0;

  constructor(plan: TopicPlan) {
    this.#plan = plan;
  }

  /** Records that sinks have written. */
  get produced(): number {
    return this.#produced;
  }

  /** What waits for a commit, changelogs included. */
  get bufferedBytes(): number {
    return this.#accumulator.bufferedBytes;
  }

  /** Takes what was written since the last time. */
  drain(): readonly ProduceBatch[] {
    return this.#accumulator.drain();
  }

  /** @param topic the full name */
  topic(topic: string): TopicAccumulator {
    return this.#accumulator.topic(topic, partitionsOf(this.#plan, topic));
  }

  sink(node: SinkNode, topic: string): SinkWriter {
    const { keySerde, valueSerde, partitioner } = node;
    const windowBytes = keySerde.windowBytes ?? 0;
    const keyOutput = this.#key;
    // Made when something is written: not every sink's topic gets records.
    let target: TopicAccumulator | undefined;
    return (key, value, timestamp, headers) => {
      target ??= this.topic(topic);
      const chosen = target.partitionCount === 1 ? 0 : partitioner?.partition(key, value, target.partitionCount);
      let hasKey: boolean;
      if (chosen !== undefined) {
        const out = target.begin(chosen, timestamp);
        hasKey = key !== null && writeWith(keySerde, key, out);
      } else {
        keyOutput.reset();
        hasKey = key !== null && writeWith(keySerde, key, keyOutput);
        const keyBytes = keyOutput.length;
        const partition = target.partitionOf(keyOutput.buffer, hasKey ? keyBytes - windowBytes : -1);
        target.begin(partition, timestamp).copy(keyOutput, keyBytes);
      }
      const out = target.endKey(hasKey);
      const hasValue = value !== null && writeWith(valueSerde, value, out);
      target.end(hasValue, headers.length === 0 ? null : headers);
      this.#produced++;
    };
  }
}
