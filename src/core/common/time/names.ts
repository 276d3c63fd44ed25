/** English names of months, days and time zones, as java.time has them in the US locale. */
import { WeirError } from '../errors.ts';
import { MS_PER_DAY } from './calendar.ts';
import { withinIntl, type Zone } from './zone.ts';

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** From Monday, day 1 of ISO's week. */
export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export type TextStyle = 'short' | 'full' | 'narrow';

const short = (names: readonly string[]): readonly string[] => names.map((name) => name.slice(0, 3));
const narrow = (names: readonly string[]): readonly string[] => names.map((name) => name.slice(0, 1));

/** The names of a field's values, the first value's first, and what the first value is. */
export interface FieldNames {
  readonly first: number;
  readonly names: Readonly<Record<TextStyle, readonly string[]>>;
}

export const MONTH_NAMES: FieldNames = {
  first: 1,
  names: { full: MONTHS, short: short(MONTHS), narrow: narrow(MONTHS) },
};
export const DAY_NAMES: FieldNames = { first: 1, names: { full: DAYS, short: short(DAYS), narrow: narrow(DAYS) } };
export const QUARTER_NAMES: FieldNames = {
  first: 1,
  names: {
    full: ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'],
    short: ['Q1', 'Q2', 'Q3', 'Q4'],
    narrow: ['1', '2', '3', '4'],
  },
};
export const AMPM_NAMES: FieldNames = {
  first: 0,
  names: { full: ['AM', 'PM'], short: ['AM', 'PM'], narrow: ['a', 'p'] },
};
export const ERA_NAMES: FieldNames = {
  first: 0,
  names: { full: ['Before Christ', 'Anno Domini'], short: ['BC', 'AD'], narrow: ['B', 'A'] },
};

/**
 * Short names of zones: of each its region that stands for it when it is read, the standard time's and the summer time's
 * long names as `Intl` prints them, and their abbreviations. Of two zones with one abbreviation the first is read.
 */
