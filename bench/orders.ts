/**
 * The synthetic shop that every case reads: orders keyed by customer, the customers themselves, and payments that follow
 * some of the orders. The same seed gives the same bytes.
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
}

const SEED = 20_240_501;
const START_MS = Date.UTC(2024, 4, 1);
const SPACING_MS = 100;
const DISORDER_MS = 5_000;
const CUSTOMERS = 10_000;
const PRODUCTS = 500;
const STATUSES = ['new', 'paid', 'packed', 'shipped', 'returned'] as const;
const CITIES = ['Lagos', 'Quito', 'Osaka', 'Turin', 'Perth', 'Oslo', 'Lima', 'Pune'] as const;
const PAID_SHARE = 0.9;
const PAYMENT_DELAY_MS = 60_000;

class RecordsBuilder {
  readonly #rows: { readonly key: string; readonly value: string; readonly timestampMs: number }[] = [];

  add(key: string, value: object, timestampMs: number): void {
    this.#rows.push({ key, value: JSON.stringify(value), timestampMs });
  }

  sortByTime(): this {
    this.#rows.sort((a, b) => a.timestampMs - b.timestampMs);
    return this;
  }

  build(): Records {
    const count = this.#rows.length;
    const encoder = new TextEncoder();
    // all of it is ASCII: a character is a byte
    const bytes = new Uint8Array(this.#rows.reduce((sum, { key, value }) => sum + key.length + value.length, 0));
    const keyStarts = new Float64Array(count + 1);
    const valueStarts = new Float64Array(count);
    let at = 0;
    for (const [i, { key, value }] of this.#rows.entries()) {
      at += encoder.encodeInto(key, bytes.subarray(at)).written;
      valueStarts[i] = at;
      at += encoder.encodeInto(value, bytes.subarray(at)).written;
      keyStarts[i + 1] = at;
    }
    const timestampsMs = Float64Array.from(this.#rows, ({ timestampMs }) => timestampMs);
    return new Records(count, bytes, [keyStarts, valueStarts], timestampsMs);
  }
}

export function makeShop(orderCount: number): Shop {
  const random = new Random(SEED);
  const orders = new RecordsBuilder();
  const placed = new RecordsBuilder();
  const payments = new RecordsBuilder();
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
  };
}
