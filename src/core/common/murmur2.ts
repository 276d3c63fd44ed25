/**
 * MurmurHash2 as in Kafka's `org.apache.kafka.common.utils.Utils.murmur2`: 32 bits, seed 0x9747b28c, words read little
 * endian. It decides the partition of a keyed record, so it must agree with Kafka's to the bit.
 */
const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/** A signed 32-bit hash of `bytes[0, length)`. */
export function murmur2(bytes: Uint8Array, length: number = bytes.length): number {
  let hash = SEED ^ length;
  const words = length & ~3;
  for (let at = 0; at < words; at += 4) {
    const word = scrambled(
      (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24),
    );
    hash = Math.imul(hash, M) ^ word;
  }
  const rest = length & 3;
  if (rest > 0) {
    if (rest === 3) hash ^= (bytes[words + 2] as number) << 16;
    if (rest >= 2) hash ^= (bytes[words + 1] as number) << 8;
    hash ^= bytes[words] as number;
    hash = Math.imul(hash, M);
  }
  return finished(hash);
}

function scrambled(word: number): number {
  const product = Math.imul(word, M);
  return Math.imul(product ^ (product >>> R), M);
}

function finished(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 13), M);
  return mixed ^ (mixed >>> 15);
}

/**
 * `out[salt]` becomes the hash of the byte `salt` followed by `bytes[0, length)`, for the salts 0 to 3. They are found in one
 * pass: past the first word, what is read and scrambled is the same for all four.
 */
export function murmur2Salted(bytes: Uint8Array, length: number, out: Int32Array): void {
  if (length < 3) {
    const salted = new Uint8Array(length + 1);
    for (let i = 0; i < length; i++) salted[i + 1] = bytes[i] as number;
    for (let salt = 0; salt < 4; salt++) {
      salted[0] = salt;
      out[salt] = murmur2(salted);
    }
    return;
  }
  const total = length + 1;
  const seed = Math.imul(SEED ^ total, M);
  const first = ((bytes[0] as number) << 8) | ((bytes[1] as number) << 16) | ((bytes[2] as number) << 24);
  let a = seed ^ scrambled(first);
  let b = seed ^ scrambled(first | 1);
  let c = seed ^ scrambled(first | 2);
  let d = seed ^ scrambled(first | 3);
  const end = (total & ~3) - 1;
  for (let at = 3; at < end; at += 4) {
    const word = scrambled(
      (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24),
    );
    a = Math.imul(a, M) ^ word;
    b = Math.imul(b, M) ^ word;
    c = Math.imul(c, M) ^ word;
    d = Math.imul(d, M) ^ word;
  }
  const rest = total & 3;
  if (rest > 0) {
    let word = bytes[end] as number;
    if (rest >= 2) word |= (bytes[end + 1] as number) << 8;
    if (rest === 3) word |= (bytes[end + 2] as number) << 16;
    a = Math.imul(a ^ word, M);
    b = Math.imul(b ^ word, M);
    c = Math.imul(c ^ word, M);
    d = Math.imul(d ^ word, M);
  }
  out[0] = finished(a);
  out[1] = finished(b);
  out[2] = finished(c);
  out[3] = finished(d);
}

/** The partition of a serialized key, `key[0, length)`: `toPositive(murmur2(key)) % partitions`. */
export function partitionForKey(key: Uint8Array, partitions: number, length: number = key.length): number {
  return (murmur2(key, length) & 0x7fffffff) % partitions;
}
