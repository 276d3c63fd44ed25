/**
 * Bundles the command line into `cli/dist`, which plain Node runs: one file to read at the start, and others for what is
 * seldom needed. `npm ci` does it, as the `prepare` script.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

rmSync(path('dist'), { recursive: true, force: true });
await build({
  entryPoints: [path('main.ts')],
  outdir: path('dist'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Libraries in CommonJS ask for Node's modules by `require`.
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});
