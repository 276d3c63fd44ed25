import { describe, expect, it } from 'vitest';
import { array, BIGINT, BYTES, DOUBLE, INTEGER, VARCHAR } from '../../common/sql-type.ts';
import { createRegistry } from '../functions/registry.ts';
import { overloadTexts } from '../functions/resolution-errors.ts';
import { argumentFit, overloadFor, parametersOf } from './argument-fit.ts';

const texts = (signature: string): string[] =>
  parametersOf(signature).map(([start, end]) => signature.slice(start, end).trim());

describe('parametersOf', () => {
  it('splits at commas outside of types', () => {
    expect(texts('F(a MAP<STRING, BIGINT>, b DECIMAL(4, 2)) -> BIGINT')).toEqual([
      'a MAP<STRING, BIGINT>',
      'b DECIMAL(4, 2)',
    ]);
    expect(texts('REDUCE(list ARRAY<T>, start S, f (S, T) => S) -> S')).toEqual([
      'list ARRAY<T>',
      'start S',
      'f (S, T) => S',
    ]);
    expect(texts('NOW() -> BIGINT')).toEqual([]);
  });
});

const SUBSTRING = [
  'SUBSTRING(STRING str, INTEGER pos) -> STRING',
  'SUBSTRING(STRING str, INTEGER pos, INTEGER length) -> STRING',
  'SUBSTRING(BYTES bytes, INTEGER pos, INTEGER length) -> BYTES',
];

describe('argumentFit', () => {
  it('tells what an overload takes as it is, by conversion, and not at all', () => {
    expect(argumentFit(SUBSTRING, [], VARCHAR)).toBe('exact');
    expect(argumentFit(SUBSTRING, [], DOUBLE)).toBe('none');
    expect(argumentFit(SUBSTRING, [VARCHAR], INTEGER)).toBe('exact');
    expect(argumentFit(['F(DOUBLE x)'], [], INTEGER)).toBe('converted');
    expect(argumentFit(['F(INTEGER x)'], [INTEGER], INTEGER)).toBe('none');
  });
  it('holds a type variable to what the arguments before said', () => {
    const contains = ['ARRAY_CONTAINS(ARRAY<T> list, T value) -> BOOLEAN'];
    expect(argumentFit(contains, [array(BIGINT)], BIGINT)).toBe('exact');
    expect(argumentFit(contains, [array(BIGINT)], VARCHAR)).toBe('none');
    expect(argumentFit(contains, [undefined], VARCHAR)).toBe('exact');
  });
  it('repeats a variadic parameter', () => {
    expect(argumentFit(['CONCAT(STRING... parts)'], [VARCHAR, VARCHAR], VARCHAR)).toBe('exact');
    expect(argumentFit(['CONCAT(STRING... parts)'], [VARCHAR, VARCHAR], BYTES)).toBe('none');
  });
});

describe('overloadFor', () => {
  it('follows the arguments that are written', () => {
    expect(overloadFor(SUBSTRING, [])).toBe(0);
    expect(overloadFor(SUBSTRING, [VARCHAR, INTEGER])).toBe(1);
    expect(overloadFor(SUBSTRING, [BYTES])).toBe(2);
    expect(overloadFor(SUBSTRING, [DOUBLE, undefined])).toBe(1);
    expect(overloadFor(SUBSTRING, [VARCHAR, INTEGER, INTEGER])).toBe(0);
  });
  it('reads the signatures of all functions', () => {
    for (const fn of createRegistry().list()) {
      expect(() => argumentFit(overloadTexts(fn), [], VARCHAR), fn.name).not.toThrow();
    }
  });
});
