/** Scripts on their way out of the editor, as a link or a file, and into it. */
import { STARTING_TEXT } from '../../lessons/flights.ts';
import { setView } from '../app/view.ts';
import { editor } from '../editor/handle.ts';
import { LONG_LINK, MAX_SHARED_BYTES, textToHash } from './link.ts';

export const linkTo = (hash: string): string => location.origin + location.pathname + hash;

/** Puts a link to the editor's text on the clipboard; says how that went. */
export async function copyLink(): Promise<string> {
  const text = editor.text();
  if (text.trim() === '') return 'The editor is empty';
  if (new Blob([text]).size > MAX_SHARED_BYTES) return 'Too long for a link: download it as a file';
  const link = linkTo(textToHash(text));
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    // Without leave to write the clipboard, the address bar is the place to copy it from.
    history.replaceState(null, '', link);
    return 'The link is in the address bar';
  }
  return link.length > LONG_LINK ? 'Link copied; it is long, some programs may cut it' : 'Link copied';
}

export function downloadScript(workspace: string): void {
  const url = URL.createObjectURL(new Blob([editor.text()], { type: 'application/sql' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = `${workspace}.sql`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const isScriptFile = (name: string): boolean => /\.k?sql$/i.test(name);

/** Shows a script file; it gets into the editor when the person says so. */
export async function openScriptFile(file: File): Promise<void> {
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
