/** Playwright against the built page, in a Chromium that is found or installed. Arguments go to Playwright. */
import { spawnSync } from 'node:child_process';
import { findChromium } from './chromium.ts';

const run = spawnSync('npx', ['playwright', 'test', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, WEIR_CHROMIUM: findChromium() },
});
process.exit(run.status ?? 1);
