/** Which executor does which kind of statement. */
import { WeirError } from '../../common/errors.ts';
import type { ParsedStatement } from '../../sql/parse.ts';
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
import { connectorStatement } from '../statements/connectors.ts';
import { describe } from '../statements/describe.ts';
import { explain, explainedTopology } from '../statements/explain.ts';
import { describeAll, describeFunction, show, type ShowContext } from '../statements/show.ts';
import type { Engine } from './engine.ts';
import type { Session } from './session.ts';

export interface SubscriptionOutput {
  readonly kind: 'subscription';
  readonly subscription: Subscription;
}

/**
 * Call within `Engine.exclusively`.
 * @param maxRows of a pull query's result
 * @throws WeirError what is wrong with the statement; nothing was changed then
 */
export async function executeStatement(
  engine: Engine,
  session: Session,
  parsed: ParsedStatement,
  maxRows?: number,
): Promise<StatusOutput | RowsOutput | SubscriptionOutput> {
  const { statement } = parsed;
  const config = session.config(engine.config);
  const context: ShowContext = {
    planner: engine.planner,
    broker: engine.broker,
    functions: engine.functions,
    config,
    session: session.overrides(),
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
      if (statement.emit === undefined) return pullQuery(engine, session, statement, maxRows);
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
      return connectorStatement(statement);
    case 'runScript':
      throw new WeirError(
        'UNSUPPORTED_STATEMENT',
        'RUN SCRIPT stands for the statements of a script, and is none itself.',
        {
          span: statement.span,
          hint: 'Execute it as part of a script.',
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
