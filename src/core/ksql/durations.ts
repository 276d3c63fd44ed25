import type { Duration, TimeUnit } from '../sql/ast.ts';

const UNIT_MS: Readonly<Record<TimeUnit, number>> = {
  YEAR: 365 * 86_400_000,
  MONTH: 30 * 86_400_000,
  WEEK: 7 * 86_400_000,
  DAY: 86_400_000,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1_000,
  MILLISECOND: 1,
};

export function toMs(duration: Duration): number {
  return duration.value * UNIT_MS[duration.unit];
}

/** `'30 SECONDS'` in milliseconds; undefined when the text is no length of time. */
export function durationMs(text: string): number | undefined {
  const match = /^\s*(\d+)\s+([a-z]+?)s?\s*$/i.exec(text);
  if (match === null) return undefined;
  const unit = Object.entries(UNIT_MS).find(([name]) => name === match[2]?.toUpperCase());
  return unit === undefined ? undefined : Number(match[1]) * unit[1];
}
