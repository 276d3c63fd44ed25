/** A row of a join with tables in words: what the other side held when it came, and what that led to. */
import type { Cell } from '../../../protocol/cell.ts';
import type { LookupRecord, TableJoinWatch } from '../../../protocol/watch.ts';
import { formatTime, plural } from '../../components/format.ts';
import { formatSpan } from '../../timeline/scale.ts';
import type { Item } from '../../timeline/scene.ts';
import type { Description } from '../../timeline/picture.ts';
import { recordAt, type Folded } from '../../timeline/watched.ts';
import { placeOf } from '../../timeline/words.ts';
import { fateOf } from './table-join-scene.ts';

export function describeTableItem({ watch, records }: Folded<TableJoinWatch>, item: Item): Description | undefined {
  const seq = item.kind === 'mark' ? item.mark.seq : Number(item.box.id.slice(1));
  const record = recordAt(records, seq);
  if (record === undefined) return undefined;
  const name = record.side === 'result' ? 'Result' : watch[record.side];
  const own = record.ownKey === undefined ? '' : ` ${record.ownKey}`;
  const lane = records.filter((one) => one.key === record.key && one.task === record.task);
  return {
    key: record.key,
    title: `${name}${own}, ${placeOf(record)}`,
    text: describeLookup(record, watch, lane),
  };
}

/** @param lane all rows of the same key */
export function describeLookup(record: LookupRecord, watch: TableJoinWatch, lane: readonly LookupRecord[]): string {
  if (record.dropped !== undefined) return droppedText(record.dropped, watch);
  if (record.side === 'result') {
    return record.row === undefined ? 'The result was taken back.' : `${rowOf(record.row, 'result', watch)}.`;
  }
  switch (watch.shape) {
    case 'stream-table':
      return record.side === 'left' ? streamText(record, watch, lane) : tableText(record, watch, lane);
    case 'table-table':
      return changeText(record, watch, lane);
    case 'foreign-key':
      return record.side === 'left' ? referenceText(record, watch) : toldText(record, watch, lane);
  }
}

function droppedText(reason: string, { right, type }: TableJoinWatch): string {
  switch (reason) {
    case 'null-foreign-key':
      return `It refers to no row of ${right}: the ${type} JOIN leaves it out.`;
    case 'null-value':
      return 'Its value is null: it was left out.';
    default:
      return 'Its key is null, which equals nothing: it was left out.';
  }
}

function streamText(record: LookupRecord, watch: TableJoinWatch, lane: readonly LookupRecord[]): string {
  const { right, type } = watch;
  const { found, timestampMs, arrival } = record;
  if (found === undefined) return '';
  if (found !== 'nothing') {
    const by = found.timestampMs - timestampMs;
    const isYounger =
      by > 0
        ? ` That is ${formatSpan(by)} younger than the record itself: what counts is what the table holds when the record comes, not what it held at the record's time.`
        : '';
    return `Met the row that ${right} held when it came: ${rowOf(found.row, 'right', watch)}.${isYounger}`;
  }
  const later = lane.find((one) => one.side === 'right' && one.row !== undefined && one.arrival > arrival);
  const why =
    later === undefined
      ? ''
      : later.timestampMs <= timestampMs
        ? ` A row came after it, though its time, ${formatTime(later.timestampMs)}, is no later: records that have gone by are not joined again.`
        : ' A row came after it: records that have gone by are not joined again.';
  const what =
    type === 'LEFT' ? `The LEFT JOIN put it out with nulls for ${right}.` : `The ${type} JOIN put nothing out for it.`;
  if (record.key === null) return `Its join key is null, which equals nothing. ${what}`;
  return `${right} held no row for its key when it came. ${what}${why}`;
}

