/**
 * Which windows a timestamp belongs to. As in Kafka: windows are aligned to the epoch, never start before it, and
 * `graceMs` is how long after its end a window still takes records, in stream time.
 */
import { WeirError } from '../common/errors.ts';
import type { Window } from './record.ts';

/** Kafka's default grace period where none was given: 24 hours, counted from the window's start. */
export const LEGACY_GRACE_MS = 24 * 60 * 60 * 1000;

/** Tumbling (`advanceMs === sizeMs`) or hopping windows. */
export interface TimeWindows {
  readonly kind: 'time';
  readonly sizeMs: number;
  readonly advanceMs: number;
  readonly graceMs: number;
}

export interface SessionWindows {
  readonly kind: 'session';
  readonly inactivityGapMs: number;
  readonly graceMs: number;
}

/** A record of this stream at `t` joins the other's records in `[t - beforeMs, t + afterMs]`. */
export interface JoinWindows {
  readonly kind: 'join';
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly graceMs: number;
  /**
   * When an unmatched row of a left or outer join comes out: `onWindowClose`, once, when no match can come any more
   * (KAFKA-10847); or `eager`, at once, with matches following (`JoinWindows.of` of old).
   */
  readonly unmatched: 'onWindowClose' | 'eager';
}

/** Without a grace period Kafka's legacy default holds: 24 hours, less the window's size. */
export function timeWindows(sizeMs: number, advanceMs: number = sizeMs, graceMs?: number): TimeWindows {
  requirePositive('window size', sizeMs);
  requirePositive('window advance', advanceMs);
  if (advanceMs > sizeMs) {
    throw new WeirError(
      'INVALID_WINDOW',
      `The window advance (${advanceMs} ms) exceeds the window size (${sizeMs} ms).`,
      {
        hint: 'Use an advance of at most the size, or records would fall between the windows.',
      },
    );
  }
  return { kind: 'time', sizeMs, advanceMs, graceMs: graceMs ?? Math.max(LEGACY_GRACE_MS - sizeMs, 0) };
}

export function sessionWindows(inactivityGapMs: number, graceMs?: number): SessionWindows {
  requirePositive('inactivity gap', inactivityGapMs);
  return { kind: 'session', inactivityGapMs, graceMs: graceMs ?? Math.max(LEGACY_GRACE_MS - inactivityGapMs, 0) };
}

/** With a grace period unmatched rows wait for the window to close; without one they come out eagerly. */
export function joinWindows(beforeMs: number, afterMs: number, graceMs?: number): JoinWindows {
  if (graceMs !== undefined) return { kind: 'join', beforeMs, afterMs, graceMs, unmatched: 'onWindowClose' };
  const legacyMs = Math.max(LEGACY_GRACE_MS - beforeMs - afterMs, 0);
  return { kind: 'join', beforeMs, afterMs, graceMs: legacyMs, unmatched: 'eager' };
}

/** The start of the earliest window that contains `timestamp`; the others follow every `advanceMs` up to it. */
export function firstWindowStart(windows: TimeWindows, timestamp: number): number {
  const { sizeMs, advanceMs } = windows;
  return Math.floor(Math.max(0, timestamp - sizeMs + advanceMs) / advanceMs) * advanceMs;
}

/** The stream time at which the window takes no more records. */
export function closeTimeMs(windows: TimeWindows | SessionWindows, window: Window): number {
  return windows.kind === 'time'
    ? window.endMs + windows.graceMs
    : window.endMs + windows.inactivityGapMs + windows.graceMs + 1;
}

function requirePositive(what: string, ms: number): void {
  if (ms > 0) return;
  throw new WeirError('INVALID_WINDOW', `The ${what} is ${ms} ms; it must be positive.`, {
    hint: 'Write a length of time, such as 30 SECONDS.',
  });
}
