/** A script leaves as a link or a file, and comes in to be read before it gets into the editor. It never runs unasked. */
import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { runRecordsTest } from '../src/library/testing/records-test.ts';
import { expect, flights, test, Workbench } from './workbench.ts';

const ORDERS = `CREATE STREAM orders (id STRING KEY, amount INTEGER)
  WITH (kafka_topic = 'orders', value_format = 'JSON', partitions = 3);`;
const TOTALS = 'CREATE TABLE totals AS SELECT id, SUM(amount) AS total FROM orders GROUP BY id EMIT CHANGES;';

test('a link shows its script, and puts it into the editor when told', async ({ bench, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await bench.write('SHOW STREAMS; -- für später');
  await bench.page.getByRole('button', { name: 'Share' }).click();
  await bench.page.getByRole('menuitem', { name: 'Copy a link to this text' }).click();
  await expect(bench.page.getByText('Link copied')).toBeVisible();
  const link = await bench.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('#code/');

  await bench.write('SHOW TOPICS;');
  await bench.page.evaluate((hash) => {
    location.hash = hash;
  }, new URL(link).hash);
  await expect(bench.dialog.getByText('SHOW STREAMS; -- für später')).toBeVisible();
  await bench.dialog.getByRole('button', { name: 'Replace my text' }).click();
  await expect(bench.dialog).toBeHidden();
  await expect(bench.page.locator('.monaco-editor .view-line')).toHaveText('SHOW STREAMS; -- für später');
  expect(new URL(bench.page.url()).hash).toBe('');
  await expect(bench.page.getByText('Nothing has run yet')).toBeVisible();
});

test('a link that was cut says so', async ({ bench }) => {
  await bench.page.evaluate(() => {
    location.hash = '#code/abc';
  });
  await expect(bench.dialog).toContainText('cut short');
  await bench.page.keyboard.press('Escape');
  await expect(bench.dialog).toBeHidden();
  expect(new URL(bench.page.url()).hash).toBe('');
});

test('an example runs as it stands', async ({ bench }) => {
  await bench.page.goto('./#example/foreign-key-join');
  await expect(bench.dialog.getByRole('heading', { name: /^Foreign keys/ })).toBeVisible();
  await bench.dialog.getByRole('button', { name: 'Put into the editor' }).click();
  await expect(bench.dialog).toBeHidden();
  await bench.page.keyboard.press('ControlOrMeta+Shift+Enter');
  await expect(bench.results.getByRole('grid')).toContainText('Operations');
  await expect(bench.results.getByRole('grid')).toContainText('Cleo');
});

test('a script file is dropped and shown, and the editor is downloaded as one', async ({ bench }) => {
  await bench.drop('mine.sql', 'SHOW QUERIES;\n');
  await expect(bench.dialog.getByRole('heading', { name: 'mine.sql' })).toBeVisible();
  await bench.dialog.getByRole('button', { name: 'Put into the editor' }).click();
  await bench.page.getByRole('button', { name: 'Share' }).click();
  const download = bench.page.waitForEvent('download');
  await bench.page.getByRole('menuitem', { name: 'Download as default.sql' }).click();
  expect((await download).suggestedFilename()).toBe('default.sql');
});

test('a workspace leaves as a link with its records, and opens beside the others when told', async ({
  bench,
  context,
}) => {
  const { page } = bench;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await bench.runStatement(ORDERS, /ORDERS/);
  await bench.runStatement("INSERT INTO orders (id, amount) VALUES ('a', 3);", /1 record inserted/);
  await bench.runStatement("INSERT INTO orders (id, amount) VALUES ('a', 4);", /1 record inserted/);
  await bench.runStatement(TOTALS, /TOTALS/);
  await bench.write('SELECT * FROM totals;');
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('menuitem', { name: 'Copy a link to the workspace' }).click();
  await expect(page.getByText('Link copied, with 2 records')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());

  // Somebody else opens it.
  const other = await context.browser()?.newContext();
  if (other === undefined) throw new Error('There is no browser');
  const visitor = new Workbench(await other.newPage());
  await visitor.page.goto(link);
  await visitor.ready();
  await expect(visitor.dialog.getByRole('heading', { name: 'Workspace default' })).toBeVisible();
  await expect(visitor.dialog).toContainText('CREATE TABLE totals');
  await expect(visitor.dialog).toContainText('"AMOUNT":3');
  await expect(visitor.dialog).toContainText('3 partitions, 2 records');
  await visitor.page.keyboard.press('Escape');
  await visitor.query('SHOW TABLES;', 0);

  await visitor.page.goto(link);
  await visitor.dialog.getByRole('textbox', { name: 'Name' }).fill('From a friend');
  await visitor.dialog.getByRole('button', { name: 'Open and run' }).click();
  await expect(visitor.page.getByRole('button', { name: /^Workspace From a friend/ })).toBeVisible();
  await expect(visitor.page.locator('.monaco-editor .view-lines')).toHaveText('SELECT * FROM totals;');
  await visitor.expectCaughtUp();
  expect(await visitor.query('SELECT id, total FROM totals;', 1)).toEqual([['a', '7']]);
  expect(new URL(visitor.page.url()).hash).toBe('');
  await other.close();
});

test('a link leaves records out that are too many, and says so; the file has them', async ({ bench, context }) => {
  const { page, dialog } = bench;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const count = flights().length;
  await bench.importSample('flights-20k.json', 'FLIGHTS', count);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('menuitem', { name: 'Copy a link to the workspace' }).click();
  await expect(page.getByRole('log', { name: 'Notices' })).toContainText('20,000 records of flights are left out');

  await page.getByRole('button', { name: 'Share' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download the workspace' }).click();
  const file = await (await download).path();
  await page.locator('input[type="file"][accept*=".zip"]').setInputFiles({
    name: 'kept.weir.zip',
    mimeType: 'application/zip',
    buffer: readFileSync(file),
  });
  await dialog.getByRole('button', { name: 'Open and run' }).click();
  await bench.ready();
  await bench.expectRecords('flights', count);
  await expect(page.getByRole('button', { name: /^Workspace default 2/ })).toBeVisible();
});

test('a workspace leaves as a test that passes', async ({ bench }) => {
  await bench.runStatement(ORDERS, /ORDERS/);
  await bench.runStatement(TOTALS, /TOTALS/);
  await bench.runStatement("INSERT INTO orders (id, amount) VALUES ('a', 3);", /1 record inserted/);
  await bench.expectCaughtUp();
  await bench.page.getByRole('button', { name: 'Share' }).click();
  const download = bench.page.waitForEvent('download');
  await bench.page.getByRole('menuitem', { name: 'Download as a test' }).click();
  const zip = await download;
  expect(zip.suggestedFilename()).toBe('default-test.zip');
  const files = unzipSync(readFileSync(await zip.path()));
  const text = (name: string): string => strFromU8(files[`default/${name}`] ?? new Uint8Array());
  const outputs = text('output.json');
  expect(outputs).toContain('TOTALS');
  const test = { statements: text('statements.sql'), inputs: text('input.json') };
  expect(await runRecordsTest({ ...test, outputs })).toBeUndefined();
  expect(await runRecordsTest({ ...test, outputs: outputs.replace('"TOTAL":3', '"TOTAL":4') })).toBeDefined();
});
