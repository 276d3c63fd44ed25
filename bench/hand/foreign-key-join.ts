/**
 * A table of orders joined to the customers that they name: each customer knows its orders, so that a change of the customer
 * gives all of their rows anew.
 */
import type { Records } from '../orders.ts';
import { decodeJson, decodeText, encodeJson, type Customer, type HandResult, type PlacedOrder } from './codec.ts';

export function foreignKeyJoin(placed: Records, customers: Records): HandResult {
  const orders = new Map<string, PlacedOrder>();
  const ordersOf = new Map<string, Set<string>>();
  const profiles = new Map<string, Customer>();
  let records = 0;
  let sizeBytes = 0;
  const emit = (order: PlacedOrder, customer: Customer): void => {
    const row = { PRODUCT: order.PRODUCT, PRICE: order.PRICE, NAME: customer.NAME, CITY: customer.CITY };
    sizeBytes += encodeJson(row).length;
    records++;
  };
  let left = 0;
  let right = 0;
  while (left < placed.count || right < customers.count) {
    if ((placed.timestampsMs[left] ?? Infinity) < (customers.timestampsMs[right] ?? Infinity)) {
      const id = decodeText(placed.key(left));
      const order = decodeJson<PlacedOrder>(placed.value(left++));
      const before = orders.get(id);
      if (before !== undefined && before.CUSTOMER !== order.CUSTOMER) ordersOf.get(before.CUSTOMER)?.delete(id);
      orders.set(id, order);
      let ids = ordersOf.get(order.CUSTOMER);
      if (ids === undefined) {
        ids = new Set();
        ordersOf.set(order.CUSTOMER, ids);
      }
      ids.add(id);
      const customer = profiles.get(order.CUSTOMER);
      if (customer !== undefined) emit(order, customer);
    } else {
      const id = decodeText(customers.key(right));
      const customer = decodeJson<Customer>(customers.value(right++));
      profiles.set(id, customer);
      for (const orderId of ordersOf.get(id) ?? []) {
        const order = orders.get(orderId);
        if (order !== undefined) emit(order, customer);
      }
    }
  }
  return { records, sizeBytes };
}
