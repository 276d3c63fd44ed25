/**
 * A virtualized grid with a sticky header and pinned columns on the left. Rows come by index from the caller, so that a
 * log, an array or a window over either can be shown. Arrow keys move the current cell, Enter opens its row, Shift-Enter
 * shows its value whole; columns are resized by their edge or by Shift and the arrows.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useId, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import type { Cell } from '../../protocol/api.ts';
import { CellDetail, type CellPlace } from './CellDetail.tsx';
import { ColumnHandle } from './ColumnHandle.tsx';
import { setGridWidth, useGridWidths } from './grid-widths.ts';
import './grid.css';

export interface GridColumn {
  readonly id: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly widthPx: number;
  readonly align?: 'right' | undefined;
  readonly pinned?: boolean | undefined;
}

export interface GridProps<Row> {
  /** Widths that a person gave are kept under this name. */
  readonly id: string;
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly rowCount: number;
  readonly rowAt: (index: number) => Row | undefined;
  readonly renderCell: (row: Row, column: number) => ReactNode;
  /** What a column's cell holds, to be shown whole; undefined for a column that holds no value. */
  readonly valueOf: (row: Row, column: number) => Cell | undefined;
  readonly rowKey?: ((row: Row) => string | number) | undefined;
  readonly rowClass?: ((row: Row) => string) | undefined;
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly onHover?: ((row: Row | undefined) => void) | undefined;
  readonly onScrollTop?: ((top: number) => void) | undefined;
  readonly scrollRef?: Ref<HTMLDivElement> | undefined;
}

interface At {
  readonly row: number;
  readonly column: number;
}
interface Detail {
  readonly column: GridColumn;
  readonly cell: Cell;
  readonly place: CellPlace;
}

const ROW_HEIGHT = 24;
const RESIZE_STEP_PX = 16;

