/** Stands in for `client/connection.ts` when the page is built with `--mode fake`. */
import type { EngineApi } from '../../protocol/api.ts';
import { FakeEngine } from './fake-engine.ts';

export function connectEngine(): EngineApi {
  return new FakeEngine(new URLSearchParams(location.search));
}
