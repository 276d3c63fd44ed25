/** Functions by the names that other SQL dialects have for them: what to write here. */
const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  ARRAY_AGG: 'COLLECT_LIST',
  ARRAY_CAT: 'ARRAY_CONCAT',
  CARDINALITY: 'ARRAY_LENGTH',
  CEILING: 'CEIL',
  CHARACTER_LENGTH: 'LEN',
  CHAR_LENGTH: 'LEN',
  DATE_ADD: 'DATEADD',
  DATE_FORMAT: 'FORMAT_DATE',
  DATE_SUB: 'DATESUB',
  GROUP_CONCAT: 'COLLECT_LIST',
  JSON_EXTRACT: 'EXTRACTJSONFIELD',
  JSON_VALUE: 'EXTRACTJSONFIELD',
  LENGTH: 'LEN',
  LOWER: 'LCASE',
  NVL: 'COALESCE',
  POW: 'POWER',
  RAND: 'RANDOM',
  REGEXP_SUBSTR: 'REGEXP_EXTRACT',
  STDDEV: 'STDDEV_SAMPLE',
  STRING_AGG: 'COLLECT_LIST',
  STRING_SPLIT: 'SPLIT',
  SUBSTR: 'SUBSTRING',
  TO_CHAR: 'FORMAT_TIMESTAMP',
  TO_DATE: 'PARSE_DATE',
  TO_JSON: 'TO_JSON_STRING',
  TO_TIMESTAMP: 'PARSE_TIMESTAMP',
  TRUNCATE: 'TRUNC',
  UNNEST: 'EXPLODE',
  UPPER: 'UCASE',
};

/** Where no function of one name does it. */
const OTHER_WAYS: Readonly<Record<string, string>> = {
  CURRENT_DATE: 'FROM_DAYS(UNIX_DATE()) is today.',
  CURRENT_TIMESTAMP: 'FROM_UNIXTIME(UNIX_TIMESTAMP()) is now; ROWTIME is the time of the record.',
  DATEDIFF: 'UNIX_DATE(a) - UNIX_DATE(b) is the difference of two dates in days.',
  IF: 'Write CASE WHEN condition THEN a ELSE b END.',
  IIF: 'Write CASE WHEN condition THEN a ELSE b END.',
  NOW: 'FROM_UNIXTIME(UNIX_TIMESTAMP()) is now; ROWTIME is the time of the record.',
};

export const foreignFunction = (name: string): string | undefined =>
  Object.hasOwn(FOREIGN_NAMES, name) ? FOREIGN_NAMES[name] : undefined;

export const otherWay = (name: string): string | undefined =>
  Object.hasOwn(OTHER_WAYS, name) ? OTHER_WAYS[name] : undefined;
