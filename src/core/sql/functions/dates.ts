/**
 * Dates, times and timestamps to text and back, and to numbers and back. Patterns are java.time's
 * (`common/time/pattern.ts`); without a time zone, everything is UTC.
 */
import { WeirError } from '../../common/errors.ts';
import { floorMod, MS_PER_DAY } from '../../common/time/calendar.ts';
import { compileDateFormat, compileTimeFormat, compileTimestampFormat } from '../../common/time/pattern.ts';
import { zoneOf } from '../../common/time/zone.ts';
import type { FunctionContext, SqlFunction } from './function.ts';
import { functionFailed } from './failure.ts';
import { bound, example, scalar, strict } from './signature.ts';

const CATEGORY = 'DATE / TIME';
const MIN_INT = -(2 ** 31);
const MAX_INT = 2 ** 31 - 1;

export const dateFunctions: readonly SqlFunction[] = [
  scalar(
    'CONVERT_TZ',
    CATEGORY,
    'Moves a timestamp by the difference between two time zones: what clocks show in the second when they show it in the first.',
    [example("CONVERT_TZ(FROM_UNIXTIME(0), 'UTC', '+05:30')", '1970-01-01T05:30:00.000')],
    [
      strict(
        'timestamp TIMESTAMP, fromTimeZone STRING, toTimeZone STRING -> TIMESTAMP',
        named('CONVERT_TZ', (ms: number, from: string, to: string) => {
          const shiftSeconds = zoneOf(to).offsetAt(ms) - zoneOf(from).offsetAt(ms);
          return ms + shiftSeconds * 1000;
        }),
      ),
    ],
  ),
  scalar(
    'DATETOSTRING',
    CATEGORY,
    'Prints a number of days since 1970-01-01 as a date, by a pattern.',
    [example("DATETOSTRING(18446, 'yyyy-MM-dd')", '2020-07-03')],
    [strict('epochDays INT, formatPattern STRING -> STRING', named('DATETOSTRING', formatDate))],
  ),
  scalar(
    'FORMAT_DATE',
    CATEGORY,
    'Prints a DATE by a pattern.',
    [example("FORMAT_DATE(FROM_DAYS(18446), 'd MMM yyyy')", '3 Jul 2020')],
    [strict('date DATE, formatPattern STRING -> STRING', named('FORMAT_DATE', formatDate))],
  ),
  scalar(
    'FORMAT_TIME',
    CATEGORY,
    'Prints a TIME by a pattern.',
    [example("FORMAT_TIME(PARSE_TIME('13:05', 'HH:mm'), 'h:mm a')", '1:05 PM')],
    [
      strict(
        'time TIME, formatPattern STRING -> STRING',
        named('FORMAT_TIME', (ms: number, pattern: string) => compileTimeFormat(pattern).format(ms)),
      ),
    ],
  ),
  scalar(
    'FORMAT_TIMESTAMP',
    CATEGORY,
    'Prints a TIMESTAMP by a pattern, as clocks show it in UTC or in a time zone.',
    [
      example("FORMAT_TIMESTAMP(FROM_UNIXTIME(0), 'yyyy-MM-dd HH:mm')", '1970-01-01 00:00'),
      example("FORMAT_TIMESTAMP(FROM_UNIXTIME(0), 'HH:mm z', 'America/New_York')", '19:00 EST'),
    ],
    [
      strict('timestamp TIMESTAMP, formatPattern STRING -> STRING', named('FORMAT_TIMESTAMP', formatTimestamp)),
      strict(
        'timestamp TIMESTAMP, formatPattern STRING, timeZone STRING -> STRING',
        named('FORMAT_TIMESTAMP', formatTimestamp),
      ),
    ],
  ),
  scalar(
    'FROM_DAYS',
    CATEGORY,
    'Makes a DATE of a number of days since 1970-01-01.',
    [example('FROM_DAYS(18446)', '2020-07-03')],
    [strict('days INT -> DATE', (days: number) => days)],
  ),
  scalar(
    'FROM_UNIXTIME',
    CATEGORY,
    'Makes a TIMESTAMP of a number of milliseconds since 1970-01-01T00:00 UTC.',
    [example('FROM_UNIXTIME(1589234313000)', '2020-05-11T21:58:33.000')],
    [strict('epochMilli BIGINT -> TIMESTAMP', named('FROM_UNIXTIME', toMs))],
  ),
  scalar(
    'PARSE_DATE',
    CATEGORY,
    'Reads a DATE from a text by a pattern.',
    [example("PARSE_DATE('03/07/2020', 'dd/MM/yyyy')", '2020-07-03')],
    [strict('formattedDate STRING, formatPattern STRING -> DATE', named('PARSE_DATE', parseDate))],
  ),
  scalar(
    'PARSE_TIME',
    CATEGORY,
    'Reads a TIME from a text by a pattern.',
    [example("PARSE_TIME('1:05 PM', 'h:mm a')", '13:05')],
    [
      strict(
        'formattedTime STRING, formatPattern STRING -> TIME',
        named('PARSE_TIME', (text: string, pattern: string) => compileTimeFormat(pattern).parse(text)),
      ),
    ],
  ),
  scalar(
    'PARSE_TIMESTAMP',
    CATEGORY,
    'Reads a TIMESTAMP from a text by a pattern; where the text names no time zone, it is UTC or the one that is given.',
    [
      example("PARSE_TIMESTAMP('2020-07-03 12:30', 'yyyy-MM-dd HH:mm')", '2020-07-03T12:30:00.000'),
      example("PARSE_TIMESTAMP('2020-07-03 12:30', 'yyyy-MM-dd HH:mm', 'Europe/Paris')", '2020-07-03T10:30:00.000'),
    ],
    [
      strict('formattedTimestamp STRING, formatPattern STRING -> TIMESTAMP', named('PARSE_TIMESTAMP', parseTimestamp)),
      strict(
        'formattedTimestamp STRING, formatPattern STRING, timeZone STRING -> TIMESTAMP',
        named('PARSE_TIMESTAMP', parseTimestamp),
      ),
    ],
  ),
  scalar(
    'STRINGTODATE',
    CATEGORY,
    'Reads a date from a text by a pattern and gives its number of days since 1970-01-01.',
    [example("STRINGTODATE('2020-07-03', 'yyyy-MM-dd')", '18446')],
    [
      strict(
        'formattedDate STRING, formatPattern STRING -> INT',
        named('STRINGTODATE', (text: string, pattern: string) => safeDays(compileDateFormat(pattern).parseWhole(text))),
      ),
    ],
  ),
  scalar(
    'STRINGTOTIMESTAMP',
    CATEGORY,
    'Reads a timestamp from a text by a pattern and gives its milliseconds since 1970-01-01T00:00 UTC.',
    [example("STRINGTOTIMESTAMP('2020-07-03 12:30', 'yyyy-MM-dd HH:mm')", '1593779400000')],
    [
      strict('formattedTimestamp STRING, formatPattern STRING -> BIGINT', named('STRINGTOTIMESTAMP', parseTimestamp)),
      strict(
        'formattedTimestamp STRING, formatPattern STRING, timeZone STRING -> BIGINT',
        named('STRINGTOTIMESTAMP', parseTimestamp),
      ),
    ],
  ),
  scalar(
    'TIMESTAMPTOSTRING',
    CATEGORY,
    'Prints milliseconds since 1970-01-01T00:00 UTC as a timestamp, by a pattern, in UTC or in a time zone.',
    [example("TIMESTAMPTOSTRING(1593779400000, 'yyyy-MM-dd HH:mm:ss')", '2020-07-03 12:30:00')],
    [
      strict('epochMilli BIGINT, formatPattern STRING -> STRING', named('TIMESTAMPTOSTRING', formatTimestamp)),
      strict(
        'epochMilli BIGINT, formatPattern STRING, timeZone STRING -> STRING',
        named('TIMESTAMPTOSTRING', formatTimestamp),
      ),
    ],
  ),
  scalar(
    'UNIX_DATE',
    CATEGORY,
    'Gives the number of days since 1970-01-01: of a DATE, or of today.',
    [example("UNIX_DATE(PARSE_DATE('2020-07-03', 'yyyy-MM-dd'))", '18446')],
    [
      bound('-> INT', (_types, context: FunctionContext) => () => Math.floor(context.nowMs() / MS_PER_DAY)),
      strict('date DATE -> INT', (days: number) => days),
    ],
  ),
  scalar(
    'UNIX_TIMESTAMP',
    CATEGORY,
    'Gives the milliseconds since 1970-01-01T00:00 UTC: of a TIMESTAMP, or of now.',
    [example("UNIX_TIMESTAMP(PARSE_TIMESTAMP('2020-07-03', 'yyyy-MM-dd'))", '1593734400000')],
    [
      bound('-> BIGINT', (_types, context: FunctionContext) => () => context.nowMs()),
      strict('timestamp TIMESTAMP -> BIGINT', (ms: number) => ms),
    ],
  ),
  ...arithmetic(
    'DATE',
    'days beyond whole ones are cut off',
    'FROM_DAYS(18446)',
    ['DAYS, 7', '2020-07-10'],
    ['DAYS, 3', '2020-06-30'],
    (unit, interval, days: number) => safeDays(days + (unit * interval) / MS_PER_DAY),
  ),
  ...arithmetic(
    'TIME',
    'it goes around at midnight',
    "PARSE_TIME('23:30', 'HH:mm')",
    ['HOURS, 1', '00:30'],
    ['MINUTES, 30', '23:00'],
    (unit, interval, ms: number) => floorMod(ms + unit * interval, MS_PER_DAY),
  ),
  ...arithmetic(
    'TIMESTAMP',
    'days are of 24 hours',
    'FROM_UNIXTIME(0)',
    ['DAYS, 1', '1970-01-02T00:00:00.000'],
    ['SECONDS, 1', '1969-12-31T23:59:59.000'],
    (unit, interval, ms: number) => safeMs(ms + unit * interval),
  ),
];

