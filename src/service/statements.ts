/** Carries out what the page's editor sends, and gives each statement's answer as the page takes it. */
import { NO_SPAN } from '../core/common/position.ts';
import { executeScript, type Output } from '../core/ksql/engine/script.ts';
import type { ExecuteOptions, StatementResult } from '../protocol/api.ts';
import { toWire } from '../protocol/wire-error.ts';
import { cellsOf, columnInfo } from './cells.ts';
import type { ServiceHost } from './host.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** Rows of a pull query that the page is sent: a stream may be longer than its memory. */
const MAX_RESULT_ROWS = 100_000;

/** The answers in order; the statement that failed, if one did, is the last. */
export async function execute(
  open: OpenWorkspace,
  host: ServiceHost,
  sql: string,
  options: ExecuteOptions,
): Promise<readonly StatementResult[]> {
  const startedMs = host.nowMs();
  if (options.offsetReset !== undefined) {
    const at = { nameSpan: NO_SPAN, valueSpan: NO_SPAN, span: NO_SPAN };
    open.session.set({ kind: 'set', name: 'auto.offset.reset', value: options.offsetReset, ...at });
  }
  const { outputs, errors } = await executeScript(open.engine, open.session, sql, {
    testStatements: true,
    ...open.interruptions.options(),
    readScript: (path) => host.readScript(path),
    maxRows: MAX_RESULT_ROWS,
  });
  const results = outputs.map((output) => resultOf(open, output, host.nowMs() - startedMs));
  open.pump.wake();
  open.wake();
  const failures = errors.map(({ error, statement, span }): StatementResult => ({
    kind: 'error',
    statement,
    span,
    error: toWire(error),
  }));
  return [...results, ...failures];
}

function resultOf(open: OpenWorkspace, output: Output, elapsedMs: number): StatementResult {
  const { statement, span } = output;
  switch (output.kind) {
    case 'status':
      return { kind: 'status', statement, span, message: output.message, queryId: output.queryId };
    case 'rows':
      return {
        kind: 'rows',
        statement,
        span,
        title: output.title,
        columns: output.columns.map(columnInfo),
        rows: output.rows.map((row) => cellsOf(row, output.columns)),
        notes: output.notes,
        elapsedMs,
      };
    case 'subscription':
      open.pump.addSubscription(output.subscription);
      return {
        kind: 'subscription',
        statement,
        span,
        subscription: output.subscription.id,
        columns: output.subscription.columns.map(columnInfo),
      };
  }
}
