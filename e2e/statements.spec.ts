/** Scripts that stop in the middle, queries that end and start again, and records that cannot be processed. */
import { expect, test } from './workbench.ts';

const CREATE =
  "CREATE STREAM orders (id STRING KEY, amount INTEGER) WITH (kafka_topic = 'orders', value_format = 'JSON', partitions = 1);";

test('a script of 30 statements stops at the one that fails, and keeps what came before', async ({ bench, page }) => {
  const insert = (i: number): string => `INSERT INTO orders (id, amount) VALUES ('k${i}', ${i});`;
  const script = [
    CREATE,
    ...Array.from({ length: 14 }, (_, i) => insert(i + 1)),
    "INSERT INTO orders (id, amuont) VALUES ('wrong', 1);",
    ...Array.from({ length: 14 }, (_, i) => insert(i + 15)),
  ];
  expect(script).toHaveLength(30);
  await bench.write(script.join('\n'));
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  await expect(bench.results.getByRole('tab', { name: /^Log/ })).toHaveText('Log 16');
  const error = bench.log.getByRole('alert');
  await expect(error).toHaveCount(1);
  await expect(error).toContainText('Ln 16, Col 25');
  await expect(error).toContainText('AMUONT');
  const rows = await bench.query('SELECT id, amount FROM orders;', 14);
  expect(rows.at(-1)).toEqual(expect.arrayContaining(['k14', '14']));
});

test('a record that cannot be processed is told in the processing log, which a notice leads to', async ({
  bench,
  page,
}) => {
  await bench.runStatement(CREATE, /ORDERS/);
  await bench.runStatement('CREATE STREAM shares AS SELECT id, 100 / amount AS share FROM orders;', /CSAS_SHARES_\d+/);
  await bench.runStatement("INSERT INTO orders (id, amount) VALUES ('a', 0);", /1 record inserted/);
  const notice = page.getByRole('log', { name: 'Notices' });
  await expect(notice).toContainText('SHARE failed for a record');
  await notice.getByRole('button', { name: 'Processing log' }).click();
  await expect(bench.results.getByRole('grid')).toContainText('Division by zero');
  await bench.reload();
  const columns = 'message->recordProcessingError->`topic`, message->recordProcessingError->offset';
  const [row = []] = await bench.query(`SELECT logger, ${columns} FROM ksql_processing_log;`, 1);
  expect(row).toEqual(
    expect.arrayContaining([expect.stringMatching(/^processing\.CSAS_SHARES_\d+\.Project$/), 'orders', '0']),
  );
  await bench.showCatalog();
  await expect(page.getByRole('region', { name: 'Catalog' })).toContainText('KSQL_PROCESSING_LOG');
});

test('a query that was terminated is listed with the reason, also after a reload, and starts again', async ({
  bench,
}) => {
  await bench.runStatement(CREATE, /ORDERS/);
  await bench.runStatement('CREATE STREAM big AS SELECT * FROM orders WHERE amount > 10;', /CSAS_BIG_\d+/);
  await bench.show('Queries');
  await bench.runStatement('TERMINATE ALL;', 'Terminated 1 query');
  const ended = bench.picture.getByRole('list', { name: 'Ended queries' });
  await expect(ended).toContainText('A statement terminated it');
  await bench.reload();
  await bench.show('Queries');
  await ended.getByRole('button', { name: 'Start it again' }).click();
  await expect(bench.queryEntry(/CSAS_BIG_\d+/)).toContainText('running');
  await expect(ended).toHaveCount(0);
});

test('a statement that waits lets others through, and is stopped', async ({ bench, page }) => {
  await bench.write('ASSERT TOPIC nowhere TIMEOUT 1 HOUR; SHOW TABLES;');
  await page.keyboard.press('ControlOrMeta+Shift+Enter');
  await expect(page.getByText('Running…')).toBeVisible();
  await bench.query('SHOW STREAMS;', 1);
  await page.getByRole('button', { name: 'Stop what is running' }).click();
  await bench.results.getByRole('tab', { name: /^Log/ }).click();
  await expect(bench.log.getByRole('alert')).toContainText('INTERRUPTED');
  await expect(page.getByText('Running…')).toBeHidden();
  await expect(bench.log.locator('.log-line')).toHaveCount(2);
});

test('RUN SCRIPT runs an example by its name, statement by statement', async ({ bench, page }) => {
  await bench.write("RUN SCRIPT 'funnel';");
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(bench.results.getByRole('tab', { name: /^Log/ })).toHaveText(/Log \d\d/);
  await bench.show('Queries');
  await expect(bench.picture.getByRole('list', { name: 'Queries' })).toContainText('running');
});
