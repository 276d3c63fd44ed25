/**
 * `npm run bench`: the engine against hand-written loops over the same bytes, in one process.
 *
 *     --quick         50,000 orders instead of 500,000, and less to be flat over
 *     --orders N      so many
 *     --rounds N      measured rounds per case (default 3)
 *     --only TEXT     cases whose name contains the text
 *     --cpu           measures CPU time rather than elapsed time, for a machine that is busy otherwise
 *     --json FILE     writes the figures as JSON too
 *     --no-browser    leaves out IndexedDB in Chromium
 */
import { parseArgs } from 'node:util';
import { measureTestFolders, type TestFolders } from './command-line.ts';
import { measureStorage } from './browser/storage.ts';
import { SERDES } from './cases/formats.ts';
import { LAYERS } from './cases/layers.ts';
import { QUERIES } from './cases/queries.ts';
import { cpuClock, measure, wallClock, type Measured } from './measure.ts';
import { makeShop } from './orders.ts';
import { measureFlatness, type Flatness } from './flatness.ts';
import { measureStartUp, type StartUp } from './start-up.ts';
import {
  machine,
  printFlatness,
  printFlatnessHeading,
  printHeading,
  printMeasured,
  printWatching,
  printWatchingHeading,
  writeJson,
} from './report.ts';
import { measureWatching, type Watching } from './watching.ts';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    orders: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    cpu: { type: 'boolean', default: false },
    json: { type: 'string' },
    'no-browser': { type: 'boolean', default: false },
  },
});

const orders = flags.quick ? 50_000 : Number(flags.orders);
const rounds = Number(flags.rounds);
const heading = { ...machine(), orders, rounds };
const measured: Measured[] = [];
printHeading(heading);
const shop = makeShop(orders);
for (const benchCase of [...QUERIES, ...SERDES, ...LAYERS]) {
  if (!benchCase.name.includes(flags.only)) continue;
  const result = await measure(benchCase, shop, rounds, flags.cpu ? cpuClock : wallClock);
  measured.push(result);
  printMeasured(result);
}
if (!flags['no-browser'] && 'IndexedDB'.includes(flags.only)) {
  try {
    const result = await measureStorage({ records: orders, rounds });
    measured.push(result);
    printMeasured(result);
  } catch (error) {
    console.log(`IndexedDB is not measured: ${error instanceof Error ? error.message : String(error)}`);
  }
}
const clock = flags.cpu ? cpuClock : wallClock;
const watching: Watching[] = [];
for await (const result of measureWatching({ shop, rounds, clock, only: flags.only })) {
  if (watching.length === 0) printWatchingHeading();
  watching.push(result);
  printWatching(result);
}
const flatness: Flatness[] = [];
for await (const result of measureFlatness({ rounds, clock, only: flags.only, isQuick: flags.quick })) {
  if (flatness.length === 0) printFlatnessHeading();
  flatness.push(result);
  printFlatness(result);
}
let startUp: StartUp | undefined;
if ('start'.includes(flags.only)) {
  startUp = await measureStartUp(shop, rounds, clock);
  const { changes, snapshotMs, replayMs, ratio } = startUp;
  const times = `${snapshotMs.toFixed(0)} ms with a snapshot, ${replayMs.toFixed(0)} ms by replay`;
  console.log(`\nstart behind ${changes.toLocaleString('en-US')} changes: ${times}, ratio ${ratio.toFixed(2)}`);
}
let testFolders: TestFolders | undefined;
if ('weir test'.includes(flags.only)) {
  testFolders = measureTestFolders(rounds);
  const { scripts, oneMs, manyMs, ratio } = testFolders;
  const times = `${manyMs.toFixed(0)} ms, of one ${oneMs.toFixed(0)} ms`;
  console.log(`\nweir test on a folder of ${scripts} scripts: ${times}, ratio ${ratio.toFixed(2)}`);
}
if (flags.json !== undefined)
  writeJson(flags.json, { ...heading, cases: measured, watching, flatness, startUp, testFolders });
