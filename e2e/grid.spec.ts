/** Columns are made wider by mouse and keyboard, and a value that is cut is shown whole. */
import { expect, test } from './workbench.ts';

const LONG = `{"note": "${'a long story '.repeat(30)}", "parts": [1, 2]}`;

test('columns are resized, and a long value is shown whole', async ({ bench }) => {
  const { page, results } = bench;
  await bench.runStatement(
    "CREATE STREAM notes (id STRING KEY, note STRING) WITH (kafka_topic = 'notes', value_format = 'JSON', partitions = 1);",
    /NOTES/,
  );
  await bench.runStatement(`INSERT INTO notes (id, note) VALUES ('a', '${LONG}');`, /1 record inserted/);
  await bench.query('SELECT id, note FROM notes EMIT CHANGES;', 1);
  const widthPx = async (title: string): Promise<number> =>
    Math.round((await results.getByRole('columnheader', { name: title }).boundingBox())?.width ?? 0);
  const id = await widthPx('ID');
  const note = await widthPx('NOTE');

  const box = await results.getByRole('columnheader', { name: 'ID' }).boundingBox();
  if (box === null) throw new Error('The title has no box');
  await page.mouse.move(box.x + box.width - 3, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width + 57, box.y + 10, { steps: 4 });
  await page.mouse.up();
  expect(await widthPx('ID')).toBe(id + 60);

  const grid = results.getByRole('grid');
  await grid.focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowLeft');
  expect(await widthPx('NOTE')).toBe(note - 16);

  const whole = page.getByRole('dialog', { name: 'Whole value of NOTE' });
  await page.keyboard.press('Shift+Enter');
  await expect(whole).toContainText('"parts": [');
  await page.keyboard.press('Escape');
  await expect(whole).toBeHidden();
  await expect(grid).toBeFocused();

  await results.getByRole('gridcell', { name: /a long story/ }).hover();
  await results.getByRole('button', { name: 'Show the whole value' }).click();
  await expect(whole).toContainText('a long story a long story');
  await page.keyboard.press('Escape');
  // What the person did to a column stays when the tab was away.
  await results.getByRole('tab', { name: /^Log/ }).click();
  await results.getByRole('tab', { name: /notes/ }).click();
  expect([await widthPx('ID'), await widthPx('NOTE')]).toEqual([id + 60, note - 16]);
});
