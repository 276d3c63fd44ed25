import type { ClientState } from '../../client/state.ts';
import type { QueryState } from '../../protocol/api.ts';
import { IconButton, Button, Tip } from '../components/controls.tsx';
import { formatBytes } from '../components/format.ts';
import { Button as AriaButton } from 'react-aria-components';
import { nextTheme, printKeys, togglePaused } from './commands.ts';
import { useClient, useEngine } from './engine.tsx';
import { labelOf, setPreferences, usePreferences } from './preferences.ts';
import { setView } from './view.ts';

const THEME_ICONS = { system: 'system', light: 'sun', dark: 'moon' } as const;

/** Persistent queries, or those in a state. */
function countQueries({ queries }: ClientState, inState?: QueryState): number {
  let count = 0;
  for (const { kind, state } of queries.values()) {
    if (kind === 'PERSISTENT' && (inState === undefined || state === inState)) count++;
  }
  return count;
}

function EngineControls() {
  const client = useClient();
  const state = useEngine((s) => s.engine.state);
  const queries = useEngine((s) => countQueries(s));
  const resting = useEngine((s) => countQueries(s, 'PAUSED'));
  const failed = useEngine((s) => countQueries(s, 'ERROR'));
  const paused = state === 'paused';
  const word = state === 'lost' ? 'Engine lost' : paused ? 'Paused' : 'Running';
  return (
    <div className="topbar-group" role="group" aria-label="Engine">
      <span className={`engine-state ${state}`} role="status">
        <span className="dot" aria-hidden="true" />
        {word}
        <span className="engine-queries">
          {queries} {queries === 1 ? 'query' : 'queries'}
        </span>
        {resting > 0 && <span className="engine-resting">{resting} paused</span>}
        {failed > 0 && <span className="engine-failed">{failed} failed</span>}
      </span>
      <IconButton
        icon={paused ? 'play' : 'pause'}
        label={paused ? 'Resume the engine' : 'Pause the engine'}
        keys="Space"
        isDisabled={state === 'lost'}
        onPress={() => togglePaused(client)}
      />
      <IconButton
        icon="step"
        label={paused ? 'Step: each query takes one record' : 'Step (pause first)'}
        keys="."
        isDisabled={!paused}
        onPress={() => void client.api.step().catch(client.report)}
      />
    </div>
  );
}

function StorageUse() {
  const used = useEngine((s) => s.engine.usedBytes);
  const quota = useEngine((s) => s.engine.quotaBytes);
  const share = quota === undefined || quota === 0 ? undefined : used / quota;
  const text =
    quota === undefined
      ? `${formatBytes(used)} stored in this browser`
      : `${formatBytes(used)} of ${formatBytes(quota)} that this browser allows`;
  return (
    <Tip text={text}>
      <AriaButton className="storage-use" aria-label={`Storage: ${text}`}>
        {formatBytes(used)}
        {share !== undefined && (
          <span className={`storage-bar ${share > 0.8 ? 'high' : ''}`} aria-hidden="true">
            <span style={{ width: `${Math.min(100, share * 100)}%` }} />
          </span>
        )}
      </AriaButton>
    </Tip>
  );
}

export function TopBar() {
  const name = useEngine((s) => s.workspace);
  const workspace = usePreferences((p) => labelOf(p.labels, name));
  const theme = usePreferences((p) => p.theme);
  const catalogOpen = usePreferences((p) => p.catalogOpen);
  return (
    <header className="topbar">
      <IconButton
        icon="sidebar"
        label={catalogOpen ? 'Hide the catalog' : 'Show the catalog'}
        keys={printKeys('Mod-B')}
        onPress={() => setPreferences({ catalogOpen: !catalogOpen })}
      />
      <h1 className="brand">
        <img src="./icon.svg" alt="" width="18" height="18" />
        Weir
      </h1>
      <span className="crumb" aria-hidden="true">
        /
      </span>
      <Button
        kind="quiet"
        onPress={() => setView({ dialog: 'workspaces' })}
        label={`Workspace ${workspace}: open another`}
      >
        {workspace}
      </Button>
      <span className="spacer" />
      <EngineControls />
      <span className="topbar-line" aria-hidden="true" />
      <StorageUse />
      <IconButton
        icon="search"
        label="Palette"
        keys={printKeys('Mod-K')}
        onPress={() => setView({ dialog: 'palette' })}
      />
      <IconButton
        icon={THEME_ICONS[theme]}
        label={`Theme: ${theme}`}
        onPress={() => setPreferences({ theme: nextTheme(theme) })}
      />
      <IconButton icon="help" label="Keys and help" keys="?" onPress={() => setView({ dialog: 'help' })} />
    </header>
  );
}
