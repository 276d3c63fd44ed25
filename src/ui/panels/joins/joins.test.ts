import { describe, expect, it } from 'vitest';
import type { JoinedRecord, JoinWatch } from '../../../protocol/watch.ts';
import { fold } from '../../timeline/watched.ts';
import { describeRow } from './describe.ts';
import { fateOf, joinScene, partnersOf } from './join-scene.ts';

const row = (
  seq: number,
  side: 'left' | 'right',
  timestampMs: number,
  change: Partial<JoinedRecord> = {},
): JoinedRecord => ({
  ...{ seq, side, task: 0, topic: 't', partition: 0, offset: seq, timestampMs, key: 'a', streamTimeMs: timestampMs },
  ...{ matches: [], isWaiting: false, isExpired: false },
  ...change,
});
const watch = (records: readonly JoinedRecord[], change: Partial<JoinWatch> = {}): JoinWatch => ({
  ...{ kind: 'join', type: 'LEFT', left: 'O', right: 'P', beforeMs: 2_000, afterMs: 10_000, graceMs: 5_000 },
  ...{
    operators: [''],
    version: { watch: 1, change: 1 },
    isAll: true,
    total: 0,
    late: 0,
    oldestSeq: 0,
    isEager: false,
  },
  ...{ tasks: [{ partition: 0, streamTimeMs: 40_000 }], isWhole: true, isInOrder: true, records },
  ...change,
});

const MATCHED = [row(0, 'left', 1_000, { matches: [3_000] }), row(1, 'right', 3_000, { matches: [1_000] })];
const WAITING = row(2, 'left', 39_000, { isWaiting: true });
const ALONE = row(3, 'left', 2_000, { aloneAtMs: 40_000 });
const NONE = row(4, 'right', 20_000);
const EXPIRED = row(5, 'right', 1_000, { isExpired: true, streamTimeMs: 40_000, key: 'b' });

describe('the picture of a join', () => {
  it('has a shape for each fate, and a line for each pair', () => {
    const records = [...MATCHED, WAITING, ALONE, NONE, EXPIRED];
    expect(records.map(fateOf)).toEqual(['matched', 'matched', 'waiting', 'alone', 'unmatched', 'expired']);
    const { lanes, rowNames } = joinScene(fold(undefined, watch(records)), 'keys');
    const marks = lanes.flatMap((lane) => lane.marks).sort((a, b) => a.seq - b.seq);
    expect(marks.map(({ glyph, tag }) => [glyph, tag])).toEqual([
      ['dot', undefined],
      ['dot', undefined],
      ['dashed', undefined],
      ['ring', 'alone'],
      ['ring', undefined],
      ['cross', '39 s late'],
    ]);
    expect(marks.map((mark) => mark.row)).toEqual([0, 1, 0, 0, 1, 1]);
    expect(lanes.flatMap(({ links }) => links.map(({ from, to }) => [from.seq, to.seq]))).toEqual([[0, 1]]);
    expect(rowNames).toEqual(['O', 'P']);
  });

  it('draws no line between rows of different keys in a lane of all keys', () => {
    const records = [
      row(0, 'left', 1_000, { matches: [3_000] }),
      row(1, 'right', 3_000, { matches: [1_000], key: 'b' }),
      row(2, 'right', 3_000, { matches: [1_000] }),
    ];
    const { lanes } = joinScene(fold(undefined, watch(records)), 'all');
    expect(lanes.flatMap(({ links }) => links.map(({ from, to }) => [from.seq, to.seq]))).toEqual([[0, 2]]);
  });

  it('shows where a row finds partners: for a right row the other way round', () => {
    const [left, right] = joinScene(fold(undefined, watch(MATCHED)), 'keys').lanes[0]?.marks ?? [];
    if (left === undefined || right === undefined) throw new Error('both rows are drawn');
    expect(partnersOf(left, watch([]))).toEqual({ row: 1, fromMs: -1_000, toMs: 11_000 });
    expect(partnersOf(right, watch([]))).toEqual({ row: 0, fromMs: -7_000, toMs: 5_000 });
  });

  it('has the grace of each side before stream time, less how far its rows reach', () => {
    const { groups } = joinScene(fold(undefined, watch(MATCHED)), 'keys');
    expect(groups[0]?.bands).toEqual([
      { row: 0, fromMs: 25_000, toMs: 30_000 },
      { row: 1, fromMs: 33_000, toMs: 38_000 },
    ]);
  });
});

describe('in words', () => {
  const settings = watch([]);

  it.each([
    [MATCHED[0], 'Met 1 row of P, at 00:00:03.'],
    [
      WAITING,
      'No row of P from 00:00:37 to 00:00:49 yet. Unless one comes, it comes out alone once stream time is past 00:00:54.',
    ],
    [
      ALONE,
      'No row of P from 00:00:00 to 00:00:12 had come when stream time was 00:00:40: it came out alone, with nulls for P.',
    ],
    [
      NONE,
      'No row of O from 00:00:10 to 00:00:22 so far. Its time is over: stream time is past 00:00:27. A LEFT JOIN does not put it out without one of O.',
    ],
    [
      row(6, 'left', 2_000, { aloneAtMs: 40_000, matches: [3_000] }),
      'Met 1 row of P, at 00:00:03. It had come out alone before, at stream time 00:00:40.',
    ],
    [
      row(8, 'left', 2_000, { key: null, aloneAtMs: 2_000 }),
      'Its join key is null, which equals nothing: it came out alone, with nulls for P.',
    ],
    [
      row(7, 'left', 2_000, { dropped: 'null-join-key' }),
      'Its join key is null, which equals nothing: it was left out.',
    ],
  ])('%#', (record, text) => {
    if (record === undefined) throw new Error('there is a row');
    expect(describeRow(record, { watch: settings, records: [record] })).toBe(text);
  });

  it('a row whose partner the join no longer kept says so, and one of another key, or that came later, is no partner', () => {
    const lost = row(9, 'right', 8_000, { aloneAtMs: 40_000 });
    const records = [
      row(5, 'left', 1_000, { aloneAtMs: 13_000 }),
      row(6, 'left', 1_500, { key: 'b' }),
      row(7, 'left', 30_000),
      lost,
      row(10, 'left', 2_000),
    ];
    const text = describeRow(lost, { watch: settings, records });
    expect(text).toContain('No other row of O from 23:59:58 to 00:00:10 had come');
    expect(text).toContain(
      'Near enough in time was 1 row of O, at 00:00:01, but the join no longer kept it when this one came.',
    );
    expect(describeRow(lost, { watch: settings, records: records.slice(1) })).not.toContain('no longer kept');
  });

  it('a row that came too late says who did not find it', () => {
    expect(describeRow(EXPIRED, { watch: settings, records: [EXPIRED] })).toContain(
      '39 s behind stream time, it was too late to be kept',
    );
  });
});
