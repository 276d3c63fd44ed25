/** npm's `prepare`: builds the command line, unless what it takes was left out (`npm ci --omit=dev`). */
let hasBuilder = true;
try {
  import.meta.resolve('esbuild');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  hasBuilder = false;
}
if (hasBuilder) await import('./build.js');
else console.warn('esbuild is not installed, so the command line was not built: `npm ci` does it.');
