/**
 * What a file's sample says about its columns: names, types, which one identifies a row, which one tells its time.
 *
 * A column's type is the narrowest that holds all of its samples: BOOLEAN, INTEGER, BIGINT, DOUBLE, else VARCHAR; objects
 * and arrays become STRUCT and ARRAY. CSV has texts alone, so its numbers are told by their form; a text with a leading
 * zero is a code, not a number.
 */
import type { SqlType, StructField } from '../../common/sql-type.ts';
import { array, BIGINT, BOOLEAN, DOUBLE, formatType, INTEGER, struct, VARCHAR } from '../../common/sql-type.ts';

export type JsonRow = Readonly<Record<string, unknown>>;

export interface InferredColumn {
  /** The field's name in the file. */
  readonly field: string;
  /** The column's name in SQL. */
  readonly name: string;
  readonly type: SqlType;
  readonly samples: readonly string[];
}

export interface Inference {
  readonly columns: readonly InferredColumn[];
  readonly keyColumn: string | undefined;
  /** Whether the key column's values are all different: then the rows are a table's. */
  readonly keyIsUnique: boolean;
  readonly timestampColumn: string | undefined;
  readonly timestampFormat: string | undefined;
}

export function inferColumns(rows: readonly JsonRow[], isText: boolean): Inference {
  const fields: string[] = [];
  for (const row of rows) for (const field of Object.keys(row)) if (!fields.includes(field)) fields.push(field);
  const taken = new Set<string>();
  const columns = fields.map((field): InferredColumn => {
    const values = rows.map((row) => row[field]).filter((v) => v !== undefined && v !== null && v !== '');
    return {
      field,
      name: columnName(field, taken),
      type: isText ? textType(values.map(String)) : jsonType(values),
      samples: values.slice(0, 3).map((v) => (typeof v === 'string' ? v : JSON.stringify(v))),
    };
  });
  const time = timestampOf(columns, rows);
  const key = keyOf(columns, rows, time?.column);
  return {
    columns,
    keyColumn: key?.column,
    keyIsUnique: key?.isUnique === true,
    timestampColumn: time?.column,
    timestampFormat: time?.format,
  };
}

