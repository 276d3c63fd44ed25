/**
 * The page's side of the engine: its API with errors unwrapped, and a store that follows its updates. An update is
 * applied in an animation frame and its promise resolved there, which is the engine's permission to send the next:
 * one update per frame, and a slow page gets fewer and larger ones. A hidden tab has no frames and is paced by a timer.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineApi, EngineUpdate, WireError } from '../protocol/api.ts';
import { toWireError, unwrap } from './errors.ts';
import {
  applyUpdate,
  INITIAL_STATE,
  newSubscription,
  stateOfSnapshot,
  type ClientState,
  type Notice,
} from './state.ts';

const HIDDEN_PACE_MS = 500;

export interface Client {
  readonly api: EngineApi;
  readonly store: StoreApi<ClientState>;
  readonly openWorkspace: (workspace: string, takeOver?: boolean) => Promise<void>;
  /** Holds a subscription back or lets it go on, and remembers which. */
  readonly pauseSubscription: (subscription: string, paused: boolean) => Promise<void>;
  /** Forgets the rows of a subscription whose tab was closed. */
  readonly dropSubscription: (subscription: string) => Promise<void>;
  readonly dismissNotice: (id: number) => void;
  /** Those of queries that have stopped, once they are seen where they are listed. */
  readonly dismissStopped: () => void;
  /** Shows an event of the page's own beside the engine's notices. */
  readonly tell: (level: 'info' | 'warning', text: string) => void;
  /** Shows a failure of the page's own making beside the engine's notices. */
  readonly report: (cause: unknown) => void;
}

const isOfStopped = ({ stopped }: Notice): boolean => stopped !== undefined;

function guarded(remote: EngineApi): EngineApi {
  return {
    open: (options) => unwrap(remote.open(options)),
    close: () => unwrap(remote.close()),
    workspaces: () => unwrap(remote.workspaces()),
    deleteWorkspace: (workspace) => unwrap(remote.deleteWorkspace(workspace)),
    copyWorkspace: (from, to) => unwrap(remote.copyWorkspace(from, to)),
    listen: (listener) => unwrap(remote.listen(listener)),
    execute: (sql, options) => unwrap(remote.execute(sql, options)),
    interrupt: () => unwrap(remote.interrupt()),
    stop: (subscription) => unwrap(remote.stop(subscription)),
    pause: (subscription, paused) => unwrap(remote.pause(subscription, paused)),
    setPaused: (paused) => unwrap(remote.setPaused(paused)),
    step: () => unwrap(remote.step()),
    readRecords: (request) => unwrap(remote.readRecords(request)),
    readRecord: (topic, partition, offset) => unwrap(remote.readRecord(topic, partition, offset)),
    tableRows: (request) => unwrap(remote.tableRows(request)),
    topology: (queryId) => unwrap(remote.topology(queryId)),
    watch: (request) => unwrap(remote.watch(request)),
    unwatch: (queryId) => unwrap(remote.unwatch(queryId)),
    evaluate: (expression) => unwrap(remote.evaluate(expression)),
    userFunctions: () => unwrap(remote.userFunctions()),
    addFunction: (definition) => unwrap(remote.addFunction(definition)),
    removeFunction: (name) => unwrap(remote.removeFunction(name)),
    subjects: () => unwrap(remote.subjects()),
    subjectVersions: (subject) => unwrap(remote.subjectVersions(subject)),
    checkSchema: (candidate) => unwrap(remote.checkSchema(candidate)),
    registerSchema: (candidate) => unwrap(remote.registerSchema(candidate)),
    deleteSchema: (subject, version) => unwrap(remote.deleteSchema(subject, version)),
    setCompatibility: (subject, level) => unwrap(remote.setCompatibility(subject, level)),
    exportWorkspace: (request) => unwrap(remote.exportWorkspace(request)),
    restoreWorkspace: (content) => unwrap(remote.restoreWorkspace(content)),
    planImport: (file, fileName) => unwrap(remote.planImport(file, fileName)),
    replanImport: (plan) => unwrap(remote.replanImport(plan)),
    startImport: (file, plan) => unwrap(remote.startImport(file, plan)),
    cancelImport: (id) => unwrap(remote.cancelImport(id)),
  };
}

function nextFrame(work: () => void): Promise<void> {
  return new Promise((resolve) => {
    const run = (): void => {
      work();
      resolve();
    };
    if (document.hidden) setTimeout(run, HIDDEN_PACE_MS);
    else {
      // A tab that is hidden while it waits gets no frame: whichever comes first runs, once.
      let ran = false;
      const once = (): void => {
        if (ran) return;
        ran = true;
        run();
      };
      requestAnimationFrame(once);
      setTimeout(once, HIDDEN_PACE_MS);
    }
  });
}

export function createClient(remote: EngineApi): Client {
  const api = guarded(remote);
  const store = createStore<ClientState>(() => INITIAL_STATE);
  let listening = false;
  let opened = 0;

  const onUpdate = (update: EngineUpdate): Promise<void> => {
    const of = opened;
    return nextFrame(() => {
      // Of a workspace that was left meanwhile.
      if (of === opened) store.setState((state) => applyUpdate(state, update));
    });
  };

  const fail = (error: WireError): void => store.setState({ phase: { kind: 'failed', error } });

  return {
    api,
    store,
    async openWorkspace(workspace, takeOver = false) {
      opened++;
      store.setState({ phase: { kind: 'connecting' }, workspace });
      try {
        const answer = await api.open({ workspace, takeOver });
        if (answer.kind === 'locked') {
          store.setState({ phase: { kind: 'locked', holder: answer.holder } });
          return;
        }
        store.setState(stateOfSnapshot(answer.snapshot));
        if (!listening) {
          listening = true;
          await api.listen(onUpdate);
        }
      } catch (cause) {
        fail(toWireError(cause));
      }
    },
    async pauseSubscription(subscription, paused) {
      await api.pause(subscription, paused);
      store.setState((state) => {
        const known = state.subscriptions.get(subscription) ?? newSubscription();
        return { subscriptions: new Map(state.subscriptions).set(subscription, { ...known, paused }) };
      });
    },
    async dropSubscription(subscription) {
      const running = store.getState().subscriptions.get(subscription)?.done === undefined;
      if (running) await api.stop(subscription);
      store.setState((state) => {
        const subscriptions = new Map(state.subscriptions);
        subscriptions.delete(subscription);
        return { subscriptions };
      });
    },
    dismissNotice(id) {
      store.setState((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
    },
    dismissStopped() {
      store.setState(({ notices }) =>
        notices.some(isOfStopped) ? { notices: notices.filter((notice) => !isOfStopped(notice)) } : {},
      );
    },
    tell(level, text) {
      store.setState((state) => ({
        notices: [...state.notices, { id: (state.notices.at(-1)?.id ?? 0) + 1, level, text }],
      }));
    },
    report(cause) {
      const error = toWireError(cause);
      store.setState((state) => ({
        notices: [
          ...state.notices,
          { id: (state.notices.at(-1)?.id ?? 0) + 1, level: 'error' as const, text: error.message, error },
        ],
      }));
    },
  };
}
