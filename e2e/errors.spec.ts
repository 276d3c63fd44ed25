/** Statements that cannot run: what is wrong, where, and what to do. The engine goes on. */
import { expect, test } from './workbench.ts';

const CREATE =
  "CREATE STREAM orders (id STRING KEY, amount INTEGER) WITH (kafka_topic = 'orders', value_format = 'JSON', partitions = 2);";

test('a syntax error is marked, listed with its place, and leads there', async ({ bench, page }) => {
  await bench.write('SHOW TOPICS;\nSELEC id FROM orders;');
  const problem = page.getByRole('region', { name: 'SQL editor' }).getByRole('button', { name: /^Ln 2, Col 1 / });
  await expect(problem).toBeVisible();
  await expect(page.locator('.squiggly-error').first()).toBeVisible();
  await problem.click();
  await expect(page.getByText('Ln 2, Col 6', { exact: true })).toBeVisible();
  await bench.write('SHOW TOPICS;');
  await expect(page.getByText('No syntax errors')).toBeVisible();
});

test('an unknown column is named, with the one that was meant', async ({ bench }) => {
  await bench.runStatement(CREATE, /ORDERS/);
  await bench.run('SELECT id,\n  amunt FROM orders EMIT CHANGES;');
  const error = bench.log.getByRole('alert').last();
  await expect(error).toContainText('Ln 2, Col 3');
  await expect(error).toContainText('AMUNT');
  await expect(bench.log).toContainText('AMOUNT');
  await bench.runStatement("INSERT INTO orders (id, amount) VALUES ('a', 1);", /1 record inserted/);
  await bench.query('SELECT id, amount FROM orders EMIT CHANGES LIMIT 1;', 1);
});

test('what is not built yet is refused by its name', async ({ bench }) => {
  await bench.run("CREATE SOURCE CONNECTOR jdbc WITH ('connector.class' = 'x');");
  const error = bench.log.getByRole('alert').last();
  await expect(error).toContainText('UNSUPPORTED');
  await expect(error).toContainText(/CONNECTOR/i);
  await bench.run('SHOW TOPICS;');
  await expect(bench.results.getByRole('tab', { selected: true })).not.toHaveText(/^Log/);
});

test('content of records is text, whatever it looks like', async ({ bench, page }) => {
  const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  await bench.runStatement(CREATE.replace('amount INTEGER', 'note STRING'), /ORDERS/);
  await bench.runStatement(`INSERT INTO orders (id, note) VALUES ('<b>k</b>', '${markup}');`, /1 record inserted/);
  const [row = []] = await bench.query('SELECT id, note FROM orders EMIT CHANGES LIMIT 1;', 1);
  expect(row).toContain(markup);
  await bench.show('Topics');
  await bench.topic('orders').getByRole('listbox').focus();
  await page.keyboard.press('ArrowUp');
  await bench.results.getByRole('row').last().click();
  await expect(bench.inspector).toContainText('<b>k</b>');
  await expect(bench.inspector).toContainText('onerror');
  await expect(page).toHaveTitle('Weir');
});

test('a join whose sides have different partitions is drawn, with the copy that can be joined', async ({
  bench,
  page,
}) => {
  await bench.runStatement(CREATE, /ORDERS/);
  await bench.runStatement(
    "CREATE TABLE names (id STRING PRIMARY KEY, name STRING) WITH (kafka_topic = 'names', value_format = 'JSON', partitions = 3);",
    /NAMES/,
  );
  await bench.runStatement("INSERT INTO names (id, name) VALUES ('a', 'Ada');", /1 record inserted/);
  await bench.runStatement("INSERT INTO orders (id, amount) VALUES ('a', 1);", /1 record inserted/);
  await bench.run('SELECT o.id, n.name FROM orders o JOIN names n ON o.id = n.id EMIT CHANGES LIMIT 1;');
  await expect(bench.log.getByRole('img', { name: /^O has 2 partitions and N 3/ })).toBeVisible();
  await bench.log.getByRole('button', { name: 'Insert before the join' }).click();
  await expect(page.locator('.monaco-editor .view-lines')).toContainText('CREATE STREAM ORDERS_3');
  await bench.runStatement(
    'CREATE STREAM orders_3 WITH (PARTITIONS = 3) AS SELECT * FROM orders EMIT CHANGES;',
    /ORDERS_3/,
  );
  const rows = await bench.query(
    'SELECT o.id, n.name FROM orders_3 o JOIN names n ON o.id = n.id EMIT CHANGES LIMIT 1;',
    1,
  );
  expect(rows[0]).toContain('Ada');
});
