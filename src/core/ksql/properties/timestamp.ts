/** TIMESTAMP and TIMESTAMP_FORMAT: the column that holds a record's event time. */
import { WeirError } from '../../common/errors.ts';
import { nearest } from '../../common/nearest.ts';
import type { Column } from '../../common/schema.ts';
import { compileTimestampFormat } from '../../common/time/pattern.ts';
import { writeName, writeText } from '../../sql/format-expression.ts';
import type { TimestampColumn } from '../catalog.ts';
import type { Properties } from './properties.ts';

/**
 * Undefined: the record's own timestamp counts.
 * @param fold a name as it is written to the name that it means
 * @throws WeirError INVALID_PROPERTY when the column is missing or of a type that holds no time
 */
export function timestampColumn(
  properties: Properties,
  columns: readonly Column[],
  fold: (name: string) => string,
): TimestampColumn | undefined {
  const text = properties.text('TIMESTAMP');
  const format = properties.text('TIMESTAMP_FORMAT');
  if (text === undefined) return undefined;
  const name = fold(text);
  const column = columns.find((c) => c.name === name);
  if (column === undefined) {
    const names = columns.map((c) => c.name);
    const close = nearest(name, names)[0];
    throw properties.badValue(
      'TIMESTAMP',
      `The TIMESTAMP column '${name}' is not a column of this schema.`,
      close === undefined ? `The columns are ${names.join(', ')}.` : `Did you mean ${close}?`,
      close === undefined ? undefined : writeText(writeName(close)),
    );
  }
  const { kind } = column.type;
  if (format === undefined ? kind !== 'BIGINT' && kind !== 'TIMESTAMP' : kind !== 'VARCHAR') {
    throw properties.badValue(
      'TIMESTAMP',
      format === undefined
        ? `The TIMESTAMP column \`${name}\` is neither a BIGINT nor a TIMESTAMP; a text needs a TIMESTAMP_FORMAT.`
        : `TIMESTAMP_FORMAT is for text columns, and \`${name}\` is none.`,
      format === undefined ? "Add TIMESTAMP_FORMAT = 'yyyy-MM-dd''T''HH:mm:ss'." : 'Leave TIMESTAMP_FORMAT out.',
    );
  }
  if (format !== undefined) {
    try {
      compileTimestampFormat(format);
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      throw properties.badValue(
        'TIMESTAMP_FORMAT',
        `'${format}' is no pattern of a time: ${error.message}`,
        "Write TIMESTAMP_FORMAT = 'yyyy-MM-dd HH:mm:ss'.",
      );
    }
  }
  return { column: name, format };
}
