/** The library: `docs/library.md` shows its use. Node's own parts are in `node.ts`. */
/** The engine with its storage and its session, as a program uses it; core's own engine is behind it. */
export { Weir as Engine } from './library/weir.ts';
export type {
  AppendedRecord,
  LazyRows,
  ProduceOptions,
  QueryOptions,
  StatementResult,
  WeirOptions as EngineOptions,
} from './library/weir.ts';
export type { Interruptible } from './library/interruption.ts';
export type { Change, IdleOptions, Query, ResultRow } from './library/query.ts';
export type { RowFields } from './library/record-writer.ts';
export type { PlainValue } from './library/values.ts';
export { runRecordsTest, type RecordsTest } from './library/testing/records-test.ts';
export { runSqlTest, type SqlTestOptions, type TestFailure } from './library/testing/sql-test.ts';
export { splitTests, type SqlTest } from './library/testing/sql-test-file.ts';
export { WeirError } from './core/common/errors.ts';
export type { ErrorCode } from './core/common/error-codes.ts';
export type { Span } from './core/common/position.ts';
export type { Note, OutputColumn } from './core/ksql/output.ts';
export type { ReadScript } from './core/ksql/engine/script.ts';
export type { Clock } from './core/ports/clock.ts';
export type { Scheduler } from './core/ports/scheduler.ts';
export type { ScratchFile } from './core/ports/scratch.ts';
export type { StoragePort } from './core/ports/storage.ts';
export { aggregate, bound, lenient, over, scalar, strict, table } from './core/sql/functions/signature.ts';
export type { UserFunction } from './core/ksql/udf/definition.ts';
export type { SqlFunction } from './core/sql/functions/function.ts';
export { formatScript } from './core/sql/language/format-script.ts';
export { MemoryStorage } from './adapters/storage-memory.ts';
export { IndexedDbStorage } from './adapters/storage-indexeddb.ts';
export { ManualClock } from './adapters/manual-clock.ts';
