/** `weir repl`: a prompt for statements. */
import { setImmediate as breathe } from 'node:timers/promises';
import { WeirError } from '../../src/core/common/errors.ts';
import type { Weir } from '../../src/library/weir.ts';
import { EXIT, isInterruption, print, warn, type Io } from '../io.ts';
import { openWeir, SkippedRecords, StoppedQueries, type EngineOptions } from '../open.ts';
import { completionsAt, namesOf } from '../repl/complete.ts';
import { defaultHistoryFile, History } from '../repl/history.ts';
import { Terminal } from '../repl/terminal.ts';
import { errorText } from '../show/error-text.ts';
import { showQuery, showResult } from '../show/results.ts';
import type { Format } from '../show/rows.ts';
import packageJson from '../../package.json' with { type: 'json' };

export interface ReplOptions extends EngineOptions {
  readonly format: Format | undefined;
  readonly history: string | undefined;
}

export async function repl(options: ReplOptions, io: Io): Promise<number> {
  let skipped = new SkippedRecords();
  const stopped = new StoppedQueries(io);
  const weir = await openWeir(options, io, {
    onRecordError: (queryId, error) => skipped.note(queryId, error),
    onQueryStopped: stopped.note,
  });
  const format = options.format ?? (io.isTerminal ? 'table' : 'json');
  let hasFailed = false;
  try {
    if (io.isInteractive) greet(io);
    const terminal = new Terminal(io, {
      history: io.isInteractive ? new History(options.history ?? defaultHistoryFile(io), io) : undefined,
      complete: async (text, offset) => completionsAt(text, offset, await namesOf(weir.engine)),
    });
    await terminal.serve(async (text, interrupted) => {
      try {
        await execute(weir, text, format, { ...io, interrupted });
      } catch (error) {
        if (isInterruption(error)) return;
        hasFailed = true;
        const isTyped = !(error instanceof WeirError) || error.details['file'] === undefined;
        warn(io, errorText(stopped.rest(error), isTyped ? { name: '<prompt>', text } : undefined, io.errorColors));
      }
      try {
        await weir.drain({ signal: interrupted });
      } catch (error) {
        if (isInterruption(error))
          return print(io, io.colors.dim('Queries are behind, and go on with the next statement.'));
        hasFailed = true;
        // A query that has failed says so each time: it is told once.
        if (!(error instanceof WeirError)) warn(io, errorText(error, undefined, io.errorColors));
        else if (!stopped.isTold(error)) stopped.note(error);
      }
      skipped.report(io);
      skipped = new SkippedRecords();
    });
  } finally {
    await weir.close();
  }
  if (io.interrupted.aborted) return EXIT.INTERRUPTED;
  return hasFailed && !io.isInteractive ? EXIT.FAILED : EXIT.OK;
}

function greet(io: Io): void {
  print(io, `weir ${packageJson.version}: statements end with a semicolon.`);
  print(io, io.colors.dim('Tab completes, Ctrl-C stops a query or clears the line, Ctrl-D ends.'));
}

/** A push query runs until it is interrupted; where nobody can do that, until it has seen everything that is there. */
async function execute(weir: Weir, text: string, format: Format, io: Io): Promise<void> {
  const interruption = new Promise((resolve) => io.interrupted.addEventListener('abort', resolve, { once: true }));
  for await (const result of weir.statements(text, { signal: io.interrupted })) {
    if (result.kind === 'query') await showQuery(result, format, io, io.isInteractive ? interruption : undefined);
    else showResult(result, format, io);
    if (io.interrupted.aborted) return;
    await breathe();
  }
}