/** The field's name where it is one in SQL already, in upper case; else with what is no letter or digit replaced. */
function columnName(field: string, taken: Set<string>): string {
  const plain = field
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
  const base =
    plain === '' ? 'COLUMN' : /^[0-9]/.test(plain) ? `C_${plain}` : RESERVED.has(plain) ? `${plain}_` : plain;
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}_${i}`;
  taken.add(name);
  return name;
}

const RESERVED: ReadonlySet<string> = new Set(['ROWTIME', 'ROWPARTITION', 'ROWOFFSET', 'WINDOWSTART', 'WINDOWEND']);

function textType(values: readonly string[]): SqlType {
  if (values.length === 0) return VARCHAR;
  if (values.every((v) => /^(true|false)$/i.test(v))) return BOOLEAN;
  if (values.every((v) => /^-?(0|[1-9]\d{0,18})$/.test(v))) return wholeType(values.map(Number));
  if (values.every((v) => /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(v))) return DOUBLE;
  return VARCHAR;
}

function wholeType(values: readonly number[]): SqlType {
  return values.every((v) => Math.abs(v) <= 2_147_483_647) ? INTEGER : BIGINT;
}

function jsonType(values: readonly unknown[]): SqlType {
  if (values.length === 0) return VARCHAR;
  if (values.every((v) => typeof v === 'boolean')) return BOOLEAN;
  if (values.every((v): v is number => typeof v === 'number'))
    return values.every(Number.isInteger) ? wholeType(values) : DOUBLE;
  if (values.every((v): v is readonly unknown[] => Array.isArray(v)))
    return array(jsonType(values.flat().filter((v) => v !== null)));
  if (values.every((v): v is JsonRow => typeof v === 'object' && v !== null && !Array.isArray(v)))
    return structType(values);
  return VARCHAR;
}

function structType(values: readonly JsonRow[]): SqlType {
  const names: string[] = [];
  for (const value of values) for (const name of Object.keys(value)) if (!names.includes(name)) names.push(name);
  if (names.length === 0) return VARCHAR;
  return struct(
    names.map((name): StructField => ({
      name: name.toUpperCase(),
      type: jsonType(values.map((v) => v[name]).filter((v) => v !== undefined && v !== null)),
    })),
  );
}

/** Patterns that dates in files are commonly in, by java.time's letters. */
const TIME_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}(Z|[+-]\d{2}:\d{2})$/, "yyyy-MM-dd''T''HH:mm:ss.SSSX"],
  [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/, "yyyy-MM-dd''T''HH:mm:ssX"],
  [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}$/, "yyyy-MM-dd''T''HH:mm:ss.SSS"],
  [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/, "yyyy-MM-dd''T''HH:mm:ss"],
  [/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, 'yyyy-MM-dd HH:mm:ss'],
  [/^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}$/, 'yyyy/MM/dd HH:mm:ss'],
  [/^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}$/, 'yyyy/MM/dd HH:mm'],
  [/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/, 'yyyy-MM-dd HH:mm'],
  [/^\d{4}-\d{2}-\d{2}$/, 'yyyy-MM-dd'],
  [/^\d{4}\/\d{2}\/\d{2}$/, 'yyyy/MM/dd'],
];

const TIME_NAME = /(^|_)(TS|TIME|TIMESTAMP|DATE|DATETIME|AT|WHEN)($|_)/;

function timestampOf(
  columns: readonly InferredColumn[],
  rows: readonly JsonRow[],
): { column: string; format: string | undefined } | undefined {
  for (const column of columns) {
    const values = rows.map((row) => row[column.field]).filter((v) => v !== undefined && v !== null && v !== '');
    if (values.length === 0) continue;
    if (column.type.kind === 'VARCHAR') {
      const found = TIME_PATTERNS.find(([form]) => values.every((v) => typeof v === 'string' && form.test(v)));
      if (found !== undefined) return { column: column.name, format: found[1] };
    }
    if (
      column.type.kind === 'BIGINT' &&
      TIME_NAME.test(column.name) &&
      values.every((v) => Number(v) > 1e11 && Number(v) < 1e13)
    ) {
      return { column: column.name, format: undefined };
    }
  }
  return undefined;
}

const KEY_NAME = /(^|_)(ID|KEY|CODE|UUID|IATA|ICAO|SYMBOL|SKU|ISBN)($|_)/;

/** A column whose values are all different and that has an identifier's name; else the text column that groups best. */
function keyOf(
  columns: readonly InferredColumn[],
  rows: readonly JsonRow[],
  timestamp: string | undefined,
): { column: string; isUnique: boolean } | undefined {
  const distinct = new Map<InferredColumn, number>();
  for (const column of columns) {
    if (column.name === timestamp || !KEY_KINDS.has(column.type.kind)) continue;
    const values = rows.map((row) => row[column.field]).filter((v) => v !== undefined && v !== null && v !== '');
    if (values.length === rows.length) distinct.set(column, new Set(values).size);
  }
  const unique = [...distinct]
    .filter(([, count]) => count === rows.length && rows.length > 1)
    .map(([column]) => column);
  const identifier =
    unique.find((c) => KEY_NAME.test(c.name)) ??
    (timestamp === undefined ? unique.find((c) => columns.indexOf(c) === 0) : undefined);
  if (identifier !== undefined) return { column: identifier.name, isUnique: true };
  const named = [...distinct.keys()].find((c) => KEY_NAME.test(c.name));
  const grouping =
    named ??
    [...distinct].find(([c, count]) => c.type.kind === 'VARCHAR' && count > 1 && count <= rows.length / 2)?.[0];
  return grouping === undefined ? undefined : { column: grouping.name, isUnique: false };
}

const KEY_KINDS: ReadonlySet<string> = new Set(['VARCHAR', 'INTEGER', 'BIGINT']);

export function typeText(type: SqlType): string {
  return formatType(type).replaceAll('`', '');
}
