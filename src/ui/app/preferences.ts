/** What the page remembers between visits: the theme, which tabs are open, the text of each workspace. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type Theme = 'system' | 'light' | 'dark';

export interface Preferences {
  readonly theme: Theme;
  readonly workspace: string;
  readonly leftTab: 'lesson' | 'catalog';
  readonly rightTab: string;
  /** Id of the lesson that is shown. */
  readonly lesson: string;
  readonly catalogOpen: boolean;
  /** Sections of the catalog that are folded. */
  readonly folded: readonly string[];
  readonly internalTopics: boolean;
  readonly texts: Readonly<Record<string, string>>;
  /** Names that a person gave to workspaces, by their first name, which their database keeps. */
  readonly labels: Readonly<Record<string, string>>;
  /** Steps of lessons that were done, as `lesson/step`, by workspace. */
  readonly done: Readonly<Record<string, readonly string[]>>;
}

export const usePreferences = create<Preferences>()(
  persist(
    (): Preferences => ({
      theme: 'system',
      workspace: 'default',
      leftTab: 'lesson',
      rightTab: 'topics',
      lesson: 'flights',
      catalogOpen: true,
      folded: ['functions'],
      internalTopics: false,
      texts: {},
      labels: {},
      done: {},
    }),
    { name: 'weir.preferences', version: 1 },
  ),
);

export function setPreferences(change: Partial<Preferences> | ((state: Preferences) => Partial<Preferences>)): void {
  usePreferences.setState(change);
}

export const labelOf = (labels: Preferences['labels'], workspace: string): string => labels[workspace] ?? workspace;

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** Which of the two is shown now. */
export function shownTheme(theme: Theme): 'light' | 'dark' {
  if (theme !== 'system') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
