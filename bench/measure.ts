/**
 * Runs a case: both sides in turn, so that whatever slows the machine for a while slows both; a round to warm up, then the
 * median of the others. The rubbish of one run is not collected in the next one's time.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { BenchCase } from './cases/case.ts';
import type { Shop } from './orders.ts';

export interface Measured {
  readonly name: string;
  readonly events: number;
  readonly oursPerSecond: number;
  readonly handPerSecond: number;
  /** Ours over hand: 1 is as fast as the hand-written loop. */
  readonly ratio: number;
}

/** A clock in milliseconds. */
export type ClockMs = () => number;

export const wallClock: ClockMs = () => performance.now();

/** What this process used of all cores: steadier on a machine that does other things, but it counts the collector's threads. */
export const cpuClock: ClockMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export async function measure(benchCase: BenchCase, shop: Shop, rounds: number, clock: ClockMs): Promise<Measured> {
  const hand: number[] = [];
  const ours: number[] = [];
  const events = benchCase.events(shop);
  for (let round = 0; round <= rounds; round++) {
    const byHand = await timed(() => benchCase.hand(shop), clock);
    const run = await benchCase.prepareOurs(shop);
    const byUs = await timed(run, clock);
    await byUs.result.close?.();
    if (byHand.result.records !== byUs.result.records) {
      throw new Error(
        `${benchCase.name}: ${byUs.result.records} results, the hand-written loop has ${byHand.result.records}`,
      );
    }
    if (round === 0) continue;
    hand.push(byHand.elapsedMs);
    ours.push(byUs.elapsedMs);
  }
  const handMs = median(hand);
  const oursMs = median(ours);
  return {
    name: benchCase.name,
    events,
    oursPerSecond: (events / oursMs) * 1000,
    handPerSecond: (events / handMs) * 1000,
    ratio: handMs / oursMs,
  };
}

export async function timed<Result>(
  run: () => Promise<Result> | Result,
  clock: ClockMs,
): Promise<{ readonly elapsedMs: number; readonly result: Result }> {
  collectGarbage();
  const startMs = clock();
  const result = await run();
  return { elapsedMs: clock() - startMs, result };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
