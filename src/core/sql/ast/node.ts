/** What every node of the syntax tree has. */
import type { Span } from '../../common/position.ts';

export interface Node {
  readonly span: Span;
}

/** A name as written: folded text and where it stands. */
export interface Identifier extends Node {
  readonly name: string;
}
