/** The statement that an import will run, written from its plan. */
import { writeName } from '../../sql/format-expression.ts';

export interface FileColumn {
  /** The field's name in the file. */
  readonly field: string;
  /** The column's name in SQL. */
  readonly name: string;
  readonly type: string;
}

/** A file as a stream or table. */
export interface FilePlan {
  readonly columns: readonly FileColumn[];
  readonly sourceKind: 'STREAM' | 'TABLE';
  readonly sourceName: string;
  readonly keyColumn: string | undefined;
  readonly timestampColumn: string | undefined;
  readonly timestampFormat: string | undefined;
  readonly topic: string;
  readonly partitions: number;
}

export function createStatement(plan: FilePlan): string {
  const keyWord = plan.sourceKind === 'TABLE' ? 'PRIMARY KEY' : 'KEY';
  const key = plan.columns.filter((c) => c.name === plan.keyColumn);
  const rest = plan.columns.filter((c) => c.name !== plan.keyColumn);
  const lines = [
    ...key.map((c) => `  ${writeName(c.name)} ${c.type} ${keyWord}`),
    ...rest.map((c) => `  ${writeName(c.name)} ${c.type}`),
  ];
  const properties = [
    `KAFKA_TOPIC = '${plan.topic}'`,
    `PARTITIONS = ${plan.partitions}`,
    `VALUE_FORMAT = 'JSON'`,
    ...(plan.timestampColumn === undefined ? [] : [`TIMESTAMP = '${plan.timestampColumn}'`]),
    ...(plan.timestampColumn === undefined || plan.timestampFormat === undefined
      ? []
      : [`TIMESTAMP_FORMAT = '${plan.timestampFormat}'`]),
  ];
  return `CREATE ${plan.sourceKind} ${writeName(plan.sourceName)} (\n${lines.join(',\n')}\n) WITH (\n  ${properties.join(',\n  ')}\n);`;
}

/** A source's name from a file's: `flights-20k.json` is FLIGHTS_20K. */
export function sourceNameOf(fileName: string): string {
  const base = fileName.replace(/^.*[/\\]/, '').replace(/\.[A-Za-z0-9]+$/, '');
  const plain = base
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
  return plain === '' ? 'IMPORTED' : /^[0-9]/.test(plain) ? `F_${plain}` : plain;
}
