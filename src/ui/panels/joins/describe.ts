/** A row of a join in words: whom it met, or why nobody. */
import type { JoinedRecord, JoinWatch } from '../../../protocol/watch.ts';
import { plural } from '../../components/format.ts';
import { formatClock, formatSpan } from '../../timeline/scale.ts';
import type { Item } from '../../timeline/scene.ts';
import { placeOf } from '../../timeline/words.ts';
import type { Description } from '../../timeline/picture.ts';
import { recordAt, type Folded } from '../../timeline/watched.ts';
import { fateOf, reachOf } from './join-scene.ts';

export function describeItem(folded: Folded<JoinWatch>, item: Item): Description | undefined {
  const { watch, records } = folded;
  if (item.kind !== 'mark') return undefined;
  const record = recordAt(records, item.mark.seq);
  if (record === undefined) return undefined;
  const own = record.side === 'left' ? watch.left : watch.right;
  return { key: record.key, title: `${own}, ${placeOf(record)}`, text: describeRow(record, folded) };
}

const MAX_TIMES = 4;

/**
 * Rows of the other side that are near enough in time and came before it, but did not meet it: the join no longer had them.
 * @returns their times
 */
function goneBefore(record: JoinedRecord, { watch, records }: Pick<Folded<JoinWatch>, 'watch' | 'records'>): number[] {
  // A key that is null equals no other.
  if (record.key === null) return [];
  const { before, after } = reachOf(record.side, watch);
  const met = new Set(record.matches);
  return records
    .filter(
      ({ seq, side, key, task, timestampMs, dropped }) =>
        seq < record.seq &&
        side !== record.side &&
        key === record.key &&
        task === record.task &&
        dropped === undefined &&
        timestampMs >= record.timestampMs - before &&
        timestampMs <= record.timestampMs + after &&
        !met.has(timestampMs),
    )
    .map(({ timestampMs }) => timestampMs);
}

export function describeRow(record: JoinedRecord, folded: Pick<Folded<JoinWatch>, 'watch' | 'records'>): string {
  const { watch } = folded;
  const other = record.side === 'left' ? watch.right : watch.left;
  const kept = record.isExpired ? ` ${expiredText(record, other)}` : '';
  const from = formatClock(record.timestampMs - reachOf(record.side, watch).before);
  const to = formatClock(record.timestampMs + reachOf(record.side, watch).after);
  const gone = record.dropped === undefined ? goneBefore(record, folded) : [];
  const were = gone.length === 1 ? 'was' : 'were';
  const lost =
    gone.length === 0
      ? ''
      : ` Near enough in time ${were} ${plural(gone.length, 'row')} of ${other}, at ${timesOf(gone)}, but the join no longer kept ${gone.length === 1 ? 'it' : 'them'} when this one came.`;
  const nobody = `No ${gone.length === 0 ? '' : 'other '}row of ${other} from ${from} to ${to}`;
  switch (fateOf(record)) {
    case 'dropped':
      return record.dropped === 'null-join-key'
        ? 'Its join key is null, which equals nothing: it was left out.'
        : 'Its value is null: it was left out.';
    case 'matched':
      return `Met ${plural(record.matches.length, 'row')} of ${other}, at ${timesOf(record.matches)}.${beforeText(record)}${lost}${kept}`;
    case 'waiting':
      return `${nobody} yet. Unless one comes, it comes out alone once stream time is past ${formatClock(lastMs(record, watch))}.${lost}`;
    case 'alone':
      if (record.key === null) {
        return `Its join key is null, which equals nothing: it came out alone, with nulls for ${other}.${kept}`;
      }
      return `${nobody} had come when stream time was ${formatClock(record.aloneAtMs ?? record.streamTimeMs)}: it came out alone, with nulls for ${other}.${lost}${kept}`;
    case 'unmatched':
      return `${nobody} so far. ${silentText(record, watch, other)}${lost}`;
    case 'expired':
      return `${nobody} was there.${lost}${kept}`;
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
