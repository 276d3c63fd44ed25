/**
 * Group commit. One storage batch is on its way at a time; requests that come in meanwhile wait, and go down together in
 * the next one. So the number of batches follows the storage's pace and not the callers', and every request still
 * gets an answer of its own.
 *
 * A request that is refused while it is staged (unknown topic, fenced producer) takes nobody with it. When storage refuses a
 * batch of several requests, each is tried again alone, so that one that is too large for the quota does not fail the others.
 * State in memory moves only after storage has taken a batch.
 */
import { WeirError } from '../common/errors.ts';
import type { StoragePort } from '../ports/storage.ts';
import { CommitStage } from './commit-stage.ts';

export interface Operation<Result> {
  /** For bounding a group. */
  readonly sizeBytes: number;
  /** Goes down alone: what it checks depends on all that came before. */
  readonly isExclusive: boolean;
  /** Checks and stages; the result gives the answer once it is durable. Throws to refuse. */
  stage(stage: CommitStage): () => Result;
}

interface Pending {
  readonly sizeBytes: number;
  readonly isExclusive: boolean;
  /** Stages the operation and returns what to call when it is durable. */
  readonly stage: (stage: CommitStage) => () => void;
  readonly reject: (error: unknown) => void;
}

const MAX_GROUP_BYTES = 16 * 1024 * 1024;
const MAX_GROUP_OPERATIONS = 1_000;

export class CommitQueue {
  readonly #storage: StoragePort;
  readonly #onCommitted: (stage: CommitStage) => void;
  #pending: Pending[] = [];
  #running: Promise<void> | null = null;
  #closed: WeirError | null = null;

  constructor(storage: StoragePort, onCommitted: (stage: CommitStage) => void) {
    this.#storage = storage;
    this.#onCommitted = onCommitted;
  }

  /** Resolves when the operation is durable; rejects when it has changed nothing. */
  submit<Result>(operation: Operation<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.#closed !== null) {
        reject(this.#closed);
        return;
      }
      this.#pending.push({
        sizeBytes: operation.sizeBytes,
        isExclusive: operation.isExclusive,
        stage: (stage) => {
          const answer = operation.stage(stage);
          return () => resolve(answer());
        },
        reject,
      });
      this.#running ??= this.#run();
    });
  }

  /** Lets what is queued go down and takes no more. */
  async close(reason: WeirError): Promise<void> {
    this.#closed = reason;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Calls of the same turn of the event loop go down together.
    await Promise.resolve();
    while (this.#pending.length > 0) await this.#commit(this.#takeGroup());
    this.#running = null;
  }

  #takeGroup(): Pending[] {
    let count = 0;
    let sizeBytes = 0;
    for (const operation of this.#pending) {
      if (count > 0 && (operation.isExclusive || sizeBytes + operation.sizeBytes > MAX_GROUP_BYTES)) break;
      count++;
      sizeBytes += operation.sizeBytes;
      if (operation.isExclusive || count >= MAX_GROUP_OPERATIONS) break;
    }
    return this.#pending.splice(0, count);
  }

  async #commit(group: readonly Pending[]): Promise<void> {
    const stage = new CommitStage();
    const staged: { readonly operation: Pending; readonly answer: () => void }[] = [];
    for (const operation of group) {
      const mark = stage.mark();
      try {
        staged.push({ operation, answer: operation.stage(stage) });
      } catch (error) {
        stage.rollback(mark);
        operation.reject(error);
      }
    }
    const batch = stage.storageBatch();
    try {
      if (batch !== null) await this.#storage.apply(batch, stage.durability);
    } catch (error) {
      if (staged.length === 1) staged[0]?.operation.reject(error);
      else for (const { operation } of staged) await this.#commit([operation]);
      return;
    }
    try {
      stage.commit();
      this.#onCommitted(stage);
      for (const { answer } of staged) answer();
    } catch (error) {
      // Storage is ahead of memory now. Going on would build on a state that is not the stored one.
      this.#closed = new WeirError('INTERNAL', 'The broker stopped: a durable write could not be taken over.', {
        hint: 'Reload the page; what was written is safe.',
        cause: error,
      });
      for (const { operation } of staged) operation.reject(this.#closed);
      for (const operation of this.#pending.splice(0)) operation.reject(this.#closed);
    }
  }
}
