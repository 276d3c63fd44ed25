/** Runs a script statement by statement: which executor does which kind of statement. */
import { WeirError } from '../../common/errors.ts';
import type { Span } from '../../common/position.ts';
import type { StatementKind } from '../../sql/ast.ts';
import { parseScript, type ParsedStatement } from '../../sql/parse.ts';
import { status, type RowsOutput, type StatusOutput } from '../output.ts';
import { isCommand } from '../planner.ts';
import { insertValues } from '../insert-values.ts';
import { openPrint } from '../queries/print.ts';
import { pullQuery } from '../queries/pull.ts';
import { openPush } from '../queries/push.ts';
import type { Reader } from '../queries/query-runner.ts';
import type { Subscription } from '../queries/subscription.ts';
import { assertSchema, assertSource, assertTopic } from '../statements/assert.ts';
import { assertValues } from '../statements/assert-values.ts';
import { describe } from '../statements/describe.ts';
import { explain, explainedTopology } from '../statements/explain.ts';
import { describeAll, describeFunction, show, type ShowContext } from '../statements/show.ts';
import type { Engine } from './engine.ts';
import type { Session } from './session.ts';

export interface SubscriptionOutput {
  readonly kind: 'subscription';
  readonly subscription: Subscription;
}

export type Output = (StatusOutput | RowsOutput | SubscriptionOutput) & {
  readonly statement: string;
  readonly span: Span;
};

export interface ScriptResult {
  /** One for each statement that was carried out, in order. */
  readonly outputs: readonly Output[];
  /** Where it stopped, and why. Syntax errors are all found before anything runs. */
  readonly errors: readonly { readonly error: WeirError; readonly statement: string; readonly span: Span }[];
}

/** Gives the text of the script that RUN SCRIPT names, undefined when there is none. */
export type ReadScript = (path: string) => string | undefined | Promise<string | undefined>;

export interface ScriptOptions {
  /** Takes RUN SCRIPT and the assertions on rows and sources too, which ksqlDB's server leaves to its CLI and its test runner. */
  readonly testStatements?: boolean | undefined;
  readonly readScript?: ReadScript | undefined;
  /** Rows that the result of a pull query holds at most: of more it has the first, and a note. Default: any number. */
  readonly maxRows?: number | undefined;
}

/** Carries out the statements in order, up to the first that fails. */
export async function executeScript(
  engine: Engine,
  session: Session,
  sql: string,
  options: ScriptOptions = {},
): Promise<ScriptResult> {
  return runScript(engine, session, sql, options, []);
}

/** @param paths of the scripts that led here, outermost first */
async function runScript(
  engine: Engine,
  session: Session,
  sql: string,
  options: ScriptOptions,
  paths: readonly string[],
): Promise<ScriptResult> {
  const { testStatements } = options;
  const { statements, errors } = parseScript(sql, { testStatements, variables: session.variables() });
  if (errors.length > 0) {
    return { outputs: [], errors: errors.map((error) => ({ error, statement: sql, span: error.span ?? WHOLE(sql) })) };
  }
  const outputs: Output[] = [];
  for (const parsed of statements) {
    const { statement, text, span } = parsed;
    try {
      if (statement.kind === 'runScript') {
        const inner = await readScript(statement.path, options, paths);
        const result = await runScript(engine, session, inner, options, [...paths, statement.path]);
        // Spans count within the text that was given, so what came of the script's statements stands at RUN SCRIPT.
        outputs.push(...result.outputs.map((output) => ({ ...output, span })));
        const [failed] = result.errors;
        if (failed !== undefined) {
          const error = inScript(statement.path, failed.error);
          return { outputs, errors: [{ error: error.at(span), statement: failed.statement, span }] };
        }
        continue;
      }
      const output = await engine.exclusively(() => executeStatement(engine, session, parsed, options));
      outputs.push({ ...output, statement: text, span });
    } catch (error) {
      const known = error instanceof WeirError ? error : new WeirError('INTERNAL', String(error), { cause: error });
      return { outputs, errors: [{ error: known.at(span), statement: text, span }] };
    }
  }
  return { outputs, errors: [] };
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
        : 'The page runs its examples by their names, and scripts that lie beside it.',
    details: { path },
  });
}

/** An error within a script that a statement runs: its position is said, for the span is the statement's. */
function inScript(path: string, error: WeirError): WeirError {
  const { code, message, span, hint, details, cause } = error;
  const at = span === undefined ? `'${path}'` : `'${path}', line ${span.line}, column ${span.column}`;
  return new WeirError(code, `${at}: ${message}`, { hint, details: { script: path, ...details }, cause });
}

const WHOLE = (sql: string): Span => ({ offset: 0, length: sql.length, line: 1, column: 1 });

