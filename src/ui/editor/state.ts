/** What the editor knows about its text: the problems in it and where the cursor is. */
import { create } from 'zustand';
import type { Rewrite } from '../../core/common/errors.ts';
import type { Span } from '../../core/common/position.ts';

export interface Problem {
  readonly message: string;
  readonly code: string;
  readonly span: Span;
  readonly hint: string | undefined;
  readonly rewrite: Rewrite | undefined;
}

export const useEditorState = create<{
  readonly problems: readonly Problem[];
  readonly cursor: { readonly line: number; readonly column: number };
  readonly monaco: 'loading' | 'ready' | 'failed';
}>(() => ({ problems: [], cursor: { line: 1, column: 1 }, monaco: 'loading' }));
