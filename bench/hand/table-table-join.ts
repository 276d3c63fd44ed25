/** Two tables by the same key: each keeps its latest rows, and a change of either gives the joined row anew. */
import type { Records } from '../orders.ts';
import { decodeJson, decodeText, encodeJson, type Customer, type HandResult, type Order } from './codec.ts';

export function tableTableJoin(orders: Records, customers: Records): HandResult {
  const latest = new Map<string, Order>();
  const profiles = new Map<string, Customer>();
  let records = 0;
  let sizeBytes = 0;
  const emit = (order: Order, customer: Customer): void => {
    const row = { ORDER_ID: order.ORDER_ID, PRICE: order.PRICE, NAME: customer.NAME, CITY: customer.CITY };
    sizeBytes += encodeJson(row).length;
    records++;
  };
  let left = 0;
  let right = 0;
  while (left < orders.count || right < customers.count) {
    if ((orders.timestampsMs[left] ?? Infinity) < (customers.timestampsMs[right] ?? Infinity)) {
      const id = decodeText(orders.key(left));
      const order = decodeJson<Order>(orders.value(left++));
      latest.set(id, order);
      const customer = profiles.get(id);
      if (customer !== undefined) emit(order, customer);
    } else {
      const id = decodeText(customers.key(right));
      const customer = decodeJson<Customer>(customers.value(right++));
      profiles.set(id, customer);
      const order = latest.get(id);
      if (order !== undefined) emit(order, customer);
    }
  }
  return { records, sizeBytes };
}
