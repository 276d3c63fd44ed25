/** A script leaves as a link or a file, and comes in to be read before it gets into the editor. It never runs unasked. */
import { expect, test } from './workbench.ts';

test('a link shows its script, and puts it into the editor when told', async ({ bench, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await bench.write('SHOW STREAMS; -- für später');
  await bench.page.getByRole('button', { name: 'Script' }).click();
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
  await bench.page.getByRole('button', { name: 'Script' }).click();
  const download = bench.page.waitForEvent('download');
  await bench.page.getByRole('menuitem', { name: 'Download as default.sql' }).click();
  expect((await download).suggestedFilename()).toBe('default.sql');
});
