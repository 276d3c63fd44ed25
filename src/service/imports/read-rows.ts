/** Reads a file as rows, piece by piece: never more of it in memory than a piece and one row. */
import Papa from 'papaparse';
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

export async function* readRows(file: Blob, format: ImportFormat): AsyncGenerator<FileRows> {
  if (format === 'csv') yield* readCsv(file);
  else yield* readJson(file);
}

async function* readChunks(file: Blob): AsyncGenerator<{ readonly text: string; readonly readBytes: number }> {
  const decoder = new TextDecoder();
  for (let at = 0; at < file.size; at += CHUNK_BYTES) {
    const bytes = await file.slice(at, Math.min(at + CHUNK_BYTES, file.size)).arrayBuffer();
    yield { text: decoder.decode(bytes, { stream: true }), readBytes: Math.min(at + CHUNK_BYTES, file.size) };
  }
}

async function* readJson(file: Blob): AsyncGenerator<FileRows> {
  const splitter = new JsonSplitter();
  for await (const { text, readBytes } of readChunks(file)) {
    yield { rows: splitter.push(text).map((piece) => parsePiece(piece.text, piece.line)), readBytes };
  }
  const rest = splitter.end();
  if (rest !== undefined)
    yield {
      rows: [{ kind: 'bad', line: rest.line, text: rest.text.slice(0, 200), reason: 'The object is not closed.' }],
      readBytes: file.size,
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

/** CSV with a header line; quotes and line breaks in fields as in RFC 4180. Rows are cut where the parser says a record ended. */
async function* readCsv(file: Blob): AsyncGenerator<FileRows> {
  let header: readonly string[] | undefined;
  let rest = '';
  let line = 1;
  for await (const { text, readBytes } of readChunks(file)) {
    const isLast = readBytes >= file.size;
    const input = rest + text;
    const parsed = Papa.parse<string[]>(input, { skipEmptyLines: false });
    const records = parsed.data;
    // The last record may go on in the next piece.
    const complete = isLast ? records : records.slice(0, -1);
    rest = isLast ? '' : tailOf(input, parsed.meta.linebreak, records.at(-1));
    const rows: FileRow[] = [];
    for (const record of complete) {
      const at = line;
      line += 1 + record.reduce((sum, field) => sum + (field.match(/\n/g)?.length ?? 0), 0);
      if (record.length === 1 && record[0] === '') continue;
      if (header === undefined) {
        header = record.map((name, i) => (name.trim() === '' ? `column_${i + 1}` : name.trim()));
        continue;
      }
      rows.push(csvRow(header, record, at));
    }
    yield { rows, readBytes };
  }
}

/** The text of the last, incomplete record. */
function tailOf(input: string, linebreak: string, last: readonly string[] | undefined): string {
  if (last === undefined) return '';
  // The last record starts after the last line break outside of quotes.
  let quoted = false;
  let start = 0;
  for (let i = 0; i < input.length; i++) {
    const code = input.charCodeAt(i);
    if (code === 34) quoted = !quoted;
    else if (!quoted && code === 10) start = i + 1;
    else if (!quoted && code === 13 && linebreak === '\r') start = i + 1;
  }
  return input.slice(start);
}

function csvRow(header: readonly string[], record: readonly string[], line: number): FileRow {
  if (record.length !== header.length) {
    return {
      kind: 'bad',
      line,
      text: record.join(',').slice(0, 200),
      reason: `The line has ${record.length} fields, the header ${header.length}.`,
    };
  }
  const row: Record<string, string | null> = {};
  for (const [i, name] of header.entries()) row[name] = record[i] === '' ? null : (record[i] ?? null);
  return { kind: 'row', line, row, text: record.join(',') };
}
