/**
 * The synthetic shop that every case reads: orders keyed by customer, the customers themselves, payments that follow
 * some of the orders, and baskets, which are orders with structs and arrays in them. The same seed gives the same bytes.
 *
 * Orders come every 100 ms of event time, some seconds out of order, as real ones do.
 */
import { Random } from '../src/core/common/random.ts';

/** Records as bytes, in the order of the log, packed as in a fetched batch: a loop sees views of one buffer. */
export class Records {
  readonly count: number;
  readonly timestampsMs: Float64Array;
  readonly #bytes: Uint8Array;
  /** Where the key of record `i` begins; its value follows, and ends where the next key begins. */
  readonly #keyStarts: Float64Array;
  readonly #valueStarts: Float64Array;

  constructor(count: number, bytes: Uint8Array, starts: readonly [Float64Array, Float64Array], times: Float64Array) {
    this.count = count;
    this.#bytes = bytes;
    [this.#keyStarts, this.#valueStarts] = starts;
    this.timestampsMs = times;
  }

  key(index: number): Uint8Array {
    return this.#bytes.subarray(this.#keyStarts[index], this.#valueStarts[index]);
  }

  value(index: number): Uint8Array {
    return this.#bytes.subarray(this.#valueStarts[index], this.#keyStarts[index + 1]);
  }

  /** The same keys and times with other values. */
  mapValues(map: (value: Uint8Array) => Uint8Array): Records {
    return packed(
      Array.from({ length: this.count }, (_, i) => ({
        key: this.key(i),
        value: map(this.value(i)),
        timestampMs: this.timestampsMs[i] ?? 0,
      })),
    );
  }
}

interface PackedRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly timestampMs: number;
}

function packed(records: readonly PackedRecord[]): Records {
  const bytes = new Uint8Array(records.reduce((sum, { key, value }) => sum + key.length + value.length, 0));
  const keyStarts = new Float64Array(records.length + 1);
  const valueStarts = new Float64Array(records.length);
  let at = 0;
  for (const [i, { key, value }] of records.entries()) {
    bytes.set(key, at);
    at += key.length;
    valueStarts[i] = at;
    bytes.set(value, at);
    at += value.length;
    keyStarts[i + 1] = at;
  }
  const timestampsMs = Float64Array.from(records, ({ timestampMs }) => timestampMs);
  return new Records(records.length, bytes, [keyStarts, valueStarts], timestampsMs);
}

export interface Shop {
  /** Keyed by customer. */
  readonly orders: Records;
  /** Keyed by customer. */
  readonly customers: Records;
  /** Half of the orders, keyed by order. */
  readonly placed: Records;
  /** One payment for most of `placed`, keyed by order. */
  readonly payments: Records;
  /** Orders of several items, with where they go to; one for every fourth order, keyed by customer. */
  readonly baskets: Records;
}

const SEED = 20_240_501;
const START_MS = Date.UTC(2024, 4, 1);
const SPACING_MS = 100;
const DISORDER_MS = 5_000;
const CUSTOMERS = 10_000;
const PRODUCTS = 500;
const STATUSES = ['new', 'paid', 'packed', 'shipped', 'returned'] as const;
const CITIES = ['Lagos', 'Quito', 'Osaka', 'Turin', 'Perth', 'Oslo', 'Lima', 'Pune'] as const;
const STREETS = ['Calle de los Álamos', 'Main Street', 'Station Road', 'Via Roma'] as const;
const PAID_SHARE = 0.9;
const PAYMENT_DELAY_MS = 60_000;

const encoder = new TextEncoder();

export class RecordsBuilder {
  readonly #records: PackedRecord[] = [];

  add(key: string, value: object, timestampMs: number): void {
    this.#records.push({ key: encoder.encode(key), value: encoder.encode(JSON.stringify(value)), timestampMs });
  }

  sortByTime(): this {
    this.#records.sort((a, b) => a.timestampMs - b.timestampMs);
    return this;
  }

  build(): Records {
    return packed(this.#records);
  }
}

function makeBasket(random: Random, id: number, timestampMs: number): object {
  return {
    ORDER_ID: 5_000_000_000 + id,
    PLACED_AT: timestampMs,
    SHIP_TO: {
      STREET: `${1 + random.nextInt(200)} ${STREETS[random.nextInt(STREETS.length)]}`,
      CITY: CITIES[random.nextInt(CITIES.length)],
      ZIP: `${10_000 + random.nextInt(89_999)}`,
    },
    ITEMS: Array.from({ length: 1 + random.nextInt(4) }, () => ({
      PRODUCT: `product ${random.nextInt(PRODUCTS)}`,
      QUANTITY: 1 + random.nextInt(9),
      PRICE: (100 + random.nextInt(9_900)) / 100,
    })),
    TAGS: random.chance(0.5) ? ['gift', 'express'] : ['standard'],
    TOTAL: (1_000 + random.nextInt(99_000)) / 100,
    PAID: random.chance(PAID_SHARE),
  };
}

export function makeShop(orderCount: number): Shop {
  const random = new Random(SEED);
  const orders = new RecordsBuilder();
  const placed = new RecordsBuilder();
  const payments = new RecordsBuilder();
  const baskets = new RecordsBuilder();
  const basketRandom = new Random(SEED);
  for (let i = 0; i < orderCount; i++) {
    const timestampMs = START_MS + i * SPACING_MS + random.nextInt(DISORDER_MS);
    const customer = `customer_${random.nextInt(CUSTOMERS)}`;
    const order = {
      ORDER_ID: i,
      PRODUCT: `product ${random.nextInt(PRODUCTS)}`,
      QUANTITY: 1 + random.nextInt(9),
      PRICE: (100 + random.nextInt(9_900)) / 100,
      STATUS: STATUSES[random.nextInt(STATUSES.length)],
    };
    orders.add(customer, order, timestampMs);
    if (i % 4 === 0) baskets.add(customer, makeBasket(basketRandom, i, timestampMs), timestampMs);
    if (i % 2 === 0) continue;
    placed.add(`order_${i}`, { CUSTOMER: customer, PRODUCT: order.PRODUCT, PRICE: order.PRICE }, timestampMs);
    if (random.chance(PAID_SHARE)) {
      const paidAtMs = timestampMs + random.nextInt(PAYMENT_DELAY_MS);
      payments.add(`order_${i}`, { AMOUNT: order.PRICE, METHOD: i % 3 === 0 ? 'card' : 'cash' }, paidAtMs);
    }
  }
  const customers = new RecordsBuilder();
  for (let i = 0; i < CUSTOMERS; i++) {
    customers.add(
      `customer_${i}`,
      { NAME: `Customer ${i}`, CITY: CITIES[i % CITIES.length], LEVEL: i % 5 },
      START_MS - 1,
    );
  }
  return {
    orders: orders.build(),
    customers: customers.build(),
    placed: placed.build(),
    payments: payments.sortByTime().build(),
    baskets: baskets.build(),
  };
}
