import { describe, expect, it } from 'vitest';
import { Engine, ManualClock, MemoryStorage, scalar, strict, type Change, type UserFunction } from '../index.ts';

const ORDERS = `CREATE STREAM orders (item VARCHAR KEY, price DOUBLE, sold TIMESTAMP)
  WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`;
const TOTALS = 'CREATE TABLE totals AS SELECT item, COUNT(*) AS n, SUM(price) AS total FROM orders GROUP BY item;';

describe('the library', () => {
  it('takes functions in JavaScript, and lets go of them', async () => {
    const weir = await Engine.open();
    await weir.execute(ORDERS);
    await weir.produce('orders', [{ item: 'tea', price: 3.5 }]);
    const description = 'For the test.';
    const kinds: readonly UserFunction[] = [
      {
        name: 'HALF',
        kind: 'scalar',
        signature: 'x DOUBLE -> DOUBLE',
        description,
        source: 'export const evaluate = (x) => x / 2;',
      },
      {
        name: 'LETTERS',
        kind: 'table',
        signature: 'text VARCHAR -> VARCHAR',
        description,
        source: 'export const evaluate = (text) => [...text];',
      },
      {
        name: 'JOINED',
        kind: 'aggregate',
        signature: 'text VARCHAR -> VARCHAR',
        description,
        source: `export const initial = () => [];
          export const add = (state, text) => [...state, text];
          export const result = (state) => state.join('+');`,
      },
    ];
    for (const definition of kinds) await weir.addFunction(definition);
    const rows = (sql: string): Promise<readonly unknown[]> => weir.query(sql, { untilIdle: true }).toArray();
    expect(await rows('SELECT HALF(price) AS h, LETTERS(item) AS l FROM orders EMIT CHANGES;')).toEqual([
      { H: 1.75, L: 't' },
      { H: 1.75, L: 'e' },
      { H: 1.75, L: 'a' },
    ]);
    await weir.execute('CREATE TABLE j AS SELECT price, JOINED(item) AS items FROM orders GROUP BY price;');
    await weir.produce('orders', [{ item: 'jam', price: 3.5 }]);
    expect(await rows('SELECT items FROM j;')).toEqual([{ ITEMS: 'tea+jam' }]);
    await expect(weir.removeFunction('JOINED')).rejects.toMatchObject({ code: 'FUNCTION_IN_USE' });
    await weir.execute('DROP TABLE j;');
    for (const { name } of kinds) await weir.removeFunction(name);
    await expect(rows('SELECT HALF(price) FROM orders EMIT CHANGES;')).rejects.toMatchObject({
      code: 'UNKNOWN_FUNCTION',
    });
    await weir.close();
  });

  it('answers a pull query from everything that was produced before it', async () => {
    const weir = await Engine.open();
    await weir.execute(ORDERS + TOTALS);
    const count = await weir.produce('orders', [
      { item: 'tea', price: 3.5 },
      { ITEM: 'tea', PRICE: 1.5, ROWTIME: 7 },
      { item: 'jam', price: 4 },
    ]);
    expect(count).toBe(3);
    expect(await weir.query("SELECT * FROM totals WHERE item = 'tea';").toArray()).toEqual([
      { ITEM: 'tea', N: 2, TOTAL: 5 },
    ]);
    await weir.close();
  });

  it('iterates over a push query while records come, and ends it when the loop is left', async () => {
    const weir = await Engine.open();
    await weir.execute(ORDERS);
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const row of weir.query('SELECT item FROM orders EMIT CHANGES;')) {
        seen.push(row['ITEM']);
        if (seen.length === 3) break;
      }
    })();
    await weir.produce('orders', [{ item: 'a' }, { item: 'b' }]);
    await weir.produce('orders', [{ item: 'c' }, { item: 'd' }]);
    await reading;
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(weir.engine.runner.transients()).toEqual([]);
    await weir.close();
  });

  it('tells new rows from changed and deleted ones', async () => {
    const weir = await Engine.open();
    await weir.execute(
      `${ORDERS} CREATE TABLE many AS SELECT item, COUNT(*) AS n FROM orders GROUP BY item HAVING COUNT(*) < 3;`,
    );
    await weir.produce('orders', [{ item: 'a' }, { item: 'a' }, { item: 'a' }]);
    await weir.drain();
    const changes: Change[] = [];
    for await (const change of weir.query('SELECT item, n FROM many EMIT CHANGES;', { untilIdle: true }).changes())
      changes.push(change);
    expect(changes.map(({ kind }) => kind)).toEqual(['+I', '+U', '-D']);
    await weir.close();
  });

  it('lets go of a query that waits when it is closed', async () => {
    const weir = await Engine.open();
    await weir.execute(ORDERS);
    const waiting = weir.query('SELECT * FROM orders EMIT CHANGES;').toArray();
    await weir.produce('orders', []);
    await weir.close();
    expect(await waiting).toEqual([]);
  });

  it('goes on where the storage stopped, and takes a clock and functions', async () => {
    const clock = new ManualClock(1_000);
    const disk = new MemoryStorage();
    const functions = [
      scalar('SHOUT', 'TEXT', 'Louder.', [], [strict('x VARCHAR -> VARCHAR', (x: string) => `${x}!`)]),
    ];
    const first = await Engine.open({ storage: disk, clock, functions });
    await first.execute(ORDERS + TOTALS);
    await first.produce('orders', [{ item: 'tea', sold: new Date(5) }]);
    await first.close();
    const second = await Engine.open({ storage: new MemoryStorage(disk.snapshot()), clock, functions });
    const rows = second.query('SELECT SHOUT(item) AS s, sold, ROWTIME AS t FROM orders EMIT CHANGES;', {
      untilIdle: true,
    });
    expect(await rows.toArray()).toEqual([{ S: 'tea!', SOLD: new Date(5), T: 1_000 }]);
    expect(await second.query('SELECT n FROM totals;').toArray()).toEqual([{ N: 1 }]);
    await second.close();
  });

  it('says what is wrong with a statement, a row or a use', async () => {
    const weir = await Engine.open();
    await expect(weir.execute('SHOW TOPICS; SELECT x FROM nowhere EMIT CHANGES;')).rejects.toMatchObject({
      code: 'UNKNOWN_SOURCE',
      span: { line: 1 },
    });
    await weir.execute(ORDERS);
    await expect(weir.produce('ORDERS', [{ itme: 'x' }])).rejects.toMatchObject({ code: 'UNKNOWN_COLUMN' });
    await expect(weir.produce('orders', [{ price: 'x' }])).rejects.toMatchObject({ code: 'TYPE_MISMATCH' });
    await expect(weir.query(ORDERS).toArray()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await weir.close();
  });

  it('can be interrupted while queries catch up, and while an assertion waits', async () => {
    const weir = await Engine.open();
    await weir.execute(ORDERS + TOTALS);
    await weir.produce(
      'orders',
      Array.from({ length: 60_000 }, (_, i) => ({ item: `item ${i}`, price: 1 })),
    );
    const interrupted = { code: 'INTERRUPTED' };
    const soon = (): AbortSignal => AbortSignal.timeout(1);
    await expect(weir.drain({ signal: soon() })).rejects.toMatchObject(interrupted);
    const waiting = weir.execute('ASSERT TOPIC nowhere TIMEOUT 1 HOUR;', { signal: soon() });
    await expect(waiting).rejects.toMatchObject(interrupted);
    expect(
      await weir.query('SELECT COUNT_DISTINCT(item) AS n FROM orders GROUP BY 1 EMIT CHANGES LIMIT 1;').toArray(),
    ).toHaveLength(1);
    await weir.drain();
    await weir.close();
  });

  it('lets queries work while an assertion waits', async () => {
    const weir = await Engine.open();
    await weir.execute(ORDERS);
    const asserted = weir.execute('ASSERT TOPIC later TIMEOUT 1 MINUTE;');
    await weir.execute(`CREATE STREAM copy WITH (KAFKA_TOPIC = 'later') AS SELECT * FROM orders;`);
    expect(await asserted).toMatchObject([{ message: 'Topic later exists' }]);
    await weir.close();
  });

  it('tells the figures of what came before the statement, also of a query that failed', async () => {
    const weir = await Engine.open();
    await weir.execute(ORDERS + TOTALS);
    await weir.produce('orders', [{ item: 'tea', price: 1 }]);
    const [described] = await weir.execute('DESCRIBE totals EXTENDED;');
    expect(described?.kind === 'rows' && described.notes.map(({ text }) => text).join()).toContain('consumed 1');
    await weir.close();
  });

  it('names the query that has failed, when it stops and whenever queries are to catch up', async () => {
    const stops: unknown[] = [];
    const weir = await Engine.open({ onQueryStopped: (error) => stops.push(error) });
    await weir.execute(`${ORDERS}
      CREATE STREAM p WITH (VALUE_FORMAT = 'PROTOBUF') AS SELECT item, ARRAY[NULL, item] AS a FROM orders;`);
    await weir.produce('orders', [{ item: 'tea', price: 1 }]);
    const named = { code: 'SERIALIZATION', details: { queryId: 'CSAS_P_1' } };
    for (let i = 0; i < 2; i++) await expect(weir.drain()).rejects.toMatchObject(named);
    await expect(weir.drain()).rejects.toThrow('CSAS_P_1 has failed: Cannot write the value');
    expect(stops).toMatchObject([named]);
    await weir.close();
  });

  it('keeps every digit on the way in and out', async () => {
    const weir = await Engine.open();
    await weir.execute(`CREATE STREAM exact (k BIGINT KEY, d DECIMAL(20, 4), day DATE, bytes BYTES, m MAP<VARCHAR, INT>,
      s STRUCT<a INT, b ARRAY<VARCHAR>>) WITH (KAFKA_TOPIC = 'exact', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`);
    const row = {
      K: 9007199254740993n,
      D: '1234567890123456.7891',
      DAY: '2024-02-29',
      BYTES: Uint8Array.of(1, 2),
      M: new Map([['x', 1]]),
      S: { A: 1, B: ['p', null] },
    };
    await weir.produce('exact', [row]);
    expect(await weir.query('SELECT * FROM exact EMIT CHANGES;', { untilIdle: true }).toArray()).toEqual([row]);
    await weir.close();
  });
});
