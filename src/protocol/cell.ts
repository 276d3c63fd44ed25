/** A value as it crosses to the page: text to be shown, and its kind. */
export type CellKind = 'null' | 'boolean' | 'number' | 'string' | 'bytes' | 'time' | 'nested';
export interface Cell {
  readonly kind: CellKind;
  readonly text: string;
}
