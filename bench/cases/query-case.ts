/** A case that runs one query over topics that are filled beforehand. */
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

export function queryCase({ name, topics, sources, query, hand }: QueryCase): BenchCase {
  return {
    name,
    events: (shop) => Object.values(topics(shop)).reduce((sum, { count }) => sum + count, 0),
    hand,
    prepareOurs: async (shop) => {
      const engine = await openEngine();
      for (const [topic, records] of Object.entries(topics(shop))) await load(engine, topic, records);
      await run(engine, sources);
      await run(engine, query);
      return async () => {
        await drain(engine);
        return { ...(await resultOf(engine)), close: () => engine.close() };
      };
    },
  };
}
