/** Reads a file as rows, piece by piece: never more of it in memory than a piece and one row. */
import { CsvSplitter, type CsvRecord } from '../../core/connect/files/split-csv.ts';
import { JsonSplitter } from '../../core/connect/files/split-json.ts';
import type { JsonRow } from '../../core/connect/files/infer.ts';
import type { ImportFormat } from '../../protocol/api.ts';

export type FileRow =
  | { readonly kind: 'row'; readonly line: number; readonly row: JsonRow; readonly text: string }
  | { readonly kind: 'bad'; readonly line: number; readonly text: string; readonly reason: string };

export interface FileRows {
  readonly rows: readonly FileRow[];
  readonly readBytes: number;
}

const CHUNK_BYTES = 256 * 1024;

/** The format by the file's name, else by its first character. */
export async function sniffFormat(file: Blob, fileName: string): Promise<ImportFormat> {
  if (/\.(csv|tsv)$/i.test(fileName)) return 'csv';
  const head = (await file.slice(0, 4096).text()).trimStart();
  if (head.startsWith('[')) return 'json';
  if (head.startsWith('{')) return 'ndjson';
  return 'csv';
}

/** @param chunkBytes how much of the file is read at a time */
export async function* readRows(file: Blob, format: ImportFormat, chunkBytes = CHUNK_BYTES): AsyncGenerator<FileRows> {
  const chunks = readChunks(file, chunkBytes);
  if (format === 'csv') yield* readCsv(chunks, file.size);
  else yield* readJson(chunks, file.size);
}

interface Chunk {
  readonly text: string;
  readonly readBytes: number;
}

/** A byte order mark at the start is left out, and bytes that are no UTF-8 become U+FFFD. */
async function* readChunks(file: Blob, chunkBytes: number): AsyncGenerator<Chunk> {
  const decoder = new TextDecoder();
  for (let at = 0; at < file.size; at += chunkBytes) {
    const readBytes = Math.min(at + chunkBytes, file.size);
    const bytes = await file.slice(at, readBytes).arrayBuffer();
    yield { text: decoder.decode(bytes, { stream: readBytes < file.size }), readBytes };
  }
}

async function* readJson(chunks: AsyncIterable<Chunk>, sizeBytes: number): AsyncGenerator<FileRows> {
  const splitter = new JsonSplitter();
  for await (const { text, readBytes } of chunks) {
    yield { rows: splitter.push(text).map((piece) => parsePiece(piece.text, piece.line)), readBytes };
  }
  const rest = splitter.end();
  if (rest !== undefined)
    yield {
      rows: [{ kind: 'bad', line: rest.line, text: rest.text.slice(0, 200), reason: 'The object is not closed.' }],
      readBytes: sizeBytes,
    };
}

function parsePiece(text: string, line: number): FileRow {
  try {
    return { kind: 'row', line, row: JSON.parse(text) as JsonRow, text };
  } catch (error) {
    return {
      kind: 'bad',
      line,
      text: text.slice(0, 200),
      reason: error instanceof Error ? error.message : String(error),
    };
  }
}

/** CSV with a header line. */
async function* readCsv(chunks: AsyncIterable<Chunk>, sizeBytes: number): AsyncGenerator<FileRows> {
  const splitter = new CsvSplitter();
  let header: readonly string[] | undefined;
  const rowsOf = (records: readonly CsvRecord[]): FileRow[] => {
    const rows: FileRow[] = [];
    for (const record of records) {
      if (header === undefined) header = headerOf(record.fields);
      else rows.push(csvRow(header, record));
    }
    return rows;
  };
  for await (const { text, readBytes } of chunks) yield { rows: rowsOf(splitter.push(text)), readBytes };
  yield { rows: rowsOf(splitter.end()), readBytes: sizeBytes };
}

/** Columns without a name, or with one that is taken, are told apart by their number. */
function headerOf(fields: readonly string[]): readonly string[] {
  const names: string[] = [];
  for (const [i, field] of fields.entries()) {
    const name = field.trim();
    names.push(name === '' || names.includes(name) ? `${name === '' ? 'column' : name}_${i + 1}` : name);
  }
  return names;
}

function csvRow(header: readonly string[], { fields, line, isUnclosed }: CsvRecord): FileRow {
  const text = fields.join(',');
  const bad = (reason: string): FileRow => ({ kind: 'bad', line, text: text.slice(0, 200), reason });
  if (isUnclosed) return bad('A quote is not closed.');
  if (fields.length !== header.length) return bad(`The line has ${fields.length} fields, the header ${header.length}.`);
  const row: Record<string, string | null> = {};
  for (const [i, name] of header.entries()) row[name] = fields[i] === '' ? null : (fields[i] ?? null);
  return { kind: 'row', line, row, text };
}
