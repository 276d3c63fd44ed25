/** Turns a growing count into a rate over the last seconds. */
const WINDOW_MS = 3_000;

export class RateMeter {
  #samples: { readonly atMs: number; readonly count: number }[] = [];

  /** Per second, rounded. */
  rate(count: number, nowMs: number): number {
    const last = this.#samples.at(-1);
    if (last === undefined || nowMs - last.atMs >= 200) this.#samples.push({ atMs: nowMs, count });
    while (this.#samples.length > 1 && nowMs - (this.#samples[1]?.atMs ?? nowMs) >= WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || nowMs <= first.atMs) return 0;
    return Math.round(((count - first.count) * 1000) / (nowMs - first.atMs));
  }
}
