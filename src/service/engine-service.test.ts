import { describe, expect, it } from 'vitest';
import { ManualClock } from '../adapters/manual-clock.ts';
import { MemoryStorage } from '../adapters/storage-memory.ts';
import { Engine } from '../core/ksql/engine/engine.ts';
import type { EngineUpdate } from '../protocol/api.ts';
import { EngineService } from './engine-service.ts';
import type { ServiceHost, WorkspaceEvents } from './host.ts';

/** A service over memory; `during` runs when an engine is open and the service does not know of it yet. */
function service(during: (events: WorkspaceEvents, name: string) => void = () => undefined) {
  const events = new Map<string, WorkspaceEvents>();
  const host: ServiceHost = {
    openWorkspace: async ({ workspace }, given) => {
      events.set(workspace, given);
      const clock = new ManualClock(1_700_000_000_000);
      const engine = await Engine.open({ storage: new MemoryStorage(), clock, scheduler: clock, random: () => 0.5 });
      during(given, workspace);
      return {
        engine,
        close: () => engine.close(),
        usage: () => Promise.resolve({ usedBytes: 0, quotaBytes: undefined }),
      };
    },
    workspaces: () => Promise.resolve([]),
    deleteWorkspace: () => Promise.resolve(),
    copyWorkspace: () => Promise.resolve(),
    readScript: () => Promise.resolve(undefined),
    nowMs: () => 0,
    yieldToLoop: () => new Promise((resolve) => void setImmediate(resolve)),
    schedule: (_, task) => void setImmediate(task),
  };
  return { api: new EngineService(host), events };
}

describe('a workspace that another tab takes', () => {
  it('takes no request any more', async () => {
    const { api, events } = service();
    await api.open({ workspace: 'w' });
    expect(await api.subjects()).toEqual([]);
    events.get('w')?.onLost();
    await expect(api.subjects()).rejects.toMatchObject({ code: 'NOT_OPEN' });
  });

  it('is lost as well when it was still being opened', async () => {
    const { api } = service((events) => events.onLost());
    await api.open({ workspace: 'w' });
    await expect(api.subjects()).rejects.toMatchObject({ code: 'NOT_OPEN' });
  });

  it('is not the one that was opened after it', async () => {
    const { api, events } = service();
    await api.open({ workspace: 'w' });
    await api.open({ workspace: 'v' });
    events.get('w')?.onLost();
    expect(await api.subjects()).toEqual([]);
    await api.close();
  });
});

describe('the statements of a script', () => {
  it('are answered in order, the one that fails last', async () => {
    const { api } = service();
    await api.open({ workspace: 'w' });
    const results = await api.execute(
      "CREATE STREAM s (a INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = 1, FORMAT = 'JSON'); SHOW STREAMS; DROP STREAM t; SHOW TABLES;",
    );
    expect(results.map(({ kind }) => kind)).toEqual(['status', 'rows', 'error']);
    await api.close();
  });
});

describe('an import', () => {
  const plan = async (api: EngineService, file: Blob) => api.planImport(file, 'people.csv');
  const file = new Blob(['name,age\nann,1\nbob,2\n']);

  it('loads the file into what its statement creates', async () => {
    const { api } = service();
    await api.open({ workspace: 'w' });
    const done = new Promise<EngineUpdate['imports'][number]>((resolve) => {
      void api.listen(async ({ imports }) => {
        for (const progress of imports) if (progress.state !== 'running') resolve(progress);
      });
    });
    const id = await api.startImport(file, await plan(api, file));
    expect(await done).toMatchObject({ id, state: 'done', records: 2, badRows: 0 });
    await api.close();
  });

  it('needs a statement that creates something', async () => {
    const { api } = service();
    await api.open({ workspace: 'w' });
    const refused = api.startImport(file, { ...(await plan(api, file)), statement: 'SHOW STREAMS;' });
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_FILE' });
    await api.close();
  });
});
