/**
 * Finds tests. A folder with `statements.sql` and `output.json` is one test, in the layout of ksqlDB's test runner. Any
 * other SQL file with `--@test` or an ASSERT in it is a file of tests, unless it lies in such a folder; SQL files without are
 * no tests, but may be scripts that tests run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Io } from '../io.ts';
import { findFiles } from '../sql-files.ts';

export interface TestFile {
  readonly kind: 'script' | 'records';
  /** Of the SQL file, relative to the working directory. */
  readonly path: string;
}

/** @throws UsageError when a path does not exist */
export async function discover(paths: readonly string[], io: Io): Promise<readonly TestFile[]> {
  const found: TestFile[] = [];
  const isTestFolder = (folder: string): boolean =>
    ['statements.sql', 'output.json'].every((name) => existsSync(resolve(io.cwd, folder, name)));
  for (const path of await findFiles(paths, io)) {
    const isPart = isTestFolder(dirname(path));
    if (isPart && basename(path) === 'statements.sql') {
      found.push({ kind: 'records', path });
    } else if (
      paths.includes(path) ||
      (!isPart && /^\s*(--@test\b|ASSERT\s)/im.test(readFileSync(resolve(io.cwd, path), 'utf8')))
    ) {
      found.push({ kind: 'script', path });
    }
  }
  return found;
}

/** The files that a test consists of, for whoever watches them. */
export function partsOf({ kind, path }: TestFile): readonly string[] {
  const folder = dirname(path);
  return kind === 'script' ? [path] : [path, join(folder, 'input.json'), join(folder, 'output.json')];
}
