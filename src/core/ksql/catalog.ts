/**
 * What the statements so far have declared: streams, tables and custom types. It is rebuilt by replaying the command
 * topic; nothing in it is stored elsewhere.
 */
import { WeirError } from '../common/errors.ts';
import { formatSchema, type LogicalSchema } from '../common/schema.ts';
import type { SqlType } from '../common/sql-type.ts';
import type { FormatInfo, SerdeFeature } from '../serde/format.ts';
import type { SourceKind } from '../sql/ast.ts';
import { writeName } from '../sql/format-expression.ts';
import { nearest } from '../common/nearest.ts';

export type WindowType = 'TUMBLING' | 'HOPPING' | 'SESSION';

/** How a windowed key is written: a time window's size is known from its type, a session carries both ends. */
export interface WindowInfo {
  readonly type: WindowType;
  /** Undefined for sessions. */
  readonly sizeMs: number | undefined;
}

export interface SourceFormat {
  readonly format: FormatInfo;
  readonly features: ReadonlySet<SerdeFeature>;
  /** A schema of the registry that the statement pinned. */
  readonly schemaId: number | undefined;
}

/** Which column gives a record's timestamp, and how a text column is parsed. */
export interface TimestampColumn {
  readonly column: string;
  readonly format: string | undefined;
}

/** A stream or a table: a schema over a topic. */
export interface DataSource {
  readonly name: string;
  readonly kind: SourceKind;
  readonly schema: LogicalSchema;
  readonly topic: string;
  readonly partitions: number;
  readonly key: SourceFormat;
  readonly value: SourceFormat;
  readonly window: WindowInfo | undefined;
  readonly timestamp: TimestampColumn | undefined;
  /** `CREATE SOURCE ...`: read-only. */
  readonly isSource: boolean;
  /** Made by a CREATE ... AS SELECT. */
  readonly isDerived: boolean;
  readonly statement: string;
}

const kindWord = (kind: SourceKind): string => (kind === 'STREAM' ? 'stream' : 'table');

export class Catalog {
  readonly #sources = new Map<string, DataSource>();
  readonly #types = new Map<string, SqlType>();

  source(name: string): DataSource | undefined {
    return this.#sources.get(name);
  }

  /** @throws WeirError UNKNOWN_SOURCE, with the nearest name as a hint */
  require(name: string, kind?: SourceKind): DataSource {
    const source = this.#sources.get(name);
    if (source === undefined) {
      const close = nearest(name, [...this.#sources.keys()])[0];
      throw new WeirError(
        'UNKNOWN_SOURCE',
        `${kind === undefined ? 'Stream or table' : capital(kindWord(kind))} ${name} does not exist.`,
        {
          hint: close === undefined ? 'SHOW STREAMS and SHOW TABLES list what there is.' : `Did you mean ${close}?`,
          instead: close === undefined ? undefined : writeName(close),
          details: { name },
        },
      );
    }
    if (kind !== undefined && source.kind !== kind) {
      throw new WeirError('WRONG_SOURCE_KIND', `${name} is a ${kindWord(source.kind)}, not a ${kindWord(kind)}.`, {
        hint: `Write ${source.kind} instead of ${kind}.`,
        details: { name },
      });
    }
    return source;
  }

  sources(): readonly DataSource[] {
    return [...this.#sources.values()];
  }

  put(source: DataSource): void {
    this.#sources.set(source.name, source);
  }

  remove(name: string): void {
    this.#sources.delete(name);
  }

  type(name: string): SqlType | undefined {
    return this.#types.get(name);
  }

  types(): readonly { readonly name: string; readonly type: SqlType }[] {
    return [...this.#types].map(([name, type]) => ({ name, type }));
  }

  putType(name: string, type: SqlType): void {
    this.#types.set(name, type);
  }

  removeType(name: string): boolean {
    return this.#types.delete(name);
  }

  /** A copy to try statements on: EXPLAIN, validation. */
  fork(): Catalog {
    const copy = new Catalog();
    for (const source of this.#sources.values()) copy.put(source);
    for (const [name, type] of this.#types) copy.putType(name, type);
    return copy;
  }
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export { formatSchema, kindWord };
