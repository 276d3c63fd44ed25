/** A stretch of source text. `line` and `column` count from 1, `offset` from 0; `length` is in UTF-16 units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  readonly column: number;
}

export const NO_SPAN: Span = { offset: 0, length: 0, line: 1, column: 1 };
