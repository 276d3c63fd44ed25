/**
 * The live grid of a push query or PRINT, newest on top. While the person has scrolled away from the top, the rows hold
 * still and a button says how many came since. Rows are read from the log when the grid renders, and only those in sight.
 */
import { useMemo, useRef, useState } from 'react';
import type { ResultRow } from '../../protocol/api.ts';
import type { RowLog } from '../../client/row-log.ts';
import { useClient, useEngineAtPace } from '../app/engine.tsx';
import { runStatement } from '../app/run.ts';
import { hoverKey, setView, useView } from '../app/view.ts';
import { Badge, Button, IconButton } from '../components/controls.tsx';
import { CellView } from '../components/CellView.tsx';
import { gridColumns } from '../components/columns.ts';
import { DataGrid, type GridColumn } from '../components/DataGrid.tsx';
import { formatCount, formatTime } from '../components/format.ts';
import { keyColor, plainKey } from '../theme/key-color.ts';
import { useKeyColumn, useTopicOf } from './topic-of.ts';
import type { ResultTab } from './results.ts';

const KIND: GridColumn = { id: 'kind', title: '±', widthPx: 42, pinned: true };
/** To the second, or to the millisecond where a row needs it. */
const timeColumn = (rows: readonly ResultRow[]): GridColumn => {
  const widthPx = rows.some((row) => row.timestampMs % 1000 !== 0) ? 188 : 160;
  return { id: 'time', title: 'Time (UTC)', widthPx, pinned: true };
};
const OFFSET: GridColumn = { id: 'offset', title: 'P:Offset', widthPx: 92, pinned: true, align: 'right' };
const PINNED_COUNT = 3;
const SIGNS = { '+I': 'insert', '+U': 'update', '-U': 'retract', '-D': 'delete' } as const;
const SIGN_NAMES = { '+I': 'insert', '+U': 'update, after', '-U': 'update, before', '-D': 'delete' } as const;
const DONE = {
  limit: 'The LIMIT is reached',
  stopped: 'Stopped; the rows stay',
  terminated: 'Terminated by a statement; the rows stay',
  error: 'Failed',
  end: 'At the end',
} as const;
const SAMPLE = 40;
/** Faster than this no one reads, and each pass lays the grid out again. */
const GRID_PACE_MS = 100;

