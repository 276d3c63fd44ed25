/** Runs a script statement by statement: which executor does which kind of statement. */
import { WeirError } from '../../common/errors.ts';
import type { Span } from '../../common/position.ts';
import type { Query, StatementKind } from '../../sql/ast.ts';
import { parseScript, type ParsedStatement } from '../../sql/parse.ts';
import { status, type RowsOutput, type StatusOutput } from '../output.ts';
import { isCommand } from '../planner.ts';
import { insertValues } from '../insert-values.ts';
import { openPrint } from '../queries/print.ts';
import { pullQuery } from '../queries/pull.ts';
import { openPush } from '../queries/push.ts';
import type { Subscription } from '../queries/subscription.ts';
import { assertSchema, assertSource, assertTopic } from '../statements/assert.ts';
import { describe } from '../statements/describe.ts';
import { explain } from '../statements/explain.ts';
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

/** Carries out the statements in order, up to the first that fails. */
export async function executeScript(engine: Engine, session: Session, sql: string): Promise<ScriptResult> {
  const { statements, errors } = parseScript(sql, { variables: session.variables() });
  if (errors.length > 0) {
    return { outputs: [], errors: errors.map((error) => ({ error, statement: sql, span: error.span ?? WHOLE(sql) })) };
  }
  const outputs: Output[] = [];
  for (const parsed of statements) {
    try {
      const output = await engine.exclusively(() => executeStatement(engine, session, parsed));
      outputs.push({ ...output, statement: parsed.text, span: parsed.span });
    } catch (error) {
      const known = error instanceof WeirError ? error : new WeirError('INTERNAL', String(error), { cause: error });
      return { outputs, errors: [{ error: known.at(parsed.span), statement: parsed.text, span: parsed.span }] };
    }
  }
  return { outputs, errors: [] };
}

const WHOLE = (sql: string): Span => ({ offset: 0, length: sql.length, line: 1, column: 1 });

/** @throws WeirError what is wrong with the statement; nothing was changed then */
export async function executeStatement(
  engine: Engine,
  session: Session,
  parsed: ParsedStatement,
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
  };
  if (isCommand(statement)) {
    const command = await engine.command({ ...parsed, statement }, session);
    return status(command.message, command.start?.id);
  }
  switch (statement.kind) {
    case 'query':
      return query(engine, session, statement, parsed.text);
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
      const ids = statement.query === undefined ? engine.planner.queries().map((q) => q.id) : [statement.query.name];
      try {
        for (const id of ids) await engine.control(statement.action, id);
      } catch (error) {
        throw error instanceof WeirError && statement.query !== undefined ? error.at(statement.query.span) : error;
      }
      return status(
        `${PAST[statement.action]} ${statement.query === undefined ? `${ids.length} queries` : (ids[0] ?? '')}`,
      );
    }
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
    case 'alterSystem':
    case 'createConnector':
    case 'dropConnector':
    case 'describeConnector':
    case 'runScript':
    case 'assertValues':
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

const PAST = { TERMINATE: 'Terminated', PAUSE: 'Paused', RESUME: 'Resumed' } as const;

const STATEMENT_NAMES: Readonly<Partial<Record<StatementKind, string>>> = {
  alterSystem: 'ALTER SYSTEM',
  createConnector: 'CREATE CONNECTOR',
  dropConnector: 'DROP CONNECTOR',
  describeConnector: 'DESCRIBE CONNECTOR',
  runScript: 'RUN SCRIPT',
  assertValues: 'ASSERT VALUES',
};

async function query(
  engine: Engine,
  session: Session,
  statement: Query,
  text: string,
): Promise<RowsOutput | SubscriptionOutput> {
  if (statement.emit === undefined) return pullQuery(engine, session, statement);
  return { kind: 'subscription', subscription: await openPush(engine, session, statement, text) };
}
