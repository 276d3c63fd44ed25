/**
 * EXPLAIN: of a running query its state, plan and topology; of any other query the plan and the topology that it would
 * have. A pull query has no topology: its plan says how what it answers with is looked up.
 */
import { WeirError } from '../../common/errors.ts';
import { didYouMean } from '../../common/nearest.ts';
import { StreamsBuilder } from '../../streams/dsl/streams-builder.ts';
import { describeTopology, topologyText } from '../../streams/describe.ts';
import type { Topology } from '../../streams/topology.ts';
import type { Explain, Query } from '../../sql/ast.ts';
import { formatType, type Row, type SqlType } from '../../common/sql-type.ts';
import type { Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session.ts';
import { lowerProject } from '../lowering/lower.ts';
import { grid, type RowsOutput } from '../output.ts';
import type { PersistentQuery } from '../persistent-query.ts';
import { planPull, type PullPlan } from '../queries/pull-plan.ts';
import { lookupLines, operatorsText, planText } from './plan-text.ts';

export function explain(statement: Explain, engine: Engine, session: Session): RowsOutput {
  const { target } = statement;
  if (!('kind' in target)) {
    const running = engine.planner.query(target.name);
    if (running === undefined) {
      throw new WeirError('UNKNOWN_QUERY', `There is no query ${target.name}.`, {
        span: target.span,
        ...didYouMean(
          target.name,
          engine.planner.queries().map(({ id }) => id),
          'SHOW QUERIES lists what runs; EXPLAIN also takes a statement.',
        ),
        details: { id: target.name },
      });
    }
    const state = engine.runner.status(running.id);
    return grid(
      running.id,
      ['Property', 'Value'],
      [
        ['Query ID', running.id],
        ['Status', state.state],
        ['Sources', running.sources.join(', ')],
        ['Sink', running.sink ?? '(none)'],
      ] satisfies Row[],
      [
        { title: 'Query', text: running.statement },
        { title: 'Execution plan', text: planText(running.plan) },
        { title: 'Kafka Streams topology', text: explainedTopology(running) },
      ],
    );
  }
  const query = queryOf(target);
  if (query === undefined) {
    throw new WeirError('NOT_A_QUERY', 'EXPLAIN takes a query, or a statement that starts one: this runs none.', {
      span: target.span,
      hint: 'EXPLAIN SELECT * FROM ... EMIT CHANGES; or EXPLAIN and the id of a query that runs.',
    });
  }
  if (target.kind === 'query' && query.emit === undefined) return explainPull(planPull(engine, session, query));
  const config = session.config(engine.config);
  const analyzed = engine.planner.analyze(query, config);
  const topology = topologyOf(analyzed, engine, session);
  return grid('Explain', ['Field', 'Type'], fieldsOf(analyzed.root.columns), [
    { title: 'Execution plan', text: planText(analyzed.root) },
    { title: 'Kafka Streams topology', text: topologyText(describeTopology(topology)) },
  ]);
}

function explainPull(plan: PullPlan): RowsOutput {
  const lines = lookupLines(plan);
  const width = Math.max(...lines.map(([name]) => name.length));
  return grid('Explain', ['Field', 'Type'], fieldsOf(plan.columns), [
    { title: 'Pull query', text: lines.map(([name, text]) => `${name.padEnd(width)} : ${text}`).join('\n') },
    { title: 'Logical plan', text: planText(plan.analyzed.root) },
    { title: 'Physical plan', text: operatorsText(plan) },
  ]);
}

const fieldsOf = (columns: readonly { readonly name: string; readonly type: SqlType }[]): Row[] =>
  columns.map(({ name, type }): Row => [name, formatType(type)]);

export function explainedTopology(query: PersistentQuery): string {
  const { topology, applicationId } = query.build(() => undefined);
  return topologyText(describeTopology(topology, applicationId));
}

function topologyOf(analyzed: ReturnType<Engine['planner']['analyze']>, engine: Engine, session: Session): Topology {
  const builder = new StreamsBuilder();
  const analyzer = engine.planner.analyzerContext(session.config(engine.config));
  lowerProject(
    analyzed.root,
    analyzed.outputs.map((_, i) => i),
    {
      builder,
      analyzer,
      registry: engine.registry,
      applicationId: '',
      offsetReset: 'latest',
      onError: () => undefined,
      materialize: false,
    },
  );
  return builder.build();
}

function queryOf(statement: Explain['target']): Query | undefined {
  if (!('kind' in statement)) return undefined;
  switch (statement.kind) {
    case 'query':
      return statement;
    case 'createAsSelect':
    case 'insertSelect':
      return statement.query;
    default:
      return undefined;
  }
}
