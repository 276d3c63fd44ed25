/** GROUP BY key and hour: windows in nested maps, one result per record. Windows of more than a day ago are forgotten. */
import type { Records } from '../orders.ts';
import { decodeJson, decodeText, encodeJson, type HandResult, type Order } from './codec.ts';
import { addPrice, type Totals } from './totals.ts';

const HOUR_MS = 3_600_000;
const RETENTION_MS = 24 * HOUR_MS;

export class Tumbling {
  readonly #windows = new Map<number, Map<string, Totals>>();

  run(orders: Records): HandResult {
    const windows = this.#windows;
    let sizeBytes = 0;
    for (let i = 0; i < orders.count; i++) {
      const order = decodeJson<Order>(orders.value(i));
      const customer = decodeText(orders.key(i));
      const timestampMs = orders.timestampsMs[i] ?? 0;
      const startMs = timestampMs - (timestampMs % HOUR_MS);
      let window = windows.get(startMs);
      if (window === undefined) {
        window = new Map();
        windows.set(startMs, window);
        for (const old of windows.keys()) if (old < startMs - RETENTION_MS) windows.delete(old);
      }
      const totals = addPrice(window, customer, order.PRICE);
      sizeBytes += encodeJson({ ORDERS: totals.count, TOTAL: totals.total }).length;
    }
    return { records: orders.count, sizeBytes };
  }
}
