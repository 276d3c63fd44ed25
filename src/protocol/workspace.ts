/**
 * Workspaces: what opening one asks for, and what comes of it.
 */
import type { Snapshot } from './updates.ts';

export interface OpenOptions {
  readonly workspace: string;
  /** Take the workspace over from the tab that holds it. */
  readonly takeOver?: boolean | undefined;
}

export type OpenResult =
  | { readonly kind: 'open'; readonly snapshot: Snapshot }
  /** Another tab owns the workspace. */
  | { readonly kind: 'locked'; readonly workspace: string; readonly holder: string };

/** A workspace that this browser holds. */
export interface WorkspaceInfo {
  readonly name: string;
  /** Bytes of its records and whatever else it keeps. */
  readonly sizeBytes: number;
}
