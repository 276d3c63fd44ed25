/** What the panel of functions shows. It outlives the panel: a draft must not go when another tab is looked at. */
import { create } from 'zustand';
import type { UserFunction } from '../../../protocol/api.ts';
import type { Search } from './search.ts';
import { TEMPLATES } from './templates.ts';

export interface Draft {
  readonly definition: UserFunction;
  readonly trial: string;
  /** Name of the function that is being edited; undefined for a new one. */
  readonly editing: string | undefined;
}

export interface FunctionsState {
  readonly search: Search;
  /** The function that is described. */
  readonly current: string | undefined;
  readonly draft: Draft | undefined;
  /** Raised to ask for the search field's focus. */
  readonly focusWanted: boolean;
}

export const useFunctions = create<FunctionsState>(() => ({
  search: { text: '', kind: 'all', category: 'all' },
  current: undefined,
  draft: undefined,
  focusWanted: false,
}));

export const setFunctions = (change: Partial<FunctionsState>): void => useFunctions.setState(change);

export function setSearch(change: Partial<Search>): void {
  useFunctions.setState((state) => ({ search: { ...state.search, ...change } }));
}

export function changeDraft(change: Partial<UserFunction>): void {
  useFunctions.setState((state) =>
    state.draft === undefined
      ? state
      : { draft: { ...state.draft, definition: { ...state.draft.definition, ...change } } },
  );
}

export function newDraft(kind: UserFunction['kind']): Draft {
  const { about: _about, trial, ...definition } = TEMPLATES[kind];
  return { definition, trial, editing: undefined };
}
