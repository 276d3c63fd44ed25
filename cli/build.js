/**
 * Bundles the command line into `cli/dist`, which plain Node runs: one file to read at the start, and others for what is
 * seldom needed. `npm ci` does it, with and without `--omit=dev`.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const outdir = process.argv[2] ?? path('dist');

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: { main: path('main.ts'), 'test-worker': path('tests/worker.ts') },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Libraries in CommonJS ask for Node's modules by `require`.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nvar require = requireFrom(import.meta.url);",
  },
  logLevel: 'warning',
});
