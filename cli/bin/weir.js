#!/usr/bin/env node
import module from 'node:module';
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error('weir has not been built: run `npm ci`, or `npm run build:cli`.');
  process.exit(2);
}
// Node 22.8 and later keep compiled code between runs.
module.enableCompileCache?.();
await import(main.href);
