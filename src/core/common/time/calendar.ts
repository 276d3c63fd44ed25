/**
 * The proleptic ISO calendar in integers: days since 1970-01-01 to year, month and day, and back.
 *
 * Both directions count from 0000-03-01, so that the leap day is the last day of a year: a 400-year era always has
 * 146,097 days, and the day of such a year gives the month by one linear formula (Howard Hinnant, "chrono-compatible
 * low-level date algorithms").
 */
export const MS_PER_DAY = 86_400_000;

const DAYS_PER_ERA = 146_097;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_SHIFT_DAYS = 719_468;

export interface CivilDate {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  /** 1 to 31 */
  readonly day: number;
}

export function civilFromDays(epochDays: number): CivilDate {
  const shifted = epochDays + EPOCH_SHIFT_DAYS;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

export function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - EPOCH_SHIFT_DAYS;
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** ISO day of week: 1 is Monday, 7 is Sunday. */
export function dayOfWeek(epochDays: number): number {
  return floorMod(epochDays + 3, 7) + 1;
}

export function dayOfYear(date: CivilDate): number {
  return daysFromCivil(date.year, date.month, date.day) - daysFromCivil(date.year, 1, 1) + 1;
}

/** The remainder with the sign of the divisor; never -0. */
export function floorMod(dividend: number, divisor: number): number {
  const remainder = dividend % divisor;
  if (remainder === 0) return 0;
  return remainder < 0 !== divisor < 0 ? remainder + divisor : remainder;
}

/** A non-negative integer with at least `width` digits. */
export function zeroPad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
