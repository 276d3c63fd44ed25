/**
 * Pictures of every panel, light and dark, at 1280 by 720, and the README's, into the folder WEIR_SCREENSHOTS. There for
 * people to look at, it is part of the tests only when that folder is named (see playwright.config.ts). The README's
 * picture is readme.png, to be looked at before it becomes docs/screenshot.png.
 */
import { airports, expect, flights, test, type Workbench } from './workbench.ts';

const folder = process.env['WEIR_SCREENSHOTS'] ?? 'test-results/screenshots';

const SCRIPT = `-- Delayed flights, with the names of their airports
CREATE STREAM delayed_named AS
  SELECT f.origin AS origin, a.name, a.city, f.delay
  FROM flights f
  JOIN airports a ON f.origin = a.iata
  WHERE f.delay > 60
  EMIT CHANGES;

-- How late each airport was, day by day
CREATE TABLE delay_by_airport AS
  SELECT origin, COUNT(*) AS flights, AVG(delay) AS avg_delay
  FROM flights
  WINDOW TUMBLING (SIZE 1 DAY, RETENTION 120 DAYS)
  GROUP BY origin
  EMIT CHANGES;`;
const LIVE = 'SELECT origin, name, city, delay FROM delayed_named EMIT CHANGES;';
const INTERNAL = `CREATE TABLE by_destination AS
  SELECT destination, COUNT(*) AS flights FROM flights GROUP BY destination EMIT CHANGES;`;

async function prepare(bench: Workbench): Promise<void> {
  await bench.importSample('flights-20k.json', 'FLIGHTS', flights().length);
  await bench.importSample('airports.csv', 'AIRPORTS', airports().size);
  await bench.write(SCRIPT);
  await bench.page.getByRole('button', { name: 'Run all' }).click();
  await expect(bench.results.getByRole('tab', { name: /^Log/ })).toHaveText('Log 2');
  await bench.run(INTERNAL);
  await bench.expectCaughtUp();
  await bench.run(LIVE);
  await bench.write(`${SCRIPT}\n\n${LIVE}`);
}

for (const theme of ['light', 'dark'] as const) {
  test(`every panel, ${theme}`, async ({ bench, page }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme: theme });
    const shoot = async (name: string): Promise<void> => {
      await page.mouse.move(640, 2);
      await page.screenshot({ path: `${folder}/${theme}-${name}.png`, animations: 'disabled' });
    };
    await shoot('01-empty');
    await bench.showCatalog();
    await page.getByRole('button', { name: 'flights-20k.json' }).click();
    await expect(bench.dialog.getByRole('button', { name: 'Create and load' })).toBeVisible();
    await shoot('02-import');
    await page.keyboard.press('Escape');
    await prepare(bench);
    await bench.show('Topics');
    await shoot('03-topics');
    if (theme === 'light') await page.screenshot({ path: `${folder}/readme.png`, animations: 'disabled' });
    await bench.topic('flights').getByRole('listbox').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect(bench.inspector.getByText(/CRC/)).toBeVisible();
    await shoot('04-inspector');
    await bench.inspector.getByRole('button', { name: 'Bytes' }).click();
    await shoot('05-inspector-bytes');
    await bench.inspector.getByRole('button', { name: 'Close the inspector' }).click();
    for (const tab of await bench.picture.getByRole('tab').all()) {
      const name = (await tab.textContent()) ?? '';
      if (name === 'Topics') continue;
      await tab.click();
      // A picture of windows is drawn when their past has been run again.
      await page.waitForTimeout(1_500);
      await shoot(`06-${name.toLowerCase()}`);
    }
    await bench.show('Topology');
    await bench.picture.getByRole('button', { name: /^Query|Query$/ }).click();
    await page.getByRole('option', { name: /BY_DESTINATION/ }).click();
    await shoot('07-topology-repartition');
    await bench.run('DESCRIBE delay_by_airport EXTENDED;');
    await shoot('08-describe');
    await bench.run('SELECT origin, dely FROM flights EMIT CHANGES;');
    await shoot('09-error');
    await page.getByRole('tab', { name: 'Lesson' }).click();
    await shoot('10-lesson');
    await page.getByRole('button', { name: 'Keys and help' }).click();
    await expect(bench.dialog).toBeVisible();
    await shoot('11-help');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('combobox')).toBeFocused();
    await shoot('12-palette');
  });
}

