import { describe, expect, it } from 'vitest';
import { hasTopology, queryName } from './query-name.ts';

describe('queryName', () => {
  it('names a persistent query by its id, a push query by what it reads', () => {
    const push = { kind: 'PUSH' as const, statement: 'SELECT * FROM flights EMIT CHANGES;', sources: ['FLIGHTS'] };
    expect(queryName({ ...push, id: 'transient_FLIGHTS_3' })).toBe('Push query on FLIGHTS #3');
    expect(queryName({ ...push, id: 'print_flights_4', statement: 'PRINT flights', sources: [] })).toBe(
      'PRINT flights #4',
    );
    expect(queryName({ ...push, id: 'CSAS_A_1', kind: 'PERSISTENT' })).toBe('CSAS_A_1');
  });

  it('knows that PRINT has no topology', () => {
    expect(hasTopology({ kind: 'PUSH', statement: 'PRINT flights' })).toBe(false);
    expect(hasTopology({ kind: 'PUSH', statement: 'SELECT * FROM a EMIT CHANGES;' })).toBe(true);
  });
});
