/** A row as a line of JSON, values as the page shows them. */
import type { Row } from '../../src/core/common/sql-type.ts';
import type { OutputColumn } from '../../src/core/ksql/output.ts';
import { cellOf } from '../../src/service/cells.ts';

export function rowText(row: Row, columns: readonly OutputColumn[]): string {
  const cells = columns.map(({ type }, i) => {
    const { kind, text } = cellOf(row[i] ?? null, type);
    return kind === 'null'
      ? 'null'
      : kind === 'string' || kind === 'time' || kind === 'bytes'
        ? JSON.stringify(text)
        : text;
  });
  return `[${cells.join(',')}]`;
}
