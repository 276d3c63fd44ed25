import { expect, it } from 'vitest';
import type { WatchedWindow, WindowedRecord, WindowWatch } from '../../protocol/watch.ts';
import { fold, laneId, recordAt } from './watched.ts';

const record = (seq: number, key: string, offset = seq): WindowedRecord => ({
  ...{ seq, task: 0, topic: 't', partition: 0, offset, timestampMs: seq, key, streamTimeMs: seq },
  ...{ accepted: [], lateFor: [], merged: 0 },
});

function answer(records: readonly WindowedRecord[], change: Partial<WindowWatch> = {}): WindowWatch {
  return {
    ...{ kind: 'window', type: 'TUMBLING', sizeMs: 10, advanceMs: 10, graceMs: 0, emitFinal: false, results: [] },
    ...{ operators: [''], version: { watch: 1, change: 1 }, isAll: false, total: 0, late: 0, oldestSeq: 0 },
    ...{ tasks: [], isWhole: true, isInOrder: true, windows: [], oldestWindowChange: 0, records },
    ...change,
  };
}

const seqs = (folded: { readonly records: readonly WindowedRecord[] }): readonly number[] =>
  folded.records.map(({ seq }) => seq);

it('folds in what is new and what has changed, and lets go what is kept no more', () => {
  const first = fold(undefined, answer([record(0, 'a'), record(1, 'b')], { isAll: true }));
  const next = fold(first, answer([record(1, 'b', 99), record(2, 'a')], { oldestSeq: 1 }));
  expect(seqs(next)).toEqual([1, 2]);
  expect(recordAt(next.records, 1)?.offset).toBe(99);
  expect(recordAt(next.records, 0)).toBeUndefined();
  expect(fold(next, answer([], { oldestSeq: 1 })).records).toBe(next.records);
});

it('forgets everything when the answer has all', () => {
  const first = fold(undefined, answer([record(5, 'a')], { isAll: true }));
  const next = fold(first, answer([record(0, 'b')], { isAll: true }));
  expect(seqs(next)).toEqual([0]);
  expect([...next.order.keys()]).toEqual([laneId(0, 'b')]);
});

it('keeps the order in which keys were first seen, though their records go', () => {
  const first = fold(undefined, answer([record(0, 'b'), record(1, 'a')], { isAll: true }));
  const next = fold(first, answer([record(2, 'a'), record(3, 'c'), record(4, 'b')], { oldestSeq: 2 }));
  expect([...next.order.keys()]).toEqual(['b', 'a', 'c'].map((key) => laneId(0, key)));
});

it('tells a null key from an empty one', () => {
  expect(laneId(0, null)).not.toBe(laneId(0, ''));
});

const window = (key: string, startMs: number, endMs: number, changedAt: number): WatchedWindow => ({
  ...{ key, task: 0, startMs, endMs, closesAtMs: endMs, cells: [], changedAt },
});
const spans = ({ windows }: { readonly windows: readonly WatchedWindow[] }): readonly string[] =>
  windows.map(({ key, startMs, endMs, changedAt }) => `${key} ${startMs}-${endMs} #${changedAt}`);

it('takes over windows that changed, and lets go those that are kept no more', () => {
  const first = fold(undefined, answer([], { isAll: true, windows: [window('a', 0, 10, 1), window('a', 10, 20, 2)] }));
  const next = fold(
    first,
    answer([], { windows: [window('a', 10, 20, 3), window('b', 0, 10, 4)], oldestWindowChange: 2 }),
  );
  expect(spans(next)).toEqual(['a 10-20 #3', 'b 0-10 #4']);
  expect(spans(fold(next, answer([], { oldestWindowChange: 2 })))).toEqual(spans(next));
});

it('puts a session that has grown in the place of those that went up in it, and of no others', () => {
  const session = (windows: readonly WatchedWindow[], isAll = false): WindowWatch =>
    answer([], { type: 'SESSION', isAll, windows });
  const before = [window('a', 0, 0, 1), window('a', 8, 9, 2), window('a', 30, 30, 3), window('b', 5, 5, 4)];
  const next = fold(fold(undefined, session(before, true)), session([window('a', 0, 9, 5)]));
  expect(spans(next)).toEqual(['a 30-30 #3', 'b 5-5 #4', 'a 0-9 #5']);
});
