/**
 * Where the changelog of a store may begin that forgets by time.
 *
 * Kafka Streams leaves that to the retention of a windowed store's changelog, by the clock. Here a changelog loses its first
 * records when the store has forgotten all entries that they are of, so that a replay of old events, years after they
 * happened, restores as well as it ran. Marks say up to which offset the entries' times are no later than some time.
 */
import type { StoreExpiry } from '../state/store-builder.ts';

interface Mark {
  /** Records of before are of entries no later than `observedMs`. */
  endOffset: number;
  observedMs: number;
}

/** A mark for this part of what a store keeps: so much is left in the changelog that could go. */
const MARKS_PER_RETENTION = 4;

export class ChangelogTrim {
  readonly #marks: Mark[] = [];
  #trimmedTo = 0;

  /** Notes where the changelog ends after a flush. */
  mark(endOffset: number, { observedMs, keptFromMs }: StoreExpiry): void {
    const [before, last] = this.#marks.slice(-2);
    const distanceMs = (observedMs - keptFromMs) / MARKS_PER_RETENTION;
    if (last !== undefined && before !== undefined && last.observedMs - before.observedMs < distanceMs) {
      last.endOffset = endOffset;
      last.observedMs = observedMs;
    } else {
      this.#marks.push({ endOffset, observedMs });
    }
  }

  /** The offset before which nothing is needed any more; undefined when it has not moved since it was last asked for. */
  take({ keptFromMs }: StoreExpiry): number | undefined {
    let passed = this.#trimmedTo;
    while (this.#marks[0] !== undefined && this.#marks[0].observedMs < keptFromMs) {
      passed = this.#marks.shift()?.endOffset ?? passed;
    }
    if (passed === this.#trimmedTo) return undefined;
    this.#trimmedTo = passed;
    return passed;
  }
}
