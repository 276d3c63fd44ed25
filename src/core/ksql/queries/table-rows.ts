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

export interface ShownEntry {
  readonly key: Row;
  readonly row: Row;
  /** Whether EMIT FINAL has it wait for its window's close; undefined without EMIT FINAL. */
  readonly isHeld: boolean | undefined;
}

/** The first rows of a table, and how many it has. */
export function tableEntries(
  engine: Engine,
  source: DataSource,
  limit: number,
): { readonly rows: readonly ShownEntry[]; readonly total: number } {
  const view = engine.runner.table(source.name, engine.planner);
  const rows: ShownEntry[] = [];
  let total = 0;
  let task = 0;
  for (const entries of view?.entriesByTask(undefined) ?? []) {
    for (const entry of entries) {
      total++;
      if (rows.length >= limit) continue;
      const window = windowOf(entry.key);
      const key: Row = [...columnsOf(entry.key), ...(window === undefined ? [] : [window.startMs, window.endMs])];
      rows.push({ key, row: [...key, ...entry.row], isHeld: view?.isHeld(task, entry.key) });
    }
    task++;
  }
  return { rows, total };
}
