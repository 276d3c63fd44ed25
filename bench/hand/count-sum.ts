/** GROUP BY key: one result per record, as a table's changes are. */
import type { Records } from '../orders.ts';
import { decodeJson, decodeText, encodeJson, type HandResult, type Order } from './codec.ts';
import { addPrice, type Totals } from './totals.ts';

export class CountSum {
  readonly #byCustomer = new Map<string, Totals>();

  run(orders: Records): HandResult {
    const byCustomer = this.#byCustomer;
    let sizeBytes = 0;
    for (let i = 0; i < orders.count; i++) {
      const order = decodeJson<Order>(orders.value(i));
      const customer = decodeText(orders.key(i));
      const totals = addPrice(byCustomer, customer, order.PRICE);
      sizeBytes += encodeJson({ ORDERS: totals.count, TOTAL: totals.total }).length;
    }
    return { records: orders.count, sizeBytes };
  }
}
