import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../protocol/cell.ts';
import type { LookupRecord, TableJoinWatch } from '../../../protocol/watch.ts';
import type { Lane } from '../../timeline/scene.ts';
import { fold } from '../../timeline/watched.ts';
import { tableJoinScene } from './table-join-scene.ts';
import { describeLookup } from './table-join-words.ts';

const cells = (...texts: readonly string[]): readonly Cell[] => texts.map((text) => ({ kind: 'string', text }));
const row = (
  seq: number,
  side: LookupRecord['side'],
  timestampMs: number,
  change: Partial<LookupRecord> = {},
): LookupRecord => ({
  ...{ seq, arrival: seq, side, task: 0, topic: 't', partition: 0, offset: seq, timestampMs, key: 'a' },
  ...{ streamTimeMs: timestampMs, row: cells(`v${seq}`) },
  ...change,
});
const watch = (records: readonly LookupRecord[], change: Partial<TableJoinWatch> = {}): TableJoinWatch => ({
  ...{ kind: 'table-join', shape: 'stream-table', type: 'LEFT', left: 'O', right: 'P', operators: [''] },
  ...{ version: { watch: 1, change: 1 }, isAll: true, total: 0, late: 0, oldestSeq: 0, tasks: [] },
  ...{ columns: { left: ['N'], right: ['NAME'], result: ['N', 'NAME'] }, isWhole: true, isInOrder: true, records },
  ...change,
});
const found = (timestampMs: number, text: string): LookupRecord['found'] => ({ timestampMs, row: cells(text) });
const linksOf = (lanes: readonly Lane[]) =>
  lanes.flatMap(({ links }) => links.map(({ from, to }) => [from.seq, to.seq]));

/** The record comes before the table's row, though it is younger; the row is then replaced by an older one. */
const STREAM = [
  row(0, 'left', 9_000, { found: 'nothing' }),
  row(1, 'right', 5_000),
  row(2, 'left', 2_000, { found: found(5_000, 'v1') }),
  row(3, 'right', 4_000),
  row(4, 'left', 9_500, { found: found(4_000, 'v3') }),
  row(5, 'right', 9_600, { row: undefined }),
  row(6, 'left', 9_700, { key: null, dropped: 'null-join-key' }),
];

describe('the picture of a stream with a table', () => {
  it('goes by arrival: each record lies over the row that it met', () => {
    const { lanes, rowNames, axis } = tableJoinScene(fold(undefined, watch(STREAM)), 'keys', 'arrival');
    expect([axis, ...rowNames]).toEqual(['arrival', 'O', 'P']);
    const marks = lanes.flatMap((lane) => lane.marks);
    expect(marks.map(({ timeMs, row: at, glyph, tag }) => [timeMs / 1_000, at, glyph, tag])).toEqual([
      [0, 0, 'ring', 'no row'],
      [1, 1, 'dot', undefined],
      [2, 0, 'dot', undefined],
      [3, 1, 'dot', undefined],
      [4, 0, 'dot', undefined],
      [5, 1, 'tombstone', undefined],
      [6, 0, 'cross', 'no key'],
    ]);
    const boxes = lanes.flatMap((lane) => lane.boxes);
    expect(boxes.map(({ fromMs, toMs, text, isOpen }) => [fromMs, toMs, text, isOpen])).toEqual([
      [1_000, 3_000, 'v1', false],
      [3_000, 5_000, 'v3', false],
    ]);
    expect(linksOf(lanes)).toEqual([
      [2, 1],
      [4, 3],
    ]);
  });

  it('shows what the table held before what is drawn, as the records tell that met it', () => {
    const late = [
      row(10, 'left', 9_000, { found: found(100, 'old') }),
      row(11, 'left', 9_100, { found: found(100, 'old') }),
      row(12, 'left', 9_200, { found: found(200, 'newer') }),
      row(13, 'right', 300),
      row(14, 'left', 9_300, { found: found(300, 'v13') }),
    ];
    const boxesOf = (records: readonly LookupRecord[]) =>
      tableJoinScene(fold(undefined, watch(records)), 'keys', 'arrival').lanes.flatMap(({ boxes }) =>
        boxes.map(({ fromMs, toMs, text, isOpen }) => [fromMs, toMs, text, isOpen]),
      );
    expect(boxesOf(late)).toEqual([
      [10_000, 12_000, 'old', false],
      [12_000, 13_000, 'newer', false],
      [13_000, 15_000, 'v13', true],
    ]);
    expect(boxesOf(late.slice(0, 2))).toEqual([[10_000, 12_000, 'old', true]]);
  });

  it('by time a row that came out of order ends where it begins', () => {
    const { lanes } = tableJoinScene(fold(undefined, watch(STREAM)), 'keys', 'time');
    expect(lanes.flatMap((lane) => lane.boxes).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [4_000, 9_600],
      [5_000, 5_000],
    ]);
  });

  it('in words: why a record found nothing, and that tables go by their order', () => {
    const texts = STREAM.map((record) => describeLookup(record, watch(STREAM), STREAM));
    expect(texts[0]).toBe(
      'P held no row for its key when it came. The LEFT JOIN put it out with nulls for P. A row came after it, though its time, 1970-01-01 00:00:05.000, is no later: records that have gone by are not joined again.',
    );
    expect(texts[1]).toContain('NAME: v1. Held until the next came; 1 record of O met it.');
    expect(texts[2]).toContain('Met the row that P held when it came: NAME: v1. That is 3 s younger than the record');
    expect(texts[3]).toContain('It is 1 s older than the row that it replaced, and replaced it all the same');
    expect(texts[5]).toContain('Deleted: records of O that come from here on find no row.');
    expect(texts[6]).toContain('Its key is null');
  });
});

