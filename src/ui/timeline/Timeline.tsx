/**
 * A time line with pointer and keys: drag or scroll sideways to move through time, hold Ctrl and scroll to zoom. For a screen
 * reader it is a list with one current entry, which is read out in full.
 */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { hoverKey, setView, useView } from '../app/view.ts';
import { onColorsChange } from '../theme/colors.ts';
import { AXIS_HEIGHT, GUTTER, type Frame } from './frame.ts';
import { moved, msAt, revealed, zoomed, type TimeRange } from './scale.ts';
import { found, stepped, type Item, type Move, type Scene } from './scene.ts';
import './timeline.css';
import { TimelineView } from './view.ts';

export interface TimelineProps {
  /** Of the list's element, for who leads there. */
  readonly id: string;
  readonly label: string;
  readonly scene: Scene;
  /** What there is in time; `range` is what of it is in sight. */
  readonly domain: TimeRange;
  readonly range: TimeRange;
  readonly onRange: (range: TimeRange) => void;
  readonly onFit: () => void;
  /** A key is to be looked for. */
  readonly onFind: () => void;
  readonly describe: (item: Item) => string;
  /** What is pointed at, by pointer or keys. */
  readonly onPoint: (item: Item | undefined) => void;
  readonly partnersOf?: Frame['partnersOf'];
  readonly concerns?: Frame['concerns'];
}

const MOVES: Readonly<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};
const BOX_MOVES: Readonly<Record<string, Move>> = { ArrowLeft: 'boxLeft', ArrowRight: 'boxRight' };
export const ZOOM_STEP = 1.5;

export function Timeline(props: TimelineProps) {
  const { label, scene, domain, range, onRange, onFit, onFind, describe, onPoint, partnersOf, concerns } = props;
  const optionId = useId();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<TimelineView>(undefined);
  const drag = useRef<{ readonly x: number; readonly range: TimeRange; isMoved: boolean } | undefined>(undefined);
  const [hovered, setHovered] = useState<Item | undefined>();
  const [cursor, setCursor] = useState<Item | undefined>();
  const litKey = useView((v) => v.hoverKey);
  const record = useView((v) => v.record);
  const at = found(scene, cursor);
  const current = found(scene, hovered) ?? at;
  const latest = useRef({ range, domain, onRange });

  // Before it is shown anything.
  useEffect(() => {
    const element = box.current;
    const target = canvas.current;
    if (element === null || target === null) return;
    const made = new TimelineView(target);
    view.current = made;
    const resize = new ResizeObserver(() => made.resize(element.clientWidth, element.clientHeight));
    resize.observe(element);
    const scroll = (): void => made.scrollTo(element.scrollTop);
    const wheel = (event: WheelEvent): void => {
      const { range: now, domain: all, onRange: tell } = latest.current;
      const width = element.clientWidth - GUTTER;
      if (event.ctrlKey || event.metaKey) {
        const x = event.clientX - element.getBoundingClientRect().left - GUTTER;
        tell(zoomed(now, Math.exp(event.deltaY / 300), msAt(Math.max(0, x), now, width), all));
      } else {
        const delta = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
        if (delta === 0 || (!event.shiftKey && Math.abs(delta) <= Math.abs(event.deltaY))) return;
        tell(moved(now, (delta / width) * (now.toMs - now.fromMs), all));
      }
      event.preventDefault();
    };
    element.addEventListener('wheel', wheel, { passive: false });
    element.addEventListener('scroll', scroll, { passive: true });
    const stopColors = onColorsChange(() => made.recolor());
    return () => {
      element.removeEventListener('wheel', wheel);
      element.removeEventListener('scroll', scroll);
      resize.disconnect();
      stopColors();
      made.close();
      view.current = undefined;
      hoverKey(undefined);
    };
  }, []);

  useEffect(() => {
    latest.current = { range, domain, onRange };
    const isSelected: Frame['isSelected'] = (mark) =>
      record !== undefined &&
      mark.offset === record.offset &&
      mark.partition === record.partition &&
      mark.topic === record.topic;
    view.current?.show({ scene, range, current, litKey, isSelected, partnersOf, concerns });
  });

  const point = (item: Item | undefined): void => {
    const key = item === undefined ? undefined : item.kind === 'mark' ? item.mark.key : item.lane.key;
    hoverKey(key ?? undefined);
    onPoint(item);
  };
  const hover = (item: Item | undefined): void => {
    setHovered(item);
    point(item ?? at);
  };
  const open = (item: Item | undefined): void => {
    if (item?.kind !== 'mark') return;
    const { topic, partition, offset } = item.mark;
    setView({ record: { topic, partition, offset } });
  };
  const itemUnder = (event: { readonly clientX: number; readonly clientY: number }): Item | undefined => {
    const bounds = box.current?.getBoundingClientRect();
    if (bounds === undefined) return undefined;
    return view.current?.itemAt(event.clientX - bounds.left, event.clientY - bounds.top);
  };
  const moveTo = (item: Item | undefined): void => {
    if (item === undefined) return;
    setCursor(item);
    setHovered(undefined);
    point(item);
    const next = revealed(range, item.kind === 'mark' ? item.mark.timeMs : item.box.fromMs);
    if (next !== range) onRange(next);
    const element = box.current;
    if (element === null) return;
    const top = item.lane.y;
    const room = element.clientHeight - AXIS_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + item.lane.height > element.scrollTop + room) {
      element.scrollTop = top + item.lane.height - room;
    }
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const middle =
      at === undefined ? (range.fromMs + range.toMs) / 2 : at.kind === 'mark' ? at.mark.timeMs : at.box.fromMs;
    const move = event.shiftKey ? BOX_MOVES[event.key] : MOVES[event.key];
    if (move !== undefined) moveTo(stepped(scene, at, move));
    else if (event.key === '+' || event.key === '=') onRange(zoomed(range, 1 / ZOOM_STEP, middle, domain));
    else if (event.key === '-') onRange(zoomed(range, ZOOM_STEP, middle, domain));
    else if (event.key === '0') onFit();
    else if (event.key === '/') onFind();
    else if (event.key === 'Enter' && at !== undefined) open(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={box}
      id={props.id}
      className="timeline"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      {...(at === undefined ? {} : { 'aria-activedescendant': optionId })}
      onKeyDown={onKeyDown}
      onBlur={() => {
        setCursor(undefined);
        if (hovered === undefined) point(undefined);
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        drag.current = { x: event.clientX, range, isMoved: false };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const held = drag.current;
        if (held === undefined) {
          hover(itemUnder(event));
          return;
        }
        const by = held.x - event.clientX;
        if (!held.isMoved && Math.abs(by) < 4) return;
        held.isMoved = true;
        const width = event.currentTarget.clientWidth - GUTTER;
        onRange(moved(held.range, (by / width) * (held.range.toMs - held.range.fromMs), domain));
      }}
      onPointerUp={(event) => {
        const held = drag.current;
        drag.current = undefined;
        if (held?.isMoved === false) open(itemUnder(event));
      }}
      onPointerCancel={() => {
        drag.current = undefined;
      }}
      onPointerLeave={() => hover(undefined)}
    >
      <div className="timeline-lanes" style={{ height: AXIS_HEIGHT + scene.height }}>
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <div id={optionId} role="option" aria-selected={at !== undefined} className="visually-hidden">
        {at === undefined
          ? 'Arrow keys move through the records, with Shift through the windows; / finds a key'
          : describe(at)}
      </div>
    </div>
  );
}
