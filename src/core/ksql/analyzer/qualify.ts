/**
 * Resolves column names: every reference gets the alias of its source, and what is used of each source is noted, so
 * that nothing else is decoded.
 */
import { WeirError } from '../../common/errors.ts';
import type { Span } from '../../common/position.ts';
import type { ColumnReference, Expression } from '../../sql/ast.ts';
import { mapChildren } from '../../sql/expression-walk.ts';
import { writeName, writeText } from '../../sql/format-expression.ts';
import { formatExpression } from '../../sql/formatter.ts';
import { nearest } from '../../common/nearest.ts';
import { allColumns, type FromSource } from './from.ts';

export type Clause = 'SELECT' | 'WHERE' | 'GROUP BY' | 'PARTITION BY' | 'HAVING' | 'JOIN ON';

export class ColumnUse {
  readonly #used = new Map<string, Set<string>>();

  note(alias: string, column: string): void {
    let columns = this.#used.get(alias);
    if (columns === undefined) this.#used.set(alias, (columns = new Set()));
    columns.add(column);
  }

  has(alias: string, column: string): boolean {
    return this.#used.get(alias)?.has(column) === true;
  }
}

export interface Names {
  readonly sources: readonly FromSource[];
  readonly used: ColumnUse;
  /** Names without a source that are valid all the same: a join's synthetic key, a window's bounds after GROUP BY. */
  readonly extra: ReadonlySet<string>;
}

/** @throws WeirError UNKNOWN_COLUMN, AMBIGUOUS_COLUMN or UNKNOWN_SOURCE at the reference */
export function qualify(expression: Expression, names: Names, clause: Clause): Expression {
  return qualifyWithin(expression, names, clause, []);
}

function qualifyWithin(expression: Expression, names: Names, clause: Clause, bound: readonly string[]): Expression {
  if (expression.kind === 'column') {
    if (expression.source === undefined && bound.includes(expression.name)) return expression;
    return qualifyColumn(expression, names, clause, bound);
  }
  const inner = expression.kind === 'lambda' ? [...bound, ...expression.params] : bound;
  return mapChildren(expression, (child) => qualifyWithin(child, names, clause, inner));
}

function qualifyColumn(
  column: ColumnReference,
  names: Names,
  clause: Clause,
  bound: readonly string[],
): ColumnReference {
  if (column.source !== undefined) {
    const source = names.sources.find((s) => s.alias === column.source);
    if (source === undefined) {
      const holder = names.sources.find((s) => hasColumn(s, column.name))?.alias;
      if (names.sources.some((s) => hasColumn(s, column.source ?? ''))) throw dotForArrow(column, column.source);
      throw unknownAlias(
        column.source,
        column.span,
        names.sources,
        (alias) => formatExpression({ ...column, source: alias }),
        holder,
      );
    }
    if (!hasColumn(source, column.name)) throw unknownColumn(column, names, clause, bound);
    names.used.note(source.alias, column.name);
    return column;
  }
  const holders = names.sources.filter((s) => hasColumn(s, column.name));
  const [only, second] = holders;
  if (names.extra.has(column.name) && (only === undefined || second !== undefined)) return column;
  if (only === undefined) throw unknownColumn(column, names, clause, bound);
  if (second !== undefined) {
    const choices = holders.map((s) => `${s.alias}.${column.name}`);
    throw new WeirError(
      'AMBIGUOUS_COLUMN',
      `Column '${column.name}' is ambiguous: it could be ${choices.join(' or ')}.`,
      {
        span: column.span,
        hint: 'Put the source before the name.',
        rewrite: { title: `Write ${choices[0] ?? ''}`, span: column.span, text: choices[0] ?? '' },
        details: { column: column.name },
      },
    );
  }
  names.used.note(only.alias, column.name);
  return { ...column, source: only.alias };
}

/** `plane.model` for `plane->model` */
function dotForArrow(column: ColumnReference, struct: string): WeirError {
  const text = `${writeName(struct)}->${writeName(column.name)}`;
  return new WeirError('UNKNOWN_SOURCE', `'${struct}' is no source of this query, but a column of one.`, {
    span: column.span,
    hint: `A field of a STRUCT is read by ->: ${text}.`,
    instead: text,
    details: { source: struct },
  });
}

/** `write` makes the text with another alias; `otherwise` is proposed when no alias is near. */
export function unknownAlias(
  alias: string,
  span: Span,
  sources: readonly FromSource[],
  write: (alias: string) => string,
  otherwise?: string,
): WeirError {
  const aliases = sources.map((s) => s.alias);
  // A source that has an alias is known by it alone.
  const named = sources.find((s) => s.source.name === alias)?.alias;
  const close = named ?? nearest(alias, aliases)[0] ?? otherwise;
  return new WeirError('UNKNOWN_SOURCE', `'${alias}' is no source of this query.`, {
    span,
    hint: `The sources are ${aliases.join(', ')}.`,
    instead: close === undefined ? undefined : write(close),
    details: { source: alias },
  });
}

function hasColumn(source: FromSource, name: string): boolean {
  return allColumns(source.source).some((c) => c.name === name);
}

function unknownColumn(column: ColumnReference, names: Names, clause: Clause, bound: readonly string[]): WeirError {
  const candidates = [...bound, ...names.sources.flatMap((s) => allColumns(s.source).map((c) => c.name))];
  const text = formatExpression(column);
  const close = nearest(column.name, candidates)[0];
  // A name of exactly two characters less than its text stands in quotes.
  const isQuoted = column.source === undefined && column.span.length === column.name.length + 2;
  if (close === undefined && isQuoted) {
    const constant = writeText(column.name);
    return new WeirError('UNKNOWN_COLUMN', `${clause} column '${text}' cannot be resolved.`, {
      span: column.span,
      hint: `Double quotes and backquotes hold a name. A text stands in single quotes: ${constant}.`,
      instead: constant,
      details: { column: column.name },
    });
  }
  return new WeirError('UNKNOWN_COLUMN', `${clause} column '${text}' cannot be resolved.`, {
    span: column.span,
    hint:
      close === undefined
        ? clause !== 'SELECT' && clause !== 'JOIN ON'
          ? `${clause} works on the columns of the sources, not on the aliases of the SELECT list; DESCRIBE shows them.`
          : 'DESCRIBE shows the columns of a stream or table.'
        : `Did you mean ${close}?`,
    instead: close === undefined ? undefined : formatExpression({ ...column, name: close }),
    details: { column: column.name },
  });
}
