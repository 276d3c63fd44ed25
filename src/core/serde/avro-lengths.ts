/** How Avro's binary encoding says how much there is of something. */
import type { BinaryReader } from './binary.ts';
import { Mismatch } from './serde-errors.ts';

/** Of bytes and strings, in bytes. @throws Mismatch */
export function length(reader: BinaryReader): number {
  const size = reader.zigzag64();
  if (typeof size === 'bigint' || size < 0) throw new Mismatch(`a length of ${size} bytes`);
  return size;
}

/**
 * Of arrays and maps: items come in blocks, a count, then the items; a negative count is followed by the block's size in
 * bytes; 0 ends.
 * @throws Mismatch
 */
export function blockCount(reader: BinaryReader): number {
  const count = reader.zigzag64();
  if (typeof count === 'bigint') throw new Mismatch(`a block of ${count} items`);
  if (count >= 0) return count;
  length(reader);
  return -count;
}
