import { useMemo } from 'react';
import { IconButton } from '../components/controls.tsx';
import { CellView } from '../components/CellView.tsx';
import { gridColumns } from '../components/columns.ts';
import { DataGrid } from '../components/DataGrid.tsx';
import { plural } from '../components/format.ts';
import type { ResultTab } from './results.ts';

/** The rows of a SHOW, DESCRIBE, EXPLAIN or pull query, and the text blocks that came with them. */
export function RowsResult(props: {
  /** The tab's. */
  readonly id: string;
  readonly result: Extract<ResultTab['result'], { kind: 'rows' }>;
  readonly onClose: () => void;
}) {
  const { result } = props;
  const columns = useMemo(() => gridColumns(result.columns, result.rows), [result]);
  const hasGrid = result.columns.length > 0;
  return (
    <>
      <div className="result-bar">
        <span>{result.title}</span>
        {hasGrid && (
          <span className="dim">
            {plural(result.rows.length, 'row')} · {result.elapsedMs.toFixed(1)} ms
          </span>
        )}
        <span className="spacer" />
        <IconButton small icon="close" label="Close this tab" keys="Delete" onPress={props.onClose} />
      </div>
      <div className={`rows-result ${result.notes.length > 0 ? 'with-notes' : ''}`}>
        {hasGrid && (
          <div className="rows-grid" style={{ ['--rows' as string]: result.rows.length }}>
            {result.rows.length === 0 ? (
              <p className="rows-none">No rows.</p>
            ) : (
              <DataGrid
                id={props.id}
                label={result.title}
                columns={columns}
                rowCount={result.rows.length}
                rowAt={(index) => result.rows[index]}
                renderCell={(row, column) => <CellView cell={row[column]} />}
                valueOf={(row, column) => row[column]}
              />
            )}
          </div>
        )}
        {result.notes.map((note) => (
          <section key={note.title} className="note">
            <h2>{note.title}</h2>
            <pre tabIndex={0}>{note.text}</pre>
          </section>
        ))}
      </div>
    </>
  );
}
