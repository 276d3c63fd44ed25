import type { FunctionContext, FunctionRegistry } from '../../sql/functions/function.ts';
import type { Catalog } from '../catalog.ts';
import type { Config } from '../config.ts';

/** What the analyzer reads and never changes. */
export interface AnalyzerContext {
  readonly catalog: Catalog;
  readonly functions: FunctionRegistry;
  readonly functionContext: FunctionContext;
  readonly config: Config;
}
