/** INSERT INTO ... VALUES: one record, its values converted to the columns' types. */
import { WeirError } from '../common/errors.ts';
import type { Span } from '../common/position.ts';
import { quoteName, type Row, type SqlType, type SqlValue } from '../common/sql-type.ts';
import type { SchemaRegistryPort } from '../serde/format.ts';
import type { InsertValues } from '../sql/ast.ts';
import { writeName } from '../sql/format-expression.ts';
import { formatExpression } from '../sql/formatter.ts';
import type { AnalyzerContext } from './analyzer/context.ts';
import { nearest } from '../common/nearest.ts';
import type { Column } from '../common/schema.ts';
import type { DataSource } from './catalog.ts';
import { kindWord } from './catalog.ts';
import { constantFor } from './insert-conversion.ts';
import { rowSerde } from './lowering/serdes.ts';
import { namedAsRegistered } from './schemas.ts';
import { ROWTIME } from './names.ts';
import type { Identifier } from '../sql/ast.ts';

export interface ValuesRecord {
  readonly topic: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Undefined: the clock's now. */
  readonly timestampMs: number | undefined;
}

/** @throws WeirError INVALID_INSERT, UNKNOWN_COLUMN, READ_ONLY_SOURCE, or what a conversion throws */
export function insertValues(
  statement: InsertValues,
  context: AnalyzerContext,
  registry: SchemaRegistryPort,
): ValuesRecord {
  const target = requireTarget(statement, context);
  const columns = [...target.schema.key, ...target.schema.value];
  const names = statement.columns.length > 0 ? statement.columns : undefined;
  const given = new Map<string, SqlValue>();
  const types = new Map(columns.map((c): [string, SqlType] => [c.name, c.type]));

  const { headers: headerColumns } = target.schema;
  if (
    names === undefined &&
    statement.values.length === columns.length + headerColumns.length &&
    headerColumns.length > 0
  ) {
    throw headerColumn(headerColumns[0]?.name ?? '', statement.values.at(-1)?.span ?? statement.span);
  }
  if (names === undefined && statement.values.length !== columns.length) {
    throw wrongCount(statement, columns.length, target);
  }
  if (names !== undefined && names.length !== statement.values.length)
    throw wrongCount(statement, names.length, target);
  const headers = new Set(headerColumns.map((c) => c.name));
  for (const [i, expression] of statement.values.entries()) {
    const name = names?.[i]?.name ?? columns[i]?.name ?? '';
    if (headers.has(name)) throw headerColumn(name, names?.[i]?.span ?? expression.span);
    if (given.has(name)) {
      throw new WeirError('DUPLICATE_COLUMN', `${name} is among the columns of INSERT twice.`, {
        span: names?.[i]?.span ?? expression.span,
        hint: 'Give each column one value.',
        details: { column: name },
      });
    }
    const type = name === ROWTIME ? ({ kind: 'BIGINT' } as const) : types.get(name);
    if (type === undefined) throw unknownColumn(names?.[i], target, columns);
    given.set(name, constantFor(expression, type, name, context));
  }

  const primaryKey = target.schema.key;
  if (target.kind === 'TABLE' && primaryKey.some((c) => (given.get(c.name) ?? null) === null)) {
    throw new WeirError(
      'INVALID_INSERT',
      `A row of the table ${target.name} needs its primary key: ${primaryKey.map((c) => c.name).join(', ')}.`,
      {
        span: statement.span,
        hint: 'Give it a value that is not NULL.',
        details: { columns: primaryKey.map((c) => c.name) },
      },
    );
  }
  const rowTime = given.get(ROWTIME);
  const timestampMs = rowTime === undefined || rowTime === null ? undefined : Number(rowTime);
  if (timestampMs !== undefined && timestampMs < 0) {
    throw new WeirError('INVALID_INSERT', `ROWTIME cannot be negative: ${timestampMs}.`, {
      span: statement.span,
      hint: 'Use milliseconds since 1970.',
    });
  }
  const pick = (side: readonly Column[]): Row => side.map((c) => given.get(c.name) ?? null);
  const key = pick(primaryKey);
  const value = pick(target.schema.value);
  const serdeTarget = { topic: target.topic, registry };
  const keyFormat = namedAsRegistered(target.key, target.topic, true, registry);
  const valueFormat = namedAsRegistered(target.value, target.topic, false, registry);
  return {
    topic: target.topic,
    key:
      key.length === 0 || key.every((v) => v === null)
        ? null
        : rowSerde(primaryKey, keyFormat, true, serdeTarget).serialize(key),
    value: rowSerde(target.schema.value, valueFormat, false, serdeTarget).serialize(value),
    timestampMs,
  };
}

function requireTarget(statement: InsertValues, context: AnalyzerContext): DataSource {
  const { name, span } = statement.target;
  const target = context.catalog.source(name);
  if (target === undefined) {
    const folded = name.toUpperCase();
    const close =
      context.catalog.source(folded) === undefined
        ? nearest(
            name,
            context.catalog.sources().map((s) => s.name),
          )[0]
        : folded;
    throw new WeirError(
      'UNKNOWN_SOURCE',
      `There is no stream or table \`${name}\` to insert into.${close === undefined ? '' : ` Did you mean ${close}?`}`,
      {
        span,
        hint:
          close === folded
            ? 'Quotes keep a name as written; without them it is in upper case.'
            : 'SHOW STREAMS and SHOW TABLES list what there is.',
        rewrite: close === undefined ? undefined : { title: `Write ${close}`, span, text: close },
        details: { name },
      },
    );
  }
  if (target.isSource) {
    throw new WeirError('READ_ONLY_SOURCE', `Cannot insert into the read-only ${kindWord(target.kind)}: ${name}.`, {
      span,
      hint: `It was created with CREATE SOURCE ${target.kind}.`,
      details: { name },
    });
  }
  if (target.window !== undefined) {
    throw new WeirError('INVALID_INSERT', `Cannot insert into the windowed ${kindWord(target.kind)} ${name}.`, {
      span,
      hint: 'Insert into the stream that it is aggregated from.',
      details: { name },
    });
  }
  return target;
}

function headerColumn(name: string, span: Span): WeirError {
  return new WeirError('INVALID_INSERT', `Cannot insert into HEADER columns: ${name}.`, {
    span,
    hint: 'Leave the column out.',
    details: { column: name },
  });
}

function wrongCount(statement: InsertValues, wanted: number, target: DataSource): WeirError {
  const given = statement.values.map(formatExpression).join(', ');
  const names =
    statement.columns.length > 0
      ? statement.columns.map((c) => c.name)
      : [...target.schema.key, ...target.schema.value].map((c) => c.name);
  return new WeirError(
    'INVALID_INSERT',
    `${target.name} takes ${wanted} values here, one for each of [${names.map(quoteName).join(', ')}], and there are ${statement.values.length}: [${given}].`,
    {
      span: statement.span,
      hint: 'Name the columns: INSERT INTO name (column, ...) VALUES (value, ...).',
      details: { expected: wanted, got: statement.values.length },
    },
  );
}

function unknownColumn(column: Identifier | undefined, target: DataSource, columns: readonly Column[]): WeirError {
  const name = column?.name ?? '';
  const close = nearest(
    name,
    columns.map((c) => c.name),
  )[0];
  return new WeirError('UNKNOWN_COLUMN', `${target.name} has no column ${name}.`, {
    span: column?.span,
    hint: close === undefined ? `Its columns are ${columns.map((c) => c.name).join(', ')}.` : `Did you mean ${close}?`,
    instead: close === undefined ? undefined : writeName(close),
    details: { column: name },
  });
}
