/** GROUP BY key: one result per record, as a table's changes are. */
import type { Records } from '../orders.ts';
import { decodeJson, decodeText, encodeJson, type HandResult, type Order } from './codec.ts';

interface Totals {
  count: number;
  total: number;
}

export class CountSum {
  readonly #byCustomer = new Map<string, Totals>();

  run(orders: Records): HandResult {
    const byCustomer = this.#byCustomer;
    let sizeBytes = 0;
    for (let i = 0; i < orders.count; i++) {
      const order = decodeJson<Order>(orders.value(i));
      const customer = decodeText(orders.key(i));
      let totals = byCustomer.get(customer);
      if (totals === undefined) {
        totals = { count: 0, total: 0 };
        byCustomer.set(customer, totals);
      }
      totals.count++;
      totals.total += order.PRICE;
      sizeBytes += encodeJson({ ORDERS: totals.count, TOTAL: totals.total }).length;
    }
    return { records: orders.count, sizeBytes };
  }
}
