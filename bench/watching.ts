/**
 * What it costs a query to be watched: the recorder behind the pictures of windows and joins hears of each record. The same
 * query runs over the same records with it and without it, in turn.
 */
import { QueryWatch } from '../src/core/ksql/watch/query-watch.ts';
import { QUERY_CASES } from './cases/queries.ts';
import { eventsOf, prepare, type QueryCase } from './cases/query-case.ts';
import { drain } from './engine.ts';
import { median, timed, type ClockMs } from './measure.ts';
import type { Shop } from './orders.ts';

export interface Watching {
  readonly name: string;
  readonly events: number;
  readonly watchedPerSecond: number;
  readonly unwatchedPerSecond: number;
  /** Watched over unwatched: 1 when it costs nothing. */
  readonly ratio: number;
}

export interface WatchingOptions {
  readonly shop: Shop;
  readonly rounds: number;
  readonly clock: ClockMs;
  /** Cases whose name, `watched ...`, contains it. */
  readonly only: string;
}

/** What there is a picture of. */
const WATCHED = /tumbling$|session|hopping|join/;

export async function* measureWatching({ shop, rounds, clock, only }: WatchingOptions): AsyncGenerator<Watching> {
  for (const queried of QUERY_CASES) {
    const name = `watched ${queried.name}`;
    if (!WATCHED.test(queried.name) || !name.includes(only)) continue;
    const watched: number[] = [];
    const unwatched: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const without = await drained(queried, shop, clock, false);
      const withWatch = await drained(queried, shop, clock, true);
      if (round === 0) continue;
      unwatched.push(without);
      watched.push(withWatch);
    }
    const events = eventsOf(queried, shop);
    const [watchedMs, unwatchedMs] = [median(watched), median(unwatched)];
    yield {
      name,
      events,
      watchedPerSecond: (events / watchedMs) * 1000,
      unwatchedPerSecond: (events / unwatchedMs) * 1000,
      ratio: unwatchedMs / watchedMs,
    };
  }
}

/** Milliseconds until the query has processed everything. */
async function drained(queried: QueryCase, shop: Shop, clock: ClockMs, isWatched: boolean): Promise<number> {
  const engine = await prepare(queried, shop);
  const [query] = engine.planner.queries();
  const watchable = query === undefined ? undefined : engine.runner.watchable(query.id);
  if (watchable === undefined) throw new Error(`${queried.name} has no query to watch`);
  const watch = isWatched ? await QueryWatch.open(engine.broker, watchable) : undefined;
  const { elapsedMs } = await timed(() => drain(engine), clock);
  const seen = watch?.recorders.reduce((sum, { ring }) => sum + ring.total, 0);
  if (seen === 0) throw new Error(`${queried.name}: the watch has seen nothing`);
  watch?.close();
  await engine.close();
  return elapsedMs;
}
