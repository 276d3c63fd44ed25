import { createReadStream, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

/** The data sets that the page offers, taken from the npm package `vega-datasets` into `data/` of the served assets. */
const SAMPLES = ['flights-20k.json', 'flights-200k.json', 'airports.csv'];

function sampleData(): Plugin {
  const path = (name: string): string =>
    fileURLToPath(new URL(`./node_modules/vega-datasets/data/${name}`, import.meta.url));
  return {
    name: 'weir:sample-data',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = SAMPLES.find((sample) => request.url?.split('?')[0]?.endsWith(`/data/${sample}`));
        if (name === undefined) return next();
        response.setHeader('content-type', name.endsWith('.csv') ? 'text/csv' : 'application/json');
        createReadStream(path(name)).pipe(response);
      });
    },
    generateBundle() {
      for (const name of SAMPLES) {
        this.emitFile({ type: 'asset', fileName: `data/${name}`, source: readFileSync(path(name)) });
      }
    },
  };
}

/** The development server injects an inline script and talks over a web socket; the built page keeps the strict policy. */
function relaxPolicyInDevelopment(): Plugin {
  return {
    name: 'weir:development-policy',
    apply: 'serve',
    transformIndexHtml: {
      order: 'pre',
      handler: (html, context) =>
        context.server === undefined
          ? html
          : html
              .replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
              .replace("connect-src 'self'", "connect-src 'self' ws:"),
    },
  };
}

/** QuickJS imports `module` in a branch that only Node takes; that the browser has no such module is as it should be. */
const onLog: NonNullable<Rolldown.RolldownOptions['onLog']> = (level, log, report) => {
  const isNodeBranch =
    log.message.startsWith('Module "module" has been externalized') && log.message.includes('quickjs');
  if (!isNodeBranch) report(level, log);
};

export default defineConfig({
  base: './',
  plugins: [react(), sampleData(), relaxPolicyInDevelopment()],
  worker: { format: 'es', rolldownOptions: { onLog } },
  build: {
    target: 'es2023',
    // Monaco, which is loaded after the page is usable.
    chunkSizeWarningLimit: 4000,
    outDir: 'dist',
    rolldownOptions: { onLog, checks: { bundlerTimings: false } },
  },
});
