import { describe, expect, it } from 'vitest';
import { readRows, sniffFormat, type FileRow } from './read-rows.ts';
import type { ImportFormat } from '../../protocol/api.ts';

async function read(
  content: string | Uint8Array<ArrayBuffer>,
  format: ImportFormat,
  chunkBytes?: number,
): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  let readBytes = 0;
  const file = new Blob([content]);
  for await (const piece of readRows(file, format, chunkBytes)) {
    rows.push(...piece.rows);
    readBytes = piece.readBytes;
  }
  expect(readBytes).toBe(file.size);
  return rows;
}

const valuesOf = (rows: readonly FileRow[]): unknown[] =>
  rows.map((row) => (row.kind === 'row' ? row.row : `${row.line}: ${row.reason}`));

const CSV =
  '\uFEFFid;name;note\r\n1;"Müller; Söhne";"two\r\nlines"\r\n2;"say ""hi""";\r\n3;too;many;fields\r\n4;日本;x';

describe('readRows', () => {
  it.each([1, 2, 3, 5, 7, 64, 100_000])('reads CSV in chunks of %i bytes', async (chunkBytes) => {
    expect(valuesOf(await read(CSV, 'csv', chunkBytes))).toEqual([
      { id: '1', name: 'Müller; Söhne', note: 'two\r\nlines' },
      { id: '2', name: 'say "hi"', note: null },
      '5: The line has 4 fields, the header 3.',
      { id: '4', name: '日本', note: 'x' },
    ]);
  });

  it.each([1, 3, 100_000])('reads JSON and lines of JSON in chunks of %i bytes', async (chunkBytes) => {
    const rows = [{ a: 'ü{' }, { a: { b: ['}', '"'] } }];
    expect(valuesOf(await read(`\uFEFF${JSON.stringify(rows, null, 1)}`, 'json', chunkBytes))).toEqual(rows);
    const lines = `\uFEFF${JSON.stringify(rows[0])}\n{"a": oops}\n${JSON.stringify(rows[1])}\n{"a":`;
    const read_ = await read(lines, 'ndjson', chunkBytes);
    expect(read_.map((row) => [row.kind, row.line])).toEqual([
      ['row', 1],
      ['bad', 2],
      ['row', 3],
      ['bad', 4],
    ]);
  });

  it('tells columns without a name, or with the same, apart', async () => {
    expect(valuesOf(await read('a,,a\n1,2,3', 'csv'))).toEqual([{ a: '1', column_2: '2', a_3: '3' }]);
  });

  it('keeps a row whose last bytes are no UTF-8', async () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('a\nx'), 0xc3]);
    expect(valuesOf(await read(bytes, 'csv'))).toEqual([{ a: 'x\uFFFD' }]);
  });

  it('tells the format by the first character behind a byte order mark', async () => {
    expect(await sniffFormat(new Blob(['\uFEFF [{}]']), 'x')).toBe('json');
    expect(await sniffFormat(new Blob(['\uFEFF{}']), 'x')).toBe('ndjson');
    expect(await sniffFormat(new Blob(['a,b']), 'x')).toBe('csv');
  });
});
