/** One topic's log: the canvas, with pointer and keys. For a screen reader it is a list with one current record. */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import type { RecordView, TopicInfo } from '../../../protocol/api.ts';
import { useClient } from '../../app/engine.tsx';
import { hoverKey, setView, useView } from '../../app/view.ts';
import { onColorsChange } from '../../theme/colors.ts';
import { laneHeight } from './draw-lane.ts';
import { LogCanvas, type Place } from './log-canvas.ts';

export interface TopicLogProps {
  readonly topic: TopicInfo;
  readonly cellWidth: number;
  /** The record under the pointer or the cursor, for the line at the panel's foot. */
  readonly onPoint: (
    point: { readonly place: Place; readonly record: RecordView | null | undefined } | undefined,
  ) => void;
  readonly following: boolean;
  readonly onFollowing: (following: boolean) => void;
}

export function TopicLog({ topic, cellWidth, onPoint, following, onFollowing }: TopicLogProps) {
  const client = useClient();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const log = useRef<LogCanvas>(undefined);
  const drag = useRef<{ readonly x: number; readonly partition: number; moved: number } | undefined>(undefined);
  const [cursor, setCursor] = useState<Place | undefined>();
  const [spoken, setSpoken] = useState('');
  const name = topic.name;
  const callbacks = useRef({ onFollowing, topic, cellWidth });
  useEffect(() => {
    callbacks.current = { onFollowing, topic, cellWidth };
    if (log.current !== undefined) log.current.topic = topic;
  });

  useEffect(() => {
    const element = box.current;
    const target = canvas.current;
    if (element === null || target === null) return;
    const { topic: first, cellWidth: width } = callbacks.current;
    const made = new LogCanvas(target, client.api, first, width, (now) => callbacks.current.onFollowing(now));
    log.current = made;
    const resize = new ResizeObserver(([entry]) => {
      if (entry !== undefined) made.width = Math.floor(entry.contentRect.width);
    });
    const sight = new IntersectionObserver(([entry]) => {
      made.visible = entry?.isIntersecting ?? true;
    });
    resize.observe(element);
    sight.observe(element);
    const show = (state: ReturnType<typeof useView.getState>): void => {
      made.litKey = state.hoverKey;
      made.selected = state.record?.topic === name ? state.record : undefined;
    };
    show(useView.getState());
    const stopView = useView.subscribe(show);
    const stopColors = onColorsChange(() => made.invalidate());
    const wheel = (event: WheelEvent): void => {
      const delta = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (Math.abs(delta) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
      event.preventDefault();
      made.scrollBy(made.partitionAt(event.offsetY), Math.round(delta / 12) || Math.sign(delta));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      element.removeEventListener('wheel', wheel);
      resize.disconnect();
      sight.disconnect();
      stopView();
      stopColors();
      made.close();
      log.current = undefined;
    };
  }, [client, name]);

  useEffect(() => {
    if (log.current !== undefined) log.current.cellWidth = cellWidth;
  }, [cellWidth]);
  useEffect(() => {
    if (following) log.current?.follow();
  }, [following]);

  const point = (place: Place | undefined): void => {
    const record = place === undefined ? undefined : log.current?.recordAt(place);
    hoverKey(record?.keyText ?? undefined);
    onPoint(place === undefined ? undefined : { place, record });
  };
  const open = (place: Place): void => setView({ record: { topic: name, ...place } });
  const moveTo = (place: Place): void => {
    setCursor(place);
    if (log.current === undefined) return;
    log.current.cursor = place;
    log.current.reveal(place);
    setSpoken(describe(place));
    point(place);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const newest = (partition: number): number => Math.max(0, (topic.partitions[partition]?.highWatermark ?? 1) - 1);
    const at = cursor ?? { partition: 0, offset: newest(0) };
    const start = topic.partitions[at.partition]?.logStartOffset ?? 0;
    const clamp = (place: Place): Place => {
      const info = topic.partitions[place.partition];
      if (info === undefined) return at;
      return { ...place, offset: Math.max(info.logStartOffset, Math.min(newest(place.partition), place.offset)) };
    };
    const moves: Record<string, Place> = {
      ArrowLeft: { ...at, offset: at.offset - 1 },
      ArrowRight: { ...at, offset: at.offset + 1 },
      PageUp: { ...at, offset: at.offset - 20 },
      PageDown: { ...at, offset: at.offset + 20 },
      ArrowUp: { ...at, partition: at.partition - 1 },
      ArrowDown: { ...at, partition: at.partition + 1 },
      Home: { ...at, offset: start },
      End: { ...at, offset: newest(at.partition) },
    };
    const to = moves[event.key];
    if (to !== undefined) {
      moveTo(clamp(to));
      if (event.key === 'End') log.current?.follow();
    } else if (event.key === 'Enter') open(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const describe = (place: Place): string => {
    const record = log.current?.recordAt(place);
    const what =
      record === undefined || record === null
        ? 'no record'
        : record.control !== undefined
          ? `transaction ${record.control}`
          : `key ${record.keyText ?? 'null'}${record.tombstone ? ', tombstone' : ''}`;
    return `Partition ${place.partition}, offset ${place.offset}: ${what}`;
  };
  const height = laneHeight(topic.groups.length) * topic.partitions.length + 6;
  return (
    <div
      ref={box}
      className="topic-log"
      style={{ height }}
      role="listbox"
      tabIndex={0}
      aria-label={`Records of ${name}, ${topic.partitions.length} partitions`}
      {...(cursor === undefined ? {} : { 'aria-activedescendant': id })}
      onKeyDown={onKeyDown}
      onBlur={() => {
        setCursor(undefined);
        if (log.current !== undefined) log.current.cursor = undefined;
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        const y = event.nativeEvent.offsetY;
        drag.current = { x: event.clientX, partition: log.current?.partitionAt(y) ?? 0, moved: 0 };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const held = drag.current;
        if (held !== undefined) {
          const cells = Math.round((held.x - event.clientX) / cellWidth);
          if (cells !== held.moved) {
            log.current?.scrollBy(held.partition, cells - held.moved);
            held.moved = cells;
          }
          return;
        }
        point(log.current?.placeAt(event.nativeEvent.offsetX, event.nativeEvent.offsetY));
      }}
      onPointerUp={(event) => {
        const held = drag.current;
        drag.current = undefined;
        if (held === undefined || held.moved !== 0) return;
        const place = log.current?.placeAt(event.nativeEvent.offsetX, event.nativeEvent.offsetY);
        if (place !== undefined) open(place);
      }}
      onPointerCancel={() => {
        drag.current = undefined;
      }}
      onPointerLeave={() => point(undefined)}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <div id={id} role="option" aria-selected={cursor !== undefined} className="visually-hidden">
        {cursor === undefined ? 'Arrow keys move through the records' : spoken}
      </div>
    </div>
  );
}
