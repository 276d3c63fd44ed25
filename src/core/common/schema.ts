import { formatType, quoteName, type SqlType } from './sql-type.ts';

export interface Column {
  readonly name: string;
  readonly type: SqlType;
}
export interface HeaderColumn extends Column {
  /** `HEADER('name')` reads one header; `undefined` is `HEADERS`, all of them. */
  readonly header: string | undefined;
}

/** The columns of a stream or table: those in the record's key, those in its value, and those that read headers. */
export interface LogicalSchema {
  readonly key: readonly Column[];
  readonly value: readonly Column[];
  readonly headers: readonly HeaderColumn[];
}

/** The schema as ksqlDB prints it: ``` `ID` BIGINT KEY, `NAME` STRING ```. */
export function formatSchema(schema: LogicalSchema): string {
  return [
    ...schema.key.map((c) => `${quoteName(c.name)} ${formatType(c.type)} KEY`),
    ...schema.value.map((c) => `${quoteName(c.name)} ${formatType(c.type)}`),
    ...schema.headers.map(
      (c) =>
        `${quoteName(c.name)} ${formatType(c.type)} ${c.header === undefined ? 'HEADERS' : `HEADER('${c.header}')`}`,
    ),
  ].join(', ');
}
