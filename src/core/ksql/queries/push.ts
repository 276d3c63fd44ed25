/**
 * Push queries: a SELECT ... EMIT CHANGES is a topology whose end is a subscription instead of a topic. It keeps its
 * own place in its sources and its own state, and leaves nothing behind when it ends.
 */
import type { Row } from '../../common/sql-type.ts';
import { StreamsBuilder } from '../../streams/dsl/streams-builder.ts';
import type { Processor, ProcessorContext } from '../../streams/processor.ts';
import type { Rec } from '../../streams/record.ts';
import type { Query } from '../../sql/ast.ts';
import type { AnalyzedQuery } from '../analyzer/query.ts';
import type { Config } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session.ts';
import { keyOf } from '../../common/values/key.ts';
import type { StreamKey } from '../lowering/keys.ts';
import { transientApplicationId, type BuiltQuery } from '../persistent-query.ts';
import { columnsOf, windowOf } from '../lowering/keys.ts';
import type { ExpressionErrorHandler } from '../lowering/context.ts';
import { lowerProject } from '../lowering/lower.ts';
import type { Operator } from '../lowering/operators.ts';
import { WINDOWEND, WINDOWSTART } from '../names.ts';
import { outputColumns } from './output-columns.ts';
import { Subscription } from './subscription.ts';

export async function openPush(
  engine: Engine,
  session: Session,
  statement: Query,
  text: string,
): Promise<Subscription> {
  const config = session.config(engine.config);
  const analyzed = engine.planner.analyze(statement, config);
  const source = analyzed.from.sources[0]?.source.name ?? 'query';
  const id = engine.runner.nextTransientId(
    isScalable(analyzed, engine, config) ? 'SCALABLE_PUSH_QUERY' : 'transient',
    source,
  );
  const subscription = new Subscription(id, outputColumns(analyzed, 'push'), statement.limit, analyzed.root.key);
  const build = (onError: ExpressionErrorHandler): BuiltQuery =>
    pushTopology(engine, config, analyzed, subscription, onError);
  const failures = engine.runner.failuresOf(id);
  const built = build(failures.onError);
  subscription.built = built;
  await engine.runner.startTransient({
    id,
    built,
    config: config.toRecord(),
    failures,
    rebuild: () => build(() => undefined),
    subscription,
    statement: text,
    sources: analyzed.from.sources.map((s) => s.source.name),
  });
  return subscription;
}

/**
 * ksqlDB's name for a push query that needs no state: it reads, from its end, one source that a query writes. Many of
 * those can share that query's output. `ksql.query.push.v2.enabled` switches the name off.
 */
function isScalable(analyzed: AnalyzedQuery, engine: Engine, config: Config): boolean {
  const { sources } = analyzed.from;
  const [only] = sources;
  if (only === undefined || sources.length > 1 || readsFromStart(config)) return false;
  if (!config.flag('ksql.query.push.v2.enabled')) return false;
  const { input } = analyzed.root;
  const read = input.kind === 'filter' ? input.input : input;
  return read.kind === 'source' && engine.planner.writersOf(only.source.name).length > 0;
}

function readsFromStart(config: Config): boolean {
  return config.get('auto.offset.reset').toLowerCase() === 'earliest';
}

function pushTopology(
  engine: Engine,
  config: Config,
  analyzed: AnalyzedQuery,
  subscription: Subscription,
  onError: ExpressionErrorHandler,
): BuiltQuery {
  const details = new Map<string, string>();
  const operators: Operator[] = [];
  const builder = new StreamsBuilder();
  const applicationId = transientApplicationId(config.get('ksql.service.id'), subscription.id);
  const handle = lowerProject(
    analyzed.root,
    analyzed.outputs.map((_, i) => i),
    {
      builder,
      analyzer: engine.planner.analyzerContext(config),
      registry: engine.registry,
      applicationId,
      offsetReset: readsFromStart(config) ? 'earliest' : 'latest',
      onError,
      operator: (operator) => {
        operators.push(operator);
      },
      describe: (nodeName, detail) => {
        details.set(nodeName, detail);
      },
      materialize: false,
    },
  );
  const isTable = handle.shape === 'TABLE';
  const rows = isTable ? handle.table.toStream() : handle.stream;
  const width = analyzed.root.columns.length;
  const keyItems = analyzed.root.key.map((k) => k.equals);
  const plainItems = analyzed.root.expressions.map((e) => (e.kind === 'column' ? e.name : ''));
  rows.process(() =>
    isTable ? new TableRows(subscription, width, keyItems, plainItems) : new StreamRows(subscription),
  );
  return { topology: builder.build(), applicationId, view: undefined, details, operators };
}

class StreamRows implements Processor<StreamKey, Row> {
  readonly #subscription: Subscription;
  #context: ProcessorContext<StreamKey, Row> | undefined;

  constructor(subscription: Subscription) {
    this.#subscription = subscription;
  }

  init(context: ProcessorContext<StreamKey, Row>): void {
    this.#context = context;
  }

  process(record: Rec<StreamKey, Row>): void {
    if (record.value === null) return;
    const at = this.#context?.metadata;
    this.#subscription.add({
      kind: '+I',
      row: record.value,
      key: record.key === null ? null : columnsOf(record.key),
      timestampMs: record.timestamp,
      partition: at?.partition,
      offset: at?.offset,
    });
  }
}

/** A table's changes: the first row of a key is an insert, later ones updates, null a deletion. */
class TableRows implements Processor<StreamKey, Row> {
  readonly #subscription: Subscription;
  readonly #width: number;
  readonly #keyItems: readonly (readonly number[])[];
  /** Names of the columns that the SELECT list takes as they are: the window's bounds are found among them. */
  readonly #plainItems: readonly string[];
  readonly #present = new Set<string>();
  #context: ProcessorContext<StreamKey, Row> | undefined;

  constructor(
    subscription: Subscription,
    width: number,
    keyItems: readonly (readonly number[])[],
    plainItems: readonly string[],
  ) {
    this.#subscription = subscription;
    this.#width = width;
    this.#keyItems = keyItems;
    this.#plainItems = plainItems;
  }

  init(context: ProcessorContext<StreamKey, Row>): void {
    this.#context = context;
  }

  process(record: Rec<StreamKey, Row>): void {
    const { key, value } = record;
    if (key === null) return;
    const window = windowOf(key);
    const id = `${String(keyOf([...columnsOf(key)]))}@${window?.startMs ?? ''}:${window?.endMs ?? ''}`;
    const known = this.#present.has(id);
    if (value === null && !known) return;
    if (value === null) this.#present.delete(id);
    else this.#present.add(id);
    const at = this.#context?.metadata;
    this.#subscription.add({
      kind: value === null ? '-D' : known ? '+U' : '+I',
      row: value ?? this.#tombstone(key),
      key: columnsOf(key),
      timestampMs: record.timestamp,
      partition: at?.partition,
      offset: at?.offset,
    });
  }

  /** A deletion shows the key and nothing else. */
  #tombstone(key: StreamKey): Row {
    const row: Row = new Array<null>(this.#width).fill(null);
    const columns = columnsOf(key);
    const window = windowOf(key);
    for (const [i, name] of this.#plainItems.entries()) {
      if (name === WINDOWSTART) row[i] = window?.startMs ?? null;
      else if (name === WINDOWEND) row[i] = window?.endMs ?? null;
    }
    for (const [i, items] of this.#keyItems.entries()) for (const item of items) row[item] = columns[i] ?? null;
    return row;
  }
}
