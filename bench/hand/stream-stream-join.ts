/**
 * Two streams joined within ten minutes. Each side keeps its rows by key in buckets of time, and forgets whole buckets; the
 * sides are read in the order of their timestamps.
 */
import type { Records } from '../orders.ts';
import { decodeJson, decodeText, encodeJson, type HandResult, type Payment, type PlacedOrder } from './codec.ts';

const WITHIN_MS = 600_000;
const RETENTION_MS = 2 * WITHIN_MS + 60_000;
const BUCKET_MS = RETENTION_MS / 4;

interface Row<V> {
  readonly value: V;
  readonly timestampMs: number;
}

class Buffer<V> {
  readonly #buckets = new Map<number, Map<string, Row<V>[]>>();
  #newest = 0;

  add(key: string, value: V, timestampMs: number): void {
    const number = Math.floor(timestampMs / BUCKET_MS);
    if (number > this.#newest) {
      this.#newest = number;
      for (const old of this.#buckets.keys()) if (old < number - 4) this.#buckets.delete(old);
    }
    let bucket = this.#buckets.get(number);
    if (bucket === undefined) {
      bucket = new Map();
      this.#buckets.set(number, bucket);
    }
    const rows = bucket.get(key);
    if (rows === undefined) bucket.set(key, [{ value, timestampMs }]);
    else rows.push({ value, timestampMs });
  }

  each(key: string, timestampMs: number, found: (value: V) => void): void {
    const last = Math.floor((timestampMs + WITHIN_MS) / BUCKET_MS);
    for (let number = Math.floor((timestampMs - WITHIN_MS) / BUCKET_MS); number <= last; number++) {
      const rows = this.#buckets.get(number)?.get(key);
      if (rows === undefined) continue;
      for (const row of rows) if (Math.abs(row.timestampMs - timestampMs) <= WITHIN_MS) found(row.value);
    }
  }
}

export function streamStreamJoin(placed: Records, payments: Records): HandResult {
  const orderBuffer = new Buffer<PlacedOrder>();
  const paymentBuffer = new Buffer<Payment>();
  let records = 0;
  let sizeBytes = 0;
  const emit = (order: PlacedOrder, payment: Payment): void => {
    const row = { CUSTOMER: order.CUSTOMER, PRODUCT: order.PRODUCT, PRICE: order.PRICE, METHOD: payment.METHOD };
    sizeBytes += encodeJson(row).length;
    records++;
  };
  let left = 0;
  let right = 0;
  while (left < placed.count || right < payments.count) {
    const leftMs = placed.timestampsMs[left] ?? Infinity;
    const rightMs = payments.timestampsMs[right] ?? Infinity;
    if (leftMs <= rightMs) {
      const order = decodeJson<PlacedOrder>(placed.value(left));
      const id = decodeText(placed.key(left++));
      orderBuffer.add(id, order, leftMs);
      paymentBuffer.each(id, leftMs, (payment) => {
        emit(order, payment);
      });
    } else {
      const payment = decodeJson<Payment>(payments.value(right));
      const id = decodeText(payments.key(right++));
      paymentBuffer.add(id, payment, rightMs);
      orderBuffer.each(id, rightMs, (order) => {
        emit(order, payment);
      });
    }
  }
  return { records, sizeBytes };
}