/** @throws WeirError what is wrong with the statement; nothing was changed then */
export async function executeStatement(
  engine: Engine,
  session: Session,
  parsed: ParsedStatement,
  options: ScriptOptions = {},
): Promise<StatusOutput | RowsOutput | SubscriptionOutput> {
  const { statement } = parsed;
  const config = session.config(engine.config);
  const context: ShowContext = {
    planner: engine.planner,
    broker: engine.broker,
    functions: engine.functions,
    config,
    variables: session.variables(),
    queryStatus: (id) => engine.runner.status(id),
    queryRates: (id) => engine.runner.rates(id),
    pushQueries: engine.runner.transients(),
    topologyText: (query) => explainedTopology(query),
  };
  if (isCommand(statement)) {
    const command = await engine.command({ ...parsed, statement }, session);
    return status(command.message, command.start?.id);
  }
  switch (statement.kind) {
    case 'query':
      if (statement.emit === undefined) return pullQuery(engine, session, statement, options.maxRows);
      return { kind: 'subscription', subscription: await openPush(engine, session, statement, parsed.text) };
    case 'insertValues': {
      const record = insertValues(statement, engine.planner.analyzerContext(config), engine.registry);
      await engine.flushSchemas();
      await engine.produce(record.topic, record.key, record.value, record.timestampMs ?? engine.clock.nowMs());
      return status('1 record inserted');
    }
    case 'show':
      return show(statement, context);
    case 'describe':
      return describe(statement, context);
    case 'describeAll':
      return describeAll(statement, context);
    case 'describeFunction':
      return describeFunction(statement, engine.functions);
    case 'explain':
      return explain(statement, engine, session);
    case 'print':
      return { kind: 'subscription', subscription: await openPrint(engine, statement) };
    case 'queryControl': {
      const { action, query: named } = statement;
      const push = named === undefined ? undefined : pushQuery(engine, named.name);
      if (action === 'TERMINATE' && push !== undefined) {
        push.subscription.end('terminated');
        await engine.runner.stopTransient(push.id);
        return status(`Terminated ${push.id}`);
      }
      const ids = named === undefined ? engine.planner.queries().map((q) => q.id) : [named.name];
      try {
        for (const id of ids) await engine.control(statement.action, id);
      } catch (error) {
        throw error instanceof WeirError && statement.query !== undefined ? error.at(statement.query.span) : error;
      }
      return status(
        `${PAST[statement.action]} ${statement.query === undefined ? `${ids.length} ${ids.length === 1 ? 'query' : 'queries'}` : (ids[0] ?? '')}`,
      );
    }
    case 'alterSystem':
      await engine.alterSystem(statement, parsed.text);
      return status(`Property '${statement.name}' is now '${statement.value}' for all sessions`);
    case 'set':
      return status(session.set(statement));
    case 'unset':
      return status(session.unset(statement));
    case 'define':
      return status(session.define(statement));
    case 'undefine':
      return status(session.undefine(statement));
    case 'assertTopic':
      return status(
        await assertTopic(statement, {
          planner: engine.planner,
          broker: engine.broker,
          registry: engine.registry,
          config,
        }),
      );
    case 'assertSchema':
      return status(
        assertSchema(statement, { planner: engine.planner, broker: engine.broker, registry: engine.registry, config }),
      );
    case 'assertSource':
      return status(
        assertSource(statement, parsed.text, {
          planner: engine.planner,
          broker: engine.broker,
          registry: engine.registry,
          config,
        }),
      );
    case 'assertValues':
      while (await engine.step(SETTLE_RECORDS));
      return status(await assertValues(statement, engine, session));
    case 'createConnector':
    case 'dropConnector':
    case 'describeConnector':
    case 'runScript':
      throw new WeirError(
        'UNSUPPORTED_STATEMENT',
        `${STATEMENT_NAMES[statement.kind]} is understood, and not built yet.`,
        {
          span: statement.span,
          hint: 'The README lists what runs today.',
        },
      );
  }
}

/** Records between two looks whether the queries have come to rest. */
const SETTLE_RECORDS = 10_000;

/** Names of push queries are shown in lower case in part, and names fold to upper case. */
function pushQuery(engine: Engine, name: string): Reader | undefined {
  const readers = engine.runner.transients();
  return readers.find(({ id }) => id === name) ?? readers.find(({ id }) => id.toUpperCase() === name);
}

const PAST = { TERMINATE: 'Terminated', PAUSE: 'Paused', RESUME: 'Resumed' } as const;

const STATEMENT_NAMES: Readonly<Partial<Record<StatementKind, string>>> = {
  createConnector: 'CREATE CONNECTOR',
  dropConnector: 'DROP CONNECTOR',
  describeConnector: 'DESCRIBE CONNECTOR',
  runScript: 'RUN SCRIPT',
};
