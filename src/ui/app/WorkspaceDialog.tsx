import { useEffect, useRef, useState } from 'react';
import { toWireError } from '../../client/errors.ts';
import type { WireError, WorkspaceInfo } from '../../protocol/api.ts';
import { Button, ErrorNote, IconButton, Modal } from '../components/controls.tsx';
import { useKeptFocus } from '../components/keep-focus.ts';
import { formatBytes } from '../components/format.ts';
import { useClient, useEngine } from './engine.tsx';
import { labelOf, setPreferences, usePreferences } from './preferences.ts';
import { setView, useView } from './view.ts';
import { duplicateWorkspace, openWorkspace } from './workspaces.ts';

/** The workspaces of this browser: open, create, rename, delete, and how safe they are. */
export function WorkspaceDialog() {
  const isOpen = useView((view) => view.dialog === 'workspaces');
  return (
    <Modal title="Workspaces" isOpen={isOpen} onClose={() => setView({ dialog: undefined })} width={560}>
      <WorkspaceList />
    </Modal>
  );
}

/** `open` is in the row's buttons, the others replace them until they are answered. */
type Editing = { readonly name: string; readonly kind: 'rename' | 'delete' };

function WorkspaceList() {
  const client = useClient();
  const current = useEngine((s) => s.workspace);
  const labels = usePreferences((p) => p.labels);
  const [known, setKnown] = useState<readonly WorkspaceInfo[] | undefined>();
  const [error, setError] = useState<WireError | undefined>();
  const [editing, setEditing] = useState<Editing | undefined>();
  const [name, setName] = useState('');
  const body = useRef<HTMLDivElement>(null);
  useKeptFocus(body, editing);
  useEffect(() => {
    let isCurrent = true;
    client.api.workspaces().then(
      (infos) => isCurrent && setKnown(infos),
      (cause: unknown) => isCurrent && setError(toWireError(cause)),
    );
    return () => {
      isCurrent = false;
    };
  }, [client]);

  const open = (workspace: string): void => {
    if (workspace === current) setView({ dialog: undefined });
    else void openWorkspace(client, workspace);
  };
  const [copying, setCopying] = useState(false);
  const duplicate = async (workspace: string): Promise<void> => {
    setCopying(true);
    setError(undefined);
    try {
      await duplicateWorkspace(client, workspace);
      setKnown(await client.api.workspaces());
    } catch (cause) {
      setError(toWireError(cause));
    } finally {
      setCopying(false);
    }
  };
  const remove = async (workspace: string): Promise<void> => {
    setEditing(undefined);
    setError(undefined);
    try {
      await client.api.deleteWorkspace(workspace);
      setPreferences((p) => ({
        texts: without(p.texts, workspace),
        done: without(p.done, workspace),
        labels: without(p.labels, workspace),
      }));
      setKnown((infos) => infos?.filter((info) => info.name !== workspace));
    } catch (cause) {
      setError(toWireError(cause));
    }
  };
  const wanted = name.trim();
  const isNew = known !== undefined && !known.some((info) => info.name === wanted);
  return (
    <div ref={body} className="workspaces">
      <p>Each has its own log, streams, tables, queries and text, kept in this browser and nowhere else.</p>
      {error !== undefined && <ErrorNote error={error} />}
      <ul aria-label="Workspaces of this browser" aria-busy={known === undefined}>
        {(known ?? [{ name: current, sizeBytes: undefined }]).map((info) => {
          const label = labelOf(labels, info.name);
          if (editing?.name === info.name) {
            return editing.kind === 'rename' ? (
              <Rename key={info.name} name={info.name} label={label} onDone={() => setEditing(undefined)} />
            ) : (
              <li key={info.name} className="workspace asking">
                <span>
                  Delete <strong>{label}</strong> with all its records? This cannot be undone.
                </span>
                <span className="spacer" />
                <Button small onPress={() => setEditing(undefined)}>
                  Keep it
                </Button>
                <Button small kind="danger" onPress={() => void remove(info.name)}>
                  Delete it
                </Button>
              </li>
            );
          }
          return (
            <li key={info.name} className="workspace">
              <span className="workspace-name truncate">
                {label}
                {label !== info.name && <span className="dim"> {info.name}</span>}
              </span>
              <span className="dim">{info.sizeBytes === undefined ? 'counting…' : formatBytes(info.sizeBytes)}</span>
              <span className="spacer" />
              {info.name === current ? (
                <span className="workspace-here">open here</span>
              ) : (
                <Button small onPress={() => open(info.name)} label={`Open ${label}`}>
                  Open
                </Button>
              )}
              <Button
                small
                kind="quiet"
                label={`Rename ${label}`}
                onPress={() => setEditing({ name: info.name, kind: 'rename' })}
              >
                Rename
              </Button>
              <IconButton
                icon="copy"
                label={info.name === current ? `Duplicate ${label} and open the copy` : `Duplicate ${label}`}
                isDisabled={copying}
                onPress={() => void duplicate(info.name)}
              />
              <IconButton
                icon="trash"
                label={info.name === current ? 'The open workspace cannot be deleted' : `Delete ${label}…`}
                isDisabled={info.name === current}
                onPress={() => setEditing({ name: info.name, kind: 'delete' })}
              />
            </li>
          );
        })}
      </ul>
      <form
        className="screen-row"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== '') open(wanted);
        }}
      >
        <input
          className="field"
          aria-label="Name of a workspace"
          placeholder="Name of a new workspace"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button kind="primary" onPress={() => open(wanted)} isDisabled={wanted === ''}>
          {wanted !== '' && !isNew ? 'Open' : 'Create'}
        </Button>
      </form>
      <Durability />
    </div>
  );
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

function Rename(props: { readonly name: string; readonly label: string; readonly onDone: () => void }) {
  const { name, onDone } = props;
  const [label, setLabel] = useState(props.label);
  const save = (): void => {
    setPreferences((p) => ({ labels: { ...p.labels, [name]: label.trim() === '' ? name : label.trim() } }));
    onDone();
  };
  return (
    <li className="workspace asking">
      <input
        className="field"
        aria-label={`New name of ${props.label}`}
        autoFocus
        maxLength={60}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save();
          else if (event.key === 'Escape') {
            // The dialog stays.
            event.stopPropagation();
            onDone();
          }
        }}
      />
      <span className="spacer" />
      <Button small onPress={onDone}>
        Cancel
      </Button>
      <Button small kind="primary" onPress={save}>
        Save
      </Button>
    </li>
  );
}

/** Whether the browser may clear what is stored when the disk runs full, and asking it not to. */
function Durability() {
  const [state, setState] = useState<'unknown' | 'kept' | 'clearable' | 'declined'>('unknown');
  useEffect(() => {
    navigator.storage.persisted().then(
      (kept) => setState(kept ? 'kept' : 'clearable'),
      () => setState('unknown'),
    );
  }, []);
  if (state === 'unknown') return null;
  if (state === 'kept') return <p>This browser keeps what is stored here until you delete it.</p>;
  return (
    <div className="workspace-durability">
      <p role="status">
        {state === 'clearable'
          ? 'This browser may clear what is stored here when its disk runs full.'
          : 'The browser has declined for now. Most grant it to pages that are bookmarked or used often.'}
      </p>
      <Button
        small
        onPress={() =>
          void navigator.storage.persist().then(
            (granted) => setState(granted ? 'kept' : 'declined'),
            () => setState('declined'),
          )
        }
      >
        Ask it to keep it
      </Button>
    </div>
  );
}
