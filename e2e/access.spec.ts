/** The page for whoever uses no mouse, and for whoever does not see it. */
import AxeBuilder from '@axe-core/playwright';
import { airports, expect, test, type Workbench } from './workbench.ts';

async function expectNoViolations(bench: Workbench, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page: bench.page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  expect(found, state).toEqual([]);
}

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing, ${theme}`, async ({ bench, page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await expectNoViolations(bench, 'empty');
    await bench.showCatalog();
    await page.getByRole('button', { name: 'airports.csv' }).click();
    await expect(bench.dialog.getByRole('button', { name: 'Create and load' })).toBeVisible();
    await expectNoViolations(bench, 'import');
    await bench.dialog.getByRole('button', { name: 'Create and load' }).click();
    await bench.expectLoaded('AIRPORTS', airports().size);
    await expectNoViolations(bench, 'loaded');
    await bench.dialog.getByRole('button', { name: 'See the topic' }).click();
    await bench.runStatement(
      'CREATE TABLE by_state AS SELECT state, COUNT(*) AS airports FROM airports GROUP BY state EMIT CHANGES;',
      /BY_STATE/,
    );
    await bench.query('SELECT * FROM airports EMIT CHANGES LIMIT 5;', 5);
    await bench.topic('airports').getByRole('listbox').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect(bench.inspector.getByRole('region', { name: 'Record in full' })).toContainText('CRC');
    await expectNoViolations(bench, 'topics, grid and inspector');
    for (const panel of ['Tables', 'Queries', 'Topology'] as const) {
      await bench.show(panel);
      await expectNoViolations(bench, panel);
    }
    await bench.run('SELECT * FROM nowhere EMIT CHANGES;');
    await expectNoViolations(bench, 'error');
    await page.getByRole('button', { name: 'Keys and help' }).click();
    await expect(bench.dialog).toBeVisible();
    await expectNoViolations(bench, 'help');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('combobox')).toBeFocused();
    await expectNoViolations(bench, 'palette');
  });
}

test('the whole way by keyboard', async ({ bench, page }) => {
  await bench.run('SHOW TOPICS;');
  await expect(bench.results.getByRole('tab', { name: /Topics/ })).toHaveAttribute('aria-selected', 'true');

  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox').fill('show queries');
  await page.keyboard.press('Enter');
  await expect(bench.dialog).toBeHidden();
  await expect(bench.picture.getByRole('tab', { name: 'Queries' })).toHaveAttribute('aria-selected', 'true');

  await bench.picture.getByRole('tab', { name: 'Queries' }).focus();
  await page.keyboard.press('2');
  await expect(bench.picture.getByRole('tab', { name: 'Tables' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('?');
  await expect(bench.dialog.getByRole('heading', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');

  const separator = page.getByRole('separator', { name: 'Resize the picture' });
  await separator.focus();
  const before = Number(await separator.getAttribute('aria-valuenow'));
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => Number(await separator.getAttribute('aria-valuenow'))).toBeLessThan(before);
  const after = Number(await separator.getAttribute('aria-valuenow'));
  await bench.reload();
  await expect
    .poll(async () => Math.round(Number(await separator.getAttribute('aria-valuenow'))))
    .toBe(Math.round(after));
});
