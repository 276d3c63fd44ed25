/** Types as they are written. */
import type { Node } from './node.ts';

/** A type as written. Custom types are resolved by the analyzer, not by the parser. */
export type TypeName = NamedType | ArrayTypeName | MapTypeName | StructTypeName;

/**
 * `INT`, `DECIMAL(10, 2)`, `VARCHAR(20)`, or a custom type's name. `name` is folded; synonyms stay as written
 * (`INT`, `INTEGER`, `STRING`, `VARCHAR`). The word in `VARCHAR(STRING)` is not kept.
 */
export interface NamedType extends Node {
  readonly kind: 'named';
  readonly name: string;
  readonly parameters: readonly number[];
}
export interface ArrayTypeName extends Node {
  readonly kind: 'arrayType';
  readonly element: TypeName;
}
export interface MapTypeName extends Node {
  readonly kind: 'mapType';
  readonly key: TypeName;
  readonly value: TypeName;
}
export interface StructTypeName extends Node {
  readonly kind: 'structType';
  readonly fields: readonly { readonly name: string; readonly type: TypeName }[];
}
