/** GROUP BY key and hopping hour: a record goes into four windows, with a result from each. */
import type { Records } from '../orders.ts';
import { decodeJson, decodeText, encodeJson, type HandResult, type Order } from './codec.ts';
import { addPrice, windowAt, type Totals } from './totals.ts';

const SIZE_MS = 3_600_000;
const ADVANCE_MS = SIZE_MS / 4;

export function hopping(orders: Records): HandResult {
  const windows = new Map<number, Map<string, Totals>>();
  let records = 0;
  let sizeBytes = 0;
  for (let i = 0; i < orders.count; i++) {
    const order = decodeJson<Order>(orders.value(i));
    const customer = decodeText(orders.key(i));
    const timestampMs = orders.timestampsMs[i] ?? 0;
    const lastMs = timestampMs - (timestampMs % ADVANCE_MS);
    for (let startMs = lastMs - SIZE_MS + ADVANCE_MS; startMs <= lastMs; startMs += ADVANCE_MS) {
      const totals = addPrice(windowAt(windows, startMs), customer, order.PRICE);
      sizeBytes += encodeJson({ ORDERS: totals.count, TOTAL: totals.total }).length;
      records++;
    }
  }
  return { records, sizeBytes };
}
