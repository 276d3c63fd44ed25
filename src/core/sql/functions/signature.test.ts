import { describe, expect, it } from 'vitest';
import { array, BIGINT, decimal, DOUBLE, INTEGER, map, struct, VARCHAR } from '../../common/sql-type.ts';
import { formatParameters, formatPattern, over, parsePattern, parseSignature } from './signature.ts';

describe('signatures as text', () => {
  it('reads names, types and the result', () => {
    expect(parseSignature('str STRING, n INT -> ARRAY<STRING>')).toEqual({
      params: [
        { name: 'str', type: { kind: 'type', type: VARCHAR } },
        { name: 'n', type: { kind: 'type', type: INTEGER } },
      ],
      returns: { kind: 'type', type: array(VARCHAR) },
    });
  });

  it('reads generics, lambdas and variadics', () => {
    expect(parseSignature('ARRAY<T>, (T, BIGINT) => R, T... -> MAP<STRING, R>')).toEqual({
      params: [
        { name: '', type: { kind: 'array', element: { kind: 'generic', name: 'T' } } },
        {
          name: '',
          type: {
            kind: 'lambda',
            params: [
              { kind: 'generic', name: 'T' },
              { kind: 'type', type: BIGINT },
            ],
            result: { kind: 'generic', name: 'R' },
          },
        },
        { name: '', type: { kind: 'generic', name: 'T' }, variadic: true },
      ],
      returns: { kind: 'map', key: { kind: 'type', type: VARCHAR }, value: { kind: 'generic', name: 'R' } },
    });
  });

  it('reads no parameters, decimals, structs, units', () => {
    expect(parseSignature('-> DOUBLE')).toEqual({ params: [], returns: { kind: 'type', type: DOUBLE } });
    expect(parsePattern('DECIMAL')).toEqual({ kind: 'decimal' });
    expect(parsePattern('DECIMAL(4, 2)')).toEqual({ kind: 'type', type: decimal(4, 2) });
    expect(parsePattern('STRUCT')).toEqual({ kind: 'anyStruct' });
    expect(parsePattern('UNIT')).toEqual({ kind: 'intervalUnit' });
    expect(parsePattern('STRUCT<K STRING, V MAP<STRING, BIGINT>>')).toEqual({
      kind: 'type',
      type: struct([
        { name: 'K', type: VARCHAR },
        { name: 'V', type: map(VARCHAR, BIGINT) },
      ]),
    });
  });

  it('separates the init literals of an aggregate', () => {
    const signature = over('value DOUBLE, rest ANY... | k INT', () => {
      throw new Error('not bound here');
    });
    expect(signature.params.map((p) => p.name)).toEqual(['value', 'rest']);
    expect(signature.initParams?.map((p) => p.name)).toEqual(['k']);
  });

  it('prints what it reads', () => {
    for (const text of ['ARRAY<T>', 'MAP<STRING, T>', '(T, S) => R', 'DECIMAL', 'DECIMAL(4, 2)', 'STRUCT', 'UNIT']) {
      expect(formatPattern(parsePattern(text))).toBe(text);
    }
    expect(formatParameters(parseSignature('a INT, more STRING... -> INT').params)).toBe('INTEGER a, STRING... more');
  });

  it('refuses what is no signature', () => {
    for (const text of [
      'INT',
      'INT -> ',
      'FOO -> INT',
      'ARRAY<INT -> INT',
      'INT..., INT... -> INT',
      'INT -> INT INT',
      'INT ; -> INT',
    ]) {
      expect(() => parseSignature(text)).toThrowError(/signature/);
    }
  });
});
