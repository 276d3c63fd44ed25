/**
 * The schema registry's subjects, and schemas that are to be their next versions.
 */
import type { CompatibilityLevel } from '../core/serde/compatibility.ts';
import type { SchemaReference, SchemaType } from '../core/serde/format.ts';
import type { WireError } from './wire-error.ts';

export interface SubjectInfo {
  readonly subject: string;
  readonly type: SchemaType;
  /** The level that was set for it; undefined: the registry's default holds. */
  readonly compatibility: CompatibilityLevel | undefined;
  readonly defaultCompatibility: CompatibilityLevel;
  /** Those that were not deleted. */
  readonly versions: number;
}

export interface SchemaVersion {
  readonly version: number;
  /** Ids are unique over all subjects. */
  readonly id: number;
  readonly type: SchemaType;
  readonly schema: string;
  readonly references: readonly SchemaReference[];
  /** Versions of any subject that refer to this one. */
  readonly referencedBy: readonly { readonly subject: string; readonly version: number }[];
  /** Softly: records with its id can still be read. */
  readonly isDeleted: boolean;
}

/** A schema that is to be a subject's next version. */
export interface SchemaCandidate {
  readonly subject: string;
  readonly type: SchemaType;
  readonly schema: string;
  readonly references: readonly SchemaReference[];
}

/** What registering a schema would come to. */
export type SchemaCheck =
  | { readonly kind: 'compatible' }
  /** The subject has this schema already. */
  | { readonly kind: 'known'; readonly version: number }
  | { readonly kind: 'refused'; readonly error: WireError };
