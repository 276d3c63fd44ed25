/** Scratch room in memory: for tests, and where state is to be bounded although there is no file to put it in. */
import { WeirError } from '../core/common/errors.ts';
import type { ScratchFile } from '../core/ports/scratch.ts';

export class MemoryScratch implements ScratchFile {
  #bytes = new Uint8Array(0);
  #sizeBytes = 0;
  #isClosed = false;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  read(into: Uint8Array, at: number): void {
    this.#requireOpen();
    if (at + into.length > this.#sizeBytes) {
      throw new WeirError('STORAGE_FAILED', `The scratch file ends at ${this.#sizeBytes}.`);
    }
    into.set(this.#bytes.subarray(at, at + into.length));
  }

  write(bytes: Uint8Array, at: number): void {
    this.#requireOpen();
    const end = at + bytes.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#sizeBytes));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, at);
    this.#sizeBytes = Math.max(this.#sizeBytes, end);
  }

  truncate(sizeBytes: number): void {
    this.#requireOpen();
    this.#sizeBytes = Math.min(this.#sizeBytes, sizeBytes);
    if (sizeBytes === 0) this.#bytes = new Uint8Array(0);
  }

  close(): void {
    this.#isClosed = true;
    this.#bytes = new Uint8Array(0);
    this.#sizeBytes = 0;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new WeirError('STORAGE_CLOSED', 'The scratch file has been closed.');
  }
}
