/** JSON decoded and encoded again, and nothing else. */
import type { Records } from '../orders.ts';
import { decodeJson, encodeJson, type HandResult, type Order } from './codec.ts';

export function recode(orders: Records): HandResult {
  let sizeBytes = 0;
  for (let i = 0; i < orders.count; i++) sizeBytes += encodeJson(decodeJson<Order>(orders.value(i))).length;
  return { records: orders.count, sizeBytes };
}
