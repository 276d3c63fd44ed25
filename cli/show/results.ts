/** What statements answer: rows to standard output, everything else beside it, so that a pipe gets rows alone. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { StatementResult } from '../../src/library/weir.ts';
import { print, warn, type Io } from '../io.ts';
import { rowPrinter, type Format, type ShownRow } from './rows.ts';

type Result = Exclude<StatementResult, { readonly kind: 'query' }>;

export function showResult(result: Result, format: Format, io: Io): void {
  if (result.kind === 'status') {
    (format === 'table' ? print : warn)(io, io.errorColors.dim(result.message));
    return;
  }
  const printer = rowPrinter(format, result.columns, (line) => print(io, line), io.colors);
  printer.print(result.values.map((values) => ({ values, isDeletion: false })));
  printer.end();
  const isTable = format === 'table';
  for (const { title, text } of result.notes) {
    const heading = (isTable ? io.colors : io.errorColors).bold(title);
    (isTable ? print : warn)(io, `\n${heading}\n${text.trimEnd()}`);
  }
}

/** Rows are shown in batches, at the latest when the query has nothing more to give for the moment. */
const BATCH_ROWS = 200;

/**
 * Shows a push query's rows until it ends.
 * @param after the query ends when this has settled and everything has been seen
 */
export async function showQuery(
  result: Extract<StatementResult, { readonly kind: 'query' }>,
  format: Format,
  io: Io,
  after: Promise<unknown> | undefined,
): Promise<void> {
  const query = result.query;
  const printer = rowPrinter(format, query.columns, (line) => print(io, line), io.colors);
  const stop = (): void => void query.stop();
  io.interrupted.addEventListener('abort', stop, { once: true });
  let rows: ShownRow[] = [];
  const flush = (): void => {
    printer.print(rows);
    rows = [];
  };
  try {
    const changes = query.untilIdle({ after, onIdle: flush }).changes();
    for await (const { kind, values } of changes) {
      rows.push({ values, isDeletion: kind === '-D' });
      if (rows.length >= BATCH_ROWS) {
        flush();
        // Ctrl-C is heard between batches.
        await breathe();
      }
      if (io.interrupted.aborted) break;
    }
  } finally {
    io.interrupted.removeEventListener('abort', stop);
    flush();
    printer.end();
  }
}
