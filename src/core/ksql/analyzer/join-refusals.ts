/**
 * Joins whose sides do not lie together. A record meets those of the other side that have the same key, and one task sees
 * them both only if equal keys are in partitions of the same number: both sides must have as many partitions, and write equal
 * keys in the same bytes. The errors carry what a picture of that needs in their `details`, and how to bring the sides together.
 */
import { WeirError, type Rewrite } from '../../common/errors.ts';
import { formatType, type SqlType } from '../../common/sql-type.ts';
import type { Span } from '../../common/position.ts';
import type { Expression } from '../../sql/ast.ts';
import { formatExpression, writeName } from '../../sql/format-expression.ts';
import type { DataSource } from '../catalog.ts';

interface Side {
  /** As the statement names it. */
  readonly name: string;
  readonly source: DataSource;
}

export function differentPartitions(span: Span, left: Side, right: Side): WeirError {
  const [few, many] = left.source.partitions < right.source.partitions ? [left, right] : [right, left];
  // A stream is copied more cheaply than a table, which keeps state for it; otherwise the side with fewer is.
  const [copied, other] = few.source.kind === 'TABLE' && many.source.kind === 'STREAM' ? [many, few] : [few, many];
  const { kind, name } = copied.source;
  const count = other.source.partitions;
  const copy = writeName(`${name}_${count}`);
  const repartition = `CREATE ${kind} ${copy}\n  WITH (PARTITIONS = ${count}) AS\n  SELECT * FROM ${writeName(name)}\n  EMIT CHANGES;`;
  const shown = ({ name: alias, source }: Side) => ({ name: alias, partitions: source.partitions });
  return new WeirError(
    'INVALID_JOIN',
    `\`${left.name}\` and \`${right.name}\` have different numbers of partitions: \`${left.name}\` has ${left.source.partitions}, \`${right.name}\` has ${right.source.partitions}.`,
    {
      span,
      hint: `Copy ${copied.name} into ${count} partitions, and join ${copy} in its place: ${repartition.replace(/\s+/g, ' ')}`,
      details: { refusal: 'partitions', left: shown(left), right: shown(right), repartition, copy },
    },
  );
}

interface Typed {
  readonly by: Expression;
  readonly type: SqlType | null;
}

/** Types that CAST turns into each other. */
const CASTABLE: ReadonlySet<SqlType['kind']> = new Set(['INTEGER', 'BIGINT', 'DOUBLE', 'DECIMAL', 'VARCHAR']);

export function differentTypes(on: Expression, left: Typed, right: Typed): WeirError {
  const typeOf = ({ type }: Typed): string => (type === null ? 'NULL' : formatType(type));
  const show = (side: Typed): string => `${formatExpression(side.by)} (${typeOf(side)})`;
  const detail = (side: Typed) => ({ expression: formatExpression(side.by), type: typeOf(side) });
  return new WeirError(
    'INVALID_JOIN',
    `The two sides of the join condition have different types: ${show(left)} = ${show(right)}.`,
    {
      span: on.span,
      hint: 'CAST one side to the type of the other.',
      ...castOf(left, right),
      details: { refusal: 'types', left: detail(left), right: detail(right) },
    },
  );
}

/** The left side is the one to be cast: a table on the right must be joined by its key as it is. */
function castOf(left: Typed, right: Typed): { readonly rewrite: Rewrite } | undefined {
  if (left.type === null || right.type === null) return undefined;
  if (!CASTABLE.has(left.type.kind) || !CASTABLE.has(right.type.kind)) return undefined;
  const text = `CAST(${formatExpression(left.by)} AS ${formatType(right.type)})`;
  return { rewrite: { title: `Write ${text}`, span: left.by.span, text } };
}
