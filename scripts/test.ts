/** `npm test`: everything, cheapest first, ending at the first part that fails. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

interface Part {
  readonly name: string;
  readonly command: readonly string[];
}

const cases = [process.env['WEIR_CONFORMANCE'], '../shared/conformance'].find(
  (path) => path !== undefined && existsSync(path),
);

/** Cases that pass today; a change may raise them and never lower them. */
const FLOORS = ['--min', 'qtt=1638', '--min', 'rqtt=295', '--min', 'sql=55'];

const parts: readonly Part[] = [
  { name: 'types, lint, rules, format', command: ['npm', 'run', '--silent', 'check'] },
  { name: 'unit, property and simulation tests', command: ['npm', 'run', '--silent', 'test:unit'] },
  ...(cases === undefined
    ? []
    : [{ name: 'conformance', command: ['npm', 'run', '--silent', 'conformance', '--', resolve(cases), ...FLOORS] }]),
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
  { name: 'end to end', command: ['npm', 'run', '--silent', 'test:e2e'] },
];

for (const { name, command } of parts) {
  const startedMs = Date.now();
  console.log(`\n── ${name}`);
  const [program, ...args] = command;
  const { status } = spawnSync(program ?? 'npm', args, { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`\n${name}: failed`);
    process.exit(status ?? 1);
  }
  console.log(`── ${name}: ${((Date.now() - startedMs) / 1000).toFixed(0)} s`);
}
if (cases === undefined)
  console.log('\nConformance cases were not found: set WEIR_CONFORMANCE to their folder to run them.');
