/** What the rest of `ksql` uses of expressions. */
export { compile, compilePredicate, compileTableFunction, columnTypeOf, typeOf } from './compile.ts';
export type { Compiled, CompileContext, Evaluator, ResolvedColumn, Scope } from './context.ts';
export { castEvaluator } from './cast.ts';
export { guarded } from './guard.ts';
export { coerceImplicit, implicitlyCasts } from './implicit.ts';
export { rewriteTimestamps } from './rewrite-timestamps.ts';
export { textConverter } from './value-text.ts';
