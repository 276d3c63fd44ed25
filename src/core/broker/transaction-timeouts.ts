/** Aborts transactions that have been open for longer than their timeout. Looks for them while there are any. */
import type { Clock } from '../ports/clock.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { Exclusive } from './exclusive.ts';
import type { TransactionCoordinator } from './transaction-coordinator.ts';

export interface TransactionTimeoutsOptions {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly telemetry?: Telemetry | undefined;
}

const CHECK_MS = 10_000;

export class TransactionTimeouts {
  readonly #transactions: TransactionCoordinator;
  readonly #exclusive: Exclusive;
  readonly #options: TransactionTimeoutsOptions;
  #cancel: (() => void) | null = null;

  constructor(transactions: TransactionCoordinator, exclusive: Exclusive, options: TransactionTimeoutsOptions) {
    this.#transactions = transactions;
    this.#exclusive = exclusive;
    this.#options = options;
  }

  /** To be called when a transaction may have begun. */
  watch(): void {
    if (this.#cancel !== null || this.#transactions.ongoing().length === 0) return;
    const { scheduler, telemetry } = this.#options;
    this.#cancel = scheduler.schedule(CHECK_MS, () => {
      this.#cancel = null;
      this.#abortExpired()
        .catch(() => telemetry?.count('broker.transaction.errors', 1))
        .finally(() => this.watch());
    });
  }

  end(): void {
    this.#cancel?.();
  }

  async #abortExpired(): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    for (const open of this.#transactions.ongoing()) {
      if (nowMs - open.startedAtMs < open.timeoutMs) continue;
      await this.#exclusive((stage) => {
        this.#transactions.stageTimeout(stage, open, nowMs);
        return () => undefined;
      });
    }
  }
}
