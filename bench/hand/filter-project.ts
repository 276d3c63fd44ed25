/** SELECT ... WHERE: a filter over two columns and a projection. */
import type { Records } from '../orders.ts';
import { decodeJson, encodeJson, type HandResult, type Order } from './codec.ts';

export function filterProject(orders: Records): HandResult {
  let records = 0;
  let sizeBytes = 0;
  for (let i = 0; i < orders.count; i++) {
    const order = decodeJson<Order>(orders.value(i));
    const total = order.QUANTITY * order.PRICE;
    if (total <= 100) continue;
    sizeBytes += encodeJson({ ORDER_ID: order.ORDER_ID, PRODUCT: order.PRODUCT, TOTAL: total }).length;
    records++;
  }
  return { records, sizeBytes };
}
