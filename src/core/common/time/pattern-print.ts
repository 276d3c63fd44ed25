/** Prints dates and times by a pattern (`pattern-elements.ts`): one closure per element, made once, joined per value. */
import { WeirError } from '../errors.ts';
import {
  civilFromDays,
  dayOfWeek,
  dayOfYear,
  daysFromCivil,
  floorMod,
  MS_PER_DAY,
  zeroPad,
  type CivilDate,
} from './calendar.ts';
import { zoneName } from './names.ts';
import type { Element, Field, NumberElement, OffsetShape } from './pattern-elements.ts';
import type { Zone } from './zone.ts';

/** What is printed. A part that the type has not is undefined: a DATE has no time of day. */
export class Moment {
  readonly epochDays: number | undefined;
  readonly msOfDay: number | undefined;
  readonly zone: Zone | undefined;
  readonly epochMs: number;
  readonly offsetSeconds: number;
  private civil: CivilDate | undefined;

  private constructor(
    epochDays: number | undefined,
    msOfDay: number | undefined,
    zone: Zone | undefined,
    epochMs: number,
    offsetSeconds: number,
  ) {
    this.epochDays = epochDays;
    this.msOfDay = msOfDay;
    this.zone = zone;
    this.epochMs = epochMs;
    this.offsetSeconds = offsetSeconds;
  }

  static ofTimestamp(epochMs: number, zone: Zone): Moment {
    const offsetSeconds = zone.offsetAt(epochMs);
    const local = epochMs + offsetSeconds * 1000;
    const days = Math.floor(local / MS_PER_DAY);
    return new Moment(days, local - days * MS_PER_DAY, zone, epochMs, offsetSeconds);
  }

  static ofDate(epochDays: number): Moment {
    return new Moment(epochDays, undefined, undefined, 0, 0);
  }

  static ofTime(msOfDay: number): Moment {
    return new Moment(undefined, floorMod(msOfDay, MS_PER_DAY), undefined, 0, 0);
  }

  date(): CivilDate {
    this.civil ??= civilFromDays(this.days());
    return this.civil;
  }

  days(): number {
    if (this.epochDays === undefined) throw new MissingPart('date');
    return this.epochDays;
  }

  time(): number {
    if (this.msOfDay === undefined) throw new MissingPart('time of day');
    return this.msOfDay;
  }

  inZone(): Zone {
    if (this.zone === undefined) throw new MissingPart('time zone');
    return this.zone;
  }
}

/** The value has no such part; an optional section then prints nothing, and elsewhere it is the user's error. */
class MissingPart extends Error {
  readonly part: string;
  constructor(part: string) {
    super(`no ${part}`);
    this.part = part;
  }
}

export type Printer = (moment: Moment) => string;

/** The printer throws WeirError INVALID_DATETIME_PATTERN when the pattern asks for what the value has not. */
export function compilePrinter(pattern: string, elements: readonly Element[]): Printer {
  const print = printerOfAll(elements);
  return (moment) => {
    try {
      return print(moment);
    } catch (error) {
      if (!(error instanceof MissingPart)) throw error;
      throw new WeirError(
        'INVALID_DATETIME_PATTERN',
        `The pattern '${pattern}' prints a ${error.part}, which the value has not.`,
        {
          hint: 'Leave those letters out, or put literal text in quotes.',
          details: { pattern },
        },
      );
    }
  };
}

function printerOfAll(elements: readonly Element[]): Printer {
  const printers = elements.map(printerOf);
  return (moment) => {
    let text = '';
    for (const print of printers) text += print(moment);
    return text;
  };
}

function printerOf(element: Element): Printer {
  switch (element.kind) {
    case 'literal':
      return () => element.text;
    case 'number':
      return numberPrinter(element);
    case 'fraction': {
      const { width } = element;
      return (moment) =>
        zeroPad(moment.time() % 1000, 3)
          .padEnd(width, '0')
          .slice(0, width);
    }
    case 'text': {
      const read = READERS[element.field];
      const names = element.names.names[element.style];
      const { first } = element.names;
      return (moment) => names[read(moment) - first] ?? '';
    }
    case 'offset': {
      const { shape, zero } = element;
      return (moment) => {
        moment.inZone();
        return printOffset(moment.offsetSeconds, shape, zero);
      };
    }
    case 'localizedOffset': {
      const { full } = element;
      return (moment) => {
        moment.inZone();
        return printLocalizedOffset(moment.offsetSeconds, full);
      };
    }
    case 'zoneId':
      return (moment) => moment.inZone().id;
    case 'zoneText': {
      const { style } = element;
      return (moment) => zoneName(moment.inZone(), moment.epochMs, style);
    }
    case 'optional': {
      const print = printerOfAll(element.elements);
      return (moment) => {
        try {
          return print(moment);
        } catch (error) {
          if (error instanceof MissingPart) return '';
          throw error;
        }
      };
    }
    case 'pad': {
      const print = printerOf(element.element);
      return (moment) => {
        const text = print(moment);
        if (text.length <= element.width) return text.padStart(element.width, ' ');
        throw new WeirError(
          'INVALID_DATETIME_PATTERN',
          `'${text}' is wider than the ${element.width} that p gives it.`,
          {
            hint: 'Write as many letters p as the widest value has characters.',
          },
        );
      };
    }
  }
}

