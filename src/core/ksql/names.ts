/** Names that the dialect makes up or keeps for itself. */

export const ROWTIME = 'ROWTIME';
export const ROWPARTITION = 'ROWPARTITION';
export const ROWOFFSET = 'ROWOFFSET';
export const WINDOWSTART = 'WINDOWSTART';
export const WINDOWEND = 'WINDOWEND';
export const ROWKEY = 'ROWKEY';

/** Columns that every record has without being declared. */
const PSEUDO_COLUMNS: ReadonlySet<string> = new Set([ROWTIME, ROWPARTITION, ROWOFFSET]);
export const WINDOW_BOUNDS: ReadonlySet<string> = new Set([WINDOWSTART, WINDOWEND]);

/** May not name a column of a source: pseudo columns and window bounds. */
export function isReservedColumn(name: string): boolean {
  return PSEUDO_COLUMNS.has(name) || WINDOW_BOUNDS.has(name);
}

/** Makes `KSQL_COL_0`, `KSQL_COL_1`, ... and unique variants of field names, avoiding the names already there. */
export class ColumnNamer {
  readonly #taken: Set<string>;
  #next = 0;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  nextColumn(): string {
    for (;;) {
      const name = `KSQL_COL_${this.#next++}`;
      if (!this.#taken.has(name)) {
        this.#taken.add(name);
        return name;
      }
    }
  }

  /** `name`, or `name_1`, `name_2` ... where it is taken. */
  unique(name: string): string {
    let candidate = name;
    for (let i = 1; this.#taken.has(candidate); i++) candidate = `${name}_${i}`;
    this.#taken.add(candidate);
    return candidate;
  }
}
