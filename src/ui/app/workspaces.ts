/** Going from one workspace to another, within the page. */
import type { Client } from '../../client/client.ts';
import { editor } from '../editor/handle.ts';
import { resetResults } from '../results/results.ts';
import type { WorkspaceDocument } from '../share/document.ts';
import { labelOf, setPreferences, usePreferences } from './preferences.ts';
import { setView } from './view.ts';

/** Leaves the open workspace for another, which is made when there is none of the name. */
export async function openWorkspace(client: Client, workspace: string): Promise<void> {
  // What is shown of the old one goes with it.
  setView({ record: undefined, table: undefined, query: undefined, topic: undefined, hoverKey: undefined });
  setView({ dialog: undefined, shared: undefined, importing: undefined });
  resetResults();
  setPreferences({ workspace });
  await client.openWorkspace(workspace);
}

/** A name like `wanted` that no workspace has. */
async function freeName(client: Client, wanted: string): Promise<string> {
  const taken = new Set((await client.api.workspaces()).map(({ name }) => name));
  const base = wanted.trim() === '' ? 'workspace' : wanted.trim();
  for (let i = 1; ; i++) {
    const name = i === 1 ? base : `${base} ${i}`;
    if (!taken.has(name)) return name;
  }
}

/** Makes a new workspace of a document, and opens it. @returns its name */
export async function createFromDocument(client: Client, document: WorkspaceDocument, wanted: string): Promise<string> {
  const name = await freeName(client, wanted);
  setPreferences((p) => ({ texts: { ...p.texts, [name]: document.text } }));
  await openWorkspace(client, name);
  if (client.store.getState().phase.kind === 'open') await client.api.restoreWorkspace(document.content);
  return name;
}

/** Copies a workspace with all that is in it. The open one is left for its copy. @returns the copy's name */
export async function duplicateWorkspace(client: Client, workspace: string): Promise<string> {
  const { labels, texts, done } = usePreferences.getState();
  const name = await freeName(client, `${labelOf(labels, workspace)} copy`);
  const isOpen = client.store.getState().workspace === workspace;
  const text = isOpen ? editor.text() : texts[workspace];
  const steps = done[workspace];
  if (isOpen) await client.api.close();
  try {
    await client.api.copyWorkspace(workspace, name);
  } catch (cause) {
    if (isOpen) await openWorkspace(client, workspace);
    throw cause;
  }
  setPreferences((p) => ({
    ...(text === undefined ? {} : { texts: { ...p.texts, [name]: text } }),
    ...(steps === undefined ? {} : { done: { ...p.done, [name]: steps } }),
  }));
  if (isOpen) await openWorkspace(client, name);
  return name;
}
