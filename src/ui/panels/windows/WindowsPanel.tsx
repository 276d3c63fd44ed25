/** Windows on a time line: which records they took, which came too late for them, and how far stream time is. */
import type { OperatorWatch, WatchedSpan, WindowWatch } from '../../../protocol/watch.ts';
import { Empty } from '../../components/Empty.tsx';
import { formatSpan } from '../../timeline/scale.ts';
import type { Box, Mark } from '../../timeline/scene.ts';
import { drawingOf, type Picture } from '../../timeline/picture.ts';
import { WatchPanel } from '../../timeline/WatchPanel.tsx';
import { recordAt, type Folded } from '../../timeline/watched.ts';
import { describeItem } from './describe.ts';
import { heldText, missingText } from './missing.ts';
import { windowScene } from './window-scene.ts';

const PICTURE: Picture<WindowWatch> = {
  isOf: (watch: OperatorWatch): watch is WindowWatch => watch.kind === 'window',
  sceneOf: windowScene,
  describe: describeItem,
  facts: factsOf,
  figures: ({ results }) => (results.length === 0 ? '' : `each: ${results.join(' · ')}`),
  status: heldText,
  warning: missingText,
  concerns: (folded) => (box, mark) => concerns(folded, box, mark),
  axes: ['time'],
  notes: {
    notWhole:
      'The oldest records were not read again: windows that they filled have their result, but not their records.',
    notInOrder:
      'In which order the records came before the page was opened is not in the log: they are taken by time, so lateness of then may differ.',
  },
  legend: ({ watch, records }) => [
    { sign: 'dot', text: 'in order' },
    { sign: 'diamond', text: 'out of order, in time' },
    { sign: 'cross', text: 'late, not counted' },
    watch.emitFinal ? { sign: 'held', text: 'open: held back' } : { sign: 'open', text: 'open window' },
    { sign: 'closed', text: watch.emitFinal ? 'closed: came out' : 'closed window' },
    ...(records.length < watch.total ? [{ sign: 'older', text: 'records drawn no more' } as const] : []),
    { sign: 'streamTime', text: 'stream time' },
    { sign: 'grace', text: 'grace: those that end here are open' },
  ],
};

const PICTURES = [drawingOf(PICTURE)];

export function WindowsPanel() {
  return (
    <WatchPanel
      kind="window"
      pictures={PICTURES}
      empty={
        <Empty
          title="No windows to look into"
          sql={
            'CREATE TABLE DELAYS_PER_DAY AS\n  SELECT ORIGIN, COUNT(*) AS FLIGHTS\n  FROM FLIGHTS\n  WINDOW TUMBLING (SIZE 1 DAY, GRACE PERIOD 1 HOUR)\n  GROUP BY ORIGIN\n  EMIT CHANGES;'
          }
        >
          A query with a WINDOW groups records by the time at which they happened. Records come out of order, so a
          window stays open until stream time has passed its end and its grace period; what comes after that is late.
          Start one, and each record is drawn here with the windows that took it.
        </Empty>
      }
    />
  );
}

function factsOf({ type, sizeMs, advanceMs, graceMs, emitFinal }: WindowWatch): string {
  const size =
    type === 'SESSION'
      ? `SESSION, gap ${formatSpan(sizeMs)}`
      : `${type} ${formatSpan(sizeMs)}${type === 'HOPPING' ? ` by ${formatSpan(advanceMs)}` : ''}`;
  return `${size}, grace ${formatSpan(graceMs)}${emitFinal ? ', EMIT FINAL' : ''}`;
}

/** Whether the record went into the window, or came too late for it. A session may have grown since it took the record. */
function concerns({ records }: Folded<WindowWatch>, box: Box, mark: Mark): boolean {
  const record = recordAt(records, mark.seq);
  if (record === undefined) return false;
  const isWithin = ({ startMs, endMs }: WatchedSpan): boolean => startMs >= box.fromMs && endMs <= box.toMs;
  return record.accepted.some(isWithin) || record.lateFor.some(isWithin);
}
