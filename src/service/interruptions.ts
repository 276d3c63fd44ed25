/** Ends the scripts that are being executed when the page asks for it: between two statements, and where one waits. */
import type { ScriptOptions } from '../core/ksql/engine/script.ts';
import { interruption } from '../library/interruption.ts';

export class Interruptions {
  #count = 0;
  readonly #schedule: (delayMs: number, task: () => void) => void;

  constructor(schedule: (delayMs: number, task: () => void) => void) {
    this.#schedule = schedule;
  }

  interruptAll(): void {
    this.#count++;
  }

  /** What a script that begins now is executed with. */
  options(): Pick<ScriptOptions, 'before' | 'pause'> {
    const begunAt = this.#count;
    const goOn = (): void => {
      if (this.#count > begunAt) throw interruption();
    };
    return {
      before: async () => goOn(),
      pause: async (ms) => {
        await new Promise<void>((resolve) => this.#schedule(ms, resolve));
        goOn();
      },
    };
  }
}
