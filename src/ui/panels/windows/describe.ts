/** A record or a window in words: where it is, what became of it, and why. */
import type { WatchedSpan, WindowedRecord, WindowWatch } from '../../../protocol/watch.ts';
import { formatCount, formatTime, plural } from '../../components/format.ts';
import { formatClock, formatSpan } from '../../timeline/scale.ts';
import type { Item } from '../../timeline/scene.ts';
import { placeOf } from '../../timeline/words.ts';
import type { Description } from '../../timeline/picture.ts';
import { laneId, recordAt, type Folded } from '../../timeline/watched.ts';
import { boxId, drawnIn, latenessMs, mergeWindows, olderIn, verdictOf, type MergedWindow } from './window-scene.ts';

export function describeItem(folded: Folded<WindowWatch>, item: Item): Description | undefined {
  const { watch, records } = folded;
  if (item.kind === 'mark') {
    const record = recordAt(records, item.mark.seq);
    return record === undefined
      ? undefined
      : { key: record.key, title: placeOf(record), text: describeRecord(record, watch) };
  }
  const isAllKeys = item.lane.key === null;
  const task = taskOf(item);
  const own = folded.windows.filter((w) => w.task === task && (isAllKeys || laneId(w.task, w.key) === item.lane.id));
  const window = mergeWindows(own, isAllKeys).find((one) => boxId(one) === item.box.id);
  if (window === undefined) return undefined;
  const streamTimeMs = watch.tasks.find(({ partition }) => partition === task)?.streamTimeMs ?? -1;
  const older = olderIn(window, drawnIn(records, window.windows));
  return {
    key: window.key,
    title: `Window ${spanText(window)}`,
    text: describeWindow(window, streamTimeMs, watch, older),
  };
}

function taskOf(item: Item): number {
  return Number(item.lane.id.split('/', 1)[0]);
}

export function spanText({ startMs, endMs }: WatchedSpan): string {
  return startMs === endMs ? `at ${formatClock(startMs)}` : `${formatClock(startMs)} – ${formatClock(endMs)}`;
}

export function describeRecord(record: WindowedRecord, watch: WindowWatch): string {
  const what = watch.type === 'SESSION' ? 'session' : 'window';
  const behind = `${formatSpan(latenessMs(record))} behind stream time, which was ${formatClock(record.streamTimeMs)}`;
  const into = record.accepted.length === 0 ? '' : `It went into ${listOf(record.accepted, what)}.`;
  const merged = record.merged > 1 ? ` It made ${record.merged} sessions one.` : '';
  switch (verdictOf(record)) {
    case 'dropped':
      return droppedText(record.dropped);
    case 'in-order':
      return `In order: stream time moved with it. ${into}${merged}`;
    case 'out-of-order':
      return `Out of order, ${behind}; but in time, for its ${what} was still open. ${into}${merged}`;
    case 'partly-late':
      return `${sentence(behind)}. ${into} ${lateText(record, watch, what)}`;
    case 'late':
      return `${sentence(behind)}. ${lateText(record, watch, what)}`;
  }
}

/** The stream time at which the window took no more. */
export function closedAtMs({ endMs }: WatchedSpan, { type, sizeMs, graceMs }: WindowWatch): number {
  return type === 'SESSION' ? endMs + sizeMs + graceMs + 1 : endMs + graceMs;
}

function lateText(record: WindowedRecord, watch: WindowWatch, what: string): string {
  const [first] = record.lateFor;
  if (first === undefined) return '';
  const { graceMs } = watch;
  // Of several windows the last closed last: what it lacked is what the record lacked.
  const last = record.lateFor.reduce((a, b) => (b.endMs > a.endMs ? b : a), first);
  const closed = closedAtMs(last, watch);
  const lacking = record.streamTimeMs - closed;
  const which = sentence(listOf(record.lateFor, what));
  const been = record.lateFor.length === 1 ? 'had been closed' : 'had been closed, the last of them';
  const enough = formatSpan(graceMs + lacking + (watch.type === 'SESSION' ? 1 : 0));
  return `${which} ${been} since stream time ${formatClock(closed)}, so it was not counted there. A grace period of more than ${enough}, instead of ${formatSpan(graceMs)}, would have let it in.`;
}

/** @param older how many of its records are not drawn; undefined when that is not known */
export function describeWindow(
  window: MergedWindow,
  streamTimeMs: number,
  watch: WindowWatch,
  older: number | undefined,
): string {
  const { windows, closesAtMs } = window;
  const isOpen = closesAtMs > streamTimeMs;
  const records = windows.reduce((sum, one) => sum + (one.records ?? 0), 0);
  const [only] = windows;
  const result =
    windows.length > 1 || only === undefined
      ? `${plural(windows.length, 'key')}.`
      : `${watch.results.map((name, i) => `${name}: ${only.cells[i]?.text ?? ''}`).join(', ')}.`;
  const state = isOpen
    ? `Open until stream time reaches ${formatTime(closesAtMs)}.${watch.emitFinal ? ' EMIT FINAL holds its result back until then.' : ''}`
    : `Closed since stream time reached ${formatTime(closesAtMs)}.${watch.emitFinal ? ' Its result came out then.' : ''}`;
  const count =
    older === undefined ? 'Filled before its records were looked at.' : countText(records, older, watch.isWhole);
  return `${count} ${result} ${state}`;
}

function countText(records: number, older: number, isWhole: boolean): string {
  if (older === 0) return `${plural(records, 'record')}.`;
  if (!isWhole) return `At least ${plural(records, 'record')}, ${formatCount(older)} of them older than those drawn.`;
  const which = older === records ? 'all' : formatCount(older);
  return `${plural(records, 'record')}, ${which} of them older than those drawn.`;
}

function droppedText(reason: string | undefined): string {
  return reason === 'null-key'
    ? 'It has no key, so it belongs to no group: it was left out.'
    : 'Its value is null: it was left out.';
}

function listOf(spans: readonly WatchedSpan[], what: string): string {
  const texts = spans.map(spanText);
  if (texts.length <= 2) return `the ${what}${texts.length > 1 ? 's' : ''} ${texts.join(' and ')}`;
  const from = formatClock(Math.min(...spans.map(({ startMs }) => startMs)));
  const to = formatClock(Math.max(...spans.map(({ endMs }) => endMs)));
  return `the ${spans.length} ${what}s between ${from} and ${to}`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
