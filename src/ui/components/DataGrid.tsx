/**
 * A virtualized grid with a sticky header and pinned columns on the left. Rows come by index from the caller, so that a
 * ring, an array or a window over either can be shown. Arrow keys move the current row, Enter opens it.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useId, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import './grid.css';

export interface GridColumn {
  readonly id: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly widthPx: number;
  readonly align?: 'right' | undefined;
  readonly pinned?: boolean | undefined;
}

export interface GridProps {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly rowCount: number;
  readonly renderCell: (row: number, column: number) => ReactNode;
  readonly rowKey?: ((row: number) => string | number) | undefined;
  readonly rowClass?: ((row: number) => string) | undefined;
  readonly onOpen?: ((row: number) => void) | undefined;
  readonly onHover?: ((row: number | undefined) => void) | undefined;
  readonly onScrollTop?: ((top: number) => void) | undefined;
  readonly scrollRef?: Ref<HTMLDivElement> | undefined;
}

const ROW_HEIGHT = 24;

export function DataGrid(props: GridProps) {
  const { columns, rowCount } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
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

  const move = (to: number): void => {
    const row = Math.max(0, Math.min(rowCount - 1, to));
    setCurrent(row);
    virtualizer.scrollToIndex(row);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const moves: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: rowCount - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) move(to);
    else if (event.key === 'Enter' && props.onOpen !== undefined) props.onOpen(current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const attach = (element: HTMLDivElement | null): void => {
    scroller.current = element;
    if (typeof props.scrollRef === 'function') props.scrollRef(element);
    else if (props.scrollRef !== undefined && props.scrollRef !== null) props.scrollRef.current = element;
  };
  const items = virtualizer.getVirtualItems();
  const visible = items.some((item) => item.index === current);
  return (
    <div
      ref={attach}
      className="grid"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length}
      {...(visible ? { 'aria-activedescendant': `${id}-${current}` } : {})}
      onKeyDown={onKeyDown}
      onScroll={(event) => props.onScrollTop?.(event.currentTarget.scrollTop)}
      onMouseLeave={() => props.onHover?.(undefined)}
    >
      <div className="grid-body" role="presentation" style={{ height: virtualizer.getTotalSize(), minWidth: width }}>
        <div className="grid-row grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
          {columns.map((column, i) => (
            <div key={column.id} role="columnheader" className={cellClass(i)} style={cellStyle(i)} title={column.note}>
              <span className="truncate">{column.title}</span>
            </div>
          ))}
        </div>
        {items.map((item) => (
          <div
            key={props.rowKey?.(item.index) ?? item.index}
            id={`${id}-${item.index}`}
            role="row"
            aria-rowindex={item.index + 2}
            className={`grid-row ${item.index === current ? 'current' : ''} ${props.rowClass?.(item.index) ?? ''}`}
            style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)` }}
            onClick={() => {
              setCurrent(item.index);
              props.onOpen?.(item.index);
            }}
            onMouseEnter={() => props.onHover?.(item.index)}
          >
            {columns.map((column, i) => (
              <div key={column.id} role="gridcell" className={cellClass(i)} style={cellStyle(i)}>
                {props.renderCell(item.index, i)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
