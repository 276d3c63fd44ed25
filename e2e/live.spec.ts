/** Rows as they come: held, let go, stopped, and more of them than a grid keeps. */
import { expect, flights, test } from './workbench.ts';

test('a live result pauses, goes on, stops, and keeps its rows', async ({ bench }) => {
  await bench.runStatement(
    "CREATE STREAM orders (id STRING KEY, amount INTEGER) WITH (kafka_topic = 'orders', value_format = 'JSON', partitions = 1);",
    /ORDERS/,
  );
  await bench.runStatement("INSERT INTO orders (id, amount) VALUES ('a', 1);", /1 record inserted/);
  await bench.query('SELECT * FROM orders EMIT CHANGES;', 1);
  const tab = bench.results.getByRole('tab', { name: /orders/ });

  await bench.results.getByRole('button', { name: 'Pause these rows' }).click();
  await expect(bench.results.getByText('Paused')).toBeVisible();
  await bench.runStatement("INSERT INTO orders (id, amount) VALUES ('b', 2);", /1 record inserted/);
  await bench.expectRecords('orders', 2);
  await tab.click();
  await expect(bench.results.getByText('1 row', { exact: true })).toBeVisible();

  await bench.results.getByRole('button', { name: 'Resume these rows' }).click();
  await expect(bench.results.getByText('2 rows', { exact: true })).toBeVisible();

  await bench.results.getByRole('button', { name: 'Stop; the rows stay' }).click();
  await expect(bench.results.getByText('Stopped; the rows stay')).toBeVisible();
  await bench.runStatement("INSERT INTO orders (id, amount) VALUES ('c', 3);", /1 record inserted/);
  await bench.expectRecords('orders', 3);
  await tab.click();
  await expect(bench.results.getByText('2 rows', { exact: true })).toBeVisible();
  const rows = await bench.rows();
  expect(rows.map((row) => row.slice(3))).toEqual([
    ['b', '2'],
    ['a', '1'],
  ]);
});

test('a grid keeps ten thousand rows and says how many there were', async ({ bench }) => {
  const count = flights().length;
  await bench.importSample('flights-20k.json', 'FLIGHTS', count);
  await bench.run('SELECT * FROM flights EMIT CHANGES;');
  await expect(
    bench.results.getByText(`The newest 10,000 of ${count.toLocaleString('en')} rows are kept`),
  ).toBeVisible();
});
