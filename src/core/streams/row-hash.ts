/**
 * The hash of a table's row, by which a foreign-key join tells whether a left row is still the one that asked. Kafka takes
 * Murmur3 of 128 bits; only the join reads it, so here it is four murmur2 words over the row's bytes, each with another prefix.
 *
 * 16 bytes, each word big-endian. In memory it is the words, for a byte array of its own costs more than the hashing.
 */
import { readInt32 } from '../common/bytes.ts';
import { murmur2Salted } from '../common/murmur2.ts';
import { TextOutput } from '../common/text-output.ts';
import { writeWith, type Serde } from './serde.ts';

export const ROW_HASH_BYTES = 16;

export class RowHash {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;

  constructor(a: number, b: number, c: number, d: number) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  write(out: TextOutput): void {
    out.int32(this.a);
    out.int32(this.b);
    out.int32(this.c);
    out.int32(this.d);
  }
}

const rowBytes = new TextOutput();
const words = new Int32Array(4);

/** The hash of a row, null for none. */
export function hashOf<V>(serde: Serde<V>, row: V | null): RowHash | null {
  if (row === null) return null;
  rowBytes.reset();
  writeWith(serde, row, rowBytes);
  murmur2Salted(rowBytes.buffer, rowBytes.length, words);
  return new RowHash(words[0] as number, words[1] as number, words[2] as number, words[3] as number);
}

export function readRowHash(bytes: Uint8Array, at: number): RowHash {
  return new RowHash(
    readInt32(bytes, at),
    readInt32(bytes, at + 4),
    readInt32(bytes, at + 8),
    readInt32(bytes, at + 12),
  );
}

export function sameHash(left: RowHash | null, right: RowHash | null): boolean {
  if (left === null || right === null) return left === right;
  return left.a === right.a && left.b === right.b && left.c === right.c && left.d === right.d;
}
