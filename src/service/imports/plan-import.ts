/** Proposes what to do with a dropped file, from a sample of its first rows. */
import { WeirError } from '../../core/common/errors.ts';
import { inferColumns, typeText, type JsonRow } from '../../core/connect/files/infer.ts';
import { createStatement, sourceNameOf } from '../../core/connect/files/plan.ts';
import type { ImportPlan } from '../../protocol/api.ts';
import { readRows, sniffFormat } from './read-rows.ts';

const SAMPLE_ROWS = 1_000;
const DEFAULT_PARTITIONS = 4;

/** @param isTaken whether a stream or table of that name exists: then the proposal keeps the file's size in its name */
export async function planImport(
  file: Blob,
  fileName: string,
  isTaken: (source: string) => boolean,
): Promise<ImportPlan> {
  const format = await sniffFormat(file, fileName);
  const rows: JsonRow[] = [];
  for await (const piece of readRows(file, format)) {
    for (const row of piece.rows) if (row.kind === 'row') rows.push(row.row);
    if (rows.length >= SAMPLE_ROWS) break;
  }
  if (rows.length === 0) {
    throw new WeirError('INVALID_FILE', `${fileName} holds no rows that could be read.`, {
      hint: 'A file is CSV with a header line, a JSON array of objects, or one JSON object per line.',
      details: { file: fileName },
    });
  }
  const inferred = inferColumns(rows.slice(0, SAMPLE_ROWS), format === 'csv');
  const short = sourceNameOf(fileName.replace(/-\d+[km]?(?=\.)/i, ''));
  const sourceName = isTaken(short) ? sourceNameOf(fileName) : short;
  return replanImport({
    fileName,
    format,
    columns: inferred.columns.map((c) => ({
      field: c.field,
      name: c.name,
      type: typeText(c.type),
      samples: c.samples,
    })),
    sourceKind: inferred.keyIsUnique && inferred.timestampColumn === undefined ? 'TABLE' : 'STREAM',
    sourceName,
    keyColumn: inferred.keyColumn,
    timestampColumn: inferred.timestampColumn,
    timestampFormat: inferred.timestampFormat,
    topic: sourceName.toLowerCase(),
    partitions: DEFAULT_PARTITIONS,
    statement: '',
  });
}

/** The same plan with its statement written anew. */
export function replanImport(plan: ImportPlan): ImportPlan {
  return { ...plan, statement: createStatement(plan) };
}
