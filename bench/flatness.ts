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

/** Nanoseconds per record at one size: rounds of as many records through both in turn, after one to warm up. */
async function costs(flatCase: FlatCase, size: number, rounds: number, clock: ClockMs): Promise<[number, number]> {
  const history = flatCase.history(size);
  const loop = flatCase.hand(history);
  loop.run(history.orders);
  const engine = await openEngine();
  for (const [topic, records] of Object.entries(history)) await load(engine, topic, records);
  await run(engine, flatCase.sources);
  await run(engine, flatCase.query);
  await drain(engine);

  const orders = new Orders(history.orders.count);
  const oursNs: number[] = [];
  const handNs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const records = orders.take(MEASURED_RECORDS, among(flatCase.keys(size)));
    await load(engine, 'orders', records);
    const before = (await resultOf(engine)).records;
    const byHand = await timed(() => loop.run(records), clock);
    const byUs = await timed(() => drain(engine), clock);
    const results = (await resultOf(engine)).records - before;
    if (results !== byHand.result.records) {
      throw new Error(`${flatCase.name}: ${results} results, the hand-written loop has ${byHand.result.records}`);
    }
    if (round === 0) continue;
    oursNs.push((byUs.elapsedMs / MEASURED_RECORDS) * 1e6);
    handNs.push((byHand.elapsedMs / MEASURED_RECORDS) * 1e6);
  }
  await engine.close();
  return [median(oursNs), median(handNs)];
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
    // what the first of the two compiles must not count as its cost
    await costs(flatCase, small, 1, clock);
    const [oursSmall, handSmall] = await costs(flatCase, small, rounds, clock);
    const [oursLarge, handLarge] = await costs(flatCase, large, rounds, clock);
    yield {
      name,
      sizes: [small, large],
      oursNs: [oursSmall, oursLarge],
      handNs: [handSmall, handLarge],
      oursGrowth: oursLarge / oursSmall,
      handGrowth: handLarge / handSmall,
    };
  }
}
