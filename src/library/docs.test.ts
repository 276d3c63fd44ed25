/** Runs the example of docs/library.md as it stands. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

it('the example of the library page prints what it says', () => {
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(`${root}docs/library.md`, 'utf8'))?.[1] ?? '';
  mkdirSync(`${root}.cache`, { recursive: true });
  const file = `${root}.cache/library-example.ts`;
  writeFileSync(file, code);
  try {
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', file], { cwd: root, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toBe("{ ITEM: 'tea', N: 2, TOTAL: 5 }\ntea: 3.5\njam: 4\n");
  } finally {
    rmSync(file, { force: true });
  }
});
