/**
 * The text forms of DATE, TIME and TIMESTAMP that CAST, string comparison and INSERT VALUES use.
 *
 * | type      | printed                                       | read                                                 |
 * | --------- | --------------------------------------------- | ---------------------------------------------------- |
 * | DATE      | `2020-01-31`                                  | `2020`, `2020-01`, `2020-01-31`                      |
 * | TIME      | `09:30`, `09:30:05`: milliseconds are cut off | `09:30`, `09:30:05`, `09:30:05.123456789`            |
 * | TIMESTAMP | `2020-01-31T09:30:05.123`, in UTC             | any beginning of that, from the year on, then a zone |
 *
 * A timestamp's text may end in `Z` or in an offset: `+0100`, `-08:00`. What it leaves out is January, the 1st, midnight.
 */
import { WeirError } from '../errors.ts';
import { civilFromDays, daysFromCivil, daysInMonth, floorMod, MS_PER_DAY, zeroPad } from './calendar.ts';
import { parseOffset } from './offset.ts';

export function formatTimestamp(epochMs: number): string {
  const days = Math.floor(epochMs / MS_PER_DAY);
  const ms = epochMs - days * MS_PER_DAY;
  const seconds = Math.floor(ms / 1000);
  return `${formatDate(days)}T${clock(seconds)}:${zeroPad(seconds % 60, 2)}.${zeroPad(ms % 1000, 3)}`;
}

export function formatDate(epochDays: number): string {
  const { year, month, day } = civilFromDays(epochDays);
  return `${formatYear(year)}-${zeroPad(month, 2)}-${zeroPad(day, 2)}`;
}

export function formatTime(msOfDay: number): string {
  const seconds = Math.floor(floorMod(msOfDay, MS_PER_DAY) / 1000);
  return seconds % 60 === 0 ? clock(seconds) : `${clock(seconds)}:${zeroPad(seconds % 60, 2)}`;
}

/** `HH:mm` */
function clock(seconds: number): string {
  return `${zeroPad(Math.floor(seconds / 3600), 2)}:${zeroPad(Math.floor(seconds / 60) % 60, 2)}`;
}

/** ISO 8601 years: four digits, and a sign before years that need more or come before year 0. */
function formatYear(year: number): string {
  if (year < 0) return `-${zeroPad(-year, 4)}`;
  return year > 9999 ? `+${year}` : zeroPad(year, 4);
}

const DATE_TEXT = /^(\d{4}|[+-]\d{4,9})(?:-(\d\d)(?:-(\d\d))?)?$/;

/**
 * Days since 1970-01-01.
 * @throws WeirError INVALID_DATE
 */
export function parseDate(text: string): number {
  const days = readDate(text.trim(), false);
  if (days !== undefined) return days;
  throw new WeirError('INVALID_DATE', `'${text}' is not a DATE.`, {
    hint: "Write a date as 'yyyy-MM-dd'; the day and the month may be left out.",
    details: { text },
  });
}

/** @param clamp whether a day beyond the end of a short month means its last day, rather than nothing */
function readDate(text: string, clamp: boolean): number | undefined {
  const match = DATE_TEXT.exec(text);
  if (match === null) return undefined;
  const year = Number(match[1]);
  const month = Number(match[2] ?? '1');
  const day = Number(match[3] ?? '1');
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const last = daysInMonth(year, month);
  if (day > last && !clamp) return undefined;
  return daysFromCivil(year, month, Math.min(day, last));
}

const TIME_TEXT = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?$/;

/**
 * Milliseconds since midnight.
 * @throws WeirError INVALID_TIME
 */
export function parseTime(text: string): number {
  const match = TIME_TEXT.exec(text.trim());
  if (match !== null) {
    const hour = Number(match[1]);
    const minute = Number(match[2]);
    const second = Number(match[3] ?? '0');
    const ms = Number((match[4] ?? '').padEnd(3, '0').slice(0, 3));
    if (hour < 24 && minute < 60 && second < 60) return ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  }
  throw new WeirError('INVALID_TIME', `'${text}' is not a TIME.`, {
    hint: "Write a time as 'HH:mm:ss' or 'HH:mm:ss.SSS'.",
    details: { text },
  });
}

/** `HH:mm:ss.SSS` cut off anywhere between two digits or signs is completed from this. */
const MIDNIGHT = '00:00:00.000';
const FULL_TIME_TEXT = /^(\d\d):(\d\d):(\d\d)\.(\d{3})$/;

/**
 * Milliseconds since the epoch; UTC unless the text names an offset.
 * @throws WeirError INVALID_TIMESTAMP
 */
export function parseTimestamp(text: string): number {
  const ms = readTimestamp(text.trim());
  if (ms !== undefined) return ms;
  throw new WeirError('INVALID_TIMESTAMP', `'${text}' is not a TIMESTAMP.`, {
    hint: "Write a timestamp as 'yyyy-MM-ddTHH:mm:ss.SSS', with an offset such as '+0100' if it is not UTC; its end may be left out.",
    details: { text },
  });
}

function readTimestamp(text: string): number | undefined {
  const separator = text.indexOf('T');
  const days = readDate(separator < 0 ? text : text.slice(0, separator), true);
  if (days === undefined) return undefined;
  if (separator < 0) return days * MS_PER_DAY;

  const zoned = text.slice(separator + 1);
  const plus = zoned.indexOf('+');
  const sign = plus >= 0 ? plus : zoned.indexOf('-');
  const offsetSeconds = sign < 0 ? 0 : parseOffset(zoned.slice(sign));
  if (offsetSeconds === undefined) return undefined;

  const given = (sign < 0 ? zoned : zoned.slice(0, sign)).replace(/Z$/, '');
  const match = FULL_TIME_TEXT.exec(given + MIDNIGHT.slice(given.length));
  if (match === null) return undefined;
  const hour = Number(match[1]);
  const minute = Number(match[2]);
  const second = Number(match[3]);
  const ms = Number(match[4]);
  const msOfDay = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  if (minute > 59 || second > 59 || hour > 24 || (hour === 24 && msOfDay > MS_PER_DAY)) return undefined;
  return days * MS_PER_DAY + msOfDay - offsetSeconds * 1000;
}
