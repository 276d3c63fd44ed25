/**
 * GROUP BY key and session: each key's sessions in a list. A record takes over the sessions within the gap; each of those is
 * deleted downstream by a record without a value, before the merged one's result.
 */
import type { Records } from '../orders.ts';
import { decodeJson, decodeText, encodeJson, type HandResult, type Order } from './codec.ts';

interface Session {
  startMs: number;
  endMs: number;
  count: number;
  total: number;
}

const GAP_MS = 600_000;

export function session(orders: Records): HandResult {
  const byCustomer = new Map<string, Session[]>();
  let records = 0;
  let sizeBytes = 0;
  for (let i = 0; i < orders.count; i++) {
    const order = decodeJson<Order>(orders.value(i));
    const customer = decodeText(orders.key(i));
    const timestampMs = orders.timestampsMs[i] ?? 0;
    const merged: Session = { startMs: timestampMs, endMs: timestampMs, count: 1, total: order.PRICE };
    const sessions = byCustomer.get(customer) ?? [];
    const kept: Session[] = [];
    for (const other of sessions) {
      if (other.endMs < timestampMs - GAP_MS || other.startMs > timestampMs + GAP_MS) {
        kept.push(other);
        continue;
      }
      merged.startMs = Math.min(merged.startMs, other.startMs);
      merged.endMs = Math.max(merged.endMs, other.endMs);
      merged.count += other.count;
      merged.total += other.total;
    }
    if (merged.startMs !== timestampMs || merged.endMs !== timestampMs) records += sessions.length - kept.length;
    kept.push(merged);
    byCustomer.set(customer, kept);
    sizeBytes += encodeJson({ ORDERS: merged.count, TOTAL: merged.total }).length;
    records++;
  }
  return { records, sizeBytes };
}
