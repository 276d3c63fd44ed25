/** Which functions a search finds, the likeliest first. */
import type { FunctionInfo } from '../../../protocol/api.ts';

export type KindFilter = 'all' | FunctionInfo['kind'];
export interface Search {
  readonly text: string;
  readonly kind: KindFilter;
  /** `all`, or a category's name. */
  readonly category: string;
}

/**
 * Every word must stand in the name, the category or the description. A name that is the text comes first, then names
 * that begin with it, names that hold it, and the rest; among equals by name.
 */
export function findFunctions(functions: readonly FunctionInfo[], search: Search): readonly FunctionInfo[] {
  const text = search.text.trim().toUpperCase();
  const words = text.split(/\s+/).filter((word) => word !== '');
  return functions
    .filter((fn) => (search.kind === 'all' || fn.kind === search.kind) && inCategory(fn, search.category))
    .filter((fn) => {
      const hay = `${fn.name} ${fn.category} ${fn.description}`.toUpperCase();
      return words.every((word) => hay.includes(word));
    })
    .map((fn) => ({ fn, rank: rankOf(fn.name, text) }))
    .sort((a, b) => a.rank - b.rank || (a.fn.name < b.fn.name ? -1 : 1))
    .map(({ fn }) => fn);
}

const inCategory = (fn: FunctionInfo, category: string): boolean => category === 'all' || fn.category === category;

function rankOf(name: string, text: string): number {
  if (text === '' || name === text) return 0;
  if (name.startsWith(text)) return 1;
  return name.includes(text) ? 2 : 3;
}

export function categoriesOf(functions: readonly FunctionInfo[]): readonly string[] {
  return [...new Set(functions.map((fn) => fn.category))].sort();
}

/** `DATE / TIME` as it stands, `MATHEMATICAL` in small letters: capitals are for names of functions. */
export const categoryTitle = (category: string): string =>
  category === 'USER' ? 'Your own' : category.charAt(0).toUpperCase() + category.slice(1).toLowerCase();
