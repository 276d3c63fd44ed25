import type { StorageKey, StorageKeyPart } from '../core/ports/storage.ts';

function compareParts(left: StorageKeyPart, right: StorageKeyPart): number {
  if (typeof left === 'number') return typeof right === 'number' ? left - right : -1;
  if (typeof right === 'number') return 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The order that ports/storage.ts prescribes: negative, zero or positive. */
export function compareStorageKeys(left: StorageKey, right: StorageKey): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const order = compareParts(left[i] as StorageKeyPart, right[i] as StorageKeyPart);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
