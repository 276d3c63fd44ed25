import { describe, expect, it } from 'vitest';
import type { WatchedWindow, WindowedRecord, WindowWatch } from '../../../protocol/watch.ts';
import type { Item } from '../../timeline/scene.ts';
import { fold } from '../../timeline/watched.ts';
import { describeItem, describeRecord } from './describe.ts';
import { heldText, missingText, sqlSpan } from './missing.ts';
import { verdictOf, windowScene } from './window-scene.ts';

const span = (startMs: number, endMs: number) => ({ startMs, endMs });
const record = (seq: number, timestampMs: number, change: Partial<WindowedRecord> = {}): WindowedRecord => ({
  ...{ seq, task: 0, topic: 't', partition: 0, offset: seq, timestampMs, key: 'a', streamTimeMs: timestampMs },
  ...{ accepted: [span(0, 10_000)], lateFor: [], merged: 0 },
  ...change,
});
const window = (key: string, startMs: number, change: Partial<WatchedWindow> = {}): WatchedWindow => ({
  ...{ key, task: 0, startMs, endMs: startMs + 10_000, closesAtMs: startMs + 15_000, records: 2, changedAt: 1 },
  cells: [{ kind: 'number', text: '7' }],
  ...change,
});
const watch = (change: Partial<WindowWatch>): WindowWatch => ({
  ...{ kind: 'window', type: 'TUMBLING', sizeMs: 10_000, advanceMs: 10_000, graceMs: 5_000, emitFinal: false },
  ...{ operators: [''], version: { watch: 1, change: 1 }, isAll: true, total: 0, late: 0, oldestSeq: 0 },
  ...{ results: ['N'], tasks: [{ partition: 0, streamTimeMs: 16_000 }], isWhole: true, isInOrder: true },
  ...{ records: [], windows: [], oldestWindowChange: 0 },
  ...change,
});

const IN_ORDER = record(0, 1_000);
const OUT_OF_ORDER = record(1, 500, { streamTimeMs: 1_000 });
const LATE = record(2, 4_000, { accepted: [], lateFor: [span(0, 10_000)], streamTimeMs: 16_000 });
const PARTLY = record(3, 8_000, { accepted: [span(5_000, 15_000)], lateFor: [span(0, 10_000)], streamTimeMs: 16_000 });
const NO_KEY = record(4, 9_000, { key: null, accepted: [], dropped: 'null-key' });

describe('the picture of windows', () => {
  it('has a shape for each verdict, and says how late a record was', () => {
    const all = [IN_ORDER, OUT_OF_ORDER, LATE, PARTLY, NO_KEY];
    expect(all.map(verdictOf)).toEqual(['in-order', 'out-of-order', 'late', 'partly-late', 'dropped']);
    const scene = windowScene(fold(undefined, watch({ records: all })), 'keys');
    const marks = scene.lanes.flatMap((lane) => lane.marks).sort((a, b) => a.seq - b.seq);
    expect(marks.map(({ glyph, tag }) => [glyph, tag])).toEqual([
      ['dot', undefined],
      ['diamond', undefined],
      ['cross', '12 s late'],
      ['diamond', 'late for 1 of 2'],
      ['cross', 'no key'],
    ]);
    expect(marks.map(({ hue }) => hue === undefined)).toEqual([false, false, true, false, true]);
    expect(scene.lanes.map(({ label }) => label)).toEqual(['a', 'no key']);
  });

  it('tells open windows from closed ones by the stream time of their task', () => {
    const windows = [window('a', 0), window('a', 10_000), window('b', 0, { task: 1 })];
    const tasks = [
      { partition: 0, streamTimeMs: 16_000 },
      { partition: 1, streamTimeMs: 3_000 },
    ];
    const { groups, domain } = windowScene(fold(undefined, watch({ windows, tasks })), 'keys');
    expect(
      groups.map(({ label, lanes }) => [label, ...lanes.flatMap(({ boxes }) => boxes.map(({ isOpen }) => isOpen))]),
    ).toEqual([
      ['Partition 0', false, true],
      ['Partition 1', true],
    ]);
    expect(groups[0]?.bands).toEqual([{ row: 0, fromMs: 11_000, toMs: 16_000 }]);
    expect(domain).toEqual({ fromMs: 0, toMs: 20_000 });
  });

  it('lays windows of the same bounds over each other when all keys share a lane', () => {
    const windows = [window('a', 0), window('b', 0), window('b', 10_000)];
    const { lanes } = windowScene(fold(undefined, watch({ windows })), 'all');
    expect(lanes.map(({ boxes }) => boxes.map(({ text }) => text))).toEqual([['2 keys', '7']]);
  });

  it('stacks hopping windows, for they overlap', () => {
    const windows = [window('a', 0), window('a', 5_000), window('a', 10_000)];
    const { lanes } = windowScene(fold(undefined, watch({ windows, type: 'HOPPING', advanceMs: 5_000 })), 'keys');
    expect(lanes[0]?.boxes.map(({ level }) => level)).toEqual([0, 1, 0]);
  });
});