export function LiveResult(props: {
  readonly result: Extract<ResultTab['result'], { kind: 'subscription' }>;
  readonly onClose: () => void;
}) {
  const { result } = props;
  const client = useClient();
  const id = result.subscription;
  const state = useEngineAtPace((s) => s.subscriptions.get(id), GRID_PACE_MS);
  const topic = useTopicOf(result.statement);
  const lit = useView((v) => v.hoverKey);
  const scroller = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<{ readonly rows: RowLog; readonly total: number } | undefined>();

  const size = state?.rows.size ?? 0;
  const total = state?.total ?? 0;
  const hasSample = Math.min(size, SAMPLE);
  const columns = useMemo(() => {
    const sample = Array.from({ length: hasSample }, (_, age) => state?.rows.newest(age)).filter(
      (row) => row !== undefined,
    );
    return [
      KIND,
      timeColumn(sample),
      OFFSET,
      ...gridColumns(
        result.columns,
        sample.map((row) => row.cells),
      ),
    ];
    // Widths are fixed once a sample is there: a column that grew with each row would make the grid jump.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [result.columns, hasSample]);
  const keyColumn = useKeyColumn(result.statement, result.columns);

  const source = held?.rows ?? state?.rows;

  const renderCell = (row: ResultRow, column: number) => {
    if (column === 0) {
      return (
        <span className={`sign ${SIGNS[row.kind]}`} title={SIGN_NAMES[row.kind]}>
          {row.kind}
        </span>
      );
    }
    if (column === 1) return <span className="dim">{formatTime(row.timestampMs).replace(/\.000$/, '')}</span>;
    if (column === 2) {
      const place = (
        <span className="dim">{row.offset === undefined ? '' : `${row.partition ?? 0}:${row.offset}`}</span>
      );
      const { key } = row;
      // Where no column is the key, its colour stands beside the place of its record.
      return keyColumn >= 0 || key === null ? (
        place
      ) : (
        <span className="key-chip" title={`Key ${key}`} style={{ ['--key' as string]: keyColor(key) }}>
          {place}
        </span>
      );
    }
    const cell = <CellView cell={row.cells[column - PINNED_COUNT]} />;
    if (column - PINNED_COUNT !== keyColumn) return cell;
    return (
      <span className="key-chip" style={{ ['--key' as string]: keyColor(row.key) }}>
        {cell}
      </span>
    );
  };

  const hold = (top: number): void => {
    if (top > 2 && held === undefined && state !== undefined) setHeld({ rows: state.rows.snapshot(), total });
    else if (top <= 2 && held !== undefined) setHeld(undefined);
  };
  const behind = held === undefined ? 0 : total - held.total;
  const done = state?.done;
  return (
    <>
      <div className="result-bar">
        {done !== undefined ? (
          <Badge {...(done.reason === 'error' ? { tone: 'bad' as const } : {})}>{DONE[done.reason]}</Badge>
        ) : state?.paused === true ? (
          <Badge tone="warn">Paused</Badge>
        ) : (
          <Badge tone="ok">Live</Badge>
        )}
        <span className="result-count" role="status">
          {total > size && size > 0
            ? `The newest ${formatCount(size)} of ${formatCount(total)} rows are kept`
            : `${formatCount(total)} ${total === 1 ? 'row' : 'rows'}`}
        </span>
        <span className="spacer" />
        {done !== undefined && (
          <Button
            small
            onPress={() => {
              props.onClose();
              runStatement(client, result.statement);
            }}
          >
            Run it again
          </Button>
        )}
        {done === undefined && (
          <>
            <IconButton
              small
              icon={state?.paused === true ? 'play' : 'pause'}
              label={state?.paused === true ? 'Resume these rows' : 'Pause these rows'}
              onPress={() => void client.pauseSubscription(id, state?.paused !== true).catch(client.report)}
            />
            <IconButton
              small
              icon="stop"
              label="Stop; the rows stay"
              onPress={() => void client.api.stop(id).catch(client.report)}
            />
          </>
        )}
        <IconButton small icon="close" label="Close this tab" keys="Delete" onPress={props.onClose} />
      </div>
      {done?.error !== undefined && (
        <div className="result-error" role="alert">
          {done.error.message}
          {done.error.hint !== undefined && <div className="hint">{done.error.hint}</div>}
        </div>
      )}
      {size === 0 ? (
        <div className="empty">
          <h2>{done === undefined ? 'Waiting for rows' : 'No row came'}</h2>
          <div>
            {done === undefined
              ? 'A push query shows rows as they come. Insert a record into its source, or import a file, and it appears here.'
              : 'The query ended before a row matched.'}
          </div>
        </div>
      ) : (
        <div className="live-grid">
          {behind > 0 && (
            <div className="live-behind">
              <Button kind="primary" small onPress={() => scroller.current?.scrollTo({ top: 0 })}>
                {formatCount(behind)} newer {behind === 1 ? 'row' : 'rows'} ↑
              </Button>
            </div>
          )}
          <DataGrid
            id={id}
            label={`Rows of ${result.statement}`}
            columns={columns}
            rowCount={source?.size ?? 0}
            rowAt={(index) => source?.newest(index)}
            renderCell={renderCell}
            valueOf={(row, column) => row.cells[column - PINNED_COUNT]}
            scrollRef={scroller}
            onScrollTop={hold}
            rowClass={({ key }) => (lit !== undefined && key !== null && plainKey(key) === lit ? 'lit' : '')}
            onHover={(row) => hoverKey(row?.key ?? undefined)}
            onOpen={(row) => {
              if (row.offset !== undefined && topic !== undefined) {
                setView({ record: { topic, partition: row.partition ?? 0, offset: row.offset } });
              }
            }}
          />
        </div>
      )}
    </>
  );
}
