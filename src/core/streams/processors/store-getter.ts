/** Value getters that read a store: of a table, of a windowed table, of sessions. */
import type { Windowed } from '../record.ts';
import type { KeyValueStore, SessionStore, WindowStore } from '../state/store.ts';
import type { ValueGetterSupplier } from './table.ts';

export function storeGetter<K, V>(storeName: string): ValueGetterSupplier<K, V> {
  return {
    storeNames: [storeName],
    create() {
      let store: KeyValueStore<K, V>;
      return {
        init: (stores) => {
          store = stores.store(storeName) as KeyValueStore<K, V>;
        },
        get: (key) => store.get(key),
      };
    },
  };
}

export function windowStoreGetter<K, V>(storeName: string): ValueGetterSupplier<Windowed<K>, V> {
  return {
    storeNames: [storeName],
    create() {
      let store: WindowStore<K, V>;
      return {
        init: (stores) => {
          store = stores.store(storeName) as WindowStore<K, V>;
        },
        get: (key) => store.fetch(key.key, key.window.startMs),
      };
    },
  };
}

export function sessionStoreGetter<K, V>(storeName: string): ValueGetterSupplier<Windowed<K>, V> {
  return {
    storeNames: [storeName],
    create() {
      let store: SessionStore<K, V>;
      return {
        init: (stores) => {
          store = stores.store(storeName) as SessionStore<K, V>;
        },
        get: ({ key, window }) => {
          const value = store.fetchSession(key, window.startMs, window.endMs);
          return value === undefined ? undefined : { value, timestamp: window.endMs };
        },
      };
    },
  };
}