function numberPrinter(element: NumberElement): Printer {
  const read = READERS[element.field];
  const { minWidth, sign, reduced } = element;
  if (reduced) return (moment) => zeroPad(Math.abs(read(moment)) % 100, 2);
  const limit = sign === 'exceeding' ? 10 ** minWidth : Infinity;
  return (moment) => {
    const value = read(moment);
    if (value < 0) return `-${zeroPad(-value, minWidth)}`;
    return value >= limit ? `+${value}` : zeroPad(value, minWidth);
  };
}

const hours = (moment: Moment): number => Math.floor(moment.time() / 3_600_000);
/** Weeks begin on Sunday, and the first is the one that has the 1st in it, as in the US. */
const localDayOfWeek = (epochDays: number): number => (dayOfWeek(epochDays) % 7) + 1;

/** The number of the week of a day that is the `index`th of its month or year, the first being 1. */
function weekNumber(index: number, epochDays: number): number {
  const firstWeekday = floorMod(localDayOfWeek(epochDays) - index, 7);
  return Math.floor((index - 1 + firstWeekday) / 7) + 1;
}

/** The last days of December may lie in the first week of the next year. */
function isInNextWeekYear(moment: Moment): boolean {
  const { year } = moment.date();
  const daysLeft = daysFromCivil(year + 1, 1, 1) - moment.days();
  return daysLeft <= localDayOfWeek(daysFromCivil(year + 1, 1, 1)) - 1;
}

/** Every field's value. */
const READERS: Readonly<Record<Field, (moment: Moment) => number>> = {
  era: (m) => (m.date().year > 0 ? 1 : 0),
  yearOfEra: (m) => (m.date().year > 0 ? m.date().year : 1 - m.date().year),
  year: (m) => m.date().year,
  quarter: (m) => Math.ceil(m.date().month / 3),
  month: (m) => m.date().month,
  dayOfMonth: (m) => m.date().day,
  dayOfYear: (m) => dayOfYear(m.date()),
  dayOfWeek: (m) => dayOfWeek(m.days()),
  alignedDayOfWeek: (m) => ((m.date().day - 1) % 7) + 1,
  weekBasedYear: (m) => m.date().year + (isInNextWeekYear(m) ? 1 : 0),
  weekOfYear: (m) => (isInNextWeekYear(m) ? 1 : weekNumber(dayOfYear(m.date()), m.days())),
  weekOfMonth: (m) => weekNumber(m.date().day, m.days()),
  localDayOfWeek: (m) => localDayOfWeek(m.days()),
  amPm: (m) => (hours(m) < 12 ? 0 : 1),
  hour: hours,
  clockHour: (m) => hours(m) || 24,
  hourOfAmPm: (m) => hours(m) % 12,
  clockHourOfAmPm: (m) => hours(m) % 12 || 12,
  minute: (m) => Math.floor(m.time() / 60_000) % 60,
  second: (m) => Math.floor(m.time() / 1000) % 60,
  nano: (m) => (m.time() % 1000) * 1_000_000,
  milliOfDay: (m) => m.time(),
  nanoOfDay: (m) => m.time() * 1_000_000,
};

function printOffset(offsetSeconds: number, shape: OffsetShape, zero: string): string {
  if (offsetSeconds === 0) return zero;
  const total = Math.abs(offsetSeconds);
  const minutes = Math.floor(total / 60) % 60;
  const seconds = total % 60;
  const colon = shape.colon ? ':' : '';
  let text = `${offsetSeconds < 0 ? '-' : '+'}${zeroPad(Math.floor(total / 3600), 2)}`;
  if (shape.minutes === 'always' || minutes > 0) text += `${colon}${zeroPad(minutes, 2)}`;
  if (shape.seconds === 'needed' && seconds > 0) text += `${colon}${zeroPad(seconds, 2)}`;
  return text;
}

/** `GMT`, `GMT+8`, `GMT+8:30`; in full `GMT+08:00`. */
function printLocalizedOffset(offsetSeconds: number, full: boolean): string {
  if (offsetSeconds === 0) return 'GMT';
  const total = Math.abs(offsetSeconds);
  const minutes = Math.floor(total / 60) % 60;
  const seconds = total % 60;
  let text = `GMT${offsetSeconds < 0 ? '-' : '+'}${zeroPad(Math.floor(total / 3600), full ? 2 : 1)}`;
  if (full || minutes > 0 || seconds > 0) text += `:${zeroPad(minutes, 2)}`;
  if (seconds > 0) text += `:${zeroPad(seconds, 2)}`;
  return text;
}

/** What a field of a date says on a day. */
export const readDateField = (field: Field, epochDays: number): number => READERS[field](Moment.ofDate(epochDays));
