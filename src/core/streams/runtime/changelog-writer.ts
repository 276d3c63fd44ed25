/** Writes a store's changes to its changelog topic: to the partition of the store's task. */
import type { TopicAccumulator } from '../../clients/record-accumulator.ts';
import { TextOutput } from '../../common/text-output.ts';
import type { ChangelogSink } from '../state/store-builder.ts';

export class ChangelogWriter implements ChangelogSink {
  readonly #target: TopicAccumulator;
  readonly #partition: number;
  /** Records written. */
  count = 0;

  constructor(target: TopicAccumulator, partition: number) {
    this.#target = target;
    this.#partition = partition;
  }

  write(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    this.count++;
    this.#target.appendTo(this.#partition, key, value, timestamp);
  }

  begin(timestamp: number): TextOutput {
    return this.#target.begin(this.#partition, timestamp);
  }

  endKey(): TextOutput {
    return this.#target.endKey(true);
  }

  end(hasValue: boolean): number {
    this.count++;
    return this.#target.end(hasValue);
  }
}

/** For stores without a changelog, which learn from a flush how large they are. */
export class NoChangelog implements ChangelogSink {
  readonly #output = new TextOutput();

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