describe('the picture of two tables', () => {
  const TABLES = [
    row(0, 'left', 1_000, { found: 'nothing' }),
    row(1, 'right', 2_000, { arrival: 1, found: found(1_000, 'v0') }),
    row(2, 'result', 2_000, { arrival: 1, row: cells('v0', 'v1') }),
    row(3, 'left', 3_000, { arrival: 2, row: undefined, found: found(2_000, 'v1') }),
    row(4, 'result', 3_000, { arrival: 2, row: undefined }),
  ];
  const tables = watch(TABLES, { shape: 'table-table', type: 'INNER' });

  it('has the versions of both sides, and below them those of the result', () => {
    const { lanes, rowNames } = tableJoinScene(fold(undefined, tables), 'keys', 'arrival');
    expect(rowNames).toEqual(['O', 'P', 'result']);
    expect(lanes[0]?.boxes.map(({ row: at, fromMs, toMs, text }) => [at, fromMs, toMs, text])).toEqual([
      [0, 0, 2_000, 'v0'],
      [2, 1_000, 2_000, 'v0 · v1'],
      [1, 1_000, 3_000, 'v1'],
    ]);
    expect(linksOf(lanes)).toEqual([
      [1, 0],
      [3, 1],
    ]);
  });

  it('says of each change what the other side held, and what came of it', () => {
    const texts = TABLES.map((record) => describeLookup(record, tables, TABLES));
    expect(texts).toEqual([
      'N: v0. P held no row for its key, so the INNER JOIN put nothing out.',
      'NAME: v1. O held N: v0, and the result is made of both.',
      'N: v0, NAME: v1.',
      'Deleted. P held NAME: v1, so the result was taken back.',
      'The result was taken back.',
    ]);
  });
});

describe('a row whose join key is null', () => {
  it('says so, for it did not miss any row', () => {
    const alone = row(0, 'left', 1_000, { key: null, found: 'nothing' });
    const stream = watch([alone], { shape: 'stream-table', type: 'LEFT' });
    expect(describeLookup(alone, stream, [alone])).toBe(
      'Its join key is null, which equals nothing. The LEFT JOIN put it out with nulls for P.',
    );
    const staff = watch([alone], { shape: 'foreign-key', type: 'LEFT' });
    expect(describeLookup(alone, staff, [alone])).toBe('N: v0. It refers to no row of P: the result has nulls for P.');
  });
});

describe('the picture of a foreign-key join', () => {
  const STAFF = [
    row(0, 'right', 1_000, { told: [] }),
    row(1, 'left', 2_000, { ownKey: '1', found: found(1_000, 'v0') }),
    row(2, 'left', 2_500, { ownKey: '2' }),
    row(3, 'right', 3_000, { told: ['1'] }),
    row(4, 'result', 3_000, { ownKey: '1' }),
    row(5, 'left', 4_000, { ownKey: '1', row: undefined, movedTo: 'b' }),
  ];
  const staff = watch(STAFF, { shape: 'foreign-key', type: 'INNER' });

  it('lies by the foreign key: who asked, and who was told of a change', () => {
    const { lanes } = tableJoinScene(fold(undefined, staff), 'keys', 'arrival');
    const [lane] = lanes;
    expect(lane?.marks.map(({ glyph, tag }) => [glyph, tag])).toEqual([
      ['ring', undefined],
      ['dot', '1'],
      ['dashed', '2'],
      ['dot', undefined],
      ['dot', '1'],
      ['tombstone', '1 to b'],
    ]);
    expect(linksOf(lanes)).toEqual([
      [1, 0],
      [3, 1],
    ]);
    expect(lane?.boxes.map(({ row: at }) => at)).toEqual([1, 1]);
  });

  it('in words', () => {
    const texts = STAFF.map((record) => describeLookup(record, staff, STAFF));
    expect(texts).toEqual([
      'NAME: v0. No row of O refers to it.',
      'N: v1. P held NAME: v0 for a.',
      'N: v2. It asked for a, and was not answered yet.',
      'NAME: v3. Told to the row of O that refers to it: 1.',
      'N: v4.',
      'It refers to b from here on, and no longer to a.',
    ]);
  });
});
