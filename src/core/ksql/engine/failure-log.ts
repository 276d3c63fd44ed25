/**
 * What goes wrong in queries goes two ways: to whoever opened the engine, and into the processing log, if there is one. A persistent
 * query's entries are taken by its commits, the others' by `flush`.
 */
import { WeirError } from '../../common/errors.ts';
import type { BrokerApi, ProduceBatch } from '../../broker/api.ts';
import type { Config } from '../config.ts';
import type { Planner } from '../planner.ts';
import type { RecordFailure } from '../processing-log/entry.ts';
import { isFedBy, ProcessingLog } from '../processing-log/processing-log.ts';
import type { QueryRunner } from '../queries/query-runner.ts';

export interface FailureLogContext {
  readonly broker: BrokerApi;
  readonly planner: Planner;
  readonly nowMs: () => number;
  readonly onExpressionError?: ((queryId: string, error: unknown, expression: string) => void) | undefined;
  readonly onQueryStopped?: ((queryId: string, error: WeirError) => void) | undefined;
}

export class FailureLog {
  /** Undefined when `ksql.logging.processing.topic.auto.create` is off. */
  readonly processingLog: ProcessingLog | undefined;
  readonly #context: FailureLogContext;

  /** @param runner asked once queries run */
  constructor(config: Config, context: FailureLogContext, runner: () => QueryRunner) {
    this.#context = context;
    if (!config.flag('ksql.logging.processing.topic.auto.create')) return;
    const { planner, nowMs } = context;
    const topic =
      config.get('ksql.logging.processing.topic.name') || `${config.get('ksql.service.id')}ksql_processing_log`;
    const sourcesOf = (queryId: string): readonly string[] =>
      planner.query(queryId)?.sources ??
      runner()
        .transients()
        .find(({ id }) => id === queryId)?.sources ??
      [];
    this.processingLog = new ProcessingLog({
      topic,
      includesRows: config.flag('ksql.logging.processing.rows.include'),
      nowMs,
      isFedByLog: (queryId) => isFedBy(topic, sourcesOf(queryId), planner),
    });
  }

  report(queryId: string, failure: RecordFailure): void {
    const { processingLog } = this;
    if (failure.kind === 'fatal') processingLog?.forget(queryId);
    processingLog?.report(queryId, failure);
    const { onExpressionError, onQueryStopped } = this.#context;
    if (failure.kind === 'fatal') onQueryStopped?.(queryId, failure.error);
    if (failure.kind === 'expression') onExpressionError?.(queryId, failure.error, failure.expression);
    if (failure.kind === 'deserialization') {
      const { topic, partition, offset } = failure.origin;
      onExpressionError?.(queryId, failure.error, `${topic}-${partition}@${offset}`);
    }
  }

  /** The query's entries, for its commit. */
  take(queryId: string): readonly ProduceBatch[] {
    return this.processingLog?.take((id) => id === queryId) ?? [];
  }

  /** That commit failed. */
  giveBack(batches: readonly ProduceBatch[]): void {
    this.processingLog?.giveBack(batches);
  }

  /** Writes what no commit takes along: the entries of push queries, and of queries that failed. */
  async flush(isUncommitted: (queryId: string) => boolean): Promise<void> {
    const { processingLog } = this;
    if (processingLog?.hasEntries !== true) return;
    const batches = processingLog.take((queryId) => !isUncommitted(queryId));
    if (batches.length === 0) return;
    try {
      await this.#context.broker.produce({ batches });
    } catch (error) {
      // Kept for the next step. A storage that takes nothing more is what the queries' own errors say.
      processingLog.giveBack(batches);
      if (!(error instanceof WeirError) || error.kind !== 'storage') throw error;
    }
  }
}
