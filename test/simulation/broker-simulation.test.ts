/**
 * Runs the simulation for many seeds. `SIMULATION_SEED=42 npx vitest run test/simulation` reproduces one;
 * `SIMULATION_RUNS=1000` looks longer.
 */
import { describe, expect, it } from 'vitest';
import { type SimulationOptions, simulate } from './broker-simulation.ts';

const oneSeed = process.env.SIMULATION_SEED;
const runs = Number(process.env.SIMULATION_RUNS ?? 40);
const seeds = oneSeed === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [Number(oneSeed)];

function optionsOf(seed: number): SimulationOptions {
  return {
    seed,
    partitions: 1 + (seed % 3),
    rounds: 6,
    stepsPerRound: 20,
    rates: { crash: [0.01, 0.05, 0.2][seed % 3] ?? 0, quota: seed % 2 === 0 ? 0.1 : 0 },
  };
}

describe('the broker, through crashes and full disks', () => {
  it(
    'loses nothing that was acknowledged, repeats nothing, and commits outputs with their offsets',
    { timeout: 120_000 },
    async () => {
      let crashes = 0;
      let refusals = 0;
      let processed = 0;
      for (const seed of seeds) {
        const result = await simulate(optionsOf(seed));
        crashes += result.crashes;
        refusals += result.refusals;
        processed += result.processed;
      }
      // Otherwise the simulation has not tried what it is for.
      expect(crashes).toBeGreaterThan(0);
      expect(refusals + seeds.length).toBeGreaterThan(seeds.length === 1 ? 0 : seeds.length);
      expect(processed).toBeGreaterThan(seeds.length * 10);
    },
  );

  it('writes the same bytes for the same seed', async () => {
    const seed = seeds[0] ?? 1;
    expect(await simulate(optionsOf(seed))).toEqual(await simulate(optionsOf(seed)));
  });
});
