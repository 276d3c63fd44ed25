import { describe, expect, it } from 'vitest';
import { refusal } from '../../common/testing.ts';
import type { SqlValue } from '../../common/sql-type.ts';
import { dateFunctions } from './dates.ts';
import { caller, testContext } from './test-call.ts';

const call = caller(dateFunctions);
const T = Date.UTC(2020, 4, 11, 21, 58, 33);

describe('functions of dates and times', () => {
  it.each<[string, SqlValue[], SqlValue]>([
    ['CONVERT_TZ', [T, 'America/Los_Angeles', 'America/New_York'], T + 3 * 3_600_000],
    ['CONVERT_TZ', [T, 'UTC', '+05:30'], T + 5.5 * 3_600_000],
    ['DATETOSTRING', [18027, 'dd/MM/yyyy'], '11/05/2019'],
    ['FORMAT_DATE', [-1, "dd-MM-yyyy'Sophia'"], '31-12-1969Sophia'],
    ['FORMAT_DATE', [null, 'yyyy'], null],
    ['FORMAT_TIME', [65000, 'HH_mm_ss_SSS'], '00_01_05_000'],
    ['FORMAT_TIMESTAMP', [T, 'yyyy-MM-dd HH:mm:ss zzz', 'America/Los_Angeles'], '2020-05-11 14:58:33 PDT'],
    ['FROM_DAYS', [5], 5],
    ['FROM_UNIXTIME', [T], T],
    ['PARSE_DATE', ['JAN-2022', 'MMM-yyyy'], 18993],
    ['PARSE_TIME', ['10:20', 'HH:mm'], 37_200_000],
    ['PARSE_TIMESTAMP', ['2020-05-11T21:58:33', "yyyy-MM-dd'T'HH:mm:ss"], T],
    ['PARSE_TIMESTAMP', ['2020-05-11T21:58:33', "yyyy-MM-dd'T'HH:mm:ss", 'Europe/Paris'], T - 7_200_000],
    ['PARSE_TIMESTAMP', ['2020-05-11T21:58:33Z', "yyyy-MM-dd'T'HH:mm:ssX", 'Europe/Paris'], T],
    ['STRINGTODATE', ['2018-05-11Lit', "yyyy-MM-dd'Lit'"], 17662],
    ['STRINGTODATE', ['2018-05-11 10:20', 'yyyy-MM-dd HH:mm'], 17662],
    ['STRINGTOTIMESTAMP', ['2020-05-11T21:58:33z', "yyyy-MM-dd'T'HH:mm:ssX"], T],
    ['TIMESTAMPTOSTRING', [T, 'yyyy-MM-dd HH:mm:ss zzz', 'Europe/London'], '2020-05-11 22:58:33 BST'],
    ['UNIX_DATE', [], Math.floor(testContext.nowMs() / 86_400_000)],
    ['UNIX_DATE', [7], 7],
    ['UNIX_TIMESTAMP', [], testContext.nowMs()],
    ['UNIX_TIMESTAMP', [T], T],
    ['DATEADD', ['DAY', 10, 10], 20],
    ['DATEADD', ['HOURS', 25, 10], 11],
    ['DATESUB', ['DAYS', 10, 5], -5],
    ['DATESUB', ['HOURS', 1, 5], 4],
    ['DATESUB', ['HOURS', 1, 0], 0],
    ['DATESUB', ['DAYS', null, 5], null],
    ['TIMEADD', ['MILLISECOND', 10, 86_399_995], 5],
    ['TIMEADD', ['MILLISECONDS', -5, 2], 86_399_997],
    ['TIMESUB', ['DAY', 3, 7], 7],
    ['TIMESUB', ['DAY', 3, 0], 0],
    ['TIMESTAMPADD', ['WEEK', 1, 0], 604_800_000],
    ['TIMESTAMPSUB', ['MILLISECONDS', -5, -100], -95],
  ])('%s%j', (name, args, expected) => {
    expect(call(name, ...args)).toBe(expected);
  });

  it.each<[string, SqlValue[], string, RegExp]>([
    ['PARSE_DATE', ['abcd', 'yyyy-MM-dd'], 'UNPARSEABLE_DATETIME', /PARSE_DATE.*'abcd'.*'yyyy-MM-dd'/],
    ['FORMAT_TIMESTAMP', [0, 'yyyy-bb'], 'INVALID_DATETIME_PATTERN', /FORMAT_TIMESTAMP.*'yyyy-bb'/],
    ['FORMAT_TIMESTAMP', [0, 'yyyy', 'Mars'], 'UNKNOWN_TIME_ZONE', /FORMAT_TIMESTAMP.*'Mars'/],
    ['FROM_UNIXTIME', [2n ** 60n], 'FUNCTION_FAILED', /FROM_UNIXTIME.*1152921504606846976/],
    ['TIMESTAMPADD', ['DAYS', 2147483647, 0], 'FUNCTION_FAILED', /TIMESTAMPADD.*TIMESTAMP can hold/],
    ['DATEADD', ['WEEKS', 2147483647, 0], 'FUNCTION_FAILED', /DATEADD.*DATE can hold/],
    ['DATEADD', ['MONTH', 1, 0], 'INVALID_ARGUMENT', /DATEADD.*MONTH/],
  ])('%s fails and says so', (name, args, code, message) => {
    const error = refusal(() => call(name, ...args));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});
