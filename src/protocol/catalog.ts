/**
 * What the catalog holds: streams and tables with their columns, and functions.
 */
export interface ColumnInfo {
  readonly name: string;
  /** Type as ksqlDB prints it: `STRING`, `STRUCT<...>` */
  readonly type: string;
  readonly role: 'key' | 'value' | 'headers';
}

export interface SourceInfo {
  readonly name: string;
  readonly kind: 'STREAM' | 'TABLE';
  readonly topic: string;
  readonly keyFormat: string;
  readonly valueFormat: string;
  readonly windowType?: 'TUMBLING' | 'HOPPING' | 'SESSION' | undefined;
  readonly columns: readonly ColumnInfo[];
  /** A table whose rows can be read (it has a state store). */
  readonly materialized: boolean;
  readonly readOnly: boolean;
  readonly statement: string;
  /** Ids of the persistent queries that write to it and read from it. */
  readonly writers: readonly string[];
  readonly readers: readonly string[];
}

export interface FunctionInfo {
  readonly name: string;
  readonly kind: 'scalar' | 'table' | 'aggregate';
  /** `USER` for a person's own functions. */
  readonly category: string;
  readonly description: string;
  readonly signatures: readonly string[];
  readonly examples: readonly { readonly sql: string; readonly result: string }[];
}
