/** The process: its streams and signals around `program.ts`. */
import { EXIT, processIo } from './io.ts';
import { main } from './program.ts';

const interruption = new AbortController();
process.on('SIGINT', () => {
  // The second time nobody waits for anything to be finished.
  if (interruption.signal.aborted) process.exit(EXIT.INTERRUPTED);
  interruption.abort();
});
// Whoever read the output has seen enough: `weir run ... | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.OK);
  throw error;
});

process.exitCode = await main(process.argv.slice(2), processIo(interruption.signal));