const SIDES = `CREATE STREAM orders (id STRING KEY, product STRING, n INTEGER) WITH (kafka_topic = 'orders', value_format = 'JSON', partitions = 3);
CREATE TABLE products (id STRING PRIMARY KEY, name STRING) WITH (kafka_topic = 'products', value_format = 'JSON', partitions = 2);
CREATE TABLE codes (id INTEGER PRIMARY KEY, name STRING) WITH (kafka_topic = 'codes', value_format = 'JSON', partitions = 3);
INSERT INTO products VALUES ('tea', 'Tea');
INSERT INTO products VALUES ('jam', 'Jam');
INSERT INTO products (id, name) VALUES ('tea', 'Green tea from the hills of Assam, with a name that is long');
INSERT INTO orders VALUES ('o1', 'tea', 2);`;

for (const theme of ['light', 'dark'] as const) {
  test(`states that are met seldom, ${theme}`, async ({ bench, page }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme: theme });
    const shoot = async (name: string): Promise<void> => {
      await page.mouse.move(640, 2);
      await page.screenshot({ path: `${folder}/${theme}-${name}.png`, animations: 'disabled' });
    };
    for (const panel of ['Tables', 'Queries', 'Topology', 'Windows', 'Joins', 'Functions', 'Schemas'] as const) {
      await bench.show(panel);
      await shoot(`20-empty-${panel.toLowerCase()}`);
    }
    await bench.write(SIDES);
    await page.getByRole('button', { name: 'Run all' }).click();
    await expect(bench.results.getByRole('tab', { name: /^Log/ })).toHaveText('Log 7');
    await bench.run('SELECT o.id, p.name FROM orders o JOIN products p ON o.id = p.id EMIT CHANGES;');
    await shoot('21-refused-partitions');
    await bench.run('SELECT o.id, c.name FROM orders o JOIN codes c ON o.id = c.id EMIT CHANGES;');
    await shoot('22-refused-types');
    await bench.run('CREATE TABLE copied AS SELECT * FROM products;');
    await bench.run('PAUSE ALL;');
    await bench.show('Queries');
    await shoot('23-paused');
    await bench.show('Tables');
    await shoot('24-tables');
    await bench.show('Topics');
    await shoot('25-topics');
    await bench.drop('bad.csv', 'id,amount,at\n1,2,2024-01-01\n2,x,2024-01-02\n"3,4\n');
    await expect(bench.dialog).toBeVisible();
    await page.waitForTimeout(500);
    await shoot('26-import-bad');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Share' }).click();
    await shoot('27-share');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Workspace / }).click();
    await expect(bench.dialog).toBeVisible();
    await shoot('28-workspaces');
    await page.keyboard.press('Escape');
    await bench.show('Functions');
    await bench.picture.getByRole('combobox', { name: /^Search functions/ }).fill('date');
    await page.waitForTimeout(300);
    await shoot('29-functions-search');
    await bench.write('SELECT SUBSTRING(');
    await page.keyboard.press('ControlOrMeta+Space');
    await page.waitForTimeout(800);
    await shoot('30-completion');
    await page.keyboard.press('Escape');
    const other = await page.context().newPage();
    await other.goto('./');
    await other.getByRole('button', { name: 'Take over here' }).waitFor();
    await other.screenshot({ path: `${folder}/${theme}-31-locked.png` });
    await other.getByRole('button', { name: 'Take over here' }).click();
    await expect(page.getByRole('alertdialog')).toBeVisible();
    await shoot('32-lost');
  });
}
