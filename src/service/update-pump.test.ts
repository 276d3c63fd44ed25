import { describe, expect, it } from 'vitest';
import { ManualClock } from '../adapters/manual-clock.ts';
import { MemoryStorage } from '../adapters/storage-memory.ts';
import { Producer } from '../core/clients/producer.ts';
import { Engine } from '../core/ksql/engine/engine.ts';
import { executeScript } from '../core/ksql/engine/script.ts';
import { BUFFER_ROWS } from '../core/ksql/queries/subscription.ts';
import { Session } from '../core/ksql/engine/session.ts';
import type { EngineUpdate, ResultRow, SubscriptionUpdate } from '../protocol/api.ts';
import { rowOf } from '../protocol/row-block.ts';
import { UpdatePump } from './update-pump.ts';

async function open() {
  const clock = new ManualClock(1_700_000_000_000);
  const engine = await Engine.open({ storage: new MemoryStorage(), clock, scheduler: clock, random: () => 0.5 });
  const session = new Session({ 'auto.offset.reset': 'earliest' });
  const pump = new UpdatePump({
    engine,
    status: () => Promise.resolve({ state: 'running', usedBytes: 0, quotaBytes: undefined }),
    schedule: () => undefined,
  });
  await engine.broker.subscribe((event) => {
    pump.onBrokerEvent(event);
  });
  const run = async (sql: string) => {
    const { outputs, errors } = await executeScript(engine, session, sql);
    expect(errors).toEqual([]);
    return outputs;
  };
  return { engine, pump, run };
}

/** A page that acknowledges an update when it is told to. */
class Page {
  readonly updates: EngineUpdate[] = [];
  outstanding = 0;
  most = 0;
  #acknowledge: () => void = () => undefined;

  readonly listener = (update: EngineUpdate): Promise<void> => {
    this.updates.push(update);
    this.most = Math.max(this.most, ++this.outstanding);
    return new Promise((resolve) => {
      this.#acknowledge = () => {
        this.outstanding--;
        resolve();
      };
    });
  };

  async acknowledge(): Promise<void> {
    this.#acknowledge();
    await turns();
  }
}

function rowsOf(update: SubscriptionUpdate | undefined): ResultRow[] {
  const block = update?.rows;
  return block === undefined ? [] : Array.from({ length: block.rowCount }, (_, i) => rowOf(block, i));
}

/** Lets everything that is ready run. */
const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

const CREATE = `CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = 1, VALUE_FORMAT = 'JSON');`;

