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
