/** Carries out a script statement by statement, scripts that it runs included, up to the first that fails. */
import { WeirError } from '../../common/errors.ts';
import type { Span } from '../../common/position.ts';
import type { AssertSchema, AssertSource, AssertTopic, Statement } from '../../sql/ast.ts';
import { parseScript, type ParsedStatement } from '../../sql/parse.ts';
import type { Config } from '../config.ts';
import { toMs } from '../durations.ts';
import type { RowsOutput, StatusOutput } from '../output.ts';
import type { Engine } from './engine.ts';
import { executeStatement, type SubscriptionOutput } from './execute.ts';
import type { Session } from './session.ts';

export type Output = (StatusOutput | RowsOutput | SubscriptionOutput) & {
  readonly statement: string;
  readonly span: Span;
};

/** Where a script stopped, and why. */
export interface ScriptFailure {
  readonly error: WeirError;
  readonly statement: string;
  readonly span: Span;
}

export interface ScriptResult {
  /** One for each statement that was carried out, in order. */
  readonly outputs: readonly Output[];
  /** Syntax errors are all found before anything runs; else it is one at most. */
  readonly errors: readonly ScriptFailure[];
}

/** Gives the text of the script that RUN SCRIPT names, undefined when there is none. */
export type ReadScript = (path: string) => string | undefined | Promise<string | undefined>;

export interface ScriptOptions {
  /** Takes RUN SCRIPT and the assertions on rows and sources too, which ksqlDB's server leaves to its CLI and its test runner. */
  readonly testStatements?: boolean | undefined;
  readonly readScript?: ReadScript | undefined;
  /** Rows that the result of a pull query holds at most: of more it has the first, and a note. Default: any number. */
  readonly maxRows?: number | undefined;
  /** Awaited before each statement. */
  readonly before?: ((statement: Statement) => Promise<void>) | undefined;
  /** Lets time pass while an assertion with a TIMEOUT waits. Default: the scheduler's timer. */
  readonly pause?: ((ms: number) => Promise<void>) | undefined;
}

/** Carries out the statements in order, up to the first that fails; those before it stand. */
export async function executeScript(
  engine: Engine,
  session: Session,
  sql: string,
  options: ScriptOptions = {},
): Promise<ScriptResult> {
  const outputs: Output[] = [];
  const errors: ScriptFailure[] = [];
  for await (const output of scriptOutputs(engine, session, sql, options, errors)) outputs.push(output);
  return { outputs, errors };
}

/**
 * The same, giving each output before the next statement is carried out.
 * @param failures takes where it stopped; none when everything was carried out
 */
export async function* scriptOutputs(
  engine: Engine,
  session: Session,
  sql: string,
  options: ScriptOptions,
  failures: ScriptFailure[],
): AsyncGenerator<Output, void, undefined> {
  yield* outputsOf(engine, session, sql, options, failures, []);
}

/** @param paths of the scripts that led here, outermost first */
async function* outputsOf(
  engine: Engine,
  session: Session,
  sql: string,
  options: ScriptOptions,
  failures: ScriptFailure[],
  paths: readonly string[],
): AsyncGenerator<Output, void, undefined> {
  const { testStatements } = options;
  const { statements, errors } = parseScript(sql, { testStatements, variables: session.variables() });
  if (errors.length > 0) {
    failures.push(...errors.map((error) => ({ error, statement: sql, span: error.span ?? WHOLE(sql) })));
    return;
  }
  for (const parsed of statements) {
    const { statement, text, span } = parsed;
    try {
      if (statement.kind === 'runScript') {
        const script = await readScript(statement.path, options, paths);
        const inner: ScriptFailure[] = [];
        // Spans count within the text that was given, so what came of the script's statements stands at RUN SCRIPT.
        for await (const output of outputsOf(engine, session, script, options, inner, [...paths, statement.path])) {
          yield { ...output, span };
        }
        const [failed] = inner;
        if (failed === undefined) continue;
        failures.push({ ...failed, error: inScript(statement.path, script, failed.error).at(span), span });
        return;
      }
      await options.before?.(statement);
      const output = await carryOut(engine, session, parsed, options);
      yield { ...output, statement: text, span };
    } catch (error) {
      const known = error instanceof WeirError ? error : new WeirError('INTERNAL', String(error), { cause: error });
      failures.push({ error: known.at(span), statement: text, span });
      return;
    }
  }
}

