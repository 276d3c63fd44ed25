/**
 * Whether a record costs the same whatever came before it: with a thousand keys and with a million, after ten thousand records
 * and after a million. The same records are run through a query that has the one or the other behind it, and through the
 * hand-written loop, which has the same state: beyond the processor's caches both grow slower, and ours should not more.
 */
import { Random } from '../src/core/common/random.ts';
import { drain, load, openEngine, resultOf, run } from './engine.ts';
import { CountSum } from './hand/count-sum.ts';
import type { HandResult } from './hand/codec.ts';
import { StreamTableJoin } from './hand/stream-table-join.ts';
import { Tumbling } from './hand/tumbling.ts';
import { median, timed, type ClockMs } from './measure.ts';
import { RecordsBuilder, type Records } from './orders.ts';
import { CUSTOMERS, ORDERS } from './cases/sources.ts';

export interface Flatness {
  readonly name: string;
  /** Keys, or records of history. */
  readonly sizes: readonly [small: number, large: number];
  /** Nanoseconds per record at either size. */
  readonly oursNs: readonly [number, number];
  readonly handNs: readonly [number, number];
  /** Of the cost from the small to the large size: 1 is flat. */
  readonly oursGrowth: number;
  readonly handGrowth: number;
}

type Topics = Readonly<Record<string, Records>>;

/** A loop that keeps its state from one run to the next. */
interface Loop {
  run(orders: Records): HandResult;
}

interface FlatCase {
  readonly name: string;
  readonly by: 'keys' | 'history';
  readonly sources: string;
  readonly query: string;
  /** What lies behind the query before it is measured, by topic. */
  readonly history: (size: number) => Topics & { readonly orders: Records };
  readonly hand: (history: Topics) => Loop;
  /** Keys among which the measured orders are. */
  readonly keys: (size: number) => number;
}

const MEASURED_RECORDS = 60_000;
const FEW_KEYS = 1_000;
const SEED = 7;
const START_MS = Date.UTC(2024, 4, 1);
const SPACING_MS = 100;

/** The same each time it is asked. */
class Orders {
  readonly #random = new Random(SEED);
  #count: number;

  /** @param count of orders that came before */
  constructor(count = 0) {
    this.#count = count;
  }

