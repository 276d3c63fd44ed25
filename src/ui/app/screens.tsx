/** What stands in the workbench's place until a workspace is open. */
import { useState, type ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button, ErrorNote } from '../components/controls.tsx';
import type { WireError } from '../../protocol/api.ts';
import { useClient, useEngine } from './engine.tsx';
import { setPreferences } from './preferences.ts';
import { setView } from './view.ts';

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

/** Over the workbench, which shows what it showed last: the engine here has ended. */
export function LostScreen() {
  const client = useClient();
  const workspace = useEngine((state) => state.workspace);
  return (
    <ModalOverlay className="scrim" isOpen isKeyboardDismissDisabled>
      <Modal className="modal lost">
        <Dialog role="alertdialog">
          <Heading slot="title" level={2}>
            Another tab has taken {workspace} over
          </Heading>
          <p>
            Its queries go on there, from their last commit. What you see here is how it was when the other tab took it.
          </p>
          <div className="screen-row">
            <Button kind="primary" onPress={() => void client.openWorkspace(workspace, true)}>
              Take it back
            </Button>
            <Button onPress={() => setView({ dialog: 'workspaces' })}>Open another workspace</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
