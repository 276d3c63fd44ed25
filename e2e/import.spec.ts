/** Files of a person's own: dropped, half broken, or called off. */
import { expect, test } from './workbench.ts';

test('bad rows of a CSV are counted and listed, the good ones kept', async ({ bench }) => {
  const rows = Array.from({ length: 300 }, (_, i) => `${i},s${i % 7},${i / 2}`);
  rows[100] = '100,s2';
  rows[200] = '200,s4,not a number';
  await bench.drop('readings.csv', `id,sensor,level\n${rows.join('\n')}\n`);
  await expect(bench.dialog.getByRole('heading', { name: 'Import readings.csv' })).toBeVisible();
  await bench.dialog.getByRole('button', { name: /Type of LEVEL/ }).click();
  await bench.page.getByRole('option', { name: 'DOUBLE' }).click();
  await bench.dialog.getByRole('button', { name: 'Create and load' }).click();
  await bench.expectLoaded('READINGS', 298);
  await expect(bench.dialog.getByText('2 bad rows, left out')).toBeVisible();
  const bad = bench.dialog.getByRole('region', { name: 'Bad rows' });
  await expect(bad.getByRole('row', { name: /^102 / })).toContainText('100,s2');
  await expect(bad.getByRole('row', { name: /^202 / })).toContainText('not a number');
  await bench.dialog.getByRole('button', { name: 'See the topic' }).click();
  await bench.expectRecords('readings', 298);
});

test('NDJSON with nested values can be dropped and asked', async ({ bench }) => {
  const lines = Array.from({ length: 50 }, (_, i) =>
    JSON.stringify({ user: `u${i % 5}`, place: { city: i % 2 === 0 ? 'Oslo' : 'Rome' }, tags: ['a', `t${i}`] }),
  );
  await bench.drop('visits.ndjson', lines.join('\n'));
  await bench.dialog.getByRole('button', { name: 'Create and load' }).click();
  await bench.expectLoaded('VISITS', 50);
  await bench.dialog.getByRole('button', { name: 'Insert a query' }).click();
  const rows = await bench.query(
    "SELECT place->city AS city, tags[2] AS tag FROM visits WHERE place->city = 'Oslo' EMIT CHANGES LIMIT 25;",
    25,
  );
  expect(rows[0]?.slice(3)[0]).toBe('Oslo');
});

test('a load that is called off keeps what it had', async ({ bench, page }) => {
  await bench.showCatalog();
  await page.getByRole('button', { name: 'flights-200k.json' }).click();
  await bench.dialog.getByRole('button', { name: 'Create and load' }).click();
  await bench.dialog.getByRole('button', { name: 'Cancel the import' }).click();
  const state = bench.dialog.getByRole('status');
  await expect(state).toContainText('Cancelled');
  const text = (await state.textContent()) ?? '';
  const kept = Number(/([\d,]+) records?/.exec(text)?.[1]?.replaceAll(',', ''));
  expect(kept).toBeLessThan(200_000);
  await bench.dialog.getByRole('button', { name: 'See the topic' }).click();
  await bench.expectRecords('flights', kept);
});
