/** Rows of results as tables, NDJSON or CSV. A printer takes rows as they come, for a push query may go on for ever. */
import Papa from 'papaparse';
import stringWidth from 'string-width';
import type { Row, SqlType, SqlValue } from '../../src/core/common/sql-type.ts';
import { textConverter } from '../../src/core/ksql/expressions/value-text.ts';
import type { OutputColumn } from '../../src/core/ksql/output.ts';
import type { Colors } from '../io.ts';
import { jsonTextOf } from './json-text.ts';

export type Format = 'table' | 'json' | 'csv';

export interface ShownRow {
  readonly values: Row;
  /** The key was deleted from its table. */
  readonly isDeletion: boolean;
}

export interface RowPrinter {
  /** Rows that came together. */
  print(rows: readonly ShownRow[]): void;
  end(): void;
}

export type WriteLine = (line: string) => void;

export function rowPrinter(
  format: Format,
  columns: readonly OutputColumn[],
  write: WriteLine,
  colors: Colors,
): RowPrinter {
  return PRINTERS[format](columns, write, colors);
}

const PRINTERS: Readonly<
  Record<Format, (columns: readonly OutputColumn[], write: WriteLine, colors: Colors) => RowPrinter>
> = { table: tablePrinter, json: jsonPrinter, csv: csvPrinter };

function jsonPrinter(columns: readonly OutputColumn[], write: WriteLine): RowPrinter {
  const cells = columns.map(({ name, type }) => ({ name: JSON.stringify(name), text: jsonTextOf(type) }));
  return {
    print: (rows) => {
      for (const { values, isDeletion } of rows) {
        const fields = cells.map(({ name, text }, i) => `${name}:${text(values[i] ?? null)}`);
        write(`{${(isDeletion ? ['"@tombstone":true', ...fields] : fields).join(',')}}`);
      }
    },
    end: () => undefined,
  };
}

function csvPrinter(columns: readonly OutputColumn[], write: WriteLine): RowPrinter {
  const cells = columns.map(({ type }) => cellText(type, ''));
  write(Papa.unparse([columns.map((column) => column.name)]));
  return {
    print: (rows) => {
      for (const { values, isDeletion } of rows) {
        if (!isDeletion) write(Papa.unparse([cells.map((text, i) => text(values[i] ?? null))]));
      }
    },
    end: () => undefined,
  };
}

const LONGEST_CELL = 60;
const NUMBERS: ReadonlySet<SqlType['kind']> = new Set<SqlType['kind']>(['INTEGER', 'BIGINT', 'DOUBLE', 'DECIMAL']);

/** The columns are as wide as the first rows ask for; cells of later ones that are wider shift what is behind them. */
function tablePrinter(columns: readonly OutputColumn[], write: WriteLine, colors: Colors): RowPrinter {
  const cells = columns.map(({ type }) => cellText(type, 'null'));
  let widths: readonly number[] | undefined;
  let count = 0;
  const line = (texts: readonly string[], alignRight: boolean): string =>
    texts
      .map((text, i) => {
        const padding = ' '.repeat(Math.max(0, (widths?.[i] ?? 0) - stringWidth(text)));
        const isNumber = NUMBERS.has(columns[i]?.type.kind ?? 'VARCHAR');
        return alignRight && isNumber ? padding + text : text + padding;
      })
      .join(' | ')
      .trimEnd();
  const head = (shown: readonly (readonly string[])[]): void => {
    widths = columns.map(({ name }, i) =>
      Math.max(stringWidth(name), ...shown.map((texts) => stringWidth(texts[i] ?? ''))),
    );
    write(
      ` ${colors.bold(
        line(
          columns.map(({ name }) => name),
          false,
        ),
      )}`,
    );
    write(colors.dim(widths.map((width) => '-'.repeat(width + 2)).join('+')));
  };
  return {
    print: (rows) => {
      if (rows.length === 0) return;
      const shown = rows.map(({ values }) => cells.map((text, i) => clip(text(values[i] ?? null))));
      if (widths === undefined) head(shown);
      for (const [i, texts] of shown.entries()) {
        const isDeletion = rows[i]?.isDeletion === true;
        write(isDeletion ? colors.dim(`-${line(texts, true)}`) : ` ${line(texts, true)}`);
      }
      count += rows.length;
    },
    end: () => {
      if (widths === undefined) head([]);
      write(colors.dim(`(${count} ${count === 1 ? 'row' : 'rows'})`));
    },
  };
}

function cellText(type: SqlType, ifNull: string): (value: SqlValue) => string {
  const text = textConverter(type);
  return (value) => (value === null ? ifNull : text(value));
}

function clip(text: string): string {
  const line = text.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return line.length > LONGEST_CELL ? `${line.slice(0, LONGEST_CELL - 1)}…` : line;
}
