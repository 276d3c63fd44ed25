/** Counters and gauges of the engine. A caller that does not care passes none; the hot paths count per batch, not per record. */
export interface Telemetry {
  /** Adds to a counter. Names are dotted, units at the end: `log.append.bytes`, `storage.apply.count`. */
  count(name: string, delta: number): void;
  /** Records one measurement, such as `storage.apply.latencyMs`. */
  measure(name: string, value: number): void;
}