/** @throws WeirError SCRIPT_NOT_FOUND, SCRIPT_RUNS_ITSELF */
async function readScript(path: string, options: ScriptOptions, paths: readonly string[]): Promise<string> {
  if (paths.includes(path)) {
    throw new WeirError('SCRIPT_RUNS_ITSELF', `The script '${path}' runs itself: ${[...paths, path].join(' → ')}.`, {
      hint: 'Take RUN SCRIPT out of it, or run another script.',
      details: { path },
    });
  }
  const text = await options.readScript?.(path);
  if (text !== undefined) return text;
  throw new WeirError('SCRIPT_NOT_FOUND', `There is no script '${path}'.`, {
    hint:
      options.readScript === undefined
        ? 'Nothing reads scripts here: copy its statements.'
        : 'On the command line it is a file; on the page it is an example, by its name, or a file that lies beside the page.',
    details: { path },
  });
}

/** An error within a script that a statement runs: its place is told, for the span is the statement's. */
function inScript(path: string, script: string, error: WeirError): WeirError {
  const { code, message, span, hint, details, cause } = error;
  const at = span === undefined ? `'${path}'` : `'${path}', line ${span.line}, column ${span.column}`;
  const place =
    span === undefined
      ? {}
      : {
          line: span.line,
          column: span.column,
          length: span.length,
          lineText: script.split(/\r\n|\r|\n/)[span.line - 1] ?? '',
        };
  // Of scripts that run scripts, the innermost is where it is wrong.
  return new WeirError(code, `${at}: ${message}`, { hint, details: { script: { path, ...place }, ...details }, cause });
}

const WHOLE = (sql: string): Span => ({ offset: 0, length: sql.length, line: 1, column: 1 });

/** Statements wait for one another; one that waits for something to come about lets the others through. */
function carryOut(
  engine: Engine,
  session: Session,
  parsed: ParsedStatement,
  options: ScriptOptions,
): Promise<StatusOutput | RowsOutput | SubscriptionOutput> {
  const { statement } = parsed;
  const execute = () => engine.exclusively(() => executeStatement(engine, session, parsed, options.maxRows));
  switch (statement.kind) {
    case 'assertTopic':
    case 'assertSchema':
    case 'assertSource':
      return eventually(execute, timeoutMs(statement, session.config(engine.config)), engine, options);
    default:
      return execute();
  }
}

const POLL_MS = 50;

/** Asks until it holds or the time is up, on the engine's clock. */
async function eventually<T>(
  ask: () => Promise<T>,
  timeout: number,
  engine: Engine,
  { pause = (ms) => new Promise((resolve) => engine.scheduler.schedule(ms, resolve)) }: ScriptOptions,
): Promise<T> {
  const deadlineMs = engine.clock.nowMs() + timeout;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const leftMs = deadlineMs - engine.clock.nowMs();
      if (!mayStillHold(error)) throw error;
      if (leftMs <= 0) throw error instanceof WeirError && timeout > 0 ? afterWaiting(error, timeout) : error;
      await pause(Math.min(POLL_MS, leftMs));
    }
  }
}

function afterWaiting(error: WeirError, timeout: number): WeirError {
  const { code, message, span, hint, details, cause } = error;
  const waited = `It was waited for ${timeout} ms; TIMEOUT says how long.`;
  return new WeirError(code, message, {
    span,
    hint: hint === undefined ? waited : `${hint} ${waited}`,
    details,
    cause,
  });
}

const mayStillHold = (error: unknown): boolean =>
  error instanceof WeirError && (error.code === 'ASSERTION_FAILED' || error.code === 'UNKNOWN_SOURCE');

function timeoutMs(statement: AssertTopic | AssertSchema | AssertSource, config: Config): number {
  if (statement.timeout !== undefined) return toMs(statement.timeout);
  switch (statement.kind) {
    case 'assertTopic':
      return config.milliseconds('ksql.assert.topic.default.timeout.ms');
    case 'assertSchema':
      return config.milliseconds('ksql.assert.schema.default.timeout.ms');
    case 'assertSource':
      return 0;
  }
}
