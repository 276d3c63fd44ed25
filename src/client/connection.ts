/** Starts the engine's worker and speaks to it through comlink. */
import * as Comlink from 'comlink';
import type { EngineApi } from '../protocol/api.ts';

export function connectEngine(): EngineApi {
  const worker = new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), {
    type: 'module',
    name: 'weir-engine',
  });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) =>
      reject(new Error(`The engine's worker failed to start: ${event.message || 'its script could not be loaded'}`)),
    );
  });
  // Answered calls win the race; an unhandled rejection of the bare promise would only repeat what `open` reports.
  failed.catch(() => undefined);
  const remote = Comlink.wrap<EngineApi>(worker);
  return {
    open: (options) => Promise.race([remote.open(options), failed]),
    close: () => remote.close(),
    workspaces: () => remote.workspaces(),
    deleteWorkspace: (workspace) => remote.deleteWorkspace(workspace),
    copyWorkspace: (from, to) => remote.copyWorkspace(from, to),
    listen: (listener) => remote.listen(Comlink.proxy(listener)),
    execute: (sql, options) => remote.execute(sql, options),
    interrupt: () => remote.interrupt(),
    stop: (subscription) => remote.stop(subscription),
    pause: (subscription, paused) => remote.pause(subscription, paused),
    setPaused: (paused) => remote.setPaused(paused),
    step: () => remote.step(),
    readRecords: (request) => remote.readRecords(request),
    readRecord: (topic, partition, offset) => remote.readRecord(topic, partition, offset),
    tableRows: (request) => remote.tableRows(request),
    topology: (queryId) => remote.topology(queryId),
    watch: (request) => remote.watch(request),
    unwatch: (queryId) => remote.unwatch(queryId),
    evaluate: (expression) => remote.evaluate(expression),
    userFunctions: () => remote.userFunctions(),
    addFunction: (definition) => remote.addFunction(definition),
    removeFunction: (name) => remote.removeFunction(name),
    subjects: () => remote.subjects(),
    subjectVersions: (subject) => remote.subjectVersions(subject),
    checkSchema: (candidate) => remote.checkSchema(candidate),
    registerSchema: (candidate) => remote.registerSchema(candidate),
    deleteSchema: (subject, version) => remote.deleteSchema(subject, version),
    setCompatibility: (subject, level) => remote.setCompatibility(subject, level),
    exportWorkspace: (request) => remote.exportWorkspace(request),
    restoreWorkspace: (content) => remote.restoreWorkspace(content),
    planImport: (file, fileName) => remote.planImport(file, fileName),
    replanImport: (plan) => remote.replanImport(plan),
    startImport: (file, plan) => remote.startImport(file, plan),
    cancelImport: (id) => remote.cancelImport(id),
  };
}
