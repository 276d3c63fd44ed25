/**
 * The page under 200,000 records: it answers to typing and clicking meanwhile, and counts every row. How long its main
 * thread's tasks were is reported, not asserted: it depends on what else the machine does.
 */
import type { TestInfo } from '@playwright/test';
import { expect, flights, test, type Workbench } from './workbench.ts';
import { MainThreadTrace } from './main-thread.ts';

// Playwright's own trace takes pictures of the page while it works, which would be measured as well.
test.use({ trace: 'off' });

const FILE = 'flights-200k.json';
const TYPED = 'SELECT distance FROM flights WHERE delay > 60;';
const data = flights(FILE);
const count = data.length;
const kept = `The newest 10,000 of ${count.toLocaleString('en')} rows are kept`;

/** What a person does while the rows come. */
async function useThePage(bench: Workbench): Promise<void> {
  const { page } = bench;
  await bench.write('');
  await page.keyboard.type(TYPED, { delay: 10 });
  await expect(page.locator('.monaco-editor .view-lines')).toHaveText(TYPED);
  for (const panel of ['Queries', 'Topology', 'Functions', 'Topics'] as const) {
    await bench.show(panel);
    await expect(bench.picture.getByRole('tab', { name: panel })).toHaveAttribute('aria-selected', 'true');
  }
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.keyboard.press('Escape');
}

async function underLoad(bench: Workbench, title: string, info: TestInfo, load: () => Promise<void>): Promise<void> {
  const trace = await MainThreadTrace.start(bench.page);
  await load();
  await useThePage(bench);
  await expect(bench.results.getByText(kept)).toBeVisible({ timeout: 90_000 });
  const tasks = await trace.finish(title, info);
  expect(tasks.length).toBeGreaterThan(100);
}

test('a push query over 200,000 records leaves the page responsive', async ({ bench }, info) => {
  await bench.importSample(FILE, 'FLIGHTS', count);
  await underLoad(bench, 'Push query over a full topic', info, () => bench.run('SELECT * FROM flights EMIT CHANGES;'));
  await bench.results.getByRole('grid').focus();
  await bench.page.keyboard.press('End');
  await expect(bench.results.getByRole('row').last()).toHaveAttribute('aria-rowindex', '10001');
});

test('a push query and a table that follow an import leave the page responsive', async ({ bench }, info) => {
  await bench.showCatalog();
  await bench.page.getByRole('button', { name: FILE }).click();
  await underLoad(bench, 'Push query during an import', info, async () => {
    await bench.dialog.getByRole('button', { name: 'Create and load' }).click();
    await bench.dialog.getByRole('button', { name: 'Go on in the background' }).click();
    await bench.run(`CREATE TABLE by_distance AS SELECT distance, COUNT(*) AS flights FROM flights GROUP BY distance;`);
    await bench.run('SELECT * FROM flights EMIT CHANGES;');
  });
  await bench.expectRecords('flights', count);
  // Stopped, so that the table's query is the only one that runs.
  await bench.results.getByRole('tab', { name: /flights/ }).click();
  await bench.results.getByRole('button', { name: 'Stop; the rows stay' }).click();
  await bench.expectCaughtUp();
  const [row] = await bench.query('SELECT flights FROM by_distance WHERE distance = 1452;', 1);
  expect(row).toEqual([String(data.filter(({ distance }) => distance === 1452).length)]);
});
