/** A stream looks up a table that was loaded before. */
import type { Records } from '../orders.ts';
import { decodeJson, decodeText, encodeJson, type Customer, type HandResult, type Order } from './codec.ts';

export class StreamTableJoin {
  readonly #table = new Map<string, Customer>();

  constructor(customers: Records) {
    for (let i = 0; i < customers.count; i++) {
      this.#table.set(decodeText(customers.key(i)), decodeJson<Customer>(customers.value(i)));
    }
  }

  run(orders: Records): HandResult {
    let records = 0;
    let sizeBytes = 0;
    for (let i = 0; i < orders.count; i++) {
      const order = decodeJson<Order>(orders.value(i));
      const customer = this.#table.get(decodeText(orders.key(i)));
      if (customer === undefined) continue;
      const row = { ORDER_ID: order.ORDER_ID, PRICE: order.PRICE, NAME: customer.NAME, CITY: customer.CITY };
      sizeBytes += encodeJson(row).length;
      records++;
    }
    return { records, sizeBytes };
  }
}
