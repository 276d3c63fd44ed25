import { describe, expect, it } from 'vitest';
import type { TableRows } from '../../../protocol/api.ts';
import { changedKeys } from './changes.ts';

const table = (rows: Record<string, string>): TableRows => ({
  source: 'T',
  columns: [],
  rows: Object.entries(rows).map(([key, text]) => ({ key, cells: [{ kind: 'string', text }] })),
  total: 0,
  version: 0,
});

describe('changedKeys', () => {
  it('names rows that are new or have another value', () => {
    expect([...changedKeys(table({ a: '1', b: '1', c: '1' }), table({ a: '1', b: '2', d: '1' }))]).toEqual(['b', 'd']);
  });
  it('names none when a table is shown for the first time', () => {
    expect(changedKeys(undefined, table({ a: '1' })).size).toBe(0);
  });
});