const ZONE_NAMES: readonly (readonly [
  region: string,
  standard: string,
  short: string,
  summer: string,
  summerShort: string,
])[] = [
  ['America/Los_Angeles', 'Pacific Standard Time', 'PST', 'Pacific Daylight Time', 'PDT'],
  ['America/Denver', 'Mountain Standard Time', 'MST', 'Mountain Daylight Time', 'MDT'],
  ['America/Chicago', 'Central Standard Time', 'CST', 'Central Daylight Time', 'CDT'],
  ['America/New_York', 'Eastern Standard Time', 'EST', 'Eastern Daylight Time', 'EDT'],
  ['America/Halifax', 'Atlantic Standard Time', 'AST', 'Atlantic Daylight Time', 'ADT'],
  ['America/St_Johns', 'Newfoundland Standard Time', 'NST', 'Newfoundland Daylight Time', 'NDT'],
  ['America/Anchorage', 'Alaska Standard Time', 'AKST', 'Alaska Daylight Time', 'AKDT'],
  ['Pacific/Honolulu', 'Hawaii-Aleutian Standard Time', 'HST', 'Hawaii-Aleutian Daylight Time', 'HDT'],
  ['America/Sao_Paulo', 'Brasilia Standard Time', 'BRT', 'Brasilia Summer Time', 'BRST'],
  ['America/Argentina/Buenos_Aires', 'Argentina Standard Time', 'ART', 'Argentina Summer Time', 'ARST'],
  ['Europe/London', 'Greenwich Mean Time', 'GMT', 'British Summer Time', 'BST'],
  ['Europe/Dublin', 'Greenwich Mean Time', 'GMT', 'Irish Standard Time', 'IST'],
  ['Europe/Lisbon', 'Western European Standard Time', 'WET', 'Western European Summer Time', 'WEST'],
  ['Europe/Paris', 'Central European Standard Time', 'CET', 'Central European Summer Time', 'CEST'],
  ['Europe/Helsinki', 'Eastern European Standard Time', 'EET', 'Eastern European Summer Time', 'EEST'],
  ['Europe/Moscow', 'Moscow Standard Time', 'MSK', 'Moscow Summer Time', 'MSD'],
  ['Europe/Istanbul', 'Türkiye Time', 'TRT', 'Türkiye Summer Time', 'TRST'],
  ['Asia/Kolkata', 'India Standard Time', 'IST', 'India Summer Time', 'IST'],
  ['Asia/Jerusalem', 'Israel Standard Time', 'IST', 'Israel Daylight Time', 'IDT'],
  ['Asia/Dubai', 'Gulf Standard Time', 'GST', 'Gulf Summer Time', 'GDT'],
  ['Asia/Karachi', 'Pakistan Standard Time', 'PKT', 'Pakistan Summer Time', 'PKST'],
  ['Asia/Bangkok', 'Indochina Time', 'ICT', 'Indochina Summer Time', 'ICST'],
  ['Asia/Jakarta', 'Western Indonesia Time', 'WIB', 'West Indonesia Summer Time', 'WIB'],
  ['Asia/Shanghai', 'China Standard Time', 'CST', 'China Daylight Time', 'CDT'],
  ['Asia/Hong_Kong', 'Hong Kong Standard Time', 'HKT', 'Hong Kong Summer Time', 'HKST'],
  ['Asia/Singapore', 'Singapore Standard Time', 'SGT', 'Singapore Daylight Time', 'SGDT'],
  ['Asia/Tokyo', 'Japan Standard Time', 'JST', 'Japan Daylight Time', 'JDT'],
  ['Asia/Seoul', 'Korean Standard Time', 'KST', 'Korean Daylight Time', 'KDT'],
  ['Australia/Perth', 'Australian Western Standard Time', 'AWST', 'Australian Western Daylight Time', 'AWDT'],
  ['Australia/Adelaide', 'Australian Central Standard Time', 'ACST', 'Australian Central Daylight Time', 'ACDT'],
  ['Australia/Sydney', 'Australian Eastern Standard Time', 'AEST', 'Australian Eastern Daylight Time', 'AEDT'],
  ['Pacific/Auckland', 'New Zealand Standard Time', 'NZST', 'New Zealand Daylight Time', 'NZDT'],
  ['Africa/Johannesburg', 'South Africa Standard Time', 'SAST', 'South Africa Summer Time', 'SAST'],
  ['Africa/Nairobi', 'East Africa Time', 'EAT', 'Eastern African Summer Time', 'EAST'],
  ['Africa/Lagos', 'West Africa Standard Time', 'WAT', 'West Africa Summer Time', 'WAST'],
  ['Africa/Maputo', 'Central Africa Time', 'CAT', 'Central African Summer Time', 'CAST'],
];

/** Names that are printed and, as several of them mean several zones, not read. */
const SHORT_NAMES = `Afghanistan Time=AFT,Amazon Standard Time=AMT,American Samoa Standard Time=SST,
Arabian Standard Time=AST,Armenia Standard Time=AMT,Azerbaijan Standard Time=AZT,Azores Standard Time=AZOT,
Azores Summer Time=AZOST,Bangladesh Standard Time=BDT,Bhutan Time=BTT,Bolivia Time=BOT,Brunei Time=BNT,
Cape Verde Standard Time=CVT,Central Indonesia Time=WITA,Chamorro Standard Time=ChST,Chatham Standard Time=CHAST,
Chatham Daylight Time=CHADT,Chile Standard Time=CLT,Chile Summer Time=CLST,Colombia Standard Time=COT,
Cuba Standard Time=CST,Cuba Daylight Time=CDT,Eastern Indonesia Time=WIT,Ecuador Time=ECT,Fiji Standard Time=FJT,
Georgia Standard Time=GET,Guyana Time=GYT,Iran Standard Time=IRST,Irkutsk Standard Time=IRKT,Kyrgyzstan Time=KGT,
Lord Howe Standard Time=LHST,Lord Howe Daylight Time=LHDT,Malaysia Time=MYT,Maldives Time=MVT,
Mauritius Standard Time=MUT,Mexican Pacific Standard Time=MST,Myanmar Time=MMT,Nepal Time=NPT,
Omsk Standard Time=OMST,Papua New Guinea Time=PGT,Paraguay Standard Time=PYT,Paraguay Summer Time=PYST,
Peru Standard Time=PET,Philippine Standard Time=PST,Suriname Time=SRT,Taiwan Standard Time=CST,
Tajikistan Time=TJT,Tonga Standard Time=TOT,Türkiye Standard Time=TRT`;

