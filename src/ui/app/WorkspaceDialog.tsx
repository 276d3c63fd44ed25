import { useState } from 'react';
import { Button, Modal } from '../components/controls.tsx';
import { useClient, useEngine } from './engine.tsx';
import { setPreferences, usePreferences } from './preferences.ts';
import { setView, useView } from './view.ts';

/** Opens a workspace by name; the names that this browser has used are offered. */
export function WorkspaceDialog() {
  const client = useClient();
  const isOpen = useView((view) => view.dialog === 'workspaces');
  const current = useEngine((s) => s.workspace);
  const texts = usePreferences((p) => p.texts);
  const [name, setName] = useState('');
  const close = (): void => setView({ dialog: undefined });
  const open = (workspace: string): void => {
    close();
    setPreferences({ workspace });
    // A new page is the surest way to let go of the old workspace: its worker ends and its lock falls free.
    if (workspace !== client.store.getState().workspace) location.reload();
  };
  const known = [...new Set([...Object.keys(texts), 'default'])].filter((known) => known !== current).sort();
  return (
    <Modal title="Workspaces" isOpen={isOpen} onClose={close} width={440}>
      <form
        className="workspaces"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') open(name.trim());
        }}
      >
        <p>
          A workspace has its own log, streams, tables and queries, kept in this browser. You are in{' '}
          <strong>{current}</strong>.
        </p>
        {known.length > 0 && (
          <ul aria-label="Workspaces of this browser">
            {known.map((workspace) => (
              <li key={workspace}>
                <Button kind="quiet" onPress={() => open(workspace)}>
                  {workspace}
                </Button>
              </li>
            ))}
          </ul>
        )}
        <div className="screen-row">
          <input
            className="field"
            aria-label="Name of a workspace"
            placeholder="A new or known name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button kind="primary" onPress={() => open(name.trim())} isDisabled={name.trim() === ''}>
            Open
          </Button>
        </div>
      </form>
    </Modal>
  );
}