function tableText(record: LookupRecord, watch: TableJoinWatch, lane: readonly LookupRecord[]): string {
  const { left } = watch;
  const order = orderText(record, lane);
  if (record.row === undefined) return `Deleted: records of ${left} that come from here on find no row.${order}`;
  const next = lane.find(({ side, arrival }) => side === 'right' && arrival > record.arrival);
  const until = next?.arrival ?? Infinity;
  const met = lane.filter(
    ({ side, arrival, found }) =>
      side === 'left' && arrival > record.arrival && arrival < until && found !== undefined && found !== 'nothing',
  ).length;
  const held = next === undefined ? 'Held since then' : 'Held until the next came';
  return `${rowOf(record.row, 'right', watch)}. ${held}; ${plural(met, 'record')} of ${left} met it. A table's row puts nothing out itself.${order}`;
}

function changeText(record: LookupRecord, watch: TableJoinWatch, lane: readonly LookupRecord[]): string {
  const { side, row, found, arrival } = record;
  const isLeft = side === 'left';
  const other = isLeft ? watch.right : watch.left;
  const own = row === undefined ? 'Deleted' : rowOf(row, side, watch);
  const result = lane.find((one) => one.side === 'result' && one.arrival === arrival);
  const what =
    result === undefined
      ? `so the ${watch.type} JOIN put nothing out.`
      : result.row === undefined
        ? 'so the result was taken back.'
        : fateOf(record, watch) === 'alone'
          ? `so the result has nulls for ${other}.`
          : 'and the result is made of both.';
  const met =
    found === undefined || found === 'nothing'
      ? `${other} held no row for its key, `
      : `${other} held ${rowOf(found.row, isLeft ? 'right' : 'left', watch)}, `;
  return `${own}. ${met}${what}${orderText(record, lane)}`;
}

function referenceText(record: LookupRecord, watch: TableJoinWatch): string {
  const { row, found, movedTo, key } = record;
  const { right, type } = watch;
  if (movedTo !== undefined) {
    return movedTo === null
      ? `It refers to no row of ${right} any longer.`
      : `It refers to ${movedTo} from here on, and no longer to ${key ?? 'none'}.`;
  }
  if (row === undefined) return 'Deleted: its result is taken back.';
  const own = rowOf(row, 'left', watch);
  if (found === undefined) return `${own}. It asked for ${key ?? 'no row'}, and was not answered yet.`;
  if (found !== 'nothing') return `${own}. ${right} held ${rowOf(found.row, 'right', watch)} for ${key ?? 'it'}.`;
  const what =
    type === 'LEFT' ? `the result has nulls for ${right}` : `the ${type} JOIN puts nothing out until there is one`;
  return key === null
    ? `${own}. It refers to no row of ${right}: ${what}.`
    : `${own}. ${right} held no row for ${key}: ${what}.`;
}

const MAX_KEYS = 8;

function toldText(record: LookupRecord, watch: TableJoinWatch, lane: readonly LookupRecord[]): string {
  const own = record.row === undefined ? 'Deleted' : rowOf(record.row, 'right', watch);
  const told = record.told ?? [];
  const shown = told.slice(0, MAX_KEYS).join(', ');
  const more = told.length > MAX_KEYS ? ' and others' : '';
  const whom =
    told.length === 0
      ? `No row of ${watch.left} refers to it.`
      : `Told to the ${told.length === 1 ? 'row' : 'rows'} of ${watch.left} that ${told.length === 1 ? 'refers' : 'refer'} to it: ${shown}${more}.`;
  return `${own}. ${whom}${orderText(record, lane)}`;
}

/** A table follows the order of its topic, not of time. */
function orderText(record: LookupRecord, lane: readonly LookupRecord[]): string {
  const before = lane.findLast(({ side, arrival }) => side === record.side && arrival < record.arrival);
  if (before === undefined || before.timestampMs <= record.timestampMs) return '';
  const by = formatSpan(before.timestampMs - record.timestampMs);
  return ` It is ${by} older than the row that it replaced, and replaced it all the same: a table goes by the order of its topic.`;
}

function rowOf(row: readonly Cell[], side: LookupRecord['side'], { columns }: TableJoinWatch): string {
  return row.map(({ text }, i) => `${columns[side][i] ?? ''}: ${text}`).join(', ');
}