describe('in words', () => {
  const settings = watch({});

  it('a late record is told what it missed, and what would have helped', () => {
    expect(describeRecord(LATE, settings)).toBe(
      '12 s behind stream time, which was 00:00:16. The window 00:00:00 – 00:00:10 had been closed since stream time 00:00:15, so it was not counted there. A grace period of more than 6 s, instead of 5 s, would have let it in.',
    );
  });

  it('a record that came out of order, and one that had no key', () => {
    expect(describeRecord(OUT_OF_ORDER, settings)).toBe(
      'Out of order, 500 ms behind stream time, which was 00:00:01; but in time, for its window was still open. It went into the window 00:00:00 – 00:00:10.',
    );
    expect(describeRecord(NO_KEY, settings)).toContain('no key');
  });

  it('a record that made sessions one', () => {
    const merging = record(0, 5_000, { accepted: [span(1_000, 9_000)], merged: 2, streamTimeMs: 9_000 });
    expect(describeRecord(merging, watch({ type: 'SESSION' }))).toContain('It made 2 sessions one.');
  });

  it('a window says whether it takes more, and what it holds', () => {
    const folded = fold(undefined, watch({ windows: [window('a', 0), window('a', 10_000)], emitFinal: true }));
    const texts = windowScene(folded, 'keys').lanes.flatMap((lane) =>
      lane.boxes.map((box): string => describeItem(folded, { kind: 'box', lane, box } satisfies Item)?.text ?? ''),
    );
    expect(texts).toEqual([
      '2 records, all of them older than those drawn. N: 7. Closed since stream time reached 1970-01-01 00:00:15.000. Its result came out then.',
      '2 records, all of them older than those drawn. N: 7. Open until stream time reaches 1970-01-01 00:00:25.000. EMIT FINAL holds its result back until then.',
    ]);
  });
});

