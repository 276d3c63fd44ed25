/**
 * Keeps a watched operator up to date. One request is under way at a time, and not more than one every `MIN_PAUSE_MS`, however
 * fast the query goes; it is asked again when the query has gone on, and not otherwise.
 */
import { useEffect, useRef, useState } from 'react';
import { toWireError } from '../../client/errors.ts';
import type { EngineApi, QueryInfo, WireError } from '../../protocol/api.ts';
import type { OperatorKind, OperatorWatch, WatchRequest, WatchVersion } from '../../protocol/watch.ts';
import { useClient } from '../app/engine.tsx';
import { fold, type Folded } from './watched.ts';

const MIN_PAUSE_MS = 80;

interface Watched {
  readonly folded: Folded<OperatorWatch> | undefined;
  readonly error: WireError | undefined;
}

type Ask = Omit<WatchRequest, 'since'>;

class WatchFeed {
  readonly #api: EngineApi;
  readonly #ask: Ask;
  readonly #onChange: (watched: Watched) => void;
  #folded: Folded<OperatorWatch> | undefined;
  #isBusy = false;
  #isStale = false;
  #isClosed = false;

  constructor(api: EngineApi, ask: Ask, onChange: (watched: Watched) => void) {
    this.#api = api;
    this.#ask = ask;
    this.#onChange = onChange;
  }

  refresh(): void {
    this.#isStale = true;
    if (!this.#isBusy) void this.#fetch();
  }

  /** @returns when the engine has stopped to watch */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#api.unwatch(this.#ask.queryId);
  }

  async #fetch(): Promise<void> {
    this.#isBusy = true;
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      const next = await this.#next(this.#folded?.watch.version);
      if (this.#isClosed) return;
      this.#folded = next.folded;
      this.#onChange(next);
      await new Promise((resolve) => setTimeout(resolve, MIN_PAUSE_MS));
    }
    this.#isBusy = false;
  }

  async #next(since: WatchVersion | undefined): Promise<Watched> {
    try {
      const answer = await this.#api.watch({ ...this.#ask, since });
      return { folded: fold(this.#folded, answer), error: undefined };
    } catch (cause) {
      return { folded: undefined, error: toWireError(cause) };
    }
  }
}

const NOTHING: Watched = { folded: undefined, error: undefined };

/**
 * What the query's operator did, as long as the component is shown.
 * @param find what the keys have to have in them; while others are being looked for, what was found before is shown
 */
export function useWatched(query: QueryInfo, kind: OperatorKind, operator: number, find: string): Watched {
  const client = useClient();
  const { id, consumed, state } = query;
  const feed = useRef<WatchFeed>(undefined);
  const [watched, setWatched] = useState<Watched>(NOTHING);
  useEffect(() => {
    const made = new WatchFeed(client.api, { queryId: id, kind, operator, find }, setWatched);
    feed.current = made;
    made.refresh();
    return () => {
      feed.current = undefined;
      made.close().catch(client.report);
    };
  }, [client, id, kind, operator, find]);
  useEffect(() => feed.current?.refresh(), [consumed, state]);
  return watched;
}