const SHORT_OF_LONG = new Map<string, string>(
  SHORT_NAMES.split(/,\s*/).map((pair) => pair.split('=') as [string, string]),
);
/** Upper case. */
const REGION_OF_NAME = new Map<string, string>();
for (const [region, standard, standardShort, summer, summerShort] of ZONE_NAMES) {
  for (const [long, name] of [
    [standard, standardShort],
    [summer, summerShort],
  ] as const) {
    if (!SHORT_OF_LONG.has(long)) SHORT_OF_LONG.set(long, name);
    for (const key of [long.toUpperCase(), name]) if (!REGION_OF_NAME.has(key)) REGION_OF_NAME.set(key, region);
  }
}
/** Greenwich Mean Time is UTC wherever no region is meant. */
REGION_OF_NAME.set('GMT', 'GMT');

/** Longest first, so that the first that fits is the right one. */
export const READABLE_ZONE_NAMES: readonly string[] = [...REGION_OF_NAME.keys()].sort((a, b) => b.length - a.length);

/** The id of the zone that a name stands for, in any case: `PST`, `Central European Time`. */
export function regionOfName(name: string): string | undefined {
  return REGION_OF_NAME.get(name.toUpperCase());
}

/**
 * `PDT` or `Pacific Daylight Time`; the id of a zone that is only an offset.
 * @throws WeirError UNKNOWN_TIME_ZONE when no such name is known
 */
export function zoneName(zone: Zone, epochMs: number, style: TextStyle): string {
  if (!zone.isRegion) {
    if (zone.id === 'UTC' || zone.id === 'GMT')
      return style === 'full' ? (zone.id === 'UTC' ? 'Coordinated Universal Time' : 'Greenwich Mean Time') : zone.id;
    return zone.id;
  }
  const long = longName(zone, namedMs(zone, epochMs));
  // Intl has no name for a zone that it writes as an offset.
  const name = /^GMT[+-]/.test(long)
    ? undefined
    : style === 'full'
      ? long
      : long === 'Coordinated Universal Time'
        ? 'UTC'
        : SHORT_OF_LONG.get(long);
  if (name !== undefined) return name;
  throw new WeirError('UNKNOWN_TIME_ZONE', `The zone ${zone.id} has no ${style === 'full' ? '' : 'short '}name here.`, {
    hint: "Use 'VV' for its id, 'O' or 'xxx' for its offset in the pattern.",
    details: { zone: zone.id },
  });
}

const longNames = new Map<string, Intl.DateTimeFormat>();

function longName(zone: Zone, epochMs: number): string {
  let format = longNames.get(zone.id);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone.id, timeZoneName: 'long' });
    longNames.set(zone.id, format);
  }
  return format.formatToParts(withinIntl(epochMs)).find((part) => part.type === 'timeZoneName')?.value ?? zone.id;
}

/** January and July of a year for which `Intl` has names. */
const NAMED_MS = [Date.UTC(2024, 0, 1), Date.UTC(2024, 6, 1)] as const;
const LAST_NAMED_MS = Date.UTC(2100, 0, 1);
const YEAR_MS = 365.2425 * MS_PER_DAY;

/** A time of the same name: before 1970 and in the far future `Intl` has none, in Java summer and winter are called as now. */
function namedMs(zone: Zone, epochMs: number): number {
  if (epochMs >= 0 && epochMs < LAST_NAMED_MS) return epochMs;
  const offsets = [0, 0.25, 0.5, 0.75].map((part) => zone.offsetAt(epochMs + part * YEAR_MS));
  const isSummer = zone.offsetAt(epochMs) > Math.min(...offsets);
  const [january, july] = NAMED_MS;
  const julyIsSummer = zone.offsetAt(july) > zone.offsetAt(january);
  return isSummer === julyIsSummer ? july : january;
}