describe('records that are drawn no more', () => {
  const records = [record(5, 1_000), record(6, 12_000, { accepted: [span(10_000, 20_000)] })];
  const windows = [window('a', 0, { records: 12 }), window('a', 10_000, { records: 1 }), window('a', -90_000)];
  const folded = fold(undefined, watch({ windows, records, oldestSeq: 5, total: 7 }));

  it('are counted at their windows', () => {
    const [lane] = windowScene(folded, 'keys').lanes;
    expect(lane?.boxes.map(({ older }) => older)).toEqual(['2', '11', undefined]);
    const unknown = fold(undefined, watch({ windows: [window('a', 0, { records: undefined })] }));
    expect(windowScene(unknown, 'keys').lanes[0]?.boxes[0]?.older).toBeUndefined();
  });

  it('are at least so many when the past was not read to its beginning', () => {
    const part = { ...folded, watch: { ...folded.watch, isWhole: false } };
    const [lane] = windowScene(part, 'keys').lanes;
    expect(lane?.boxes.map(({ older }) => older)).toEqual(['2+', '11+', undefined]);
    const [, box] = lane?.boxes ?? [];
    if (lane === undefined || box === undefined) throw new Error('there is a window');
    expect(describeItem(part, { kind: 'box', lane, box })?.text).toMatch(/^At least 12 records, 11 of them older/);
  });

  it('are counted in words too', () => {
    const { lanes } = windowScene(folded, 'keys');
    const [lane] = lanes;
    const texts = lane?.boxes.map((box) => describeItem(folded, { kind: 'box', lane, box })?.text.split('.', 1)[0]);
    expect(texts).toEqual([
      '2 records, all of them older than those drawn',
      '12 records, 11 of them older than those drawn',
      '1 record',
    ]);
  });

  it('belong to a session that has grown since', () => {
    const session = window('a', 500, { endMs: 9_000, records: 3 });
    const grown = fold(
      undefined,
      watch({
        type: 'SESSION',
        windows: [session],
        records: [
          record(0, 1_000, { accepted: [span(1_000, 1_000)] }),
          record(1, 500, { accepted: [span(500, 1_000)] }),
        ],
      }),
    );
    expect(windowScene(grown, 'keys').lanes[0]?.boxes[0]?.older).toBe('1');
  });

  it('are out of sight at first: the picture opens on the records', () => {
    const { domain, home } = windowScene(folded, 'keys');
    expect(domain).toEqual({ fromMs: -90_000, toMs: 20_000 });
    expect(home).toEqual({ fromMs: 0, toMs: 20_000 });
  });
});

describe('why results are missing', () => {
  const missing = (change: Partial<WindowWatch>) => missingText(fold(undefined, watch(change)));

  it('late records are in none, and a grace period would have counted them', () => {
    expect(missing({})).toBeUndefined();
    expect(missing({ late: 1, records: [LATE] })).toBe(
      '1 record came after the window had closed and is in no result. GRACE PERIOD 7 SECONDS instead of 5 SECONDS would count it.',
    );
    expect(missing({ late: 2 })).toBe('2 records came after their window had closed and are in no result.');
    expect(missing({ late: 1, type: 'HOPPING', records: [PARTLY] })).toBe(
      '1 record came too late for some or all of its windows. GRACE PERIOD 7 SECONDS instead of 5 SECONDS would count it.',
    );
  });

  it.each([
    [0, '0 SECONDS'],
    [250, '250 MILLISECONDS'],
    [17_500, '18 SECONDS'],
    [120_000, '2 MINUTES'],
    [90_000, '90 SECONDS'],
    [86_400_000, '1 DAY'],
  ])('%d ms is %s in SQL', (ms, text) => {
    expect(sqlSpan(ms)).toBe(text);
  });

  it('EMIT FINAL says nothing until a window is closed', () => {
    const windows = [window('a', 10_000)];
    expect(missing({ emitFinal: true, windows })).toBe(
      'No window is closed yet, so EMIT FINAL has put nothing out. The first comes when a record moves stream time to 00:00:25 or beyond.',
    );
    expect(missing({ emitFinal: true, windows: [window('a', 0), ...windows] })).toBeUndefined();
    // Of windows that are known no more some may have closed.
    expect(missing({ emitFinal: true, windows, total: 9, records: [IN_ORDER] })).toBeUndefined();
    expect(missing({ emitFinal: true, windows, isWhole: false })).toBeUndefined();
  });

  it('EMIT FINAL says what it holds back', () => {
    const held = (change: Partial<WindowWatch>) => heldText(fold(undefined, watch({ emitFinal: true, ...change })));
    const windows = [window('a', 0), window('a', 10_000), window('b', 10_000)];
    expect(held({ windows })).toBe(
      'EMIT FINAL holds back 2 windows until they close, at stream time 00:00:25 and after.',
    );
    expect(held({ windows: windows.slice(0, 2) })).toBe(
      'EMIT FINAL holds back 1 window until it closes, at stream time 00:00:25.',
    );
    expect(held({ windows: windows.slice(0, 1) })).toBeUndefined();
    expect(held({ windows: windows.slice(1) })).toBeUndefined();
    expect(held({ windows, emitFinal: false })).toBeUndefined();
  });
});
