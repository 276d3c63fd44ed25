/** A table's rows as a grid shows them. */
import type { Row } from '../../common/sql-type.ts';
import { BIGINT } from '../../common/sql-type.ts';
import type { DataSource } from '../catalog.ts';
import type { Engine } from '../engine/engine.ts';
import { columnsOf, windowOf } from '../lowering/keys.ts';
import { WINDOWEND, WINDOWSTART } from '../names.ts';
import type { OutputColumn } from '../output.ts';

/** The columns of a table as a grid shows them: key, window bounds, values. */
export function tableColumns(source: DataSource): readonly OutputColumn[] {
  const bounds: readonly OutputColumn[] =
    source.window === undefined
      ? []
      : [
          { name: WINDOWSTART, type: BIGINT, role: 'key' },
          { name: WINDOWEND, type: BIGINT, role: 'key' },
        ];
  return [
    ...source.schema.key.map((c): OutputColumn => ({ name: c.name, type: c.type, role: 'key' })),
    ...bounds,
    ...source.schema.value.map((c): OutputColumn => ({ name: c.name, type: c.type, role: 'value' })),
  ];
}

/** The first rows of a table, and how many it has. */
export function tableEntries(
  engine: Engine,
  source: DataSource,
  limit: number,
): { readonly rows: readonly { readonly key: Row; readonly row: Row }[]; readonly total: number } {
  const view = engine.runner.table(source.name, engine.planner);
  const rows: { key: Row; row: Row }[] = [];
  let total = 0;
  for (const entry of view?.entries(undefined) ?? []) {
    total++;
    if (rows.length >= limit) continue;
    const window = windowOf(entry.key);
    const key: Row = [...columnsOf(entry.key), ...(window === undefined ? [] : [window.startMs, window.endMs])];
    rows.push({ key, row: [...key, ...entry.row] });
  }
  return { rows, total };
}
