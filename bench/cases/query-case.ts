/** A case that runs one query over topics that are filled beforehand. */
import type { Engine } from '../../src/core/ksql/engine/engine.ts';
import { drain, load, openEngine, resultOf, run } from '../engine.ts';
import type { HandResult } from '../hand/codec.ts';
import type { Records, Shop } from '../orders.ts';
import type { BenchCase } from './case.ts';

export interface QueryCase {
  readonly name: string;
  /** Topics, each of one partition. */
  readonly topics: (shop: Shop) => Readonly<Record<string, Records>>;
  /** Declares the sources. */
  readonly sources: string;
  /** The query; its sink is the stream or table RESULT. */
  readonly query: string;
  readonly hand: (shop: Shop) => HandResult;
}

/** Records that come in. */
export function eventsOf({ topics }: QueryCase, shop: Shop): number {
  return Object.values(topics(shop)).reduce((sum, { count }) => sum + count, 0);
}

/** An engine with the topics filled and the query started, which has processed nothing yet. */
export async function prepare({ topics, sources, query }: QueryCase, shop: Shop): Promise<Engine> {
  const engine = await openEngine();
  for (const [topic, records] of Object.entries(topics(shop))) await load(engine, topic, records);
  await run(engine, sources);
  await run(engine, query);
  return engine;
}

export function queryCase(queried: QueryCase): BenchCase {
  return {
    name: queried.name,
    events: (shop) => eventsOf(queried, shop),
    hand: queried.hand,
    prepareOurs: async (shop) => {
      const engine = await prepare(queried, shop);
      return async () => {
        await drain(engine);
        return { ...(await resultOf(engine)), close: () => engine.close() };
      };
    },
  };
}
