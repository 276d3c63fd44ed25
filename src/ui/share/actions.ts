/** Scripts and workspaces on their way out, as a link or a file, and in. */
import type { Client } from '../../client/client.ts';
import { STARTING_TEXT } from '../../lessons/flights.ts';
import { labelOf, usePreferences } from '../app/preferences.ts';
import { setView } from '../app/view.ts';
import { formatCount, plural } from '../components/format.ts';
import { editor } from '../editor/handle.ts';
import { documentToZip, folderName, zipToDocument } from './archive.ts';
import type { WorkspaceDocument } from './document.ts';
import { documentToHash, LONG_LINK, MAX_LINK, MAX_SHARED_BYTES, textToHash } from './link.ts';

const linkTo = (hash: string): string => location.origin + location.pathname + hash;

/** Records that a link has room for, packed as well as they may be, and those that a file has. */
const LINK_RECORD_CHARS = 400_000;
const FILE_RECORD_CHARS = 64 * 1024 * 1024;

async function copyAddress(link: string, what: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    // Without leave to write the clipboard, the address bar is the place to copy it from.
    history.replaceState(null, '', link);
    return 'The link is in the address bar';
  }
  return link.length > LONG_LINK ? `${what}; it is long, some programs may cut it` : what;
}

/** Puts a link to the editor's text on the clipboard; says how that went. */
export async function copyLink(): Promise<string> {
  const text = editor.text();
  if (text.trim() === '') return 'The editor is empty';
  if (new Blob([text]).size > MAX_SHARED_BYTES) return 'Too long for a link: download it as a file';
  return copyAddress(linkTo(textToHash(text)), 'Link copied');
}

async function exported(client: Client, maxRecordChars: number, outputs: boolean) {
  const { content, outputs: expected, notices } = await client.api.exportWorkspace({ maxRecordChars, outputs });
  const name = labelOf(usePreferences.getState().labels, client.store.getState().workspace);
  const document: WorkspaceDocument = { version: 1, name, text: editor.text(), content };
  const records = content.topics.reduce((sum, topic) => sum + topic.records, 0);
  return { document, expected, notices, records };
}

/** Puts a link to the workspace on the clipboard, with its records while they are few; says how that went. */
export async function copyWorkspaceLink(client: Client): Promise<string> {
  const whole = await exported(client, LINK_RECORD_CHARS, false);
  const hash = documentToHash(whole.document);
  if (hash.length <= MAX_LINK) {
    for (const notice of whole.notices) client.tell('warning', notice);
    return copyAddress(linkTo(hash), `Link copied, with ${plural(whole.records, 'record')}`);
  }
  const bare = await exported(client, 0, false);
  const bareHash = documentToHash(bare.document);
  if (bareHash.length > MAX_LINK) return 'Too long for a link: download the workspace';
  client.tell(
    'warning',
    `A link holds ${formatCount(MAX_LINK)} characters, and with its records this one would have ${formatCount(hash.length)}. They are left out: download the workspace to pass them on.`,
  );
  return copyAddress(linkTo(bareHash), 'Link copied, without records');
}

function download(name: string, parts: BlobPart[], type: string): void {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function downloadScript(workspace: string): void {
  download(`${workspace}.sql`, [editor.text()], 'application/sql');
}

/** As a file to keep or to drop into another page; as a test, with what the queries wrote. */
export async function downloadWorkspace(client: Client, asTest: boolean): Promise<string> {
  const { document, expected, notices, records } = await exported(client, FILE_RECORD_CHARS, asTest);
  for (const notice of notices) client.tell('warning', notice);
  const name = `${folderName(document.name)}${asTest ? '-test' : '.weir'}.zip`;
  download(name, [documentToZip(document, expected)], 'application/zip');
  return `${name}, with ${plural(records, 'record')}`;
}

const isScript = (name: string): boolean => /\.k?sql$/i.test(name);
const isArchive = (name: string): boolean => /\.zip$/i.test(name);

/** Whether the file is a script or a workspace; others are data. */
export const isSharedFile = (name: string): boolean => isScript(name) || isArchive(name);

/** Shows what a file holds; nothing of it runs until the person says so. */
export async function openSharedFile(file: File): Promise<void> {
  if (isArchive(file.name)) {
    const held = zipToDocument(new Uint8Array(await file.arrayBuffer()), file.name);
    setView({
      shared:
        held === undefined
          ? { kind: 'unreadable', reason: `${file.name} holds no workspace: it has no readable statements.sql.` }
          : {
              kind: 'workspace',
              title: `Workspace ${held.name}`,
              note: `From the file ${file.name}. Nothing of it has run.`,
              document: held,
            },
    });
    return;
  }
  const tooLong = file.size > MAX_SHARED_BYTES;
  const sql = tooLong ? '' : await file.text();
  if (tooLong || sql.trim() === '') {
    const reason = tooLong ? `${file.name} is too long for a script.` : `${file.name} is empty.`;
    setView({ shared: { kind: 'unreadable', reason } });
    return;
  }
  setView({ shared: { kind: 'file', title: file.name, note: 'Nothing of it has run.', sql } });
}

export function hasOwnText(): boolean {
  const text = editor.text();
  return text.trim() !== '' && text !== STARTING_TEXT;
}

export function putIntoEditor(sql: string, how: 'replace' | 'append'): void {
  if (how === 'append' && hasOwnText()) editor.append(sql.trimEnd());
  else {
    editor.replace(0, editor.text().length, sql);
    editor.select(0, 0);
  }
}
