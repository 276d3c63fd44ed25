/** Reloads in the middle of everything: what was acknowledged is there once, and queries go on where they were. */
import type { Page } from '@playwright/test';
import { expect, flights, test, type Workbench } from './workbench.ts';

const COUNTS = `CREATE TABLE counts AS SELECT origin, COUNT(*) AS flights FROM flights GROUP BY origin EMIT CHANGES;`;

/** How many records the topic holds, once the page has drawn it. */
async function recordsShown(bench: Workbench, topic: string): Promise<number> {
  await bench.show('Topics');
  const text = await bench
    .topic(topic)
    .getByText(/^[\d,]+ records?/)
    .textContent();
  return Number(/^[\d,]+/.exec(text ?? '')?.[0].replaceAll(',', '') ?? NaN);
}

/** All rows of the table together count so many flights. */
async function expectCounts(bench: Workbench, total: number): Promise<void> {
  await bench.expectCaughtUp();
  await bench.run('SELECT flights FROM counts;');
  await expect(bench.results.getByRole('grid')).toBeVisible();
  const grid = bench.results.getByRole('grid');
  const rows = Number(await grid.getAttribute('aria-rowcount')) - 1;
  let sum = 0;
  const seen = new Map<string, number>();
  await grid.focus();
  // The grid draws the rows in sight only: walk through them.
  while (seen.size < rows) {
    const drawn = await grid
      .getByRole('row')
      .evaluateAll((elements) =>
        elements.map((row) => [
          row.getAttribute('aria-rowindex') ?? '',
          row.querySelector('[role="gridcell"]')?.textContent ?? '',
        ]),
      );
    for (const [index = '', text = ''] of drawn) if (text !== '') seen.set(index, Number(text));
    await bench.page.keyboard.press('PageDown');
  }
  for (const count of seen.values()) sum += count;
  expect(sum).toBe(total);
}

async function startImport(bench: Workbench, page: Page, file: string): Promise<void> {
  await bench.showCatalog();
  await page.getByRole('button', { name: file }).click();
  await bench.dialog.getByRole('button', { name: 'Create and load' }).click();
}

test('a load that a reload cut off leaves an exact prefix, and counts agree', async ({ bench, page }) => {
  const all = flights('flights-200k.json');
  await startImport(bench, page, 'flights-200k.json');
  await bench.dialog.getByRole('button', { name: 'Go on in the background' }).click();
  const range = "CASE WHEN distance > 1000 THEN 'far' ELSE 'near' END";
  await bench.runStatement(
    `CREATE TABLE counts AS SELECT ${range} AS haul, COUNT(*) AS flights FROM flights GROUP BY ${range} EMIT CHANGES;`,
    /CTAS_COUNTS_\d+/,
  );
  await bench.show('Topics');
  await expect(bench.topic('flights')).not.toContainText('flights0 records');
  await bench.reload();

  const kept = await recordsShown(bench, 'flights');
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThanOrEqual(all.length);
  await expectCounts(bench, kept);

  const far = all.slice(0, kept).filter((flight) => flight.distance > 1000).length;
  const [row] = await bench.query("SELECT flights FROM counts WHERE haul = 'far';", 1);
  expect(row).toEqual([String(far)]);
});

test('queries that were behind go on after each of several reloads', async ({ bench, page }) => {
  const all = flights();
  await bench.importSample('flights-20k.json', 'FLIGHTS', all.length);
  await bench.runStatement(COUNTS, /CTAS_COUNTS_\d+/);
  await page.reload();
  await bench.ready();
  await bench.runStatement(
    'CREATE STREAM late AS SELECT origin, destination, delay FROM flights WHERE delay > 0 EMIT CHANGES;',
    /CSAS_LATE_\d+/,
  );
  await page.reload();
  await bench.ready();
  await bench.runStatement(
    'CREATE TABLE arrivals AS SELECT destination, COUNT(*) AS flights FROM late GROUP BY destination EMIT CHANGES;',
    /CTAS_ARRIVALS_\d+/,
  );
  await page.reload();
  await bench.ready();
  await expectCounts(bench, all.length);
  const late = all.filter((flight) => flight.delay > 0);
  await bench.expectRecords('LATE', late.length);
  await bench.expectCaughtUp();
  const [row] = await bench.query("SELECT flights FROM arrivals WHERE destination = 'LAX';", 1);
  expect(row).toEqual([String(late.filter((flight) => flight.destination === 'LAX').length)]);
});
