/** The changes of a spilled store since its last flush: of each changelog key the latest, in the order of the first. */
import type { ChangelogSink } from '../store-builder.ts';

interface PendingChange {
  readonly key: Uint8Array;
  value: Uint8Array | null;
  timestamp: number;
}

export class ChangeBuffer {
  readonly #notes: boolean;
  #pending = new Map<string, PendingChange>();

  /** @param notes false: changes are passed over */
  constructor(notes: boolean) {
    this.#notes = notes;
  }

  /** Keeps both arrays. */
  note(key: Uint8Array, value: Uint8Array | null, timestamp: number): void {
    if (!this.#notes) return;
    let name = '';
    for (let i = 0; i < key.length; i++) name += String.fromCharCode(key[i] as number);
    const pending = this.#pending.get(name);
    if (pending === undefined) this.#pending.set(name, { key, value, timestamp });
    else {
      pending.value = value;
      pending.timestamp = timestamp;
    }
  }

  flush(sink: ChangelogSink): void {
    if (this.#pending.size === 0) return;
    for (const { key, value, timestamp } of this.#pending.values()) sink.write(key, value, timestamp);
    this.#pending = new Map();
  }
}
