/**
 * The fields that a pattern read from a text, and what they come to.
 *
 * A whole date and a whole time are made of the fields as java.time's smart resolver makes them: a day beyond the end of a
 * short month is its last day, 24:00 is the next day's midnight, a day of week and the like must agree with the date. Where a date
 * or time is not whole, each field that there is replaces that of 1970-01-01T00:00, so that `MMM-yyyy` is the first
 * of the month.
 */
import { civilFromDays, dayOfWeek, daysFromCivil, daysInMonth, isLeapYear, MS_PER_DAY } from './calendar.ts';
import type { Field } from './pattern-elements.ts';
import { readDateField } from './pattern-print.ts';
import type { Zone } from './zone.ts';

/** What is wrong with a text, in words that follow "because". */
export class FieldProblem extends Error {}

/** Inclusive bounds of what a field may say. Years are bounded where milliseconds are still safe integers. */
const MAX_YEAR = 280_000;
const RANGES: Readonly<Record<Field, readonly [number, number, string]>> = {
  era: [0, 1, 'era'],
  yearOfEra: [1, MAX_YEAR, 'year'],
  year: [-MAX_YEAR, MAX_YEAR, 'year'],
  quarter: [1, 4, 'quarter'],
  month: [1, 12, 'month'],
  dayOfMonth: [1, 31, 'day of month'],
  dayOfYear: [1, 366, 'day of year'],
  dayOfWeek: [1, 7, 'day of week'],
  alignedDayOfWeek: [1, 7, 'day of a week of the month'],
  weekBasedYear: [-MAX_YEAR, MAX_YEAR, 'week-based year'],
  weekOfYear: [1, 53, 'week of year'],
  weekOfMonth: [0, 6, 'week of month'],
  localDayOfWeek: [1, 7, 'day of week'],
  amPm: [0, 1, 'half of the day'],
  hour: [0, 24, 'hour'],
  clockHour: [0, 24, 'hour'],
  hourOfAmPm: [0, 11, 'hour'],
  clockHourOfAmPm: [0, 12, 'hour'],
  minute: [0, 59, 'minute'],
  second: [0, 59, 'second'],
  nano: [0, 999_999_999, 'nanosecond'],
  milliOfDay: [0, MS_PER_DAY - 1, 'millisecond of the day'],
  nanoOfDay: [0, MS_PER_DAY * 1_000_000 - 1, 'nanosecond of the day'],
};

export class ParsedFields {
  private readonly values = new Map<Field, number>();
  zone: Zone | undefined;
  offsetSeconds: number | undefined;

  /** Answers false when the field was read before with another value. */
  set(field: Field, value: number): boolean {
    const earlier = this.values.get(field);
    this.values.set(field, value);
    return earlier === undefined || earlier === value;
  }

  /** Forgets everything that was read after the copy was made. */
  restore(copy: ParsedFields): void {
    this.values.clear();
    for (const [field, value] of copy.values) this.values.set(field, value);
    this.zone = copy.zone;
    this.offsetSeconds = copy.offsetSeconds;
  }

  copy(): ParsedFields {
    const copy = new ParsedFields();
    copy.restore(this);
    return copy;
  }

  /** Milliseconds of the local date and time, as if it were UTC. @throws FieldProblem */
  localMs(): number {
    for (const [field, value] of this.values) {
      const [min, max, name] = RANGES[field];
      if (!(value >= min && value <= max)) throw new FieldProblem(`there is no ${name} ${value}`);
    }
    const days = this.wholeDate() ?? this.partialDate();
    return days * MS_PER_DAY + this.msOfDay();
  }

  /** Whether the fields make a time of day without anything being assumed but zero minutes and seconds. */
  hasWholeTime(): boolean {
    const has = (field: Field): boolean => this.values.has(field);
    if (has('nanoOfDay') || has('milliOfDay')) return true;
    const hour = has('hour') || has('clockHour') || (has('amPm') && (has('hourOfAmPm') || has('clockHourOfAmPm')));
    return hour && (has('minute') || !(has('second') || has('nano'))) && (has('second') || !has('nano'));
  }

  /** Whether the fields make a date without anything being assumed. @throws FieldProblem */
  hasWholeDate(): boolean {
    return this.wholeDate() !== undefined;
  }

  hasDate(): boolean {
    return DATE_FIELDS.some((field) => this.values.has(field));
  }

  private get(field: Field): number | undefined {
    return this.values.get(field);
  }

  private year(): number | undefined {
    const yearOfEra = this.get('yearOfEra');
    if (yearOfEra === undefined) return this.get('year');
    const year = this.get('era') === 0 ? 1 - yearOfEra : yearOfEra;
    const given = this.get('year');
    if (given !== undefined && given !== year) throw new FieldProblem(`the years ${year} and ${given} differ`);
    return year;
  }

