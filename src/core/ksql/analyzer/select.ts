/** The SELECT list: stars expanded, every item with its output name. */
import { WeirError } from '../../common/errors.ts';
import type { Expression, SelectItem } from '../../sql/ast.ts';
import { writeName } from '../../sql/format-expression.ts';
import { formatExpression } from '../../sql/formatter.ts';
import { ColumnNamer, isReservedColumn, ROWOFFSET, ROWPARTITION, ROWTIME } from '../names.ts';
import { keyName } from './rekey.ts';
import { allColumns, starColumns, type From } from './from.ts';
import { qualify, unknownAlias, type Names } from './qualify.ts';
import type { SqlType } from '../../common/sql-type.ts';

export interface OutputItem {
  readonly name: string;
  /** Qualified. */
  readonly expression: Expression;
  /** The person gave the name with AS. */
  readonly aliased: boolean;
}

export interface SelectOptions {
  readonly persistent: boolean;
  /** What the rows are re-keyed by, when they are: `*` begins with it then. */
  readonly newKey: readonly Expression[] | undefined;
  /** The synthetic key column of a join, when there is one: part of `*`. */
  readonly syntheticKey: string | undefined;
  readonly typeOf: (expression: Expression) => SqlType | null;
}

export function analyzeSelect(
  items: readonly SelectItem[],
  from: From,
  names: Names,
  options: SelectOptions,
): readonly OutputItem[] {
  const isJoin = from.sources.length > 1;
  const { used: use } = names;
  const namer = new ColumnNamer(from.sources.flatMap((s) => allColumns(s.source).map((c) => c.name)));
  const fieldNamer = new ColumnNamer(from.sources.flatMap((s) => allColumns(s.source).map((c) => c.name)));
  const output: OutputItem[] = [];

  for (const item of items) {
    switch (item.kind) {
      case 'all':
        expandAll(item.source, item);
        break;
      case 'structAll': {
        const base = qualify(item.base, names, 'SELECT');
        const type = options.typeOf(base);
        if (type?.kind !== 'STRUCT') {
          throw new WeirError('TYPE_MISMATCH', `->* takes a STRUCT, and ${formatExpression(item.base)} is none.`, {
            span: item.span,
            hint: 'Only a STRUCT has fields to select.',
          });
        }
        for (const field of type.fields) {
          output.push({
            name: field.name,
            expression: { kind: 'dereference', base, field: field.name, fieldSpan: item.span, span: item.span },
            aliased: false,
          });
        }
        break;
      }
      case 'expression': {
        const expression = qualify(item.expression, names, 'SELECT');
        if (item.alias !== undefined) {
          if (options.persistent && isReservedColumn(item.alias.name)) {
            throw new WeirError(
              'RESERVED_COLUMN',
              `\`${item.alias.name}\` is a reserved column name and cannot be an alias.`,
              {
                span: item.alias.span,
                hint: 'Choose another alias.',
                details: { name: item.alias.name },
              },
            );
          }
          output.push({ name: item.alias.name, expression, aliased: true });
        } else {
          const name = defaultName(item.expression, expression);
          if (options.persistent && isReservedColumn(name)) {
            throw new WeirError('RESERVED_COLUMN', `\`${name}\` is a reserved column name and needs an alias here.`, {
              span: item.span,
              hint: `Write ${name} AS MY_${name}.`,
              rewrite: { title: 'Add an alias', span: item.span, text: `${name} AS MY_${name}` },
              details: { name },
            });
          }
          output.push({ name, expression, aliased: false });
        }
        break;
      }
    }
  }
  return output;

  function expandAll(alias: string | undefined, item: SelectItem): void {
    const chosen = alias === undefined ? from.sources : from.sources.filter((s) => s.alias === alias);
    if (alias !== undefined && chosen.length === 0) {
      throw unknownAlias(alias, item.span, from.sources, (other) => `${writeName(other)}.*`, from.sources[0]?.alias);
    }
    if (alias === undefined && options.syntheticKey !== undefined) {
      const name = options.syntheticKey;
      output.push({ name, expression: { kind: 'column', source: undefined, name, span: item.span }, aliased: false });
    }
    if (options.newKey !== undefined && alias === undefined) {
      expandRekeyed(options.newKey, item);
      return;
    }
    for (const source of chosen) {
      for (const column of starColumns(source.source, isJoin || !options.persistent)) {
        names.used.note(source.alias, column.name);
        output.push({
          name: isJoin ? `${source.alias}_${column.name}` : column.name,
          expression: { kind: 'column', source: source.alias, name: column.name, span: item.span },
          aliased: false,
        });
      }
    }
  }

  /**
   * `*` over re-keyed rows, in their order: the new key, then for each source its value columns, of a join the pseudo
   * columns as well, and what was its key.
   */
  function expandRekeyed(newKey: readonly Expression[], item: SelectItem): void {
    const isNewKey = (source: string, name: string): boolean =>
      newKey.some((e) => e.kind === 'column' && e.source === source && e.name === name);
    const nameOf = (source: string, name: string): string => (isJoin ? `${source}_${name}` : name);
    for (const [i, expression] of newKey.entries()) {
      const name =
        expression.kind === 'column' && expression.source !== undefined
          ? nameOf(expression.source, expression.name)
          : keyName(expression, i);
      output.push({ name, expression, aliased: false });
    }
    for (const { alias, source } of from.sources) {
      const pseudo = isJoin ? [ROWTIME, ROWPARTITION, ROWOFFSET] : [];
      const { key, value, headers } = source.schema;
      const names = [...value.map((c) => c.name), ...pseudo, ...key.map((c) => c.name), ...headers.map((c) => c.name)];
      for (const name of names) {
        if (isNewKey(alias, name)) continue;
        use.note(alias, name);
        output.push({
          name: nameOf(alias, name),
          expression: { kind: 'column', source: alias, name, span: item.span },
          aliased: false,
        });
      }
    }
  }

  /** A column keeps its name (with its source where another source has the same); the rest is numbered. */
  function defaultName(written: Expression, qualified: Expression): string {
    if (qualified.kind === 'column') {
      const { source, name } = qualified;
      if (source === undefined) return name;
      const holders = from.sources.filter((s) => allColumns(s.source).some((c) => c.name === name));
      const clashes = holders.length > 1;
      return clashes && written.kind === 'column' && written.source !== undefined ? `${source}_${name}` : name;
    }
    if (qualified.kind === 'dereference') return fieldNamer.unique(qualified.field);
    return namer.nextColumn();
  }
}
