/**
 * The scratch file cut into pages of one size, which the stores of an engine share. A run of sorted entries takes pages as it
 * is written and gives them all back when it has been merged into another; pages given back are used again, the lowest
 * first, and when none is in use the file is emptied.
 */
import { assert } from '../../../common/errors.ts';
import type { ScratchFile } from '../../../ports/scratch.ts';
import { Heap } from '../sorted.ts';

export const DEFAULT_PAGE_BYTES = 64 * 1024;

export class ScratchPages {
  readonly pageBytes: number;
  readonly #file: ScratchFile;
  readonly #free = new Heap<number>((a, b) => a - b);
  #count = 0;

  constructor(file: ScratchFile, pageBytes = DEFAULT_PAGE_BYTES) {
    this.#file = file;
    this.pageBytes = pageBytes;
  }

  /** Pages in use. */
  get usedCount(): number {
    return this.#count - this.#free.size;
  }

  take(): number {
    return this.#free.pop() ?? this.#count++;
  }

  release(pages: readonly number[]): void {
    for (const page of pages) this.#free.push(page);
    assert(this.usedCount >= 0, 'a page is given back once');
    if (this.usedCount > 0) return;
    while (this.#free.pop() !== undefined);
    this.#count = 0;
    this.#file.truncate(0);
  }

  /** Writes from the page's start. */
  write(page: number, bytes: Uint8Array): void {
    this.#file.write(bytes, page * this.pageBytes);
  }

  read(page: number, offset: number, into: Uint8Array): void {
    this.#file.read(into, page * this.pageBytes + offset);
  }
}
