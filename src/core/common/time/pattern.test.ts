import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../testing.ts';
import { compileDateFormat, compileTimeFormat, compileTimestampFormat } from './pattern.ts';
import { localToEpochMs, zoneOf } from './zone.ts';

/** 2018-05-11T21:58:33.123Z, a Friday */
const T = 1526075913123;
const print = (pattern: string, zone = 'UTC', ms = T): string =>
  compileTimestampFormat(pattern).format(ms, zoneOf(zone));
const read = (pattern: string, text: string, zone = 'UTC'): number =>
  compileTimestampFormat(pattern).parse(text, zoneOf(zone));
const iso = (ms: number): string => new Date(ms).toISOString();

const codeOf = (run: () => unknown): string => refusal(run).code;

describe('printing by a pattern', () => {
  it.each<[string, string]>([
    ["yyyy-MM-dd'T'HH:mm:ss.SSS", '2018-05-11T21:58:33.123'],
    ['y yy yyy yyyyy u', '2018 18 2018 02018 2018'],
    ['M MM MMM MMMM MMMMM L LLLL', '5 05 May May M 5 May'],
    ['d dd D DDD', '11 11 131 131'],
    ['E EEE EEEE EEEEE', 'Fri Fri Friday F'],
    ['e ee c', '6 06 6'],
    ['h hh H k K a', '9 09 21 21 9 PM'],
    ['S SS SSSSSS', '1 12 123000'],
    ['n A N', '123000000 79113123 79113123000000'],
    ['G GGGG GGGGG', 'AD Anno Domini A'],
    ['Q QQ QQQ QQQQ', '2 02 Q2 2nd quarter'],
    ['YYYY w W F', '2018 19 2 4'],
    ['X XXX x xxx Z ZZZZ ZZZZZ O', 'Z Z +00 +00:00 +0000 GMT Z GMT'],
    ["''yyyy'' 'it''s'", "'2018' it's"],
    ["yyyy'y'MM", '2018y05'],
    ['[yyyy][-MM]', '2018-05'],
    ['ppppM ppH', '   5 21'],
    ['VV', 'UTC'],
  ])('%s', (pattern, expected) => {
    expect(print(pattern)).toBe(expected);
  });

  it('prints zones', () => {
    expect(print('yyyy-MM-dd HH:mm:ss zzz', 'America/Los_Angeles')).toBe('2018-05-11 14:58:33 PDT');
    expect(print('HH:mm:ss zzz', 'Europe/London')).toBe('22:58:33 BST');
    expect(print('z zzzz', 'Europe/Paris')).toBe('CEST Central European Summer Time');
    expect(print('X XX XXX XXXX Z O OOOO VV', 'Asia/Kolkata')).toBe(
      '+0530 +0530 +05:30 +0530 +0530 GMT+5:30 GMT+05:30 Asia/Kolkata',
    );
    expect(print('X XXX', 'America/New_York')).toBe('-04 -04:00');
    expect(print('HH:mm XXX VV', '+01:00')).toBe('22:58 +01:00 +01:00');
  });

  it.each([
    ['Asia/Kathmandu', Date.UTC(2024, 0), 'NPT'],
    ['America/Lima', Date.UTC(2024, 0), 'PET'],
    ['America/New_York', Date.UTC(1940, 1), 'EST'],
    ['America/New_York', Date.UTC(1940, 6), 'EDT'],
    ['Europe/Paris', Date.UTC(2200, 6), 'CEST'],
  ])('names %s at %d %s', (zone, ms, name) => {
    expect(print('z', zone, ms)).toBe(name);
  });

  it('refuses names and widths that it cannot give, rather than write something else', () => {
    expect(codeOf(() => print('z', 'Pacific/Kiritimati'))).toBe('UNKNOWN_TIME_ZONE');
    expect(codeOf(() => print('pEEE'))).toBe('INVALID_DATETIME_PATTERN');
  });

  it('prints instants that the runtime has no dates for', () => {
    expect(print('u zzz', 'Europe/Paris', Number.MAX_SAFE_INTEGER)).toMatch(/^287396 /);
    expect(print('u X', 'Europe/Paris', Number.MIN_SAFE_INTEGER)).toMatch(/^-283457 /);
  });

  it('prints years that are not of four digits', () => {
    expect(print('yyyy u G', 'UTC', Date.UTC(0, 0, 1) - 1902 * 366 * 86_400_000)).toMatch(/^0\d\d\d -\d+ BC$/);
    expect(print('yyyy-MM', 'UTC', Date.UTC(12345, 0))).toBe('+12345-01');
  });

  it('puts the last days of a year in the week they belong to', () => {
    expect(print('YYYY w', 'UTC', Date.UTC(2019, 11, 28))).toBe('2019 52');
    expect(print('YYYY w', 'UTC', Date.UTC(2019, 11, 29))).toBe('2020 1');
    expect(print('YYYY w', 'UTC', Date.UTC(2022, 0, 1))).toBe('2022 1');
  });

  it('refuses what the value has not', () => {
    expect(codeOf(() => compileDateFormat('yyyy HH').format(0))).toBe('INVALID_DATETIME_PATTERN');
    expect(codeOf(() => compileTimeFormat('yyyy HH').format(0))).toBe('INVALID_DATETIME_PATTERN');
    expect(codeOf(() => compileDateFormat('yyyy X').format(0))).toBe('INVALID_DATETIME_PATTERN');
    expect(compileDateFormat("yyyy[ HH]'!'").format(0)).toBe('1970!');
    expect(compileTimeFormat('HH_mm_ss_SSS').format(65000)).toBe('00_01_05_000');
  });
});

