import { describe, expect, it, vi } from 'vitest';

vi.mock('monaco-editor/editor/editor.api.js', () => ({}));
const { parametersOf } = await import('./hover.ts');

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
