/** A table's state as its panel shows it. */
import { rowKey } from '../core/common/values/key.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import { tableColumns, tableEntries } from '../core/ksql/queries/table-rows.ts';
import type { TableRows, TableRowsRequest } from '../protocol/api.ts';
import { cellsOf, columnInfo } from './cells.ts';

/** @throws WeirError UNKNOWN_SOURCE */
export function tableRows(engine: Engine, request: TableRowsRequest): TableRows {
  const source = engine.planner.catalog.require(request.source);
  const columns = tableColumns(source);
  const { rows, total } = tableEntries(engine, source, request.limit);
  return {
    source: source.name,
    columns: columns.map(columnInfo),
    rows: rows.map(({ key, row, isHeld }) => ({ key: rowKey([...key]), cells: cellsOf(row, columns), isHeld })),
    total,
    version: engine.runner.tableVersion(source.name, engine.planner) ?? 0,
  };
}
