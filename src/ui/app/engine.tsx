/** The client for the components below: one per page. */
import { createContext, useContext } from 'react';
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
