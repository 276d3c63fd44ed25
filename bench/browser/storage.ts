/** Runs `storage.worker.ts` in a Chromium, bundled, on an origin of its own that no server has to serve. */
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { build } from 'esbuild';
import { findChromium } from '../../scripts/chromium.ts';
import { median, type Measured } from '../measure.ts';
import type { StorageResult, StorageTask } from './protocol.ts';

const ORIGIN = 'http://localhost/';

/** @throws Error when there is no Chromium, or it fails */
export async function measureStorage(task: StorageTask): Promise<Measured> {
  const executablePath = findChromium();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.route(`${ORIGIN}**`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto(ORIGIN);
    const result = await page.evaluate(runWorker, { source: await bundle(), task });
    if (typeof result === 'string') throw new Error(result);
    const oursMs = median(result.oursMs);
    const bareMs = median(result.bareMs);
    return {
      name: 'into IndexedDB (Chromium)',
      events: result.records,
      oursPerSecond: (result.records / oursMs) * 1000,
      handPerSecond: (result.records / bareMs) * 1000,
      ratio: bareMs / oursMs,
    };
  } finally {
    await browser.close();
  }
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./storage.worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2023',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** In the page: a string is what went wrong. */
function runWorker({ source, task }: { source: string; task: StorageTask }): Promise<StorageResult | string> {
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
  return new Promise((resolve) => {
    worker.onmessage = (event: MessageEvent<StorageResult | string>) => {
      resolve(event.data);
    };
    worker.onerror = (event) => {
      resolve(event.message);
    };
    worker.postMessage(task);
  });
}
