/**
 * Files that become topics: the plan of an import, and how far it has come.
 */
import type { WireError } from './wire-error.ts';

export type ImportFormat = 'csv' | 'json' | 'ndjson';

/** What an import is about to do, proposed from a sample and editable. */
export interface ImportPlan {
  readonly fileName: string;
  readonly format: ImportFormat;
  readonly columns: readonly {
    readonly field: string;
    readonly name: string;
    readonly type: string;
    readonly samples: readonly string[];
  }[];
  readonly sourceKind: 'STREAM' | 'TABLE';
  readonly sourceName: string;
  readonly keyColumn: string | undefined;
  readonly timestampColumn: string | undefined;
  readonly timestampFormat: string | undefined;
  readonly topic: string;
  readonly partitions: number;
  /** The CREATE statement; what the person edited wins. */
  readonly statement: string;
}

export interface BadRow {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

export interface ImportProgress {
  readonly id: string;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  readonly readBytes: number;
  readonly totalBytes: number;
  readonly records: number;
  /** All bad rows are counted; the first hundred are listed. */
  readonly badRows: number;
  readonly badRowSamples: readonly BadRow[];
  readonly error?: WireError | undefined;
}
