/** What CREATE OR REPLACE may change: value columns may be added; everything that stored data depends on must stay. */
import { WeirError } from '../common/errors.ts';
import type { Span } from '../common/position.ts';
import { formatType, quoteName, sameType } from '../common/sql-type.ts';
import type { DataSource } from './catalog.ts';

/** @throws WeirError INCOMPATIBLE_REPLACE */
export function requireUpgrade(old: DataSource, next: DataSource, span: Span): void {
  const refuse = (what: string): WeirError =>
    new WeirError('INCOMPATIBLE_REPLACE', `${old.name} cannot be replaced: ${what}.`, {
      span,
      hint: 'Replacing may add value columns. For anything else drop it and create it anew.',
      details: { name: old.name },
    });
  if (old.kind !== next.kind) throw refuse(`it is a ${old.kind}, and the new one a ${next.kind}`);
  if (old.topic !== next.topic) throw refuse(`its topic is ${old.topic}, and the new one's ${next.topic}`);
  if (old.key.format.name !== next.key.format.name)
    throw refuse(`its key format is ${old.key.format.name}, and the new one's ${next.key.format.name}`);
  if (old.value.format.name !== next.value.format.name)
    throw refuse(`its value format is ${old.value.format.name}, and the new one's ${next.value.format.name}`);
  const keySame =
    old.schema.key.length === next.schema.key.length &&
    old.schema.key.every((c, i) => next.schema.key[i]?.name === c.name && sameType(next.schema.key[i].type, c.type));
  if (!keySame) throw refuse('the key columns differ');
  for (const [i, column] of old.schema.value.entries()) {
    const now = next.schema.value[i];
    if (now?.name === column.name && sameType(now.type, column.type)) continue;
    throw refuse(`column ${quoteName(column.name)} ${formatType(column.type)} is changed, missing or moved`);
  }
}
