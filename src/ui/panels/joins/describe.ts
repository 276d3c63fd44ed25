/** A row of a join in words: whom it met, or why nobody. */
import type { JoinedRecord, JoinWatch } from '../../../protocol/watch.ts';
import { plural } from '../../components/format.ts';
import { formatClock, formatSpan } from '../../timeline/scale.ts';
import type { Item } from '../../timeline/scene.ts';
import { placeOf } from '../../timeline/words.ts';
import type { Description } from '../../timeline/picture.ts';
import { recordAt, type Folded } from '../../timeline/watched.ts';
import { fateOf, reachOf } from './join-scene.ts';

export function describeItem({ watch, records }: Folded<JoinWatch>, item: Item): Description | undefined {
  if (item.kind !== 'mark') return undefined;
  const record = recordAt(records, item.mark.seq);
  if (record === undefined) return undefined;
  const own = record.side === 'left' ? watch.left : watch.right;
  return { key: record.key, title: `${own}, ${placeOf(record)}`, text: describeRow(record, watch) };
}

const MAX_TIMES = 4;

export function describeRow(record: JoinedRecord, watch: JoinWatch): string {
  const other = record.side === 'left' ? watch.right : watch.left;
  const kept = record.isExpired ? ` ${expiredText(record, other)}` : '';
  const from = formatClock(record.timestampMs - reachOf(record.side, watch).before);
  const to = formatClock(record.timestampMs + reachOf(record.side, watch).after);
  const nobody = `No row of ${other} from ${from} to ${to}`;
  switch (fateOf(record)) {
    case 'dropped':
      return record.dropped === 'null-join-key'
        ? 'Its join key is null, which equals nothing: it was left out.'
        : 'Its value is null: it was left out.';
    case 'matched':
      return `Met ${plural(record.matches.length, 'row')} of ${other}, at ${timesOf(record.matches)}.${beforeText(record)}${kept}`;
    case 'waiting':
      return `${nobody} yet. Unless one comes, it comes out alone once stream time is past ${formatClock(lastMs(record, watch))}.`;
    case 'alone':
      return `${nobody} had come when stream time was ${formatClock(record.aloneAtMs ?? record.streamTimeMs)}: it came out alone, with nulls for ${other}.${kept}`;
    case 'unmatched':
      return `${nobody} so far. ${silentText(record, watch, other)}`;
    case 'expired':
      return `${nobody} was there.${kept}`;
  }
}

/** The last stream time at which a partner may come in time. */
function lastMs(record: JoinedRecord, watch: JoinWatch): number {
  return record.timestampMs + reachOf(record.side, watch).after + watch.graceMs;
}

function beforeText({ aloneAtMs }: JoinedRecord): string {
  if (aloneAtMs === undefined) return '';
  return ` It had come out alone before, at stream time ${formatClock(aloneAtMs)}.`;
}

function expiredText({ streamTimeMs, timestampMs }: JoinedRecord, other: string): string {
  return `${formatSpan(streamTimeMs - timestampMs)} behind stream time, it was too late to be kept: rows of ${other} that came after it did not find it.`;
}

/** Why a row that met nobody does not come out: the kind of join does not keep its side. */
function silentText(record: JoinedRecord, watch: JoinWatch, other: string): string {
  const streamTimeMs = watch.tasks.find(({ partition }) => partition === record.task)?.streamTimeMs ?? -1;
  const hope =
    streamTimeMs > lastMs(record, watch)
      ? `Its time is over: stream time is past ${formatClock(lastMs(record, watch))}.`
      : `One may still come until stream time is past ${formatClock(lastMs(record, watch))}.`;
  return `${hope} A${watch.type === 'INNER' ? 'n' : ''} ${watch.type} JOIN does not put it out without one of ${other}.`;
}

function timesOf(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const shown = sorted.slice(0, MAX_TIMES).map((ms) => formatClock(ms));
  const more = sorted.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length === 1 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}
