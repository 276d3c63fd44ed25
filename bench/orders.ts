/**
 * The synthetic shop that every case reads: orders keyed by customer, the customers themselves, and payments that follow
 * some of the orders. The same seed gives the same bytes.
 *
 * Orders come every 100 ms of event time, some seconds out of order, as real ones do.
 */
import { Random } from '../src/core/common/random.ts';

/** Records as bytes, in the order of the log. */
export interface Records {
  readonly keys: readonly Uint8Array[];
  readonly values: readonly Uint8Array[];
  readonly timestampsMs: Float64Array;
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
  readonly #encoder = new TextEncoder();
  readonly #rows: { readonly key: string; readonly value: unknown; readonly timestampMs: number }[] = [];

  add(key: string, value: unknown, timestampMs: number): void {
    this.#rows.push({ key, value, timestampMs });
  }

  sortByTime(): this {
    this.#rows.sort((a, b) => a.timestampMs - b.timestampMs);
    return this;
  }

  build(): Records {
    return {
      keys: this.#rows.map(({ key }) => this.#encoder.encode(key)),
      values: this.#rows.map(({ value }) => this.#encoder.encode(JSON.stringify(value))),
      timestampsMs: Float64Array.from(this.#rows, ({ timestampMs }) => timestampMs),
    };
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