describe('UpdatePump', () => {
  it('tells of a new state though nothing else has changed', async () => {
    const { pump } = await open();
    const page = new Page();
    pump.listen(page.listener);
    await turns();
    await page.acknowledge();
    const before = page.updates.length;
    pump.wake();
    await turns();
    expect(page.updates).toHaveLength(before);
    pump.onStatusChanged();
    await turns();
    expect(page.updates.at(-1)).toMatchObject({ notices: [], engine: { state: 'running' } });
    expect(page.updates).toHaveLength(before + 1);
    await page.acknowledge();
  });

  it('sends one update at a time, and what changed meanwhile as one', async () => {
    const { pump, run } = await open();
    const page = new Page();
    await run(CREATE);
    pump.listen(page.listener);
    await turns();
    expect(page.updates).toHaveLength(1);
    for (let i = 0; i < 20; i++) await run(`INSERT INTO S (K, V) VALUES ('a', ${i});`);
    await turns();
    expect(page.updates).toHaveLength(1);
    await page.acknowledge();
    expect(page.updates).toHaveLength(2);
    expect(page.updates[1]?.topics).toMatchObject([{ name: 's', partitions: [{ highWatermark: 20 }] }]);
    await page.acknowledge();
    expect([page.updates.length, page.most]).toEqual([2, 1]);
  });

  it('shows a topic that was deleted and came again, and forgets one that came and was deleted', async () => {
    const { engine, pump, run } = await open();
    const page = new Page();
    await run(CREATE);
    pump.listen(page.listener);
    await turns();
    await engine.deleteTopic('s');
    await engine.createTopic('s', 3, 1);
    await engine.createTopic('gone', 1, 1);
    await engine.deleteTopic('gone');
    await page.acknowledge();
    const { topics, deletedTopics } = page.updates[1] ?? { topics: [], deletedTopics: [] };
    const users = topics.filter(({ role }) => role === 'user');
    expect(users.map(({ name, partitions }) => [name, partitions.length])).toEqual([['s', 3]]);
    expect(deletedTopics).toEqual(['gone']);
  });

  it('sends a topic anew when a query that read it is terminated: its group is gone', async () => {
    const { engine, pump, run } = await open();
    const page = new Page();
    await run(`${CREATE} CREATE STREAM D AS SELECT * FROM S; INSERT INTO S (K, V) VALUES ('a', 1);`);
    while (await engine.step(100));
    pump.listen(page.listener);
    await turns();
    await page.acknowledge();
    await run('TERMINATE ALL;');
    await page.acknowledge();
    await page.acknowledge();
    const source = page.updates.flatMap(({ topics }) => topics).findLast(({ name }) => name === 's');
    expect(source?.groups).toEqual([]);
  });

  it('bounds notices, and sends of equal ones one', async () => {
    const { pump } = await open();
    const page = new Page();
    pump.notice('warning', 'first');
    pump.listen(page.listener);
    await turns();
    for (let i = 0; i < 1_000; i++) pump.notice('warning', 'the same');
    for (let i = 0; i < 1_000; i++) pump.notice('warning', `another ${i}`);
    await page.acknowledge();
    const texts = page.updates[1]?.notices.map(({ text }) => text) ?? [];
    expect(texts.filter((text) => text === 'the same')).toHaveLength(1);
    expect(texts.length).toBeLessThanOrEqual(50);
  });

  it('survives a page that is gone, and serves the next', async () => {
    const { pump, run } = await open();
    pump.listen(() => Promise.reject(new Error('the port is closed')));
    await run(CREATE);
    await turns();
    const page = new Page();
    pump.listen(page.listener);
    pump.notice('info', 'hello');
    await turns();
    await page.acknowledge();
    expect(page.updates.flatMap(({ notices }) => notices)).toMatchObject([{ text: 'hello' }]);
  });

  it('sends rows of a subscription and its end', async () => {
    const { engine, pump, run } = await open();
    await run(`${CREATE} INSERT INTO S (K, V) VALUES ('a', 1); INSERT INTO S (K, V) VALUES ('a', 2);`);
    const [output] = await run('SELECT V FROM S EMIT CHANGES LIMIT 2;');
    if (output?.kind !== 'subscription') throw new Error('a push query answers with a subscription');
    pump.addSubscription(output.subscription);
    while (await engine.step(100));
    const page = new Page();
    pump.listen(page.listener);
    await turns();
    const [update] = page.updates[0]?.subscriptions ?? [];
    expect(update).toMatchObject({ total: 2, done: { reason: 'limit' } });
    expect(rowsOf(update)).toMatchObject([
      { key: 'a', cells: [{ kind: 'number', text: '1' }], offset: 0 },
      { key: 'a', cells: [{ kind: 'number', text: '2' }], offset: 1 },
    ]);
  });

  it('lets the engine work on, and keeps no more than a buffer of rows, while the page takes none', async () => {
    const { engine, pump, run } = await open();
    const count = 3 * BUFFER_ROWS;
    await run(`${CREATE} CREATE TABLE T AS SELECT K, COUNT(*) AS N FROM S GROUP BY K EMIT CHANGES;`);
    const [output] = await run('SELECT V FROM S EMIT CHANGES;');
    if (output?.kind !== 'subscription') throw new Error('a push query answers with a subscription');
    pump.addSubscription(output.subscription);
    const page = new Page();
    pump.listen(page.listener);
    await turns();
    const producer = new Producer(engine.broker);
    const topic = await producer.topic('s');
    const utf8 = new TextEncoder();
    for (let i = 0; i < count; i++) topic.append(utf8.encode('a'), utf8.encode(`{"V":${i}}`), i);
    await producer.flush();
    while (await engine.step(500)) await turns();
    expect(await run("SELECT N FROM T WHERE K = 'a';")).toMatchObject([{ rows: [[count]] }]);
    expect(page.updates).toHaveLength(1);
    expect(output.subscription.total).toBeLessThan(BUFFER_ROWS + 500);

    const values: (string | undefined)[] = [];
    for (let taken = 1; values.length < count; taken++) {
      await page.acknowledge();
      while (await engine.step(500)) await turns();
      values.push(...rowsOf(page.updates[taken]?.subscriptions[0]).map((row) => row.cells[0]?.text));
    }
    expect(values).toEqual(Array.from({ length: count }, (_, i) => String(i)));
  });
});
