/** SELECT ... WHERE: a filter over two columns and a projection. */
import type { Records } from '../orders.ts';
import { decodeJson, encodeJson, type HandResult, type Order } from './codec.ts';

export function filterProject({ values }: Records): HandResult {
  let records = 0;
  let sizeBytes = 0;
  for (let i = 0; i < values.length; i++) {
    const order = decodeJson<Order>(values[i]);
    const total = order.QUANTITY * order.PRICE;
    if (total <= 100) continue;
    sizeBytes += encodeJson({ ORDER_ID: order.ORDER_ID, PRODUCT: order.PRODUCT, TOTAL: total }).length;
    records++;
  }
  return { records, sizeBytes };
}
