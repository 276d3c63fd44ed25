/** One workspace, one tab: the second says who holds it, and may take it over or go elsewhere. */
import { expect, test, watchConsole, Workbench } from './workbench.ts';

test('a second tab takes the workspace over, and nothing is lost', async ({ bench, context }) => {
  await bench.runStatement(
    "CREATE STREAM orders (id STRING KEY, amount INTEGER) WITH (kafka_topic = 'orders', value_format = 'JSON', partitions = 2);",
    /ORDERS/,
  );
  await bench.runStatement(
    'CREATE TABLE sums AS SELECT id, SUM(amount) AS total FROM orders GROUP BY id EMIT CHANGES;',
    /SUMS/,
  );
  await bench.runStatement("INSERT INTO orders (id, amount) VALUES ('a', 1);", /1 record inserted/);
  await bench.expectCaughtUp();

  const page = await context.newPage();
  const errors = watchConsole(page);
  const second = new Workbench(page);
  await page.goto('./');
  await expect(page.getByRole('heading', { name: 'The workspace default is open elsewhere' })).toBeVisible();
  await expect(page.getByText(/held by a tab opened at/)).toBeVisible();
  await page.getByRole('button', { name: 'Take over here' }).click();
  await second.ready();

  await bench.page.bringToFront();
  await expect(bench.page.getByRole('alertdialog', { name: 'Another tab has taken default over' })).toBeVisible();
  await expect(bench.page.getByRole('log', { name: 'Notices' })).toBeEmpty();

  await page.bringToFront();
  await second.runStatement("INSERT INTO orders (id, amount) VALUES ('a', 2);", /1 record inserted/);
  await second.expectCaughtUp();
  const [row] = await second.query("SELECT total FROM sums WHERE id = 'a';", 1);
  expect(row).toEqual(['3']);
  await second.expectRecords('orders', 2);
  expect(errors).toEqual([]);
});

test('a second tab opens another workspace', async ({ bench, context }) => {
  await bench.runStatement(
    "CREATE STREAM s (a INTEGER) WITH (kafka_topic = 's', value_format = 'JSON', partitions = 1);",
    /S/,
  );
  const page = await context.newPage();
  const second = new Workbench(page);
  await page.goto('./');
  await page.getByRole('textbox', { name: 'Or open another workspace' }).fill('elsewhere');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await second.ready();
  await expect(page.getByRole('button', { name: /^Workspace elsewhere/ })).toBeVisible();
  await second.run('SHOW STREAMS;');
  // The processing log that every workspace has, and nothing of the first tab's.
  await expect(second.results.getByRole('gridcell', { name: 'KSQL_PROCESSING_LOG', exact: true })).toBeVisible();
  await expect(second.results.getByText(/\b1 row\b/)).toBeVisible();
});
