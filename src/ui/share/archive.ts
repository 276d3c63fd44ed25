/**
 * A workspace as a zip of a folder in the layout of ksqlDB's test runner, so that what is kept is also a test:
 *
 *     NAME/statements.sql   what makes its streams, tables and queries
 *     NAME/input.json       the records of the topics that no query writes
 *     NAME/output.json      what the queries wrote, when it is meant as a test
 *     NAME/editor.sql       the editor's text
 *     NAME/weir.json        its name, topics and functions
 *
 * A folder of others has neither of the last two and is read all the same.
 */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { readDocument, type WorkspaceDocument } from './document.ts';

/** Of one file within, unpacked. It bounds what a hostile archive may swell to. */
const MAX_FILE_BYTES = 128 * 1024 * 1024;
const NAMES = ['statements.sql', 'input.json', 'output.json', 'editor.sql', 'weir.json'];

export function folderName(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '-').replace(/^[.-]+|-+$/g, '') || 'workspace';
}

export function documentToZip(document: WorkspaceDocument, outputs: string | undefined): Uint8Array<ArrayBuffer> {
  const { name, text, content } = document;
  const { functions, topics } = content;
  const files: Record<string, string> = {
    'statements.sql': `${content.statements.join('\n\n')}\n`,
    'input.json': content.inputs,
    ...(outputs === undefined ? {} : { 'output.json': outputs }),
    'editor.sql': text,
    'weir.json': `${JSON.stringify({ version: 1, name, topics, functions }, undefined, 2)}\n`,
  };
  const folder = Object.fromEntries(Object.entries(files).map(([file, body]) => [file, strToU8(body)]));
  return zipSync({ [folderName(name)]: folder }, { level: 6 });
}

/** The workspace that a zip holds; undefined when it holds none. `fileName` names one that does not say its name. */
export function zipToDocument(bytes: Uint8Array, fileName: string): WorkspaceDocument | undefined {
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(bytes, {
      filter: ({ name, originalSize }) => NAMES.includes(baseName(name)) && originalSize <= MAX_FILE_BYTES,
    });
  } catch {
    return undefined;
  }
  const files = new Map(Object.entries(entries).map(([path, body]) => [baseName(path), strFromU8(body)]));
  const statements = files.get('statements.sql');
  if (statements === undefined) return undefined;
  const content = { statements: [statements], functions: [], topics: [], inputs: files.get('input.json') ?? NO_INPUTS };
  const own = objectOf(files.get('weir.json') ?? '{}');
  if (own === undefined) return undefined;
  const name = fileName.replace(/(\.weir)?\.zip$/i, '');
  const text = files.get('editor.sql') ?? statements;
  // As strictly as what comes in a link.
  return readDocument(
    JSON.stringify({ name, ...own, version: 1, text, content: { ...content, ...pick(own, ['functions', 'topics']) } }),
  );
}

const NO_INPUTS = '{"inputs": []}';

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}

const baseName = (path: string): string => path.split('/').at(-1) ?? path;

function pick(from: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
}
