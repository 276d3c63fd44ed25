/**
 * Event time as pixels: the range in sight, zooming and moving it, its ticks, and times and spans in words. What goes by the
 * order in which records came has its place on the same scale, `ARRIVAL` from one to the next.
 */

export type Axis = 'time' | 'arrival';

export const ARRIVAL = 1_000;

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is left free at either end of a range that was fitted, as a share of it. */
const PADDING = 0.06;
const MIN_SPAN_MS = 20;
/** How far out one can zoom, in lengths of all there is. */
const MAX_ZOOM_OUT = 8;

/** Both together; undefined where there is neither. */
export function union(a: TimeRange | undefined, fromMs: number, toMs: number): TimeRange {
  return a === undefined ? { fromMs, toMs } : { fromMs: Math.min(a.fromMs, fromMs), toMs: Math.max(a.toMs, toMs) };
}

/** All of the domain, with room at both ends. */
export function fitted({ fromMs, toMs }: TimeRange): TimeRange {
  const span = Math.max(toMs - fromMs, 1_000);
  return { fromMs: fromMs - span * PADDING, toMs: fromMs + span * (1 + PADDING) };
}

/** @param factor below 1 to see more closely @param aroundMs stays where it is */
export function zoomed(range: TimeRange, factor: number, aroundMs: number, domain: TimeRange): TimeRange {
  const span = range.toMs - range.fromMs;
  const widest = fitted(domain);
  const most = (widest.toMs - widest.fromMs) * MAX_ZOOM_OUT;
  const next = Math.min(most, Math.max(MIN_SPAN_MS, span * factor));
  const share = (aroundMs - range.fromMs) / span;
  return clamped({ fromMs: aroundMs - share * next, toMs: aroundMs + (1 - share) * next }, domain);
}

export function moved(range: TimeRange, byMs: number, domain: TimeRange): TimeRange {
  return clamped({ fromMs: range.fromMs + byMs, toMs: range.toMs + byMs }, domain);
}

/** Moves the range so that the time is in sight, and not at its very edge. */
export function revealed(range: TimeRange, ms: number): TimeRange {
  const span = range.toMs - range.fromMs;
  const margin = span * 0.05;
  if (ms >= range.fromMs + margin && ms <= range.toMs - margin) return range;
  const fromMs = ms < range.fromMs + margin ? ms - span * 0.2 : ms - span * 0.8;
  return { fromMs, toMs: fromMs + span };
}

/** At least some of the domain stays in sight. */
function clamped(range: TimeRange, domain: TimeRange): TimeRange {
  const span = range.toMs - range.fromMs;
  const edge = span * 0.1;
  if (range.toMs < domain.fromMs + edge) return { fromMs: domain.fromMs + edge - span, toMs: domain.fromMs + edge };
  if (range.fromMs > domain.toMs - edge) return { fromMs: domain.toMs - edge, toMs: domain.toMs - edge + span };
  return range;
}

export function xOf(ms: number, range: TimeRange, width: number): number {
  return ((ms - range.fromMs) / (range.toMs - range.fromMs)) * width;
}

export function msAt(x: number, range: TimeRange, width: number): number {
  return range.fromMs + (x / width) * (range.toMs - range.fromMs);
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 30, 90, 365].map((n) => n * DAY),
];

/** Whole numbers of the records, at least `gap` pixels apart. */
export function arrivalTicks(range: TimeRange, width: number, gap: number): readonly Tick[] {
  const least = ((range.toMs - range.fromMs) * gap) / Math.max(1, width) / ARRIVAL;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, least))));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((one) => one >= least) ?? power * 10);
  const found: Tick[] = [];
  for (let n = Math.max(0, Math.ceil(range.fromMs / ARRIVAL / step) * step); n * ARRIVAL <= range.toMs; n += step) {
    found.push({ ms: n * ARRIVAL, label: `#${n + 1}` });
  }
  return found;
}

export interface Tick {
  readonly ms: number;
  readonly label: string;
}

/** Round times, at least `gap` pixels apart. The first of a day names it, but for the day on which the range begins. */
export function ticks(range: TimeRange, width: number, gap: number): readonly Tick[] {
  const least = ((range.toMs - range.fromMs) * gap) / Math.max(1, width);
  const longest = STEPS.at(-1) ?? DAY;
  const step = STEPS.find((one) => one >= least) ?? Math.ceil(least / longest) * longest;
  const found: Tick[] = [];
  let day = formatDay(range.fromMs);
  for (let ms = Math.ceil(range.fromMs / step) * step; ms <= range.toMs; ms += step) {
    const ofDay = formatDay(ms);
    const label = step >= DAY ? ofDay : ofDay === day ? formatClock(ms, step) : `${ofDay} ${formatClock(ms, step)}`;
    found.push({ ms, label });
    day = ofDay;
  }
  return found;
}

/** `22:13`, `22:13:20` or `22:13:20.250`: as fine as `stepMs` asks for. UTC. */
export function formatClock(ms: number, stepMs = ms % SECOND === 0 ? SECOND : 1): string {
  const text = isoOf(ms);
  if (text === undefined) return String(ms);
  return stepMs >= MINUTE ? text.slice(11, 16) : stepMs >= SECOND ? text.slice(11, 19) : text.slice(11, 23);
}

export function formatDay(ms: number): string {
  return isoOf(ms)?.slice(0, 10) ?? String(ms);
}

/** Undefined beyond what a date can be. */
function isoOf(ms: number): string | undefined {
  return Math.abs(ms) > 8.64e15 ? undefined : new Date(ms).toISOString();
}

/** In one unit, where room is short: `88 s`, `2.5 min`, `26 h`. */
export function formatShortSpan(spanMs: number): string {
  const ms = Math.abs(spanMs);
  const [unit, name] = UNITS.find(([one]) => ms >= 2 * one) ?? [SECOND, 's'];
  if (ms < SECOND) return formatSpan(ms);
  const value = ms / unit;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${name}`;
}

const UNITS: readonly (readonly [number, string])[] = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [SECOND, 's'],
];

/** `12 s`, `1 min 30 s`, `2 d 4 h`, `1.5 s`, `250 ms`: two units at most. */
export function formatSpan(spanMs: number): string {
  const ms = Math.abs(Math.round(spanMs));
  if (ms === 0) return '0 s';
  if (ms < SECOND) return `${ms} ms`;
  if (ms < MINUTE) return `${Math.round(ms / 10) / 100} s`;
  const at = UNITS.findIndex(([unit]) => ms >= unit);
  const [unit, name] = UNITS[at] ?? [SECOND, 's'];
  const [lesser, lesserName] = UNITS[at + 1] ?? [SECOND, 's'];
  const whole = Math.floor(ms / unit);
  const rest = Math.floor((ms % unit) / lesser);
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${lesserName}`;
}
