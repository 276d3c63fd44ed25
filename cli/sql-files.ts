/** Finding and reading SQL files. */
import { readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { UsageError, type Io } from './io.ts';
import type { SourceText } from './show/error-text.ts';

/**
 * The files that paths and patterns stand for, relative to the working directory and in order: a folder stands for all SQL
 * files in it, at any depth.
 * @throws UsageError when one stands for nothing
 */
export async function findFiles(paths: readonly string[], io: Io): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const kind = kindOf(resolve(io.cwd, path));
    if (kind === 'file') {
      found.add(path);
      continue;
    }
    const base = kind === 'folder' ? resolve(io.cwd, path) : io.cwd;
    const pattern = kind === 'folder' ? '**/*.sql' : path.replaceAll('\\', '/');
    const files = await glob(pattern, { cwd: base, absolute: true, ignore: ['**/node_modules/**'] });
    if (files.length === 0 && kind === undefined) throw new UsageError(`There is no file ${path}.`);
    for (const file of files.sort()) found.add(relative(io.cwd, file));
  }
  return [...found];
}

export function kindOf(path: string): 'file' | 'folder' | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : stats.isDirectory() ? 'folder' : 'file';
}

/** @throws UsageError */
export function readSource(path: string, io: Io): SourceText {
  try {
    return { name: path, text: readFileSync(resolve(io.cwd, path), 'utf8') };
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export async function readStdin(io: Io): Promise<SourceText> {
  let text = '';
  for await (const chunk of io.stdin.setEncoding('utf8')) text += String(chunk);
  return { name: '<stdin>', text };
}
