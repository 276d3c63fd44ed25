/** Who is told of durable changes. A listener that throws does not keep the others from being told. */
import type { BrokerEvent } from './api.ts';

export class Subscribers {
  readonly #listeners = new Set<(event: BrokerEvent) => void>();
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  get size(): number {
    return this.#listeners.size;
  }

  add(listener: (event: BrokerEvent) => void): () => void {
    const own = (event: BrokerEvent): void => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  notify(event: BrokerEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
