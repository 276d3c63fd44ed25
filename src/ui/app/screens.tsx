/** What stands in the workbench's place until a workspace is open. */
import { useState, type ReactNode } from 'react';
import { Button, ErrorNote } from '../components/controls.tsx';
import type { WireError } from '../../protocol/api.ts';
import { useClient, useEngine } from './engine.tsx';
import { setPreferences } from './preferences.ts';

function Screen({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="screen">
      <div className="screen-box">
        <img src="./icon.svg" alt="" width="32" height="32" />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

export function ConnectingScreen() {
  const workspace = useEngine((state) => state.workspace);
  return (
    <main className="screen" aria-busy="true">
      <p className="screen-wait" role="status">
        Opening workspace {workspace}…
      </p>
    </main>
  );
}

function OtherWorkspace({ suggestion }: { readonly suggestion: string }) {
  const client = useClient();
  const [name, setName] = useState(suggestion);
  const open = (): void => {
    setPreferences({ workspace: name });
    void client.openWorkspace(name);
  };
  return (
    <form
      className="screen-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') open();
      }}
    >
      <label htmlFor="other-workspace">Or open another workspace</label>
      <div className="screen-row">
        <input id="other-workspace" className="field" value={name} onChange={(e) => setName(e.target.value)} />
        <Button onPress={open} isDisabled={name.trim() === ''}>
          Open
        </Button>
      </div>
    </form>
  );
}

export function LockedScreen({ holder }: { readonly holder: string }) {
  const client = useClient();
  const workspace = useEngine((state) => state.workspace);
  return (
    <Screen title={`The workspace ${workspace} is open elsewhere`}>
      <p>
        It is held by {holder}. One tab at a time writes a workspace, so that its log stays whole. Taking it over stops
        the other tab’s queries after their last commit and goes on with them here.
      </p>
      <Button kind="primary" onPress={() => void client.openWorkspace(workspace, true)}>
        Take over here
      </Button>
      <OtherWorkspace suggestion={`${workspace}-2`} />
    </Screen>
  );
}

export function FailedScreen({ error }: { readonly error: WireError }) {
  const client = useClient();
  const workspace = useEngine((state) => state.workspace);
  return (
    <Screen title="The workspace did not open">
      <ErrorNote error={error} />
      <Button kind="primary" onPress={() => void client.openWorkspace(workspace)}>
        Try again
      </Button>
      <OtherWorkspace suggestion={`${workspace}-2`} />
    </Screen>
  );
}
