/**
 * Files that become topics: the plan of an import, and how far it has come.
 */
import type { FileColumn, FilePlan } from '../core/connect/files/plan.ts';
import type { WireError } from './wire-error.ts';

export type ImportFormat = 'csv' | 'json' | 'ndjson';

/** What an import is about to do, proposed from a sample and editable. */
export interface ImportPlan extends FilePlan {
  readonly fileName: string;
  readonly format: ImportFormat;
  readonly columns: readonly PlannedColumn[];
  /** The CREATE statement; what the person edited wins. */
  readonly statement: string;
}

/** A column with some of its values, as the file has them. */
export interface PlannedColumn extends FileColumn {
  readonly samples: readonly string[];
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