export function DataGrid<Row>(props: GridProps<Row>) {
  const { rowCount } = props;
  const widths = useGridWidths(props.id);
  const columns = props.columns.map((column) => ({ ...column, widthPx: widths[column.id] ?? column.widthPx }));
  const frame = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<At>({ row: 0, column: 0 });
  /** The cell under the pointer, when it does not show its value whole. */
  const [cut, setCut] = useState<At | undefined>();
  const [detail, setDetail] = useState<Detail | undefined>();
  const id = useId();
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoized by hand
  const virtualizer = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    paddingStart: ROW_HEIGHT,
    scrollPaddingStart: ROW_HEIGHT,
  });
  const pinnedLeft: number[] = [];
  let left = 0;
  for (const column of columns) {
    pinnedLeft.push(left);
    if (column.pinned === true) left += column.widthPx;
  }
  // What is left of the width goes to the last column, but not between it and its neighbour when it is aligned right.
  const stretches = columns.at(-1)?.align !== 'right';
  const template = columns
    .map(({ widthPx }, i) => (stretches && i === columns.length - 1 ? `minmax(${widthPx}px, 1fr)` : `${widthPx}px`))
    .join(' ');
  const width = columns.reduce((sum, column) => sum + column.widthPx, 0);
  const cellStyle = (i: number): CSSProperties | undefined =>
    columns[i]?.pinned === true ? { left: pinnedLeft[i] } : undefined;
  const cellClass = (i: number): string =>
    `grid-cell ${columns[i]?.align ?? ''} ${columns[i]?.pinned === true ? 'pinned' : ''} ${
      columns[i]?.pinned === true && columns[i + 1]?.pinned !== true ? 'pinned-last' : ''
    }`;
  const cellId = (at: At): string => `${id}-${at.row}-${at.column}`;

  const move = (to: At): void => {
    const at = {
      row: Math.max(0, Math.min(rowCount - 1, to.row)),
      column: Math.max(0, Math.min(columns.length - 1, to.column)),
    };
    setCurrent(at);
    if (at.row !== current.row) virtualizer.scrollToIndex(at.row);
    if (at.column !== current.column) revealColumn(at.column);
  };
  const revealColumn = (column: number): void => {
    const element = scroller.current;
    if (element === null || columns[column]?.pinned === true) return;
    const start = columns.slice(0, column).reduce((sum, { widthPx }) => sum + widthPx, 0);
    const end = start + (columns[column]?.widthPx ?? 0);
    if (start - left < element.scrollLeft) element.scrollLeft = start - left;
    else if (end > element.scrollLeft + element.clientWidth) element.scrollLeft = end - element.clientWidth;
  };
  const showWhole = (at: At): void => {
    const row = props.rowAt(at.row);
    const column = columns[at.column];
    const cell = row === undefined ? undefined : props.valueOf(row, at.column);
    const bounds = document.getElementById(cellId(at))?.getBoundingClientRect();
    const origin = frame.current?.getBoundingClientRect();
    if (cell === undefined || column === undefined || bounds === undefined || origin === undefined) return;
    const { width: wide, height } = bounds;
    setDetail({ column, cell, place: { left: bounds.x - origin.x, top: bounds.y - origin.y, width: wide, height } });
  };
  const open = (index: number): void => {
    const row = props.rowAt(index);
    if (row !== undefined) props.onOpen?.(row);
  };
  const resize = (byPx: number): void => {
    const column = columns[current.column];
    if (column !== undefined) setGridWidth(props.id, column.id, column.widthPx + byPx);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const { row, column } = current;
    const moves: Record<string, At> = {
      ArrowDown: { row: row + 1, column },
      ArrowUp: { row: row - 1, column },
      ArrowRight: { row, column: column + 1 },
      ArrowLeft: { row, column: column - 1 },
      PageDown: { row: row + page, column },
      PageUp: { row: row - page, column },
      Home: { row: 0, column },
      End: { row: rowCount - 1, column },
    };
    const to = moves[event.key];
    if (event.shiftKey && event.key === 'ArrowLeft') resize(-RESIZE_STEP_PX);
    else if (event.shiftKey && event.key === 'ArrowRight') resize(RESIZE_STEP_PX);
    else if (to !== undefined) move(to);
    else if (event.key !== 'Enter') return;
    else if (event.shiftKey || props.onOpen === undefined) showWhole(current);
    else open(row);
    event.preventDefault();
    event.stopPropagation();
  };
  const attach = (element: HTMLDivElement | null): void => {
    scroller.current = element;
    if (typeof props.scrollRef === 'function') props.scrollRef(element);
    else if (props.scrollRef !== undefined && props.scrollRef !== null) props.scrollRef.current = element;
  };
  const onCell = (element: HTMLElement, at: At): void => {
    const isCut = element.scrollWidth > element.clientWidth;
    setCut((now) => (!isCut ? undefined : now?.row === at.row && now.column === at.column ? now : at));
  };
  const items = virtualizer.getVirtualItems();
  const visible = items.some((item) => item.index === current.row);
  return (
    <div ref={frame} className="grid-frame">
      <div
        ref={attach}
        className="grid"
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={rowCount + 1}
        aria-colcount={columns.length}
        {...(visible ? { 'aria-activedescendant': cellId(current) } : {})}
        onKeyDown={onKeyDown}
        onScroll={(event) => props.onScrollTop?.(event.currentTarget.scrollTop)}
        onMouseLeave={() => {
          setCut(undefined);
          props.onHover?.(undefined);
        }}
      >
        <div className="grid-body" role="presentation" style={{ height: virtualizer.getTotalSize(), minWidth: width }}>
          <div className="grid-row grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
            {columns.map((column, i) => (
              <div
                key={column.id}
                role="columnheader"
                data-column={i}
                className={cellClass(i)}
                style={cellStyle(i)}
                title={column.note}
              >
                <span className="cell-content truncate">{column.title}</span>
                <ColumnHandle grid={props.id} column={column.id} index={i} widthPx={column.widthPx} />
              </div>
            ))}
          </div>
          {items.map((item) => {
            const row = props.rowAt(item.index);
            if (row === undefined) return null;
            return (
              <div
                key={props.rowKey?.(row) ?? item.index}
                role="row"
                aria-rowindex={item.index + 2}
                className={`grid-row ${item.index === current.row ? 'current' : ''} ${props.rowClass?.(row) ?? ''}`}
                style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)` }}
                onClick={() => open(item.index)}
                onMouseEnter={() => props.onHover?.(row)}
              >
                {columns.map((column, i) => {
                  const at = { row: item.index, column: i };
                  const isCurrent = item.index === current.row && i === current.column;
                  return (
                    <div
                      key={column.id}
                      id={cellId(at)}
                      role="gridcell"
                      data-column={i}
                      className={`${cellClass(i)} ${isCurrent ? 'current' : ''}`}
                      style={cellStyle(i)}
                      onClick={() => setCurrent(at)}
                      onMouseEnter={(event) => onCell(event.currentTarget, at)}
                    >
                      <span className="cell-content">{props.renderCell(row, i)}</span>
                      {cut?.row === item.index && cut.column === i && props.valueOf(row, i) !== undefined && (
                        <button
                          type="button"
                          className="cell-whole"
                          tabIndex={-1}
                          aria-label="Show the whole value"
                          title="Show the whole value (Shift+Enter)"
                          onClick={(event) => {
                            event.stopPropagation();
                            showWhole(at);
                          }}
                        >
                          …
                        </button>
                      )}
                    </div>
                  );
                })}
              </div>
            );
          })}
        </div>
      </div>
      {detail !== undefined && (
        <CellDetail
          title={detail.column.title}
          type={detail.column.note}
          cell={detail.cell}
          place={detail.place}
          onClose={() => {
            setDetail(undefined);
            scroller.current?.focus();
          }}
        />
      )}
    </div>
  );
}
