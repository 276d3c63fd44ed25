/** Prints what was measured: as a table for people, as JSON for programs. */
import type { TestFolders } from './command-line.ts';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Flatness } from './flatness.ts';
import type { Measured } from './measure.ts';
import type { StartUp } from './start-up.ts';
import type { Watching } from './watching.ts';

export interface Report {
  readonly node: string;
  readonly cores: number;
  readonly orders: number;
  readonly rounds: number;
  readonly cases: readonly Measured[];
  readonly flatness: readonly Flatness[];
  readonly watching: readonly Watching[];
  readonly startUp?: StartUp | undefined;
  readonly testFolders?: TestFolders | undefined;
}

export function machine(): Pick<Report, 'node' | 'cores'> {
  return { node: process.version, cores: availableParallelism() };
}

const NAME_WIDTH = 42;
const NUMBER_WIDTH = 14;

export function printHeading({ node, cores, orders, rounds }: Omit<Report, 'cases' | 'flatness' | 'watching'>): void {
  console.log(`Node ${node}, ${cores} cores; ${grouped(orders)} orders, median of ${rounds}\n`);
  console.log(line('', 'events', 'ours/s', 'baseline/s', 'ratio'));
}

export function printMeasured({ name, events, oursPerSecond, handPerSecond, ratio }: Measured): void {
  console.log(line(name, grouped(events), grouped(oursPerSecond), grouped(handPerSecond), ratio.toFixed(2)));
}

export function printFlatnessHeading(): void {
  console.log(`\n${line('cost per record, ns', 'ours', 'grows', 'baseline', 'grows')}`);
}

export function printFlatness({ name, sizes, oursNs, handNs, oursGrowth, handGrowth }: Flatness): void {
  console.log(name);
  for (const at of [0, 1] as const) {
    const growths = at === 0 ? ['', ''] : [oursGrowth.toFixed(2), handGrowth.toFixed(2)];
    const size = `  ${grouped(sizes[at])}`;
    console.log(line(size, grouped(oursNs[at]), growths[0] ?? '', grouped(handNs[at]), growths[1] ?? ''));
  }
}

export function printWatchingHeading(): void {
  console.log(`\n${line('', 'events', 'watched/s', 'unwatched/s', 'ratio')}`);
}

export function printWatching({ name, events, watchedPerSecond, unwatchedPerSecond, ratio }: Watching): void {
  console.log(line(name, grouped(events), grouped(watchedPerSecond), grouped(unwatchedPerSecond), ratio.toFixed(2)));
}

export function writeJson(path: string, report: Report): void {
  writeFileSync(path, `${JSON.stringify(report, undefined, 2)}\n`);
}

function line(name: string, ...numbers: readonly string[]): string {
  return name.padEnd(NAME_WIDTH) + numbers.map((text) => text.padStart(NUMBER_WIDTH)).join('');
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
