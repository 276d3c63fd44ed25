/** Bytes as `xxd` prints them: offset, eight pairs, the printable characters. */
export interface HexLine {
  readonly offset: string;
  readonly hex: string;
  readonly text: string;
}

const PER_LINE = 16;
const MAX_BYTES = 4096;

export function hexLines(bytes: Uint8Array): { readonly lines: readonly HexLine[]; readonly rest: number } {
  const shown = bytes.subarray(0, MAX_BYTES);
  const lines: HexLine[] = [];
  for (let start = 0; start < shown.length; start += PER_LINE) {
    const part = [...shown.subarray(start, start + PER_LINE)];
    const pairs = part.map((byte) => byte.toString(16).padStart(2, '0'));
    lines.push({
      offset: start.toString(16).padStart(4, '0'),
      hex: pairs.join(' ').padEnd(PER_LINE * 3 - 1),
      text: part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(''),
    });
  }
  return { lines, rest: bytes.length - shown.length };
}
