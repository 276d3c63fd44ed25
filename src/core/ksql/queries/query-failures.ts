/** Turns what the parts of one query tell of failing records into what the processing log takes. */
import type { WeirError } from '../../common/errors.ts';
import type { ExpressionErrorHandler } from '../lowering/context.ts';
import type { RecordFailure } from '../processing-log/entry.ts';
import type { DropHandler } from '../../streams/runtime/node-context.ts';
import type { UndeserializableHandler } from '../../streams/runtime/partition-buffer.ts';
import type { QueryInstance } from './query-instance.ts';

export class QueryFailures {
  /** Known when the query has been opened: it tells which record is in process. */
  instance: QueryInstance | undefined;
  readonly #tell: (failure: RecordFailure) => void;

  constructor(tell: (failure: RecordFailure) => void) {
    this.#tell = tell;
  }

  readonly onError: ExpressionErrorHandler = (error, expression, step, row) => {
    this.#tell({ kind: 'expression', error, expression, step, row, origin: this.instance?.inProcess });
  };

  readonly onUndeserializable: UndeserializableHandler = ({ error, topic, partition, offset, side, bytes }) => {
    this.#tell({ kind: 'deserialization', error, side, bytes, origin: { topic, partition, offset } });
  };

  readonly onRecordError = (error: WeirError, node: string): void => {
    this.#tell({
      kind: 'expression',
      error,
      expression: node,
      step: node,
      row: undefined,
      origin: this.instance?.inProcess,
    });
  };

  readonly onDrop: DropHandler = (reason, node, record, detail) => {
    const { key, value } = record;
    this.#tell({
      kind: 'dropped',
      reason,
      node,
      detail: detail?.(),
      record: { key, value },
      origin: this.instance?.inProcess,
    });
  };

  /** The query has stopped. */
  onStop(error: WeirError): void {
    this.#tell({ kind: 'fatal', error, origin: this.instance?.inProcess });
  }
}