  private wholeDate(): number | undefined {
    const year = this.year();
    const month = this.get('month');
    const day = this.get('dayOfMonth');
    const ofYear = this.get('dayOfYear');
    let days: number | undefined;
    if (year !== undefined && month !== undefined && day !== undefined) {
      days = daysFromCivil(year, month, Math.min(day, daysInMonth(year, month)));
    } else if (year !== undefined && ofYear !== undefined) {
      if (ofYear === 366 && !isLeapYear(year)) throw new FieldProblem(`${year} has no day 366`);
      days = daysFromCivil(year, 1, 1) + ofYear - 1;
    } else {
      days = this.weekDate();
    }
    if (days !== undefined) this.requireAgreement(days);
    return days;
  }

  /** @throws FieldProblem when a field says something else than the date that the others make */
  private requireAgreement(days: number): void {
    for (const field of CHECKED_FIELDS) {
      const value = this.get(field);
      if (value === undefined || value === readDateField(field, days)) continue;
      throw new FieldProblem(`its ${RANGES[field][2]} is not that of its date`);
    }
  }

  private weekDate(): number | undefined {
    const year = this.get('weekBasedYear');
    const week = this.get('weekOfYear');
    const weekday = this.get('dayOfWeek');
    const local = this.get('localDayOfWeek') ?? (weekday === undefined ? undefined : (weekday % 7) + 1);
    if (year === undefined || week === undefined || local === undefined) return undefined;
    const newYear = daysFromCivil(year, 1, 1);
    const firstSunday = newYear - (dayOfWeek(newYear) % 7);
    return firstSunday + (week - 1) * 7 + local - 1;
  }

  private partialDate(): number {
    const ofYear = this.get('dayOfYear');
    const month = this.get('month');
    let day = this.get('dayOfMonth') ?? 1;
    const year = this.year();
    if (ofYear !== undefined) {
      if (ofYear === 366) throw new FieldProblem('day 366 needs a year');
      const civil = civilFromDays(ofYear - 1);
      return daysFromCivil(1970, month ?? civil.month, this.get('dayOfMonth') ?? civil.day);
    }
    day = Math.min(day, daysInMonth(year ?? 1970, month ?? 1));
    const days = daysFromCivil(year ?? 1970, month ?? 1, day);
    const weekday = this.get('dayOfWeek');
    if (weekday === undefined || year !== undefined || month !== undefined) return days;
    return days + weekday - dayOfWeek(days);
  }

  private msOfDay(): number {
    const nanoOfDay = this.get('nanoOfDay');
    if (nanoOfDay !== undefined) return Math.floor(nanoOfDay / 1_000_000);
    const milliOfDay = this.get('milliOfDay');
    if (milliOfDay !== undefined) return milliOfDay;
    const minute = this.get('minute') ?? 0;
    const second = this.get('second') ?? 0;
    const ms = Math.floor((this.get('nano') ?? 0) / 1_000_000);
    const rest = (minute * 60 + second) * 1000 + ms;
    const hour = this.hour();
    if (hour === 24 && rest > 0) throw new FieldProblem('there is no time after 24:00');
    return hour * 3_600_000 + rest;
  }

  private hour(): number {
    const clockHour = this.get('clockHour');
    const clockHalf = this.get('clockHourOfAmPm');
    const half = clockHalf === undefined ? this.get('hourOfAmPm') : clockHalf % 12;
    const amPm = this.get('amPm');
    const fromHalf = half === undefined && amPm === undefined ? undefined : (half ?? 0) + (amPm ?? 0) * 12;
    const hour = this.get('hour') ?? (clockHour === undefined ? undefined : clockHour % 24);
    if (hour === undefined) return fromHalf ?? 0;
    if (half !== undefined && amPm !== undefined && hour !== fromHalf) {
      throw new FieldProblem(`the hours ${hour} and ${fromHalf ?? ''} differ`);
    }
    if (half === undefined && amPm !== undefined && Math.floor(hour / 12) !== amPm) {
      throw new FieldProblem(`hour ${hour} is not in that half of the day`);
    }
    return hour;
  }
}

/** What a date has besides those fields that it is made of. */
const CHECKED_FIELDS: readonly Field[] = [
  'quarter',
  'dayOfYear',
  'dayOfWeek',
  'alignedDayOfWeek',
  'weekBasedYear',
  'weekOfYear',
  'weekOfMonth',
  'localDayOfWeek',
];

const DATE_FIELDS: readonly Field[] = [
  'era',
  'yearOfEra',
  'year',
  'month',
  'dayOfMonth',
  'dayOfYear',
  'dayOfWeek',
  'alignedDayOfWeek',
];
