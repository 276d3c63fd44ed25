/** GROUP BY on a stream, without windows: each record changes its group, and the group's new aggregates come out. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  expectAsOracle,
  histories,
  keyed,
  lastOf,
  latest,
  numbersOf,
  orNull,
  smallNumber,
  sumOf,
  type Input,
  type Output,
} from './history.ts';

const STREAM =
  "CREATE STREAM S (K STRING KEY, G STRING, V INT) WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON', PARTITIONS = 1);";
const inputs = histories([
  { topic: 's', key: orNull(keyed), value: orNull(fc.record({ G: orNull(keyed), V: orNull(smallNumber) })) },
]);

/** The records of the last one's group, itself included; none when it is in no group. */
function groupOf(history: readonly Input[]): { readonly key: string; readonly group: readonly Input[] } | undefined {
  const key = lastOf(history).last.value?.['G'];
  if (typeof key !== 'string') return undefined;
  return { key, group: history.filter(({ value }) => value?.['G'] === key) };
}

describe('GROUP BY on a stream', () => {
  it('aggregates all records of the group', async () => {
    const outputs = (history: readonly Input[]): readonly Output[] => {
      const found = groupOf(history);
      if (found === undefined) return [];
      const { key, group } = found;
      const cells = group.map(({ value }) => value?.['V'] ?? null);
      const numbers = numbersOf(
        group.map(({ value }) => value),
        'V',
      );
      const value = {
        N: group.length,
        NUMBERS: numbers.length,
        TOTAL: sumOf(numbers),
        LEAST: numbers.length === 0 ? null : Math.min(...numbers),
        MOST: numbers.length === 0 ? null : Math.max(...numbers),
        FIRST: numbers[0] ?? null,
        LAST: numbers.at(-1) ?? null,
        CELLS: cells,
        KINDS: [...new Set(cells)],
        TOP: [...numbers].sort((a, b) => b - a).slice(0, 2),
        TOPKINDS: [...new Set(numbers)].sort((a, b) => b - a).slice(0, 2),
        NKINDS: new Set(numbers).size,
      };
      return [{ key, value, timestampMs: latest(group.map(({ timestampMs }) => timestampMs)) }];
    };
    const query = `CREATE TABLE T AS SELECT G, COUNT(*) AS N, COUNT(V) AS NUMBERS, SUM(V) AS TOTAL, MIN(V) AS LEAST,
        MAX(V) AS MOST, EARLIEST_BY_OFFSET(V) AS FIRST, LATEST_BY_OFFSET(V) AS LAST, COLLECT_LIST(V) AS CELLS,
        COLLECT_SET(V) AS KINDS, TOPK(V, 2) AS TOP, TOPKDISTINCT(V, 2) AS TOPKINDS, COUNT_DISTINCT(V) AS NKINDS
      FROM S GROUP BY G;`;
    await expectAsOracle({ statements: [STREAM, query], sink: 'T', outputs }, inputs);
  });

  it('lets the groups through that HAVING holds for, and takes back those for which it no longer does', async () => {
    const passes = (group: readonly Input[]): boolean =>
      sumOf(
        numbersOf(
          group.map(({ value }) => value),
          'V',
        ),
      ) > 4;
    const outputs = (history: readonly Input[]): readonly Output[] => {
      const found = groupOf(history);
      if (found === undefined) return [];
      const { key, group } = found;
      const timestampMs = latest(group.map((record) => record.timestampMs));
      if (passes(group)) return [{ key, value: { N: group.length }, timestampMs }];
      return passes(group.slice(0, -1)) ? [{ key, value: null, timestampMs }] : [];
    };
    const query = 'CREATE TABLE T AS SELECT G, COUNT(*) AS N FROM S GROUP BY G HAVING SUM(V) > 4;';
    await expectAsOracle({ statements: [STREAM, query], sink: 'T', outputs }, inputs);
  });
});
