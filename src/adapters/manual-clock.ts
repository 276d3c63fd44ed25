/**
 * Virtual time for tests and simulations: it stands still until it is told to advance, and then runs what falls due, in
 * order of time and, at the same time, of scheduling.
 */
import type { Clock } from '../core/ports/clock.ts';
import type { Scheduler } from '../core/ports/scheduler.ts';

interface Timer {
  readonly dueMs: number;
  readonly task: () => void;
}

export class ManualClock implements Clock, Scheduler {
  #nowMs: number;
  #timers: Timer[] = [];

  constructor(nowMs = 0) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, task: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((candidate) => candidate !== timer);
    };
  }

  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      let next: Timer | undefined;
      for (const timer of this.#timers) {
        if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
      }
      if (next === undefined) break;
      const due = next;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#nowMs = Math.max(this.#nowMs, due.dueMs);
      due.task();
    }
    this.#nowMs = endMs;
  }
}
