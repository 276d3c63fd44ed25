/**
 * The syntax tree of the dialect: readonly data, one `kind` per node, with the span of the text it came from.
 *
 * Names are held after case folding (`foo` is `FOO`, `` `foo` `` and `"foo"` are `foo`). Two trees are the same when
 * they differ in spans alone; the formatter prints a text that parses to the same tree.
 */
export type * from './ast/duration.ts';
export type * from './ast/expressions.ts';
export type * from './ast/node.ts';
export type * from './ast/queries.ts';
export type * from './ast/statements.ts';
export type * from './ast/types.ts';
