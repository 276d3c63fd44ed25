/**
 * ASSERT VALUES and ASSERT NULL VALUES of SQL test scripts: the next record of the source's topic has these values in these
 * columns; columns that are not named do not matter.
 */
import { WeirError } from '../../core/common/errors.ts';
import { BIGINT, type SqlType, type SqlValue } from '../../core/common/sql-type.ts';
import { compileContext } from '../../core/ksql/analyzer/scope.ts';
import type { DataSource } from '../../core/ksql/catalog.ts';
import type { Engine } from '../../core/ksql/engine/engine.ts';
import type { Session } from '../../core/ksql/engine/session.ts';
import { compile } from '../../core/ksql/expressions/compile.ts';
import { EMPTY_ROW } from '../../core/ksql/expressions/context.ts';
import { insertable } from '../../core/ksql/insert-values.ts';
import { rowSerde } from '../../core/ksql/lowering/serdes.ts';
import { ROWTIME, WINDOWEND, WINDOWSTART } from '../../core/ksql/names.ts';
import { deserializeWindowedKey } from '../../core/serde/windowed-key.ts';
import { jsonEncoder } from '../../core/serde/json-encode.ts';
import type { AssertValues, Expression } from '../../core/sql/ast.ts';
import type { TopicRecord } from '../records/topic-bridge.ts';
import { TopicReader } from '../records/topic-reader.ts';

interface Cell {
  readonly type: SqlType;
  readonly value: SqlValue;
}

/** The records of each topic that no ASSERT VALUES has taken yet. */
export class Assertions {
  readonly #engine: Engine;
  readonly #session: Session;
  readonly #reader = new TopicReader();
  /** By topic and partition, in offset order. */
  readonly #unread = new Map<string, Map<number, TopicRecord[]>>();

  constructor(engine: Engine, session: Session) {
    this.#engine = engine;
    this.#session = session;
  }

  /**
   * Takes the next record of the source's topic: of several partitions' the one with the smallest timestamp.
   * @throws WeirError ASSERTION_FAILED, UNKNOWN_SOURCE
   */
  async assert(statement: AssertValues): Promise<void> {
    const source = this.#engine.planner.catalog.require(statement.target.name);
    assertValues(statement, source, await this.#take(source.topic), this.#engine, this.#session);
  }

  async #take(topic: string): Promise<TopicRecord | undefined> {
    const queues = this.#unread.get(topic) ?? new Map<number, TopicRecord[]>();
    this.#unread.set(topic, queues);
    for (const record of await this.#reader.read(topic, this.#engine)) {
      const queue = queues.get(record.partition);
      if (queue === undefined) queues.set(record.partition, [record]);
      else queue.push(record);
    }
    let first: TopicRecord[] | undefined;
    for (const queue of queues.values()) {
      if (queue[0] !== undefined && queue[0].timestampMs < (first?.[0]?.timestampMs ?? Infinity)) first = queue;
    }
    return first?.shift();
  }
}

function assertValues(
  statement: AssertValues,
  source: DataSource,
  record: TopicRecord | undefined,
  engine: Engine,
  session: Session,
): void {
  const fail = (message: string): never => {
    throw new WeirError('ASSERTION_FAILED', message, { span: statement.span, details: { source: source.name } });
  };
  if (record === undefined) return fail(`There is no further record in ${source.name}.`);
  if ((record.value === null) !== statement.tombstone) {
    return fail(`The record of ${source.name} is ${record.value === null ? 'a tombstone' : 'no tombstone'}.`);
  }
  const cells = cellsOf(source, record, engine);
  const columns =
    statement.columns.length > 0
      ? statement.columns.map((c) => c.name)
      : [...cells.keys()].filter((name) => name !== ROWTIME);
  for (const [i, expression] of statement.values.entries()) {
    const name = columns[i] ?? '';
    const cell = cells.get(name);
    if (cell === undefined) return fail(`${source.name} has no column ${name}.`);
    const wanted = show(literal(expression, cell.type, engine, session), cell.type);
    const got = show(cell.value, cell.type);
    if (wanted !== got) return fail(`${name} of the record of ${source.name} is ${got}, and ${wanted} is asserted.`);
  }
}

function cellsOf(source: DataSource, record: TopicRecord, engine: Engine): ReadonlyMap<string, Cell> {
  const target = { topic: source.topic, registry: engine.registry };
  const cells = new Map<string, Cell>();
  let key = record.key;
  if (key !== null && source.window !== undefined) {
    const { sizeMs } = source.window;
    const windowed = deserializeWindowedKey(key, sizeMs === undefined ? { kind: 'session' } : { kind: 'time', sizeMs });
    key = windowed.key;
    cells.set(WINDOWSTART, { type: BIGINT, value: windowed.window.startMs });
    cells.set(WINDOWEND, { type: BIGINT, value: windowed.window.endMs });
  }
  const { schema } = source;
  const keyRow =
    key === null || schema.key.length === 0 ? null : rowSerde(schema.key, source.key, true, target).deserialize(key);
  for (const [i, { name, type }] of schema.key.entries()) cells.set(name, { type, value: keyRow?.[i] ?? null });
  const valueRow =
    record.value === null ? null : rowSerde(schema.value, source.value, false, target).deserialize(record.value);
  for (const [i, { name, type }] of schema.value.entries()) cells.set(name, { type, value: valueRow?.[i] ?? null });
  cells.set(ROWTIME, { type: BIGINT, value: record.timestampMs });
  return cells;
}

function literal(expression: Expression, type: SqlType, engine: Engine, session: Session): SqlValue {
  const compiled = compile(
    expression,
    compileContext([], engine.planner.analyzerContext(session.config(engine.config))),
  );
  const value = compiled.literal === undefined ? compiled.evaluate(EMPTY_ROW) : compiled.literal;
  return insertable(value, compiled.type, type);
}

function show(value: SqlValue, type: SqlType): string {
  return value === null ? 'null' : jsonEncoder(type)(value);
}
