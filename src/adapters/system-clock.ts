import type { Clock } from '../core/ports/clock.ts';
import type { Scheduler } from '../core/ports/scheduler.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
};

/** The event loop's timers. */
export const systemScheduler: Scheduler = {
  schedule(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
