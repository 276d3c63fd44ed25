/** Writes a store's changes to its changelog topic: to the partition of the store's task. */
import type { TopicAccumulator } from '../../clients/record-accumulator.ts';
import type { TextOutput } from '../../common/text-output.ts';
import type { ChangelogSink } from '../state/store-builder.ts';

export class ChangelogWriter implements ChangelogSink {
  readonly #output: TextOutput;
  readonly #target: TopicAccumulator;
  readonly #partition: number;
  /** Records written. */
  count = 0;
  #keyBytes = 0;

  /** @param output where a record's bytes are put together before they are copied into its batch */
  constructor(output: TextOutput, target: TopicAccumulator, partition: number) {
    this.#output = output;
    this.#target = target;
    this.#partition = partition;
  }

  write(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    this.count++;
    this.#target.appendTo(this.#partition, key, value, timestamp);
  }

  begin(): TextOutput {
    this.#output.reset();
    return this.#output;
  }

  endKey(): TextOutput {
    this.#keyBytes = this.#output.length;
    return this.#output;
  }

  end(hasValue: boolean, timestamp: number): number {
    this.count++;
    const keyBytes = this.#keyBytes;
    const valueBytes = hasValue ? this.#output.length - keyBytes : -1;
    this.#target.appendWritten(this.#partition, keyBytes, this.#output.buffer, keyBytes, valueBytes, timestamp);
    return this.#output.length;
  }
}

/** For stores without a changelog, which learn from a flush how large they are. */
export class NoChangelog implements ChangelogSink {
  readonly #output: TextOutput;

  constructor(output: TextOutput) {
    this.#output = output;
  }

  write(): void {}

  begin(): TextOutput {
    this.#output.reset();
    return this.#output;
  }

  endKey(): TextOutput {
    return this.#output;
  }

  end(): number {
    return this.#output.length;
  }
}
