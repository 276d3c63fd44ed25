/** What the page shows at the moment and forgets on reload. */
import { create } from 'zustand';
import type { WorkspaceDocument } from '../share/document.ts';
import { plainKey } from '../theme/key-color.ts';

export interface RecordAddress {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}
export type DialogKind = 'palette' | 'help' | 'workspaces';
export interface ImportRequest {
  readonly file: Blob;
  readonly fileName: string;
}

/** A script or a workspace from elsewhere that waits for the person's word: nothing of it has run. */
export type SharedScript =
  | {
      readonly kind: 'link' | 'file' | 'example';
      readonly title: string;
      readonly note: string;
      readonly sql: string;
      /** The panel to see it in. */
      readonly panel?: string | undefined;
    }
  | {
      readonly kind: 'workspace';
      readonly title: string;
      readonly note: string;
      readonly document: WorkspaceDocument;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface View {
  /** The key under the pointer, lit in every view. */
  readonly hoverKey: string | undefined;
  /** The record in the inspector. */
  readonly record: RecordAddress | undefined;
  readonly dialog: DialogKind | undefined;
  readonly importing: ImportRequest | undefined;
  readonly shared: SharedScript | undefined;
  readonly table: string | undefined;
  readonly query: string | undefined;
  /** A topic to bring into sight; `at` makes each request a new one. */
  readonly topic: { readonly name: string; readonly at: number } | undefined;
}

export const useView = create<View>(() => ({
  hoverKey: undefined,
  record: undefined,
  dialog: undefined,
  importing: undefined,
  shared: undefined,
  table: undefined,
  query: undefined,
  topic: undefined,
}));

export function setView(change: Partial<View>): void {
  useView.setState(change);
}

/** Brings a topic into sight in the panel of topics. */
export function showTopic(name: string): void {
  setView({ topic: { name, at: performance.now() } });
}

export function hoverKey(text: string | undefined): void {
  const key = text === undefined ? undefined : plainKey(text);
  if (useView.getState().hoverKey !== key) setView({ hoverKey: key });
}
