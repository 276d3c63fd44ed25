/**
 * What the part of the address behind `#` asks for: `#lesson/NAME` shows the lesson, `#example/NAME`, `#code/...`
 * and `#workspace/...` show what came with the page or with the link. Neither runs, nor gets into the editor, unasked.
 */
import { useEffect } from 'react';
import { EXAMPLES } from '../../lessons/examples/examples.ts';
import { LESSONS } from '../../lessons/lessons.ts';
import { hashToDocument, hashToText } from '../share/link.ts';
import { setPreferences } from './preferences.ts';
import { setView, type SharedScript } from './view.ts';

const EXAMPLE = '#example/';

export function exampleOf(id: string): SharedScript {
  const example = EXAMPLES.find((known) => known.id === id);
  if (example !== undefined) {
    return { kind: 'example', title: example.title, note: example.summary, sql: example.sql, panel: example.panel };
  }
  const known = EXAMPLES.map((e) => e.id).join(', ');
  return { kind: 'unreadable', reason: `There is no example of the name ${id}. There are: ${known}.` };
}

function sharedOf(hash: string): SharedScript | undefined {
  if (hash.startsWith(EXAMPLE)) return exampleOf(decodeURIComponent(hash.slice(EXAMPLE.length)));
  const workspace = hashToDocument(hash);
  if (workspace?.kind === 'workspace') {
    const { document } = workspace;
    const note = 'From a link. Whoever made it wrote what it holds: read it first, nothing of it has run.';
    return { kind: 'workspace', title: `Workspace ${document.name}`, note, document };
  }
  if (workspace !== undefined) return workspace;
  const shared = hashToText(hash);
  if (shared === undefined || shared.kind === 'unreadable') return shared;
  return {
    kind: 'link',
    title: 'A script from a link',
    note: 'Whoever made the link wrote it. Read it first: nothing of it has run.',
    sql: shared.text,
  };
}

function follow(): void {
  const lesson = LESSONS.find(({ id }) => location.hash === `#lesson/${id}`);
  if (lesson !== undefined) setPreferences({ leftTab: 'lesson', lesson: lesson.id, catalogOpen: true });
  const shared = sharedOf(location.hash);
  if (shared !== undefined) setView({ shared });
}

/** The link has done its work: a reload is not to ask again. */
export function clearHash(): void {
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
}

export function useHash(): void {
  useEffect(() => {
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
}
