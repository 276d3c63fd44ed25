/**
 * CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected), the checksum of Kafka's record batches; RFC 3720, appendix B.4.
 *
 * Slicing by sixteen: sixteen tables let sixteen bytes be folded in at once, `TABLE[k * 256 + b]` being the checksum of byte
 * `b` followed by `k` zero bytes. The bytes are read four at a time, as words in the order of the machine, which is little
 * endian wherever JavaScript runs today; elsewhere they are folded in one by one.
 */
/** Below this the view of words costs more than it spares. */
const LONG_BYTES = 64;
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
const TABLE = makeTable();

function makeTable(): Int32Array {
  const table = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    table[byte] = crc;
  }
  for (let at = 256; at < table.length; at++) {
    const previous = table[at - 256] as number;
    table[at] = (previous >>> 8) ^ (table[previous & 0xff] as number);
  }
  return table;
}

/** The checksum of `bytes[start, end)` as an unsigned 32-bit integer. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const table = TABLE;
  let crc = -1;
  let at = start;
  if (IS_LITTLE_ENDIAN && end - start >= LONG_BYTES) {
    for (; ((bytes.byteOffset + at) & 3) !== 0; at++)
      crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 0xff] as number);
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, (end - at) >>> 2);
    const last = words.length - 3;
    let word = 0;
    for (; word < last; word += 4) {
      const a = (words[word] as number) ^ crc;
      const b = words[word + 1] as number;
      const c = words[word + 2] as number;
      const d = words[word + 3] as number;
      crc =
        (table[0xf00 | (a & 0xff)] as number) ^
        (table[0xe00 | ((a >>> 8) & 0xff)] as number) ^
        (table[0xd00 | ((a >>> 16) & 0xff)] as number) ^
        (table[0xc00 | (a >>> 24)] as number) ^
        (table[0xb00 | (b & 0xff)] as number) ^
        (table[0xa00 | ((b >>> 8) & 0xff)] as number) ^
        (table[0x900 | ((b >>> 16) & 0xff)] as number) ^
        (table[0x800 | (b >>> 24)] as number) ^
        (table[0x700 | (c & 0xff)] as number) ^
        (table[0x600 | ((c >>> 8) & 0xff)] as number) ^
        (table[0x500 | ((c >>> 16) & 0xff)] as number) ^
        (table[0x400 | (c >>> 24)] as number) ^
        (table[0x300 | (d & 0xff)] as number) ^
        (table[0x200 | ((d >>> 8) & 0xff)] as number) ^
        (table[0x100 | ((d >>> 16) & 0xff)] as number) ^
        (table[d >>> 24] as number);
    }
    at += 4 * word;
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return ~crc >>> 0;
}
