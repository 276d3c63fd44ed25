import { BIGINT, INTEGER } from '../../common/sql-type.ts';
import { ROWOFFSET, ROWPARTITION, ROWTIME, WINDOWEND, WINDOWSTART } from '../names.ts';
import type { KeyColumn, PlanColumn, SourceField, SourceNode } from '../plan.ts';
import type { FromSource } from './from.ts';
import type { ColumnUse } from './qualify.ts';

/** The node for a source of FROM: those of its columns, pseudo columns among them, that the query uses. */
export function sourceNode({ alias, source }: FromSource, used: ColumnUse, internalName = 'KsqlTopic'): SourceNode {
  const columns: PlanColumn[] = [];
  const fields: SourceField[] = [];
  const add = (name: string, type: PlanColumn['type'], field: SourceField): void => {
    if (!used.has(alias, name)) return;
    columns.push({ source: alias, name, type });
    fields.push(field);
  };
  source.schema.value.forEach((c, index) => add(c.name, c.type, { from: 'value', index }));
  source.schema.key.forEach((c, index) => add(c.name, c.type, { from: 'key', index }));
  source.schema.headers.forEach((c) => add(c.name, c.type, { from: 'headers', header: c.header }));
  add(ROWTIME, BIGINT, { from: 'rowtime' });
  add(ROWPARTITION, INTEGER, { from: 'rowpartition' });
  add(ROWOFFSET, BIGINT, { from: 'rowoffset' });
  if (source.window !== undefined) {
    add(WINDOWSTART, BIGINT, { from: 'windowstart' });
    add(WINDOWEND, BIGINT, { from: 'windowend' });
  }
  const key = source.schema.key.map((c): KeyColumn => {
    const at = columns.findIndex((column) => column.name === c.name);
    return { name: c.name, type: c.type, equals: at < 0 ? [] : [at], texts: [] };
  });
  return {
    kind: 'source',
    shape: source.kind,
    source,
    alias,
    internalName,
    columns,
    fields,
    key,
    window: source.window,
  };
}