  take(count: number, keyOf: (index: number, random: Random) => number): Records {
    const builder = new RecordsBuilder();
    for (let i = 0; i < count; i++) {
      const random = this.#random;
      const order = {
        ORDER_ID: this.#count,
        PRODUCT: `product ${random.nextInt(500)}`,
        QUANTITY: 1 + random.nextInt(9),
        PRICE: (100 + random.nextInt(9_900)) / 100,
        STATUS: 'new',
      };
      builder.add(`customer_${keyOf(i, random)}`, order, START_MS + SPACING_MS * this.#count++);
    }
    return builder.build();
  }
}

const oneEach = (index: number): number => index;
const among = (keys: number) => (_index: number, random: Random) => random.nextInt(keys);

function customers(count: number): Records {
  const builder = new RecordsBuilder();
  for (let i = 0; i < count; i++) {
    builder.add(`customer_${i}`, { NAME: `Customer ${i}`, CITY: 'Lagos', LEVEL: i % 5 }, START_MS - 1);
  }
  return builder.build();
}

const COUNT_SUM = `CREATE TABLE RESULT AS SELECT CUSTOMER, COUNT(*) AS ORDERS, SUM(PRICE) AS TOTAL FROM ORDERS
  GROUP BY CUSTOMER EMIT CHANGES;`;
const TUMBLING = `CREATE TABLE RESULT AS SELECT CUSTOMER, COUNT(*) AS ORDERS, SUM(PRICE) AS TOTAL FROM ORDERS
  WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY CUSTOMER EMIT CHANGES;`;
const JOIN = `CREATE STREAM RESULT AS SELECT O.CUSTOMER, O.ORDER_ID, O.PRICE, C.NAME, C.CITY FROM ORDERS O
  JOIN CUSTOMERS C ON O.CUSTOMER = C.ID EMIT CHANGES;`;

const CASES: readonly FlatCase[] = [
  {
    name: 'COUNT, SUM by key',
    by: 'keys',
    sources: ORDERS,
    query: COUNT_SUM,
    history: (size) => ({ orders: new Orders().take(size, oneEach) }),
    hand: () => new CountSum(),
    keys: (size) => size,
  },
  {
    name: 'stream-table join',
    by: 'keys',
    sources: ORDERS + CUSTOMERS,
    query: JOIN,
    history: (size) => ({ customers: customers(size), orders: new Orders().take(FEW_KEYS, among(FEW_KEYS)) }),
    hand: (history) => new StreamTableJoin(history['customers'] ?? customers(0)),
    keys: (size) => size,
  },
  {
    name: 'COUNT, SUM by key',
    by: 'history',
    sources: ORDERS,
    query: COUNT_SUM,
    history: (size) => ({ orders: new Orders().take(size, among(FEW_KEYS)) }),
    hand: () => new CountSum(),
    keys: () => FEW_KEYS,
  },
  {
    name: 'COUNT, SUM by key, tumbling',
    by: 'history',
    sources: ORDERS,
    query: TUMBLING,
    history: (size) => ({ orders: new Orders().take(size, among(FEW_KEYS)) }),
    hand: () => new Tumbling(),
    keys: () => FEW_KEYS,
  },
];

/** One side at one size, with its history behind it. */
interface Subject {
  /** Runs as many records as before, other ones. */
  round(): Promise<Round>;
  close(): Promise<void>;
}

interface Round {
  readonly ns: number;
  readonly results: number;
}

function handAt(flatCase: FlatCase, size: number, clock: ClockMs): Subject {
  const history = flatCase.history(size);
  const loop = flatCase.hand(history);
  loop.run(history.orders);
  const orders = new Orders(history.orders.count);
  return {
    async round() {
      const records = orders.take(MEASURED_RECORDS, among(flatCase.keys(size)));
      const { elapsedMs, result } = await timed(() => loop.run(records), clock);
      return { ns: (elapsedMs / MEASURED_RECORDS) * 1e6, results: result.records };
    },
    close: () => Promise.resolve(),
  };
}

async function oursAt(flatCase: FlatCase, size: number, clock: ClockMs): Promise<Subject> {
  const engine = await openEngine();
  const history = flatCase.history(size);
  for (const [topic, records] of Object.entries(history)) await load(engine, topic, records);
  await run(engine, flatCase.sources);
  await run(engine, flatCase.query);
  await drain(engine);
  const orders = new Orders(history.orders.count);
  return {
    async round() {
      await load(engine, 'orders', orders.take(MEASURED_RECORDS, among(flatCase.keys(size))));
      const before = (await resultOf(engine)).records;
      const { elapsedMs } = await timed(() => drain(engine), clock);
      return { ns: (elapsedMs / MEASURED_RECORDS) * 1e6, results: (await resultOf(engine)).records - before };
    },
    close: () => engine.close(),
  };
}

interface Growth {
  readonly ns: readonly [number, number];
  readonly grows: number;
  /** By round. */
  readonly results: readonly (readonly [number, number])[];
}

/**
 * Both sizes in turn, so that whatever slows the machine for a while slows both; growth is the median of the rounds'. The other
 * side is not there meanwhile: a million keys of it on the same heap would be marked by the collector in this one's time.
 */
async function growth(small: Subject, large: Subject, rounds: number): Promise<Growth> {
  const pairs: (readonly [Round, Round])[] = [];
  for (let round = 0; round <= rounds; round++) {
    const pair = [await small.round(), await large.round()] as const;
    if (round > 0) pairs.push(pair);
  }
  await small.close();
  await large.close();
  return {
    ns: [median(pairs.map(([one]) => one.ns)), median(pairs.map(([, other]) => other.ns))],
    grows: median(pairs.map(([one, other]) => other.ns / one.ns)),
    results: pairs.map(([one, other]) => [one.results, other.results]),
  };
}

/** @param isQuick a hundred times as many instead of a thousand */
export async function* measureFlatness(options: {
  readonly rounds: number;
  readonly clock: ClockMs;
  readonly only: string;
  readonly isQuick: boolean;
}): AsyncGenerator<Flatness> {
  const { rounds, clock, only, isQuick } = options;
  for (const flatCase of CASES) {
    const name = `${flatCase.name}: ${flatCase.by}`;
    if (!name.includes(only)) continue;
    const sizes =
      flatCase.by === 'keys' ? [1_000, isQuick ? 100_000 : 1_000_000] : [10_000, isQuick ? 100_000 : 1_000_000];
    const [small = 0, large = 0] = sizes;
    const hand = await growth(handAt(flatCase, small, clock), handAt(flatCase, large, clock), rounds);
    const ours = await growth(await oursAt(flatCase, small, clock), await oursAt(flatCase, large, clock), rounds);
    if (String(ours.results) !== String(hand.results)) {
      throw new Error(`${name}: ${String(ours.results)} results, the hand-written loop has ${String(hand.results)}`);
    }
    yield {
      name,
      sizes: [small, large],
      oursNs: ours.ns,
      handNs: hand.ns,
      oursGrowth: ours.grows,
      handGrowth: hand.grows,
    };
  }
}
