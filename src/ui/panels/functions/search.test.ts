import { describe, expect, it } from 'vitest';
import type { FunctionInfo } from '../../../protocol/api.ts';
import { categoriesOf, categoryTitle, findFunctions, type Search } from './search.ts';

const fn = (name: string, kind: FunctionInfo['kind'], category: string, description: string): FunctionInfo => ({
  name,
  kind,
  category,
  description,
  signatures: [],
  examples: [],
});
const FUNCTIONS = [
  fn('ABS', 'scalar', 'MATHEMATICAL', 'The absolute value.'),
  fn('ARRAY_MAX', 'scalar', 'ARRAY', 'The largest element.'),
  fn('GREATEST', 'scalar', 'CONDITIONAL', 'The largest of several values: a max for columns.'),
  fn('MAX', 'aggregate', 'AGGREGATE', 'The largest value.'),
  fn('MAXIMUM', 'scalar', 'USER', 'Mine.'),
];
const names = (search: Partial<Search>): string[] =>
  findFunctions(FUNCTIONS, { text: '', kind: 'all', category: 'all', ...search }).map((f) => f.name);

describe('findFunctions', () => {
  it('puts the name itself first, then names that begin with it, hold it, and descriptions', () => {
    expect(names({ text: 'max' })).toEqual(['MAX', 'MAXIMUM', 'ARRAY_MAX', 'GREATEST']);
  });
  it('wants every word, wherever it stands', () => {
    expect(names({ text: 'largest array' })).toEqual(['ARRAY_MAX']);
    expect(names({ text: 'nothing of it' })).toEqual([]);
  });
  it('narrows by kind and category', () => {
    expect(names({ kind: 'aggregate' })).toEqual(['MAX']);
    expect(names({ category: 'USER', text: ' ' })).toEqual(['MAXIMUM']);
  });
  it('lists all by name when nothing is searched', () => {
    expect(names({})).toEqual(FUNCTIONS.map((f) => f.name).sort());
  });
});

describe('categories', () => {
  it('are listed once, and have titles', () => {
    expect(categoriesOf(FUNCTIONS)).toEqual(['AGGREGATE', 'ARRAY', 'CONDITIONAL', 'MATHEMATICAL', 'USER']);
    expect(categoryTitle('MATHEMATICAL')).toBe('Mathematical');
    expect(categoryTitle('USER')).toBe('Your own');
  });
});
