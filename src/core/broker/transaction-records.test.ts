import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeTransaction,
  encodeTransactionKey,
  encodeTransactionValue,
  type TransactionState,
} from './transaction-records.ts';

const state: fc.Arbitrary<TransactionState> = fc.record({
  transactionalId: fc.string({ unit: 'grapheme', maxLength: 20 }),
  producerId: fc.nat(2 ** 40),
  producerEpoch: fc.nat(0x7fff),
  timeoutMs: fc.nat(),
  status: fc.constantFrom('Empty', 'Ongoing', 'CompleteCommit', 'CompleteAbort'),
  partitions: fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'größe', '__consumer_offsets'), fc.nat(9)), {
      selector: ([topic, partition]) => `${topic}-${partition}`,
    })
    .map((pairs) => pairs.sort().map(([topic, partition]) => ({ topic, partition }))),
  updatedAtMs: fc.nat(),
  startedAtMs: fc.integer({ min: -1 }),
});

describe('records of __transaction_state', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(state, (written) => {
        const key = encodeTransactionKey(written.transactionalId);
        expect(decodeTransaction(key, encodeTransactionValue(written))).toEqual(written);
      }),
    );
  });

  it('have the layout of TransactionLogValue, version 0', () => {
    const bytes = encodeTransactionValue({
      transactionalId: 't',
      producerId: 258,
      producerEpoch: 3,
      timeoutMs: 4,
      status: 'Ongoing',
      partitions: [{ topic: 'a', partition: 5 }],
      updatedAtMs: 6,
      startedAtMs: 7,
    });
    const hex = Buffer.from(bytes).toString('hex');
    expect(hex).toBe(
      ['0000', '0000000000000102', '0003', '00000004', '01', '00000001', '000161', '00000001', '00000005'].join('') +
        ['0000000000000006', '0000000000000007'].join(''),
    );
    expect(Buffer.from(encodeTransactionKey('t')).toString('hex')).toBe('0000000174');
  });

  it('of a status that is not known are refused', () => {
    const bytes = new Uint8Array(37);
    bytes[16] = 9;
    expect(() => decodeTransaction(encodeTransactionKey('mine'), bytes)).toThrowError(/mine has status 9/);
  });
});
