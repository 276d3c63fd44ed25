/** The client for the components below: one per page. */
import { createContext, useContext, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Client } from '../../client/client.ts';
import type { ClientState } from '../../client/state.ts';

export const ClientContext = createContext<Client | undefined>(undefined);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error('No client above this component');
  return client;
}

export function useEngine<T>(select: (state: ClientState) => T): T {
  return useStore(useClient().store, select);
}

/** The same, followed at a pace: at once when it has been still, and not more than once every `paceMs`. */
export function useEngineAtPace<T>(select: (state: ClientState) => T, paceMs: number): T {
  const { store } = useClient();
  const selector = useRef(select);
  const [value, setValue] = useState<{ readonly of: T }>(() => ({ of: select(store.getState()) }));
  useEffect(() => {
    selector.current = select;
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = -Infinity;
    const take = (): void => {
      timer = undefined;
      const next = selector.current(store.getState());
      setValue((now) => {
        if (now.of === next) return now;
        last = performance.now();
        return { of: next };
      });
    };
    take();
    const stop = store.subscribe(() => {
      timer ??= setTimeout(take, Math.max(0, last + paceMs - performance.now()));
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [store, paceMs]);
  return value.of;
}
