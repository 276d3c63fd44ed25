/** What the panel of schemas shows. It outlives the panel: a draft must not go when another tab is looked at. */
import { create } from 'zustand';
import type { SchemaReference, SchemaType } from '../../../protocol/api.ts';

export interface SchemaDraft {
  /** The subject that gets the schema; one that does not exist yet is made by it. */
  readonly subject: string;
  readonly type: SchemaType;
  readonly schema: string;
  readonly references: readonly SchemaReference[];
  readonly isNew: boolean;
}

export interface SchemasState {
  readonly subject: string | undefined;
  readonly draft: SchemaDraft | undefined;
}

export const useSchemas = create<SchemasState>(() => ({ subject: undefined, draft: undefined }));

export const setSchemas = (change: Partial<SchemasState>): void => useSchemas.setState(change);