const UNIT_MS: Readonly<Record<string, number>> = {
  WEEK: 7 * MS_PER_DAY,
  DAY: MS_PER_DAY,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
  MILLISECOND: 1,
};

/** `<type>ADD` and `<type>SUB`. */
function arithmetic(
  type: 'DATE' | 'TIME' | 'TIMESTAMP',
  remark: string,
  value: string,
  [plus, sum]: readonly [string, string],
  [minus, difference]: readonly [string, string],
  move: (unitMs: number, interval: number, value: number) => number,
): SqlFunction[] {
  const make = (name: string, sign: 1 | -1, verb: string, args: string, result: string): SqlFunction =>
    scalar(
      name,
      CATEGORY,
      `${verb} a ${type}; ${remark}.`,
      [example(`${name}(${args}, ${value})`, result)],
      [
        bound(
          `unit UNIT, interval INT, value ${type} -> ${type}`,
          () =>
            named(name, (unit: string, interval: number, from: number) => move(unitMs(unit), sign * interval, from)),
          {
            nullOnNull: true,
            checkLiterals([unit]) {
              if (typeof unit === 'string') unitMs(unit);
            },
          },
        ),
      ],
    );
  return [
    make(`${type}ADD`, 1, 'Adds an interval to', plus, sum),
    make(`${type}SUB`, -1, 'Takes an interval from', minus, difference),
  ];
}

