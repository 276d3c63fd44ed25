/** Timers come in here. The simulator's scheduler runs them in virtual time. */
export interface Scheduler {
  /** Calls `task` once after `delayMs`; the result cancels it and is harmless afterwards. */
  schedule(delayMs: number, task: () => void): () => void;
}
