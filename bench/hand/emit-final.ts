/** GROUP BY key and hour, with one result per window and key when the window and a minute of grace are over. */
import type { Records } from '../orders.ts';
import { decodeJson, decodeText, encodeJson, type HandResult, type Order } from './codec.ts';
import { addPrice, windowAt, type Totals } from './totals.ts';

const HOUR_MS = 3_600_000;
const GRACE_MS = 60_000;

export function emitFinal(orders: Records): HandResult {
  const windows = new Map<number, Map<string, Totals>>();
  let streamTimeMs = 0;
  let records = 0;
  let sizeBytes = 0;
  for (let i = 0; i < orders.count; i++) {
    const order = decodeJson<Order>(orders.value(i));
    const customer = decodeText(orders.key(i));
    const timestampMs = orders.timestampsMs[i] ?? 0;
    streamTimeMs = Math.max(streamTimeMs, timestampMs);
    const closeMs = streamTimeMs - GRACE_MS;
    const startMs = timestampMs - (timestampMs % HOUR_MS);
    if (startMs + HOUR_MS > closeMs) {
      addPrice(windowAt(windows, startMs), customer, order.PRICE);
    }
    for (const [start, window] of windows) {
      if (start + HOUR_MS > closeMs) continue;
      windows.delete(start);
      for (const { count, total } of window.values()) {
        sizeBytes += encodeJson({ ORDERS: count, TOTAL: total }).length;
        records++;
      }
    }
  }
  return { records, sizeBytes };
}