function unitMs(unit: string): number {
  const ms = UNIT_MS[unit] ?? UNIT_MS[unit.toUpperCase().replace(/S$/, '')];
  if (ms !== undefined) return ms;
  throw new WeirError('INVALID_ARGUMENT', `An interval of ${unit} has no fixed length.`, {
    hint: `Use one of ${Object.keys(UNIT_MS).join(', ')}.`,
    details: { unit },
  });
}

function formatDate(epochDays: number, pattern: string): string {
  return compileDateFormat(pattern).format(epochDays);
}

function formatTimestamp(epochMs: number | bigint, pattern: string, zone?: string): string {
  const format = compileTimestampFormat(pattern);
  return zone === undefined ? format.format(toMs(epochMs)) : format.format(toMs(epochMs), zoneOf(zone));
}

/** As the reference, whose parser stops at the end of the pattern. */
function parseDate(text: string, pattern: string): number {
  return safeDays(compileDateFormat(pattern).parseLeading(text));
}

function parseTimestamp(text: string, pattern: string, zone?: string): number {
  const format = compileTimestampFormat(pattern);
  return zone === undefined ? format.parse(text) : format.parse(text, zoneOf(zone));
}

/** A BIGINT beyond the safe integers is 285,000 years away. */
function toMs(epochMs: number | bigint): number {
  if (typeof epochMs === 'number') return epochMs;
  throw tooFar('TIMESTAMP', epochMs, 'milliseconds');
}

function safeMs(epochMs: number): number {
  if (Number.isSafeInteger(epochMs)) return epochMs;
  throw tooFar('TIMESTAMP', epochMs, 'milliseconds');
}

/** Whole days, cut off towards 1970. */
function safeDays(epochDays: number): number {
  // Adding 0 makes 0 of -0.
  if (epochDays >= MIN_INT && epochDays <= MAX_INT) return Math.trunc(epochDays) + 0;
  throw tooFar('DATE', Math.trunc(epochDays), 'days');
}

function tooFar(type: string, distance: number | bigint, unit: string): WeirError {
  return new WeirError('FUNCTION_FAILED', `${distance} ${unit} from 1970 are beyond what a ${type} can hold.`);
}

/** The same function, whose errors name it. Errors of the time library do not know whom they serve. */
function named<Args extends readonly unknown[], Result>(
  name: string,
  run: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    try {
      return run(...args);
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      throw functionFailed(name, error.message, {
        code: error.code,
        cause: error,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    }
  };
}
