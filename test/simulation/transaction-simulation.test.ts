import { expect, it } from 'vitest';
import { simulateTransactions } from './transaction-simulation.ts';

const oneSeed = process.env.SIMULATION_SEED;
const runs = Number(process.env.SIMULATION_RUNS ?? 25);
const seeds = oneSeed === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [Number(oneSeed)];

it('transactions are whole or not at all, through crashes, aborts and full disks', { timeout: 120_000 }, async () => {
  const total = { crashes: 0, aborts: 0, copied: 0 };
  for (const seed of seeds) {
    const rates = { crash: [0.01, 0.03, 0.08][seed % 3] ?? 0, quota: seed % 2 === 0 ? 0.1 : 0 };
    const { crashes, aborts, copied } = await simulateTransactions(seed, 1 + (seed % 2), rates);
    total.crashes += crashes;
    total.aborts += aborts;
    total.copied += copied;
  }
  // Otherwise the simulation has not tried what it is for.
  expect(Math.min(total.crashes, total.aborts)).toBeGreaterThan(seeds.length === 1 ? -1 : seeds.length);
  expect(total.copied).toBeGreaterThan(seeds.length === 1 ? 0 : seeds.length * 20);
});
