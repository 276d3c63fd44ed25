/**
 * Dates, times and timestamps by java.time's patterns: what FORMAT_TIMESTAMP, PARSE_DATE and their kin and the
 * TIMESTAMP_FORMAT of a source use. Formats are compiled once per pattern and kept.
 */
import { WeirError } from '../errors.ts';
import { floorMod, MS_PER_DAY } from './calendar.ts';
import { compilePrinter, Moment } from './pattern-print.ts';
import { parseByPattern } from './pattern-parse.ts';
import { FieldProblem, type ParsedFields } from './parsed-fields.ts';
import { parsePattern, type Element } from './pattern-elements.ts';
import { FixedZone, localToEpochMs, UTC, type Zone } from './zone.ts';

/** Patterns come from statements and, rarely, from columns: then the cache must not grow with the data. */
const KEPT_FORMATS = 200;

export interface TimestampFormat {
  /**
   * Milliseconds since the epoch. Where the text names no zone, `zone` holds; by default UTC.
   * @throws WeirError UNPARSEABLE_DATETIME
   */
  parse(text: string, zone?: Zone): number;
  /** @throws WeirError INVALID_DATETIME_PATTERN */
  format(epochMs: number, zone?: Zone): string;
}

/** `parse` and `format` of days since 1970-01-01, or of milliseconds since midnight. */
export interface PartialFormat {
  /** @throws WeirError UNPARSEABLE_DATETIME */
  parse(text: string): number;
  /** @throws WeirError INVALID_DATETIME_PATTERN */
  format(value: number): string;
}

export interface DateFormat extends PartialFormat {
  /**
   * The date of a text that may have a time of day, which is dropped; but the date has to be whole.
   * @throws WeirError UNPARSEABLE_DATETIME
   */
  parseWhole(text: string): number;
  /**
   * The date at the beginning of a text, whatever follows.
   * @throws WeirError UNPARSEABLE_DATETIME
   */
  parseLeading(text: string): number;
}

/** @throws WeirError INVALID_DATETIME_PATTERN */
export const compileTimestampFormat = cached((pattern): TimestampFormat => {
  const elements = parsePattern(pattern);
  const print = compilePrinter(pattern, elements);
  return {
    parse(text, zone = UTC) {
      const fields = read(pattern, elements, text);
      const { offsetSeconds } = fields;
      const local = resolve(pattern, text, fields);
      return localToEpochMs(local, offsetSeconds === undefined ? (fields.zone ?? zone) : new FixedZone(offsetSeconds));
    },
    format: (epochMs, zone = UTC) => print(Moment.ofTimestamp(epochMs, zone)),
  };
});

/**
 * A date. Time fields may be in the pattern, but not say anything but midnight.
 * @throws WeirError INVALID_DATETIME_PATTERN
 */
export const compileDateFormat = cached((pattern): DateFormat => {
  const elements = parsePattern(pattern);
  const print = compilePrinter(pattern, elements);
  const midnight = (text: string, fields: ParsedFields): number => {
    const local = resolve(pattern, text, fields);
    if (floorMod(local, MS_PER_DAY) !== 0) throw unparseable(pattern, text, 'a date has no time of day');
    return local / MS_PER_DAY;
  };
  return {
    parse: (text) => midnight(text, read(pattern, elements, text)),
    parseLeading: (text) => midnight(text, read(pattern, elements, text, 'leading')),
    parseWhole(text) {
      const fields = read(pattern, elements, text);
      const days = Math.floor(resolve(pattern, text, fields) / MS_PER_DAY);
      if (!fields.hasWholeDate()) throw unparseable(pattern, text, 'a date has a year, a month and a day');
      return days;
    },
    format: (epochDays) => print(Moment.ofDate(epochDays)),
  };
});

/**
 * A time of day. The pattern may not have a date, and has to have the hour.
 * @throws WeirError INVALID_DATETIME_PATTERN
 */
export const compileTimeFormat = cached((pattern): PartialFormat => {
  const elements = parsePattern(pattern);
  const print = compilePrinter(pattern, elements);
  return {
    parse(text) {
      const fields = read(pattern, elements, text);
      if (fields.hasDate()) throw unparseable(pattern, text, 'a time has no date');
      if (!fields.hasWholeTime()) throw unparseable(pattern, text, 'it leaves open which hour or minute it is');
      return floorMod(resolve(pattern, text, fields), MS_PER_DAY);
    },
    format: (msOfDay) => print(Moment.ofTime(msOfDay)),
  };
});

function cached<Format>(compile: (pattern: string) => Format): (pattern: string) => Format {
  const formats = new Map<string, Format>();
  return (pattern) => {
    let format = formats.get(pattern);
    if (format === undefined) {
      format = compile(pattern);
      if (formats.size >= KEPT_FORMATS) formats.clear();
      formats.set(pattern, format);
    }
    return format;
  };
}

function read(
  pattern: string,
  elements: readonly Element[],
  text: string,
  part: 'whole' | 'leading' = 'whole',
): ParsedFields {
  const fields = parseByPattern(elements, text, part);
  if (typeof fields !== 'number') return fields;
  throw unparseable(pattern, text, fields >= text.length ? 'it ends early' : `character ${fields + 1} does not fit`);
}

function resolve(pattern: string, text: string, fields: ParsedFields): number {
  try {
    return fields.localMs();
  } catch (error) {
    if (error instanceof FieldProblem) throw unparseable(pattern, text, error.message);
    throw error;
  }
}

function unparseable(pattern: string, text: string, problem: string): WeirError {
  return new WeirError('UNPARSEABLE_DATETIME', `'${text}' does not match the pattern '${pattern}': ${problem}.`, {
    details: { text, pattern },
  });
}
