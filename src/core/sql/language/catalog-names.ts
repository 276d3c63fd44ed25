/** What is there to be named, as far as completion and hovers have to know; the page's state is one. */
export interface NamedSource {
  readonly name: string;
  readonly kind: 'STREAM' | 'TABLE';
  readonly windowType?: string | undefined;
  /** Types as ksqlDB prints them: `STRING`, `STRUCT<...>`. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

export interface NamedFunction {
  readonly name: string;
  readonly description: string;
  /** `SUBSTRING(STRING str, INTEGER pos) -> STRING` */
  readonly signatures: readonly string[];
}

export interface CatalogNames {
  readonly sources: ReadonlyMap<string, NamedSource>;
  /** The role of a topic that holds a person's records is `user`. */
  readonly topics: ReadonlyMap<string, { readonly name: string; readonly role: string }>;
  readonly queries: ReadonlyMap<string, { readonly id: string; readonly state: string }>;
  readonly types: readonly { readonly name: string; readonly type: string }[];
  readonly functions: readonly NamedFunction[];
  /** Subjects of the schema registry. */
  readonly subjects?: readonly string[] | undefined;
}
