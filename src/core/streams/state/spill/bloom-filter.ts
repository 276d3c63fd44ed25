/**
 * Which keys are certainly not in a run: ten bits per key and seven probes let about one absent key in a hundred through.
 * The probes go on from one 32-bit hash in steps of its rotation, as in LevelDB.
 */
import { murmur2 } from '../../../common/murmur2.ts';

const BITS_PER_KEY = 10;
const PROBES = 7;

export class BloomFilter {
  readonly #words: Int32Array;
  readonly #bits: number;

  /** @param hashes of the keys, by `bloomHash`; the first `count` of them */
  constructor(hashes: Int32Array, count: number) {
    this.#words = new Int32Array(Math.max(2, Math.ceil((count * BITS_PER_KEY) / 32)));
    this.#bits = this.#words.length * 32;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i] as number;
      const step = (hash >>> 17) | (hash << 15);
      for (let probe = 0, at = hash; probe < PROBES; probe++, at = (at + step) | 0) {
        const bit = (at >>> 0) % this.#bits;
        this.#words[bit >>> 5] = (this.#words[bit >>> 5] as number) | (1 << (bit & 31));
      }
    }
  }

  get sizeBytes(): number {
    return this.#words.byteLength;
  }

  mayContain(hash: number): boolean {
    const step = (hash >>> 17) | (hash << 15);
    for (let probe = 0, at = hash; probe < PROBES; probe++, at = (at + step) | 0) {
      const bit = (at >>> 0) % this.#bits;
      if (((this.#words[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }
}

export function bloomHash(key: Uint8Array): number {
  return murmur2(key);
}
