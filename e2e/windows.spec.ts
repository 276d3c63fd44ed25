/** Windows and joins as they are seen: what came out of order, what was late and by how much, who met whom. */
import AxeBuilder from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import { expect, flights, test, type Workbench } from './workbench.ts';

async function runExample(bench: Workbench, id: string): Promise<void> {
  await bench.page.goto(`./#example/${id}`);
  await bench.dialog.getByRole('button', { name: 'Put into the editor' }).click();
  await expect(bench.dialog).toBeHidden();
  await bench.page.keyboard.press('ControlOrMeta+Shift+Enter');
  await expect(bench.results.getByRole('grid')).toBeVisible();
}

async function expectNoViolations(bench: Workbench, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page: bench.page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  expect(found, state).toEqual([]);
}

/** What a screen reader says at the cursor. */
const spoken = (list: Locator): Locator => list.getByRole('option');

for (const theme of ['light', 'dark'] as const) {
  test(`an example out of order shows which records were late, ${theme}`, async ({ bench, page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await runExample(bench, 'out-of-order');
    await expect(bench.picture.getByRole('tab', { name: 'Windows' })).toHaveAttribute('aria-selected', 'true');
    const windows = bench.picture.getByRole('listbox', { name: /^Windows of CTAS_AVERAGES_\d+, 9 records$/ });
    await expect(windows).toBeVisible();
    await expect(bench.picture).toContainText('TUMBLING 30 s, grace 15 s');
    await expect(bench.picture).toContainText('1 late');
    await expectNoViolations(bench, 'windows');

    await windows.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Home');
    await expect(spoken(windows)).toContainText('In order: stream time moved with it');
    await page.keyboard.press('ArrowRight');
    await expect(spoken(windows)).toContainText(
      'Out of order, 14 s behind stream time, which was 22:14:02; but in time',
    );
    await page.keyboard.press('ArrowRight');
    await expect(spoken(windows)).toContainText(
      'The window 22:13:30 – 22:14:00 had been closed since stream time 22:14:15, so it was not counted there. A grace period of more than 20 s',
    );
    await page.keyboard.press('Shift+ArrowLeft');
    await expect(spoken(windows)).toContainText('READINGS: 2, CELSIUS: 19.5. Closed since stream time reached');
    await page.keyboard.press('ArrowDown');
    await expect(spoken(windows)).toContainText('cellar');
    await page.keyboard.press('Enter');
    await expect(bench.inspector).toContainText('cellar');
    await expectNoViolations(bench, 'windows, with a record inspected');
  });
}

test('the picture goes on with the query, and is the same for whoever opens it later', async ({ bench }) => {
  await runExample(bench, 'out-of-order');
  const list = (records: number): Locator =>
    bench.picture.getByRole('listbox', { name: new RegExp(`^Windows of CTAS_AVERAGES_\\d+, ${records} records$`) });
  await expect(list(9)).toBeVisible();
  await bench.run("INSERT INTO readings VALUES ('attic', 1.0, 1700000000000);");
  await expect(list(10)).toBeVisible();
  await expect(bench.picture).toContainText('2 late');
  await bench.show('Topics');
  await bench.show('Windows');
  await expect(bench.picture).toContainText('2 late');
  await bench.reload();
  await expect(list(10)).toBeVisible();
  await expect(bench.picture).toContainText('2 late');
});

test('a join shows who met whom, and a partner that came too late', async ({ bench, page }) => {
  await runExample(bench, 'late-partner');
  const rows = (count: number): Locator =>
    bench.picture.getByRole('listbox', { name: new RegExp(`^Joins of CSAS_PAID_\\d+, ${count} records$`) });
  await expect(rows(7)).toBeVisible();
  await expect(bench.picture).toContainText('O LEFT JOIN P');
  await expectNoViolations(bench, 'joins');
  await rows(7).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Home');
  await expect(spoken(rows(7))).toContainText(
    'o1 O, 2023-11-14 22:13:20.000, orders 0:0. Met 1 row of P, at 22:18:20.',
  );
  await page.keyboard.press('ArrowDown');
  await expect(spoken(rows(7))).toContainText('o1 P, 2023-11-14 22:18:20.000');
  await page.keyboard.press('ArrowDown');
  await expect(spoken(rows(7))).toContainText('it came out alone, with nulls for P');

  await bench.run("INSERT INTO payments VALUES ('o2', 7.0, 1700000500000);");
  await rows(8).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(spoken(rows(8))).toContainText('18 min 20 s behind stream time, it was too late to be kept');
});

test('a join with a table shows what the table held when each record came', async ({ bench, page }) => {
  await runExample(bench, 'stream-table-join');
  await expect(bench.picture).toContainText('O LEFT JOIN P, stream with table');
  const rows = bench.picture.getByRole('listbox', { name: /^Joins of CSAS_PRICED_\d+, 7 records$/ });
  await expect(rows).toBeVisible();
  await expectNoViolations(bench, 'a join with a table');
  await rows.focus();
  await page.keyboard.press('ArrowRight');
  await expect(spoken(rows)).toContainText('Met the row that P held when it came: NAME: Tea, PRICE: 4.80.');
  await page.keyboard.press('ArrowDown');
  await expect(spoken(rows)).toContainText('Held since then; 1 record of O met it.');
  await bench.picture.getByRole('button', { name: 'By time' }).click();
  await expect(rows).toBeVisible();
});

test('two thousand records are zoomed and moved at the pace of the screen, and one key is found by keyboard', async ({
  bench,
  page,
}) => {
  await bench.importSample('flights-20k.json', 'FLIGHTS', flights().length);
  await bench.runStatement(
    'CREATE TABLE per_day AS SELECT origin, COUNT(*) AS n FROM flights WINDOW TUMBLING (SIZE 1 DAY) GROUP BY origin EMIT CHANGES;',
    /PER_DAY/,
  );
  await bench.show('Windows');
  const windows = bench.picture.getByRole('listbox', { name: /Windows of CTAS_PER_DAY_\d+, 2,000 records/ });
  await expect(windows).toBeVisible();
  await bench.picture.getByRole('button', { name: 'All keys' }).click();
  await windows.hover();
  await page.keyboard.down('Control');
  for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
  for (let i = 0; i < 20; i++) await page.mouse.wheel(0, 40);
  await bench.picture.getByRole('button', { name: /^Fit / }).click();
  await expectNoViolations(bench, 'windows of two thousand records');

  await windows.focus();
  await page.keyboard.press('/');
  const field = bench.picture.getByRole('searchbox', { name: 'Find a key' });
  await expect(field).toBeFocused();
  const ofRno = flights().filter(({ origin }) => origin === 'RNO').length;
  await page.keyboard.type('rno');
  const found = bench.picture.getByRole('listbox', { name: new RegExp(`, ${ofRno.toLocaleString('en')} records$`) });
  await expect(found).toBeVisible();
  // What is drawn has a size that the canvas does not begin with.
  await expect(found.locator('canvas[width]')).toBeAttached();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await expect(spoken(found)).toContainText('RNO');
  await field.fill('nobody');
  await expect(bench.picture).toContainText('No record has a key with “nobody” in it.');
  await field.press('Escape');
  await expect(windows).toBeVisible();
});

test('a query that failed says so where its windows would be, and a paused one that it rests', async ({ bench }) => {
  await bench.runStatement(
    "CREATE STREAM s (k STRING KEY, v INTEGER) WITH (kafka_topic = 's', value_format = 'JSON', partitions = 1);",
    /S/,
  );
  await bench.runStatement("INSERT INTO s VALUES ('a', 1);", /1 record inserted/);
  await bench.runStatement(
    "CREATE TABLE bad WITH (VALUE_FORMAT = 'PROTOBUF') AS SELECT k, ARRAY[NULL, MAX(v)] AS a FROM s WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY k EMIT CHANGES;",
    /BAD/,
  );
  await expect(bench.page.getByRole('group', { name: 'Engine' })).toContainText('1 failed');
  const notices = bench.page.getByRole('log', { name: 'Notices' });
  await expect(notices).toContainText('has stopped');
  for (const panel of ['Windows', 'Topology'] as const) {
    await bench.show(panel);
    await expect(bench.picture.getByRole('alert')).toContainText('Protobuf has no null elements');
    await expect(bench.picture.getByRole('button', { name: 'Start it again' })).toBeVisible();
    await expect(bench.picture).toContainText('failed');
  }
  await expectNoViolations(bench, 'the topology of a query that failed');
  // Seen where it is listed, it need not be told any more.
  await bench.show('Queries');
  await expect(notices).toBeEmpty();
  await bench.runStatement(
    'CREATE TABLE good AS SELECT k, COUNT(*) AS n FROM s WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY k EMIT CHANGES;',
    /GOOD/,
  );
  await bench.run('PAUSE ALL;');
  await expect(bench.page.getByRole('group', { name: 'Engine' })).toContainText(/2 queries.*paused/);
  await bench.show('Windows');
  await bench.picture.getByRole('button', { name: /Query$|^Query/ }).click();
  await bench.page.getByRole('option', { name: /CTAS_GOOD/ }).click();
  await expect(bench.picture.getByText('paused', { exact: true })).toBeVisible();
});

test('without a window or a join the panels say what would bring one', async ({ bench }) => {
  await bench.show('Windows');
  await expect(bench.picture).toContainText('No windows to look into');
  await bench.show('Joins');
  await expect(bench.picture.getByRole('button', { name: 'Insert into the editor' })).toBeVisible();
  await expectNoViolations(bench, 'no joins');
});

test('the rows that EMIT FINAL holds back are marked among those of the table', async ({ bench, page }) => {
  await bench.write(`CREATE STREAM r (k VARCHAR KEY, v INT) WITH (KAFKA_TOPIC = 'r', PARTITIONS = 1, VALUE_FORMAT = 'JSON');
    CREATE TABLE final AS SELECT k, COUNT(*) AS n FROM r
      WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 0 SECONDS) GROUP BY k EMIT FINAL;
    INSERT INTO r (ROWTIME, k, v) VALUES (1000, 'a', 1);
    INSERT INTO r (ROWTIME, k, v) VALUES (12000, 'a', 1);`);
  await page.getByRole('button', { name: 'Run all' }).click();
  await bench.show('Tables');
  const rows = bench.picture.getByRole('grid', { name: 'Rows of FINAL' }).getByRole('row');
  await expect(rows.filter({ hasText: 'closed: came out' })).toHaveCount(1);
  await expect(rows.filter({ hasText: 'open: held back' })).toHaveCount(1);
  await expectNoViolations(bench, 'rows held back');
});
