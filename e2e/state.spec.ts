/** State of a large table: shown while it is restored after a reload, exact afterwards, and beside memory when it is too large. */
import { expect, flights, test, Workbench } from './workbench.ts';

test('a large table says how far it is restored after a reload, and is exact afterwards', async ({ bench, page }) => {
  const all = flights('flights-200k.json');
  await bench.importSample('flights-200k.json', 'FLIGHTS', all.length);
  await bench.runStatement("SET 'ksql.plugins.rocksdb.cache.size' = '1000000';", /ksql\.plugins\.rocksdb\.cache\.size/);
  const by = 'delay, distance';
  await bench.runStatement(
    `CREATE TABLE pairs WITH (KEY_FORMAT = 'JSON') AS SELECT ${by}, COUNT(*) AS flights FROM flights GROUP BY ${by} EMIT CHANGES;`,
    /CTAS_PAIRS_\d+/,
  );
  const expected = new Map<string, number>();
  for (const flight of all) {
    const pair = `${flight.delay}/${flight.distance}`;
    expected.set(pair, (expected.get(pair) ?? 0) + 1);
  }
  await bench.expectCaughtUp(90_000);
  const entry = bench.queryEntry(/CTAS_PAIRS_\d+/);
  await entry
    .getByRole('button', { name: /CTAS_PAIRS_\d+/, expanded: false })
    .first()
    .click();
  const store = entry.getByRole('row').filter({ hasText: 'Aggregate-Materialize' });
  await expect(store.getByRole('cell').nth(0)).toHaveText(expected.size.toLocaleString('en'));
  await expect(store.getByRole('cell').nth(2)).toHaveText(/^[\d.]+ [KM]iB$/);

  // What the page shows while it restores is there for a moment only: it is noted from the first update on.
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { seenProgress: seen });
    new MutationObserver(() => {
      const bar = document.querySelector('progress[aria-label="Restored from the changelog"]');
      const text = bar?.parentElement?.textContent;
      if (text !== undefined && text !== null && seen.at(-1) !== text) seen.push(text);
    }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  await bench.reload();
  await bench.expectCaughtUp();
  const seen = await page.evaluate(() => (globalThis as unknown as { seenProgress: string[] }).seenProgress);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen[0]).toMatch(/ of [\d.]+k records restored$/);
  const [[top = ''] = []] = await bench.query('SELECT flights FROM pairs WHERE delay = 0 AND distance = 239;', 1);
  expect(Number(top)).toBe(expected.get('0/239') ?? -1);
});

test('without scratch files state stays in memory, and the page says so', async ({ browser }) => {
  const page = await browser.newPage();
  await page.route('**/engine.worker-*.js', async (route) => {
    const response = await route.fetch();
    const without = `Object.defineProperty(StorageManager.prototype, 'getDirectory', { value: undefined });`;
    await route.fulfill({ response, body: `${without}\n${await response.text()}` });
  });
  await page.goto('./');
  const notices = page.getByRole('log', { name: 'Notices' });
  await expect(notices).toContainText('State is kept in memory whatever its size');
  const bench = new Workbench(page);
  await bench.ready();
  await bench.runStatement(
    "CREATE STREAM s (id STRING KEY, n INTEGER) WITH (kafka_topic = 's', value_format = 'JSON', partitions = 1);",
    /S/,
  );
  await notices.getByRole('button', { name: 'Dismiss' }).click();
  await expect(notices).not.toContainText('State is kept in memory');
  await page.close();
});
