/** Everything that has a key or a name in the palette: one list for the keyboard, the palette and the help. */
import type { Client } from '../../client/client.ts';
import { formatEditor } from '../editor/formatting.ts';
import { editor } from '../editor/handle.ts';
import { setFunctions } from '../panels/functions/state.ts';
import { PANELS } from '../panels/registry.ts';
import { setPreferences, type Theme } from './preferences.ts';
import { runAll, runCurrent, runStatement } from './run.ts';
import { setView } from './view.ts';

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: 'Editor' | 'Engine' | 'View' | 'Statements';
  /** As the help prints it; `Mod` is Ctrl, or Cmd on a Mac. */
  readonly keys?: string;
  readonly run: (client: Client) => void;
}

export const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);
export const printKeys = (keys: string): string =>
  IS_MAC
    ? keys.replaceAll('Mod', '⌘').replaceAll('Shift', '⇧').replaceAll('Alt', '⌥').replaceAll('-', '')
    : keys.replaceAll('Mod', 'Ctrl').replaceAll('-', '+');

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
}

export function togglePaused(client: Client): void {
  const paused = client.store.getState().engine.state === 'paused';
  client.api.setPaused(!paused).catch(client.report);
}

export const COMMANDS: readonly Command[] = [
  {
    id: 'run',
    title: 'Run the selection or the statement at the cursor',
    group: 'Editor',
    keys: 'Mod-Enter',
    run: runCurrent,
  },
  { id: 'run-all', title: 'Run all statements', group: 'Editor', keys: 'Mod-Shift-Enter', run: runAll },
  { id: 'format', title: 'Format the statements', group: 'Editor', keys: 'Shift-Alt-F', run: () => formatEditor() },
  { id: 'focus-editor', title: 'Go to the editor', group: 'Editor', keys: 'E', run: () => editor.focus() },
  { id: 'pause', title: 'Pause or resume the engine', group: 'Engine', keys: 'Space', run: togglePaused },
  {
    id: 'step',
    title: 'Step: each query takes one record',
    group: 'Engine',
    keys: '.',
    run: (client) => void client.api.step().catch(client.report),
  },
  { id: 'palette', title: 'Open the palette', group: 'View', keys: 'Mod-K', run: () => setView({ dialog: 'palette' }) },
  { id: 'help', title: 'List all keys', group: 'View', keys: '?', run: () => setView({ dialog: 'help' }) },
  {
    id: 'catalog',
    title: 'Show or hide the catalog',
    group: 'View',
    keys: 'Mod-B',
    run: () => setPreferences((p) => ({ catalogOpen: !p.catalogOpen })),
  },
  {
    id: 'theme',
    title: 'Change the theme: system, light, dark',
    group: 'View',
    run: () => setPreferences((p) => ({ theme: nextTheme(p.theme) })),
  },
  { id: 'workspaces', title: 'Open another workspace', group: 'View', run: () => setView({ dialog: 'workspaces' }) },
  ...PANELS.map((panel, index): Command => ({
    id: `panel-${panel.id}`,
    title: `Show ${panel.title.toLowerCase()}`,
    group: 'View',
    keys: String(index + 1),
    run: () => setPreferences({ rightTab: panel.id }),
  })),
  {
    id: 'search-functions',
    title: 'Search the functions',
    group: 'View',
    keys: '/',
    run: () => {
      setPreferences({ rightTab: 'functions' });
      setFunctions({ focusWanted: true });
    },
  },
  ...['SHOW STREAMS;', 'SHOW TABLES;', 'SHOW TOPICS;', 'SHOW QUERIES;', 'SHOW FUNCTIONS;', 'SHOW PROPERTIES;'].map(
    (sql): Command => ({ id: sql, title: sql, group: 'Statements', run: (client) => runStatement(client, sql) }),
  ),
];
