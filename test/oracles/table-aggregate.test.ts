/** GROUP BY on a table: the aggregates are those of the rows that there are; a row that changes or goes is undone. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  expectTable,
  histories,
  keyed,
  numbersOf,
  orNull,
  smallNumber,
  sumOf,
  tableOf,
  type Input,
} from './history.ts';

const TABLE =
  "CREATE TABLE B (K STRING PRIMARY KEY, G STRING, V INT) WITH (KAFKA_TOPIC = 'b', VALUE_FORMAT = 'JSON', PARTITIONS = 1);";
const inputs = histories([{ topic: 'b', value: orNull(fc.record({ G: orNull(keyed), V: orNull(smallNumber) })) }]);

interface Aggregates extends Readonly<Record<string, unknown>> {
  readonly N: number;
  readonly NUMBERS: number;
  readonly TOTAL: number;
}

/** By group that there ever was: one that became empty stays, with a count of 0. */
function groups(history: readonly Input[]): ReadonlyMap<string, Aggregates> {
  const rows = [...tableOf('b', history).values()];
  const keys = new Set(history.map(({ value }) => value?.['G']).filter((key) => typeof key === 'string'));
  return new Map(
    [...keys].map((key) => {
      const group = rows.filter(({ G }) => G === key);
      const numbers = numbersOf(group, 'V');
      return [key, { N: group.length, NUMBERS: numbers.length, TOTAL: sumOf(numbers) }];
    }),
  );
}

const query = 'CREATE TABLE T AS SELECT G, COUNT(*) AS N, COUNT(V) AS NUMBERS, SUM(V) AS TOTAL FROM B GROUP BY G';

describe('GROUP BY on a table', () => {
  it('aggregates the rows that there are', async () => {
    await expectTable({ statements: [TABLE, `${query};`], sink: 'T', rows: groups }, inputs);
  });

  it('has the groups that HAVING holds for', async () => {
    const rows = (history: readonly Input[]): ReadonlyMap<string, Aggregates> =>
      new Map([...groups(history)].filter(([, { N, TOTAL }]) => N > 0 && TOTAL > 2));
    await expectTable({ statements: [TABLE, `${query} HAVING COUNT(*) > 0 AND SUM(V) > 2;`], sink: 'T', rows }, inputs);
  });

  it('counts rows that WHERE no longer holds for as gone', async () => {
    const rows = (history: readonly Input[]): ReadonlyMap<string, Aggregates> => {
      const held = history.map((record) => {
        const cell = record.value?.['V'];
        return typeof cell === 'number' && cell > 0 ? record : { ...record, value: null };
      });
      return groups(held);
    };
    await expectTable(
      {
        statements: [TABLE, `${query.replace('GROUP BY', 'WHERE V > 0 GROUP BY')};`],
        sink: 'T',
        rows,
      },
      inputs,
    );
  });
});
