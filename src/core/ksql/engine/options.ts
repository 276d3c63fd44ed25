/** What an engine is opened with. */
import type { WeirError } from '../../common/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Scheduler } from '../../ports/scheduler.ts';
import type { ScratchFile } from '../../ports/scratch.ts';
import type { ScriptSandbox } from '../../ports/script-sandbox.ts';
import type { StoragePort } from '../../ports/storage.ts';
import type { FunctionRegistry } from '../../sql/functions/function.ts';

export interface EngineOptions {
  readonly storage: StoragePort;
  /** Room for state stores that are larger than their budget; it is closed along with the engine. Default: they stay in memory. */
  readonly scratch?: ScratchFile | undefined;
  /**
   * A task's changelog records after which, at the earliest, its state is kept for the next start. Default 200,000; Infinity: never.
   */
  readonly snapshotRecords?: number | undefined;
  /** Entries from which on a table is held as bytes rather than as objects. Default: from where that is faster. */
  readonly packedFromEntries?: number | undefined;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Uniform in [0, 1); seeded where runs have to repeat. */
  readonly random: () => number;
  /** Default: the built-in functions. */
  readonly functions?: FunctionRegistry | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
  /** Opens the sandbox for user-defined functions; without one they are refused. */
  readonly openSandbox?: (() => Promise<ScriptSandbox>) | undefined;
  /** False: persistent queries are planned and not run, for those who drive their topologies themselves. */
  readonly runQueries?: boolean | undefined;
  /** Told of each expression that failed for a record of a query. */
  readonly onExpressionError?: ((queryId: string, error: unknown, expression: string) => void) | undefined;
  /** Told of each query that stopped on an error. */
  readonly onQueryStopped?: ((queryId: string, error: WeirError) => void) | undefined;
}
