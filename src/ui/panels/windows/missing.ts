/** Why a result is not there, or lacks records: late ones that were left out, windows that EMIT FINAL holds back. */
import type { WindowedRecord, WindowWatch } from '../../../protocol/watch.ts';
import { plural } from '../../components/format.ts';
import { formatClock } from '../../timeline/scale.ts';
import type { Folded } from '../../timeline/watched.ts';
import { closedAtMs } from './describe.ts';

export function missingText(folded: Folded<WindowWatch>): string | undefined {
  const texts = [lateText(folded.watch, folded.records), unclosedText(folded)].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join(' ');
}

/** With the grace period that would have let those in that are drawn. */
function lateText(watch: WindowWatch, records: readonly WindowedRecord[]): string | undefined {
  if (watch.late === 0) return undefined;
  let lackingMs = 0;
  for (const { lateFor, streamTimeMs } of records) {
    for (const span of lateFor) lackingMs = Math.max(lackingMs, streamTimeMs - closedAtMs(span, watch));
  }
  const isOne = watch.late === 1;
  const remedy =
    lackingMs === 0
      ? ''
      : ` GRACE PERIOD ${sqlSpan(watch.graceMs + lackingMs + 1_000)} instead of ${sqlSpan(watch.graceMs)} would count ${isOne ? 'it' : 'them'}.`;
  if (watch.type === 'HOPPING') {
    // One that is late for some of its windows is in the others.
    return `${plural(watch.late, 'record')} came too late for some or all of ${isOne ? 'its' : 'their'} windows.${remedy}`;
  }
  return `${plural(watch.late, 'record')} came after ${isOne ? 'the' : 'their'} window had closed and ${isOne ? 'is' : 'are'} in no result.${remedy}`;
}

interface Held {
  readonly windows: number;
  readonly nextMs: number;
  /** Some of the windows that are known have closed. */
  readonly isAnyClosed: boolean;
}

function heldIn({ watch, windows }: Folded<WindowWatch>): Held {
  const timeOf = new Map(watch.tasks.map(({ partition, streamTimeMs }) => [partition, streamTimeMs]));
  const open = windows.filter(({ task, closesAtMs }) => closesAtMs > (timeOf.get(task) ?? -1));
  const nextMs = Math.min(...open.map(({ closesAtMs }) => closesAtMs));
  return { windows: open.length, nextMs, isAnyClosed: open.length < windows.length };
}

/** Windows that came before those that are known may have closed. */
function isAllKnown({ watch, records }: Folded<WindowWatch>): boolean {
  return watch.isWhole && records.length === watch.total;
}

function unclosedText(folded: Folded<WindowWatch>): string | undefined {
  const { watch, windows } = folded;
  if (!watch.emitFinal || windows.length === 0) return undefined;
  const { isAnyClosed, nextMs } = heldIn(folded);
  if (isAnyClosed || !isAllKnown(folded)) return undefined;
  return `No window is closed yet, so EMIT FINAL has put nothing out. The first comes when a record moves stream time to ${formatClock(nextMs)} or beyond.`;
}

/** What EMIT FINAL keeps back, once it has put something out. */
export function heldText(folded: Folded<WindowWatch>): string | undefined {
  if (!folded.watch.emitFinal || unclosedText(folded) !== undefined) return undefined;
  const { windows, nextMs } = heldIn(folded);
  if (windows === 0) return undefined;
  return `EMIT FINAL holds back ${plural(windows, 'window')} until ${windows === 1 ? 'it closes' : 'they close'}, at stream time ${formatClock(nextMs)}${windows === 1 ? '' : ' and after'}.`;
}

const SQL_UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'DAYS'],
  [3_600_000, 'HOURS'],
  [60_000, 'MINUTES'],
  [1_000, 'SECONDS'],
  [1, 'MILLISECONDS'],
];

/** As a statement has it: `90 SECONDS`. One that is not a whole number of seconds is rounded up to it. */
export function sqlSpan(ms: number): string {
  const whole = ms < 1_000 ? ms : Math.ceil(ms / 1_000) * 1_000;
  const [unit, name] = SQL_UNITS.find(([one]) => whole >= one && whole % one === 0) ?? [1_000, 'SECONDS'];
  const count = whole / unit;
  return `${count} ${count === 1 ? name.slice(0, -1) : name}`;
}
