/** COUNT and SUM of a group: what the loops that aggregate keep by key, or by window and key. */
export interface Totals {
  count: number;
  total: number;
}

/** The group's totals with one more price. */
export function addPrice(groups: Map<string, Totals>, key: string, price: number): Totals {
  let totals = groups.get(key);
  if (totals === undefined) {
    totals = { count: 0, total: 0 };
    groups.set(key, totals);
  }
  totals.count++;
  totals.total += price;
  return totals;
}

/** The groups of the window that starts then. */
export function windowAt(windows: Map<number, Map<string, Totals>>, startMs: number): Map<string, Totals> {
  let window = windows.get(startMs);
  if (window === undefined) {
    window = new Map();
    windows.set(startMs, window);
  }
  return window;
}
