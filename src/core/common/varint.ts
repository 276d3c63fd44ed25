/**
 * Variable-length integers as Kafka writes them inside records: zigzag (0, -1, 1, -2 ... become 0, 1, 2, 3 ...), then seven
 * bits per byte, least significant first, the top bit saying that more follow. The same as protobuf's sint32 and sint64.
 */
const TWO_32 = 0x1_0000_0000;

export function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

/** Bytes that `writeVarint` takes for a 32-bit value. */
export function sizeOfVarint(value: number): number {
  const raw = zigzag(value);
  if (raw < 0x80) return 1;
  if (raw < 0x4000) return 2;
  if (raw < 0x20_0000) return 3;
  if (raw < 0x1000_0000) return 4;
  return 5;
}

/** Writes a 32-bit value; returns the position behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let raw = zigzag(value);
  while (raw >= 0x80) {
    bytes[at++] = raw | 0x80;
    raw >>>= 7;
  }
  bytes[at++] = raw;
  return at;
}

function fitsInt32(value: number): boolean {
  return value === (value | 0);
}

/** Bytes that `writeVarlong` takes. */
export function sizeOfVarlong(value: number): number {
  if (fitsInt32(value)) return sizeOfVarint(value);
  let raw = value >= 0 ? value * 2 : -value * 2 - 1;
  let size = 1;
  while (raw >= 0x80) {
    raw = Math.floor(raw / 0x80);
    size++;
  }
  return size;
}

/** Writes an integer of at most 52 bits and its sign; returns the position behind it. */
export function writeVarlong(bytes: Uint8Array, at: number, value: number): number {
  if (fitsInt32(value)) return writeVarint(bytes, at, value);
  let raw = value >= 0 ? value * 2 : -value * 2 - 1;
  while (raw >= 0x80) {
    bytes[at++] = (raw % 0x80) | 0x80;
    raw = Math.floor(raw / 0x80);
  }
  bytes[at++] = raw;
  return at;
}

/**
 * Reads integers one after the other. A bad length or a truncated input leaves `position` beyond the end of the bytes or
 * sets `isMalformed`, which the caller checks once per record rather than once per byte.
 */
export class VarintReader {
  readonly bytes: Uint8Array;
  position: number;
  isMalformed = false;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  varint(): number {
    const bytes = this.bytes;
    let byte = bytes[this.position++] as number;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let raw = byte & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      byte = bytes[this.position++] as number;
      raw |= (byte & 0x7f) << shift;
      if (byte < 0x80) return unzigzag(raw);
    }
    this.isMalformed = true;
    return 0;
  }

  varlong(): number {
    const bytes = this.bytes;
    const start = this.position;
    let byte = bytes[this.position++] as number;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let low = byte & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      byte = bytes[this.position++] as number;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return unzigzag(low);
    }
    // More than 28 bits: the rest by multiplication, exact to 2^53.
    let scale = 0x1000_0000;
    let raw = low;
    while (this.position - start < 10) {
      byte = bytes[this.position++] as number;
      raw += (byte & 0x7f) * scale;
      scale *= 0x80;
      if (byte < 0x80) return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
      if (scale > TWO_32 * TWO_32) break;
    }
    this.isMalformed = true;
    return 0;
  }
}
