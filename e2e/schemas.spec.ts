/** The schema panel: from nothing to a subject with two versions, a difference and a refusal that says why. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './workbench.ts';

const FIELD = (name: string, rest = ''): string => `{ "name": "${name}", "type": ${rest} }`;
const ORDER = (...fields: string[]): string => `{"type": "record", "name": "Order", "fields": [${fields.join(', ')}]}`;

test('schemas are shown, checked, registered, compared and kept', async ({ bench }) => {
  const { picture, page } = bench;
  await bench.show('Schemas');
  await expect(picture).toContainText("VALUE_FORMAT = 'AVRO'");
  await picture.getByRole('button', { name: 'Insert into the editor' }).click();
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(bench.log).toContainText('Stream ORDERS created');

  const text = picture.getByRole('region', { name: 'Schema of orders-value' });
  await expect(text).toContainText('"name": "AMOUNT"');
  await picture.getByRole('button', { name: /^Evolve it/ }).click();
  const schema = picture.getByRole('textbox', { name: 'Schema' });
  const first = await schema.inputValue();

  await picture.getByRole('button', { name: 'Check' }).click();
  await expect(picture.getByRole('status')).toContainText('it is version 1');
  await schema.fill(first.replace('"fields": [', '"fields": [ { "name": "NOTE", "type": "string" },'));
  await picture.getByRole('button', { name: 'Check' }).click();
  await expect(picture.getByRole('alert')).toContainText('INCOMPATIBLE_SCHEMA');
  await expect(picture.getByRole('alert')).toContainText('$.NOTE');
  await schema.fill('{ broken');
  await picture.getByRole('button', { name: 'Register' }).click();
  await expect(picture.getByRole('alert')).toContainText('INVALID_SCHEMA');
  await schema.fill(
    first.replace('"fields": [', '"fields": [ { "name": "NOTE", "type": ["null", "string"], "default": null },'),
  );
  await picture.getByRole('button', { name: 'Check' }).click();
  await expect(picture.getByRole('status')).toContainText('can be registered');
  await picture.getByRole('button', { name: 'Register' }).click();
  await expect(picture.getByRole('button', { name: /Version 2, the latest/ })).toBeVisible();

  await picture.getByRole('button', { name: /Compare with/ }).click();
  await page.getByRole('option', { name: 'Changes since version 1' }).click();
  await expect(text.locator('.schema-line.added')).toHaveCount(1);
  await expect(text.locator('.schema-line.added')).toContainText('"NOTE"');
  await expect(text.locator('.schema-line.removed')).toHaveCount(0);

  expect((await new AxeBuilder({ page }).include('section[aria-label="Picture"]').analyze()).violations).toEqual([]);

  await picture.getByRole('button', { name: /Compatibility level/ }).click();
  await page.getByRole('option', { name: 'FULL', exact: true }).click();
  await expect(picture).toContainText('must read each other’s data');

  await bench.reload();
  await expect(picture.getByRole('button', { name: /Version 2, the latest/ })).toBeVisible();
  await expect(picture.getByRole('button', { name: /Compatibility level/ })).toContainText('FULL');
});

test('columns come from a schema that was registered by hand', async ({ bench }) => {
  const { picture } = bench;
  await bench.show('Schemas');
  await picture.getByRole('button', { name: 'Register one by hand' }).click();
  await picture.getByRole('textbox', { name: /^Subject/ }).fill('sales-value');
  await picture
    .getByRole('textbox', { name: 'Schema' })
    .fill(ORDER(FIELD('ITEM', '"string"'), FIELD('AMOUNT', '"double"')));
  await picture.getByRole('button', { name: 'Register' }).click();
  await expect(picture.getByRole('region', { name: 'Schema of sales-value' })).toContainText('"AMOUNT"');
  await bench.runStatement(
    "CREATE STREAM sales WITH (KAFKA_TOPIC='sales', PARTITIONS=1, VALUE_FORMAT='AVRO');",
    'Stream SALES created',
  );
  await bench.runStatement("INSERT INTO sales (item, amount) VALUES ('tea', 2.5);", '1 record inserted');
  const [row = []] = await bench.query('SELECT item, amount FROM sales EMIT CHANGES LIMIT 1;', 1);
  expect(row.slice(-2)).toEqual(['tea', '2.5']);
});

test('schemas refer to others, which stay while they do', async ({ bench }) => {
  const { picture, page } = bench;
  const schema = picture.getByRole('textbox', { name: 'Schema', exact: true });
  await bench.show('Schemas');
  const register = async (subject: string, text: string): Promise<void> => {
    await picture.getByRole('button', { name: /Type of schema/ }).click();
    await page.getByRole('option', { name: 'PROTOBUF' }).click();
    await picture.getByRole('textbox', { name: /^Subject/ }).fill(subject);
    await schema.fill(`syntax = "proto3"; ${text}`);
    await picture.getByRole('button', { name: 'Register' }).click();
  };
  await picture.getByRole('button', { name: 'Register one by hand' }).click();
  await register('items-value', 'message Item { string NAME = 1; }');
  await picture.getByRole('button', { name: 'New subject' }).click();
  await register('sales-value', 'import "items.proto"; message Sale { Item ITEM = 1; }');
  await expect(picture.getByRole('alert')).toContainText("unknown type 'Item'");
  await picture.getByRole('button', { name: 'Refer to another schema' }).click();
  await picture.getByRole('button', { name: 'Register' }).click();
  await expect(picture.getByRole('region', { name: 'Schema of sales-value' })).toContainText('is version 1 of');

  await picture.getByRole('button', { name: 'items-value', exact: true }).click();
  await picture.getByRole('button', { name: /^Delete version 1/ }).click();
  await expect(page.getByText("version 1 of 'sales-value' refers to it")).toBeVisible();
  await picture.getByRole('button', { name: 'sales-value', exact: true }).click();
  await picture.getByRole('button', { name: /^Delete version 1: / }).click();
  await expect(picture.getByRole('button', { name: /Version 1, deleted/ })).toBeVisible();
  await picture.getByRole('button', { name: /^Delete version 1 for good/ }).click();
  await expect(picture.getByRole('region', { name: 'Schema of items-value' })).toContainText('Item');
});
