/** Several workspaces in one browser: each with its own streams, renamed, and deleted after a question. */
import { expect, test } from './workbench.ts';

test('workspaces are made, renamed and deleted', async ({ bench }) => {
  const { page, dialog } = bench;
  await bench.runStatement(
    "CREATE STREAM first (a INTEGER) WITH (kafka_topic = 'first', value_format = 'JSON', partitions = 1);",
    /FIRST/,
  );
  await page.getByRole('button', { name: /^Workspace default/ }).click();
  await dialog.getByRole('textbox', { name: 'Name of a workspace' }).fill('second');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('button', { name: /^Workspace second/ })).toBeVisible();
  await bench.ready();
  await bench.query('SHOW TABLES;', 0);
  await expect(bench.picture.getByText('The log is empty')).toBeVisible();

  await page.getByRole('button', { name: /^Workspace second/ }).click();
  const list = dialog.getByRole('list', { name: 'Workspaces of this browser' });
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await expect(list).toContainText(/default.*\d (B|KiB)/);
  await dialog.getByRole('button', { name: 'Rename second' }).click();
  await dialog.getByRole('textbox', { name: 'New name of second' }).fill('Trials');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Trials').first()).toBeVisible();

  await dialog.getByRole('button', { name: 'Delete default' }).click();
  await expect(list).toContainText('cannot be undone');
  await dialog.getByRole('button', { name: 'Keep it', exact: true }).click();
  await dialog.getByRole('button', { name: 'Delete default' }).click();
  await dialog.getByRole('button', { name: 'Delete it' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([
    'weir-second',
  ]);
});

test('a workspace is duplicated with all that is in it, and the copy goes its own way', async ({ bench }) => {
  const { page, dialog } = bench;
  await bench.runStatement(
    "CREATE STREAM first (a INTEGER) WITH (kafka_topic = 'first', value_format = 'JSON', partitions = 1);",
    /FIRST/,
  );
  await bench.runStatement('INSERT INTO first (a) VALUES (1);', /1 record inserted/);
  await page.getByRole('button', { name: /^Workspace default/ }).click();
  await dialog.getByRole('button', { name: 'Duplicate default and open the copy' }).click();
  await expect(page.getByRole('button', { name: /^Workspace default copy/ })).toBeVisible();
  await bench.ready();
  await expect(page.locator('.monaco-editor .view-lines')).toHaveText('INSERT INTO first (a) VALUES (1);');
  await bench.runStatement('INSERT INTO first (a) VALUES (2);', /1 record inserted/);
  await bench.expectRecords('first', 2);

  await page.getByRole('button', { name: /^Workspace default copy/ }).click();
  await dialog.getByRole('button', { name: 'Duplicate default', exact: true }).click();
  const list = dialog.getByRole('list', { name: 'Workspaces of this browser' });
  await expect(list.getByRole('listitem')).toHaveCount(3);
  await dialog.getByRole('button', { name: 'Open default', exact: true }).click();
  await bench.ready();
  await bench.expectRecords('first', 1);
});
