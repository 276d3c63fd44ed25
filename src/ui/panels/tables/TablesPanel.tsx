/**
 * The rows of a materialized table as they are now. A change asks for the rows again, at most a few times a second; the
 * keys that changed flash.
 */
import { useEffect, useMemo, useState } from 'react';
import { toWireError } from '../../../client/errors.ts';
import type { TableRows, WireError } from '../../../protocol/api.ts';
import { useClient, useEngine } from '../../app/engine.tsx';
import { hoverKey, setView, useView } from '../../app/view.ts';
import { ErrorNote, Select } from '../../components/controls.tsx';
import { CellView } from '../../components/CellView.tsx';
import { gridColumns } from '../../components/columns.ts';
import { DataGrid, type GridColumn } from '../../components/DataGrid.tsx';
import { Empty } from '../../components/Empty.tsx';
import { formatCount, plural } from '../../components/format.ts';
import { changedKeys } from './changes.ts';
import { keyColor } from '../../theme/key-color.ts';

const LIMIT = 2000;
/** Of tables with EMIT FINAL, whose store holds the windows that are open as well. */
const FINAL_COLUMN: GridColumn = { id: 'EMIT FINAL', title: 'EMIT FINAL', widthPx: 140 };
const MIN_PAUSE_MS = 250;

export function TablesPanel() {
  const sources = useEngine((s) => s.sources);
  const chosen = useView((v) => v.table);
  const tables = useMemo(
    () =>
      [...sources.values()]
        .filter((source) => source.materialized)
        .map((source) => source.name)
        .sort(),
    [sources],
  );
  const name = chosen !== undefined && tables.includes(chosen) ? chosen : tables[0];
  if (name === undefined) {
    return (
      <Empty
        title="No table holds rows yet"
        sql={
          'CREATE TABLE DELAY_BY_AIRPORT AS\n  SELECT ORIGIN, COUNT(*) AS FLIGHTS, AVG(DELAY) AS AVG_DELAY\n  FROM FLIGHTS\n  WINDOW TUMBLING (SIZE 1 DAY)\n  GROUP BY ORIGIN\n  EMIT CHANGES;'
        }
      >
        A table made of a query keeps its rows in a state store. They are shown here as they are now, and those that
        change light up. A table that is only declared over a topic has no store of its own.
      </Empty>
    );
  }
  return <TableView key={name} name={name} tables={tables} />;
}

function finalText(isHeld: boolean | undefined): string {
  return isHeld === true ? 'open: held back' : 'closed: came out';
}

interface Shown {
  readonly rows: TableRows;
  readonly changed: ReadonlySet<string>;
}

function TableView({ name, tables }: { readonly name: string; readonly tables: readonly string[] }) {
  const client = useClient();
  const [shown, setShown] = useState<Shown | undefined>();
  const [error, setError] = useState<WireError | undefined>();
  const lit = useView((v) => v.hoverKey);

  useEffect(() => {
    let stopped = false;
    let busy = false;
    let wanted = true;
    let seen = client.store.getState().tables.get(name)?.version;
    const load = async (): Promise<void> => {
      if (busy || !wanted || stopped) return;
      busy = true;
      wanted = false;
      try {
        const rows = await client.api.tableRows({ source: name, limit: LIMIT });
        if (stopped) return;
        setShown((before) => ({ rows, changed: changedKeys(before?.rows, rows) }));
        setError(undefined);
      } catch (cause) {
        if (stopped) return;
        const failure = toWireError(cause);
        setError(failure);
        // It will be ready without telling so: ask again until it is.
        wanted ||= failure.code === 'STORE_NOT_READY';
      }
      setTimeout(() => {
        busy = false;
        void load();
      }, MIN_PAUSE_MS);
    };
    const stop = client.store.subscribe((state) => {
      const change = state.tables.get(name);
      if (change === undefined || change.version === seen) return;
      seen = change.version;
      wanted = true;
      void load();
    });
    void load();
    return () => {
      stopped = true;
      stop();
    };
  }, [client, name]);

  const rows = shown?.rows;
  const columns = useMemo(
    () =>
      rows === undefined
        ? []
        : [
            ...gridColumns(
              rows.columns,
              rows.rows.map((row) => row.cells),
            ),
            ...(rows.rows.some((row) => row.isHeld !== undefined) ? [FINAL_COLUMN] : []),
          ],
    [rows],
  );
  // Widths are kept while the columns stay the same: a value that grows by a digit must not move the grid.
  const signature = rows?.columns.map((column) => column.name).join('\n') ?? '';
  const [stable, setStable] = useState({ signature: '', columns });
  if (stable.signature !== signature && rows !== undefined && rows.rows.length > 0) setStable({ signature, columns });

  const keyColumn = rows?.columns.findIndex((column) => column.role === 'key') ?? -1;
  const keyText = (row: TableRows['rows'][number]): string | undefined => row.cells[Math.max(0, keyColumn)]?.text;
  return (
    <>
      <div className="panel-bar">
        <Select
          label="Table"
          value={name}
          choices={tables.map((table) => ({ id: table, label: table }))}
          onChange={(table) => setView({ table })}
        />
        <span className="spacer" />
        {rows !== undefined && (
          <span className="dim">
            {rows.total > rows.rows.length
              ? `the first ${formatCount(rows.rows.length)} of ${plural(rows.total, 'row')}`
              : plural(rows.total, 'row')}
          </span>
        )}
      </div>
      {error?.code === 'STORE_NOT_READY' && (
        <div className="empty" role="status">
          <h2>{name} is being restored</h2>
          <div>Its rows are read back from the changelog topic. They appear here when that is done.</div>
        </div>
      )}
      {error !== undefined && error.code !== 'STORE_NOT_READY' && (
        <div style={{ padding: 'var(--space-3)' }}>
          <ErrorNote error={error} />
        </div>
      )}
      {rows !== undefined && rows.rows.length === 0 && (
        <div className="empty">
          <h2>{name} is empty</h2>
          <div>Its query has put no row into it yet. Rows come as its sources get records.</div>
        </div>
      )}
      {rows !== undefined && rows.rows.length > 0 && (
        <DataGrid
          id={`table ${name}`}
          label={`Rows of ${name}`}
          columns={stable.signature === signature ? stable.columns : columns}
          rowCount={rows.rows.length}
          rowAt={(index) => rows.rows[index]}
          rowKey={(row) => row.key}
          rowClass={(row) => (lit !== undefined && keyText(row) === lit ? 'lit' : '')}
          onHover={(row) => hoverKey(row === undefined ? undefined : keyText(row))}
          valueOf={(row, column) => row.cells[column]}
          renderCell={(row, column) => {
            const flashes = shown?.changed.has(row.key) === true;
            const isKey = column === Math.max(0, keyColumn);
            if (column === row.cells.length) return <span className="table-cell dim">{finalText(row.isHeld)}</span>;
            return (
              <span
                key={flashes ? rows.version : 0}
                className={`table-cell ${flashes ? 'flash' : ''} ${isKey ? 'key-chip' : ''}`}
                style={isKey ? { ['--key' as string]: keyColor(keyText(row) ?? null) } : undefined}
              >
                <CellView cell={row.cells[column]} />
              </span>
            );
          }}
        />
      )}
    </>
  );
}
