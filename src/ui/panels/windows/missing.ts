/** Why a result is not there, or lacks records: late ones that were left out, windows of EMIT FINAL that nothing closed. */
import type { WindowedRecord, WindowWatch } from '../../../protocol/watch.ts';
import { plural } from '../../components/format.ts';
import { formatClock, formatSpan } from '../../timeline/scale.ts';
import type { Folded } from '../../timeline/watched.ts';
import { closedAtMs } from './describe.ts';

export function missingText({ watch, records, windows }: Folded<WindowWatch>): string | undefined {
  const texts = [lateText(watch, records), unclosedText(watch, windows)].filter((text) => text !== undefined);
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
  const enough = formatSpan(watch.graceMs + lackingMs + 1_000);
  const remedy =
    lackingMs === 0
      ? ''
      : ` GRACE PERIOD ${enough} instead of ${formatSpan(watch.graceMs)} would count ${isOne ? 'it' : 'them'}.`;
  return `${plural(watch.late, 'record')} came after ${isOne ? 'the' : 'their'} window had closed and ${isOne ? 'is' : 'are'} in no result.${remedy}`;
}

function unclosedText(watch: WindowWatch, windows: Folded<WindowWatch>['windows']): string | undefined {
  if (!watch.emitFinal || windows.length === 0) return undefined;
  const timeOf = new Map(watch.tasks.map(({ partition, streamTimeMs }) => [partition, streamTimeMs]));
  const isClosed = windows.some(({ task, closesAtMs }) => closesAtMs <= (timeOf.get(task) ?? -1));
  if (isClosed) return undefined;
  const first = Math.min(...windows.map(({ closesAtMs }) => closesAtMs));
  return `No window is closed yet, so EMIT FINAL has put nothing out. The first comes when a record moves stream time to ${formatClock(first)} or beyond.`;
}
