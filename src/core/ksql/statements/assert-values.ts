/**
 * ASSERT VALUES and ASSERT NULL VALUES of SQL test scripts: the next record of the source's topic has these values in these
 * columns; columns that are not named do not matter.
 */
import { WeirError } from '../../common/errors.ts';
import { BIGINT, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { compileContext } from '../analyzer/scope.ts';
import type { DataSource } from '../catalog.ts';
import type { Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session.ts';
import { compile } from '../expressions/compile.ts';
import { EMPTY_ROW } from '../expressions/context.ts';
import { insertable } from '../insert-conversion.ts';
import { rowSerde } from '../lowering/serdes.ts';
import { ROWTIME, WINDOWEND, WINDOWSTART } from '../names.ts';
import { deserializeWindowedKey } from '../../serde/windowed-key.ts';
import { jsonEncoder } from '../../serde/json-encode.ts';
import type { AssertValues, Expression } from '../../sql/ast.ts';
import type { StoredRecord } from '../queries/topic-reader.ts';

const LONGEST_SHOWN = 200;

interface Cell {
  readonly type: SqlType;
  readonly value: SqlValue;
}

/**
 * Takes the session's next record of the source's topic, and compares.
 * @throws WeirError ASSERTION_FAILED, UNKNOWN_SOURCE
 */
export async function assertValues(statement: AssertValues, engine: Engine, session: Session): Promise<string> {
  const source = engine.planner.catalog.require(statement.target.name);
  const record = await session.unasserted.take(source.topic, engine);
  const fail = (message: string): never => {
    throw new WeirError('ASSERTION_FAILED', message, {
      span: statement.span,
      hint: 'PRINT shows the records of a topic; each ASSERT takes one.',
      details: { source: source.name },
    });
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
    if (wanted !== got)
      return fail(`${name} of the record of ${source.name} is ${clip(got)}, and ${clip(wanted)} is asserted.`);
  }
  return 'The assertion holds';
}

function cellsOf(source: DataSource, record: StoredRecord, engine: Engine): ReadonlyMap<string, Cell> {
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

/** A message is read by people. */
function clip(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}… (${text.length} characters)`;
}

function show(value: SqlValue, type: SqlType): string {
  return value === null ? 'null' : jsonEncoder(type)(value);
}
