/** JSON decoded and encoded again, and nothing else. */
import type { Records } from '../orders.ts';
import { decodeJson, encodeJson, type HandResult, type Order } from './codec.ts';

export function recode({ values }: Records): HandResult {
  let sizeBytes = 0;
  for (let i = 0; i < values.length; i++) sizeBytes += encodeJson(decodeJson<Order>(values[i])).length;
  return { records: values.length, sizeBytes };
}
