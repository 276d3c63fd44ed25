/** `weir test`: a folder of 50 scripts beside a folder of one, each as a process of its own, the engine's start included. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface TestFolders {
  readonly scripts: number;
  readonly oneMs: number;
  readonly manyMs: number;
  /** Many over one. */
  readonly ratio: number;
}

const SCRIPTS = 50;

/** Medians of the rounds, in turns. @throws Error when a run fails */
export function measureTestFolders(rounds: number): TestFolders {
  const root = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  try {
    const bundle = join(root, 'bundle');
    run([fileURLToPath(new URL('../cli/build.js', import.meta.url)), bundle], root);
    const folders = [1, SCRIPTS].map((count) => {
      const folder = mkdtempSync(join(root, 'scripts-'));
      for (let i = 0; i < count; i++) writeFileSync(join(folder, `t${i}.sql`), script(i));
      return folder;
    });
    const times = folders.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, folder] of folders.entries()) times[i]?.push(run([join(bundle, 'main.js'), 'test', '.'], folder));
    }
    const [oneMs = NaN, manyMs = NaN] = times.map(median);
    return { scripts: SCRIPTS, oneMs, manyMs, ratio: manyMs / oneMs };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function script(i: number): string {
  return `--@test: script ${i}
CREATE STREAM orders (item VARCHAR KEY, price DOUBLE) WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON');
CREATE TABLE totals AS SELECT item, COUNT(*) AS n, SUM(price) AS total FROM orders WHERE price > ${i} GROUP BY item;
INSERT INTO orders (item, price) VALUES ('tea', ${i + 1}.5);
ASSERT VALUES totals (item, n, total) VALUES ('tea', 1, ${i + 1}.5);
`;
}

function run(args: readonly string[], cwd: string): number {
  const startedMs = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
  return performance.now() - startedMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
