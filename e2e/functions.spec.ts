/** The function browser, and functions of one's own: written, used, kept, ended when they run away, removed. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Workbench } from './workbench.ts';

const search = (bench: Workbench) => bench.picture.getByRole('combobox', { name: /^Search functions/ });
const option = (bench: Workbench, name: string) =>
  bench.picture.getByRole('option').filter({ has: bench.page.getByText(name, { exact: true }) });
const detail = (bench: Workbench, name: string) =>
  bench.picture.getByRole('region', { name: `Function ${name}`, exact: true });

test('a function is found, tried and written by keyboard alone', async ({ bench }) => {
  await bench.page.locator('body').press('/');
  await expect(search(bench)).toBeFocused();
  await expect(option(bench, 'ABS')).toHaveAttribute('aria-selected', 'true');
  await bench.page.keyboard.press('ArrowDown');
  await expect(option(bench, 'ABS')).toHaveAttribute('aria-selected', 'false');
  await bench.page.keyboard.type('abs');
  await expect(detail(bench, 'ABS')).toContainText('ABS(');
  await expect(option(bench, 'ABS')).toHaveAttribute('aria-selected', 'true');

  await detail(bench, 'ABS').getByRole('button', { name: 'Run ABS(-1)' }).press('Enter');
  await expect(detail(bench, 'ABS').getByText('as documented')).toBeVisible();

  await bench.write('SELECT ');
  await bench.page.keyboard.press('ControlOrMeta+End');
  await search(bench).focus();
  await search(bench).press('Enter');
  await expect(bench.editor).toBeFocused();
  await bench.page.keyboard.type('x');
  await expect(bench.page.locator('.monaco-editor').first()).toContainText('ABS(x)');
});

test('functions are narrowed by kind and category; examples of aggregates and table functions run', async ({
  bench,
}) => {
  await bench.show('Functions');
  await bench.picture.getByRole('button', { name: 'Aggregate', exact: true }).click();
  await search(bench).fill('sum');
  const sum = detail(bench, 'SUM');
  await sum.getByRole('button', { name: /^Run SUM/ }).click();
  await expect(sum.getByText('as documented')).toBeVisible();
  await bench.picture.getByRole('button', { name: 'Table', exact: true }).click();
  await search(bench).fill('explode');
  const explode = detail(bench, 'EXPLODE');
  await explode
    .getByRole('button', { name: /^Run EXPLODE/ })
    .first()
    .click();
  await expect(explode.getByText('as documented')).toBeVisible();
  await search(bench).fill('no such thing');
  await bench.picture.getByRole('button', { name: /^Show all \d+ functions/ }).click();
  expect(await bench.picture.getByRole('option').count()).toBeGreaterThan(140);
});

test('a function of one’s own is used in queries, survives a reload, and is removed', async ({ bench }) => {
  await bench.show('Functions');
  await bench.picture.getByRole('button', { name: 'New function' }).click();
  await bench.picture.getByRole('button', { name: 'Add and try' }).click();
  await expect(bench.picture.getByText('160.9344')).toBeVisible();
  await expect(bench.picture.getByText('TO_KM can be used in queries')).toBeVisible();

  await bench.runStatement(
    "CREATE STREAM trips (k INT KEY, miles DOUBLE) WITH (KAFKA_TOPIC='trips', PARTITIONS=1, VALUE_FORMAT='JSON');",
    'Stream TRIPS created',
  );
  await bench.runStatement('INSERT INTO trips VALUES (1, 10);', '1 record inserted');
  await bench.runStatement(
    'CREATE STREAM trips_km AS SELECT k, TO_KM(miles) AS km FROM trips EMIT CHANGES;',
    /CSAS_TRIPS_KM_\d+/,
  );
  const [row = []] = await bench.query('SELECT km FROM trips_km EMIT CHANGES LIMIT 1;', 1);
  expect(row).toContain('16.09344');

  await bench.reload();
  await bench.runStatement('INSERT INTO trips VALUES (2, 100);', '1 record inserted');
  await bench.query('SELECT km FROM trips_km EMIT CHANGES LIMIT 2;', 2);
  await bench.show('Functions');
  await search(bench).fill('TO_KM');
  const own = detail(bench, 'TO_KM');
  await own.getByRole('button', { name: 'Remove' }).click();
  await expect(own.getByRole('alert')).toContainText('FUNCTION_IN_USE');
  await bench.run('TERMINATE ALL;');
  await own.getByRole('button', { name: 'Remove' }).click();
  await expect(own).toBeHidden();
  await bench.run('SELECT TO_KM(miles) AS km FROM trips EMIT CHANGES LIMIT 1;');
  await expect(bench.log.getByRole('alert').last()).toContainText('UNKNOWN_FUNCTION');
});

test('code that will not do is refused in place, and code that runs away is ended while the page goes on', async ({
  bench,
}) => {
  await bench.show('Functions');
  await bench.picture.getByRole('button', { name: 'New function' }).click();
  const code = bench.picture.getByRole('textbox', { name: /^Code/ });
  await code.fill('export function evaluate(miles) {');
  await bench.picture.getByRole('button', { name: 'Add the function' }).click();
  await expect(bench.picture.getByRole('alert')).toContainText('INVALID_FUNCTION');

  await code.fill('export function evaluate(miles) { for (;;); }');
  // A page that stands still would not draw between the click and the answer.
  await bench.page.evaluate(() => {
    const page = globalThis as { framesMeanwhile?: number };
    const frame = (): void => {
      const alerts = Array.from(document.querySelectorAll('[role=alert]'));
      if (alerts.some(({ textContent }) => textContent.includes('FUNCTION_RAN_AWAY'))) return;
      page.framesMeanwhile = (page.framesMeanwhile ?? 0) + 1;
      requestAnimationFrame(frame);
    };
    document.addEventListener('pointerdown', () => requestAnimationFrame(frame), { once: true, capture: true });
  });
  await bench.picture.getByRole('button', { name: 'Add and try' }).click();
  await code.focus();
  await expect(bench.picture.getByRole('alert')).toContainText('FUNCTION_RAN_AWAY');
  await bench.picture.getByRole('button', { name: 'Back to all functions' }).click();
  await expect(detail(bench, 'TO_KM')).toBeVisible();
  const frames = await bench.page.evaluate(() => (globalThis as { framesMeanwhile?: number }).framesMeanwhile ?? 0);
  expect(frames, 'frames while the function ran').toBeGreaterThan(3);
});

test('inside a call the columns that its parameter takes come first, and the overload follows the arguments', async ({
  bench,
  page,
}) => {
  await bench.runStatement(
    "CREATE STREAM orders (amount DOUBLE, id INT, item STRING) WITH (KAFKA_TOPIC='orders', PARTITIONS=1, VALUE_FORMAT='JSON');",
    'Stream ORDERS created',
  );
  const typed = 'SELECT UCASE(';
  await bench.write(`${typed}) FROM orders EMIT CHANGES;`);
  await page.keyboard.press('ControlOrMeta+Home');
  for (let i = 0; i < typed.length; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ControlOrMeta+Space');
  await expect(page.locator('.suggest-widget .monaco-list-row').first()).toContainText('ITEM');
  await page.keyboard.press('Escape');
  await bench.write('SELECT SUBSTRING(item, 1, ');
  await page.keyboard.press('ControlOrMeta+Shift+Space');
  await expect(page.locator('.parameter-hints-widget .signature')).toContainText('INTEGER length');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in functions and schemas, ${colorScheme}`, async ({ bench, page }) => {
    const violations = async (): Promise<string[]> => {
      const found = await new AxeBuilder({ page }).analyze();
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
    };
    await page.emulateMedia({ colorScheme });
    await bench.show('Functions');
    await detail(bench, 'ABS').getByRole('button', { name: 'Run ABS(-1)' }).click();
    expect(await violations(), 'browser').toEqual([]);
    await bench.picture.getByRole('button', { name: 'New function' }).click();
    await bench.picture.getByRole('button', { name: 'Add and try' }).click();
    await expect(bench.picture.getByText('160.9344')).toBeVisible();
    expect(await violations(), 'form').toEqual([]);
    await bench.show('Schemas');
    expect(await violations(), 'no schema').toEqual([]);
    await bench.picture.getByRole('button', { name: 'Register one by hand' }).click();
    expect(await violations(), 'schema form').toEqual([]);
    await bench.picture.getByRole('button', { name: 'Register' }).click();
    await expect(bench.picture.getByRole('region', { name: 'Schema of orders-value' })).toBeVisible();
    expect(await violations(), 'schema').toEqual([]);
  });
}