describe('reading by a pattern', () => {
  it.each<[string, string, string]>([
    ["yyyy-MM-dd'T'HH:mm:ssX", '2018-05-11T21:58:33Z', '2018-05-11T21:58:33.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ssX", '2018-05-11t21:58:33z', '2018-05-11T21:58:33.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ssX", '2018-05-11T21:58:33+01', '2018-05-11T20:58:33.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", '2018-05-11T21:58:33-08:30', '2018-05-12T06:28:33.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ss zzz", '2018-05-11T21:58:33 PST', '2018-05-12T04:58:33.000Z'],
    ['yyyy-MM-dd HH:mm VV', '2018-05-11 21:58 Europe/Paris', '2018-05-11T19:58:00.000Z'],
    ['yyyy-MM-dd HH:mm z', '2018-05-11 21:58 UTC', '2018-05-11T21:58:00.000Z'],
    ['yyyy-MM-dd HH:mm O', '2018-05-11 21:58 GMT+8', '2018-05-11T13:58:00.000Z'],
    ['yyyy-MM-dd HH:mm Z', '2018-05-11 21:58 +0100', '2018-05-11T20:58:00.000Z'],
    ['yyyyMMddHHmmssSSS', '20180511215833123', '2018-05-11T21:58:33.123Z'],
    ['yyyy-MM-dd HH:mm:ss.SSSSSS', '2018-05-11 21:58:33.123456', '2018-05-11T21:58:33.123Z'],
    ['yyMMdd', '180511', '2018-05-11T00:00:00.000Z'],
    ['d/M/y', '1/2/2018', '2018-02-01T00:00:00.000Z'],
    ['dd-MMM-yyyy', '01-JAN-2022', '2022-01-01T00:00:00.000Z'],
    ['MMMM d, yyyy', 'september 9, 2022', '2022-09-09T00:00:00.000Z'],
    ['MMM-yyyy', 'JAN-2022', '2022-01-01T00:00:00.000Z'],
    ['yyyy', '2022', '2022-01-01T00:00:00.000Z'],
    ['HH:mm', '10:20', '1970-01-01T10:20:00.000Z'],
    ['hh:mm a', '12:05 am', '1970-01-01T00:05:00.000Z'],
    ['hh:mm a', '01:05 PM', '1970-01-01T13:05:00.000Z'],
    ['kk:mm', '24:10', '1970-01-01T00:10:00.000Z'],
    ['hh:mm a', '00:10 PM', '1970-01-01T12:10:00.000Z'],
    ['e D Q yyyy-MM-dd', '6 131 2 2018-05-11', '2018-05-11T00:00:00.000Z'],
    ['EEE, d MMM yyyy HH:mm:ss Z', 'Fri, 11 May 2018 21:58:33 +0000', '2018-05-11T21:58:33.000Z'],
    ['yyyy-DDD', '2016-366', '2016-12-31T00:00:00.000Z'],
    ['yyyy-MM-dd', '2019-02-30', '2019-02-28T00:00:00.000Z'],
    ['yyyy-MM-dd HH:mm', '2019-02-28 24:00', '2019-03-01T00:00:00.000Z'],
    ['yyyy-MM-dd[ HH:mm[:ss]]', '2019-02-28', '2019-02-28T00:00:00.000Z'],
    ['yyyy-MM-dd[ HH:mm[:ss]]', '2019-02-28 10:20', '2019-02-28T10:20:00.000Z'],
    ['YYYY w e', '2018 19 6', '2018-05-11T00:00:00.000Z'],
    ['yyyy-MM-dd', '+12345-01-01', '+012345-01-01T00:00:00.000Z'],
    ['A', '3600000', '1970-01-01T01:00:00.000Z'],
  ])('%s: %s', (pattern, text, expected) => {
    expect(iso(read(pattern, text))).toBe(expected);
  });

  it.each<[string, string]>([
    ['yyyy-MM-dd', '2018-5-11'],
    ['yyyy-MM-dd', '2018-05-11 '],
    ['yyyy-MM-dd', '12018-05-11'],
    ['yyyy-MM-dd', '2018-13-11'],
    ['yyyy-MM-dd', '2018-05-32'],
    ['yyyy-MM-dd', ''],
    ['EEE yyyy-MM-dd', 'Mon 2018-05-11'],
    ['e yyyy-MM-dd', '5 2018-05-11'],
    ['yyyy-MM-dd D', '2018-05-11 132'],
    ['yyyy-MM-dd Q', '2018-05-11 1'],
    ['yyyy-MM-dd w', '2018-05-11 20'],
    ['HH:mm', '24:01'],
    ['hh', '13'],
    ['yyyy yyyy', '2018 2019'],
    ['yyyy-DDD', '2017-366'],
    ['DDD', '366'],
    ["yyyy-MM-dd'T'HH:mm:ssX", 'not a timestamp'],
    ['VV', 'Mars/Olympus'],
  ])('%s refuses %j', (pattern, text) => {
    expect(codeOf(() => read(pattern, text))).toBe('UNPARSEABLE_DATETIME');
  });

  it('reads dates and times alone', () => {
    expect(compileDateFormat("yyyy-MM-dd'Lit'").parse('2018-05-11Lit')).toBe(17662);
    expect(codeOf(() => compileDateFormat('yyyy-MM-dd HH:mm').parse('2018-05-11 10:00'))).toBe('UNPARSEABLE_DATETIME');
    expect(compileDateFormat('yyyy-MM-dd HH:mm').parseWhole('2018-05-11 10:00')).toBe(17662);
    expect(codeOf(() => compileDateFormat('MMM-yyyy').parseWhole('JAN-2022'))).toBe('UNPARSEABLE_DATETIME');
    expect(compileTimeFormat('HHmmss').parse('000105')).toBe(65000);
    expect(compileTimeFormat('HH').parse('13')).toBe(13 * 3_600_000);
    expect(compileTimeFormat('h a').parse('1 pm')).toBe(13 * 3_600_000);
    for (const [pattern, text] of [
      ['mm:ss', '10:20'],
      ['h:mm', '1:05'],
      ['HH:ss', '10:10'],
    ] as const) {
      expect(
        codeOf(() => compileTimeFormat(pattern).parse(text)),
        pattern,
      ).toBe('UNPARSEABLE_DATETIME');
    }
    expect(codeOf(() => compileTimeFormat('yyyy HH').parse('2018 10'))).toBe('UNPARSEABLE_DATETIME');
  });

  it('resolves local times in zones that change their clocks', () => {
    const berlin = zoneOf('Europe/Berlin');
    const local = (text: string): string => iso(localToEpochMs(Date.parse(`${text}Z`), berlin));
    expect(local('2020-03-29T01:59')).toBe('2020-03-29T00:59:00.000Z');
    expect(local('2020-03-29T02:30')).toBe('2020-03-29T01:30:00.000Z');
    expect(local('2020-03-29T03:00')).toBe('2020-03-29T01:00:00.000Z');
    expect(local('2020-10-25T02:30')).toBe('2020-10-25T00:30:00.000Z');
    expect(local('2020-10-25T03:00')).toBe('2020-10-25T02:00:00.000Z');
  });
});

describe('patterns', () => {
  it.each([
    'yyyy-bb',
    'MMMMMM',
    'dd{',
    "'open",
    ']',
    'VVV',
    'hhh',
    'aa',
    'yyyy#',
    'pp',
    'p-d',
    'v',
    'vvvv',
    'OO',
    'XXXXXX',
  ])('refuses %s', (pattern) => {
    expect(codeOf(() => compileTimestampFormat(pattern))).toBe('INVALID_DATETIME_PATTERN');
  });

  it('reads what it printed', () => {
    const patterns = fc.constantFrom(
      "yyyy-MM-dd'T'HH:mm:ss.SSS",
      'yyyyMMddHHmmssSSS',
      'EEEE, d MMMM y h:mm:ss.SSS a',
      'D/y k:m:s.SSS [Q]',
      'yyyy-MM-dd HH:mm:ss.SSS XXX',
      'yyyy-MM-dd HH:mm:ss.SSS VV',
      'uuuu-MM-dd A',
    );
    const zones = fc.constantFrom('UTC', '+05:30', 'America/New_York', 'Asia/Tokyo');
    fc.assert(
      fc.property(patterns, zones, fc.integer({ min: 0, max: 4_000_000_000_000 }), (pattern, zoneId, ms) => {
        const format = compileTimestampFormat(pattern);
        const zone = zoneOf(zoneId);
        const text = format.format(ms, zone);
        // An hour that clocks show twice is read as the earlier.
        expect([ms, ms - 3_600_000]).toContain(format.parse(text, zone));
      }),
    );
  });

  it('knows zones by java.time ids only', () => {
    for (const id of ['Z', 'UTC', 'GMT+2', '-08:00', 'America/Argentina/Buenos_Aires'])
      expect(zoneOf(id).id.length).toBeGreaterThan(0);
    for (const id of ['', 'europe/paris', 'Mars/Olympus', '+25:00', 'utc'])
      expect(
        codeOf(() => zoneOf(id)),
        id,
      ).toBe('UNKNOWN_TIME_ZONE');
  });
});
