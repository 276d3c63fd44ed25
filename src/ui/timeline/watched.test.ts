import { expect, it } from 'vitest';
import type { WindowedRecord, WindowWatch } from '../../protocol/watch.ts';
import { fold, laneId, recordAt } from './watched.ts';

const record = (seq: number, key: string, offset = seq): WindowedRecord => ({
  ...{ seq, task: 0, topic: 't', partition: 0, offset, timestampMs: seq, key, streamTimeMs: seq },
  ...{ accepted: [], lateFor: [], merged: 0 },
});

function answer(records: readonly WindowedRecord[], change: Partial<WindowWatch> = {}): WindowWatch {
  return {
    ...{ kind: 'window', type: 'TUMBLING', sizeMs: 10, advanceMs: 10, graceMs: 0, emitFinal: false, results: [] },
    ...{ operators: [''], version: { watch: 1, change: 1 }, isAll: false, total: 0, late: 0, oldestSeq: 0 },
    ...{ tasks: [], isWhole: true, isInOrder: true, windows: [], records },
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
