/** `weir run`: scripts through an engine, records in and out. */
import { setImmediate as breathe } from 'node:timers/promises';
import { WeirError } from '../../src/core/common/errors.ts';
import type { Weir } from '../../src/library/weir.ts';
import { EXIT, isInterruption, UsageError, warn, type Io } from '../io.ts';
import { openWeir, SkippedRecords, StoppedQueries, type EngineOptions } from '../open.ts';
import { Inputs, parseAssignment, type Input } from '../records/inputs.ts';
import { writeOutput, type OutputFormat } from '../records/outputs.ts';
import type { InputFormat } from '../records/record-encoder.ts';
import { errorText, type SourceText } from '../show/error-text.ts';
import { showQuery, showResult } from '../show/results.ts';
import type { Format } from '../show/rows.ts';
import { readSource, readStdin } from '../sql-files.ts';

export interface RunOptions extends EngineOptions {
  readonly execute: readonly string[];
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly inputFormat: InputFormat;
  readonly outputFormat: OutputFormat;
  readonly format: Format | undefined;
  readonly partitions: number;
  /** Records that queries skip are a failure. */
  readonly strict: boolean;
}

export async function run(files: readonly string[], options: RunOptions, io: Io): Promise<number> {
  const inputs = options.input.map((text) => parseAssignment(text, '--input'));
  const outputs = options.output.map((text) => parseAssignment(text, '--output'));
  const sources = await readSources(files, options, inputs, io);
  const skipped = new SkippedRecords();
  const stopped = new StoppedQueries(io);
  // A pull query answers from everything, so what is still coming in is waited for before it.
  const beforePull = (): Promise<unknown> | undefined => feeder?.settled;
  const weir = await openWeir(options, io, { onRecordError: skipped.note, onQueryStopped: stopped.note, beforePull });
  let feeder: Inputs | undefined;
  try {
    feeder = new Inputs(inputs, weir, io, { format: options.inputFormat, partitions: options.partitions });
    await feeder.prepare(sources.map(({ text }) => text).join('\n;'));
    for (const source of sources) {
      const isDone = await runScript(weir, source, feeder, stopped, options, io);
      if (!isDone) return io.interrupted.aborted ? EXIT.INTERRUPTED : EXIT.FAILED;
    }
    await feeder.finish();
    await weir.drain({ signal: io.interrupted });
    for (const output of outputs) await writeOutput(output, options.outputFormat, weir, io);
    skipped.report(io);
    return options.strict && !skipped.isEmpty ? EXIT.FAILED : EXIT.OK;
  } catch (error) {
    if (isInterruption(error)) return EXIT.INTERRUPTED;
    if (stopped.isTold(error)) return EXIT.FAILED;
    throw error;
  } finally {
    await weir.close();
  }
}

async function readSources(
  files: readonly string[],
  options: RunOptions,
  inputs: readonly Input[],
  io: Io,
): Promise<readonly SourceText[]> {
  const sources: SourceText[] = [];
  for (const file of files) sources.push(file === '-' ? await readStdin(io) : readSource(file, io));
  for (const text of options.execute) sources.push({ name: '<command line>', text });
  if (sources.length === 0)
    throw new UsageError('There is nothing to run: name a script, or give statements with --execute.');
  const takers = [...files, ...inputs.map(({ file }) => file)].filter((file) => file === '-');
  if (takers.length > 1) throw new UsageError('Standard input can be read once.');
  return sources;
}

/** @returns false when it failed or was interrupted */
async function runScript(
  weir: Weir,
  source: SourceText,
  feeder: Inputs,
  stopped: StoppedQueries,
  options: RunOptions,
  io: Io,
): Promise<boolean> {
  const format = options.format ?? (io.isTerminal ? 'table' : 'json');
  try {
    for await (const result of weir.statements(source.text, { signal: io.interrupted })) {
      if (result.kind === 'query') await showQuery(result, format, io, feeder.settled);
      else showResult(result, format, io);
      if (io.interrupted.aborted) return false;
      await feeder.feed();
      await breathe();
    }
    await feeder.settled;
    return true;
  } catch (error) {
    if (isInterruption(error)) return false;
    const isInScript = !(error instanceof WeirError) || error.details['file'] === undefined;
    warn(io, errorText(stopped.rest(error), isInScript ? source : undefined, io.errorColors));
    return false;
  }
}
