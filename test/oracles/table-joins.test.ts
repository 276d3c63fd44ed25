/** Joins with tables: what comes out is the join of the rows that there are, after each record. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  expectAsOracle,
  expectTable,
  histories,
  keyed,
  lastOf,
  orNull,
  smallNumber,
  tableOf,
  type Fields,
  type Input,
  type Output,
} from './history.ts';

const table = (name: string, columns = 'V INT'): string =>
  `CREATE TABLE ${name} (K STRING PRIMARY KEY, ${columns}) WITH (KAFKA_TOPIC = '${name}', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`;
const ofTable = (topic: string): { readonly topic: string; readonly value: fc.Arbitrary<Fields | null> } => ({
  topic,
  value: orNull(fc.record({ V: orNull(smallNumber) })),
});

type Rows = ReadonlyMap<string, Fields>;
type Kind = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL OUTER';

type Pair = readonly [left: Fields | undefined, right: Fields | undefined];

/** Pairs of rows of one key; a side may be absent as far as the kind of join lets it. */
function pairs(kind: Kind, left: Rows, right: Rows): ReadonlyMap<string, Pair> {
  const keys = new Set([...left.keys(), ...right.keys()]);
  const all = [...keys].map((key): [string, Pair] => [key, [left.get(key), right.get(key)]]);
  return new Map(
    all.filter(([, [l, r]]) => {
      switch (kind) {
        case 'INNER':
          return l !== undefined && r !== undefined;
        case 'LEFT':
          return l !== undefined;
        case 'RIGHT':
          return r !== undefined;
        case 'FULL OUTER':
          return true;
      }
    }),
  );
}

const cell = (row: Fields | undefined): number | string | null => row?.['V'] ?? null;

describe('joins of a stream with a table', () => {
  it.each(['INNER', 'LEFT'] as const)('%s: each record meets the row that there is when it comes', async (kind) => {
    const outputs = (history: readonly Input[]): readonly Output[] => {
      const { last } = lastOf(history);
      if (last.topic !== 's' || last.key === null || last.value === null) return [];
      const row = tableOf('T', history).get(last.key);
      if (kind === 'INNER' && row === undefined) return [];
      return [{ key: last.key, value: { X: last.value['X'], V: cell(row) }, timestampMs: last.timestampMs }];
    };
    const stream =
      "CREATE STREAM S (K STRING KEY, X INT) WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON', PARTITIONS = 1);";
    const query = `CREATE STREAM J AS SELECT S.K AS K, X, V FROM S ${kind} JOIN T ON S.K = T.K;`;
    await expectAsOracle(
      { statements: [stream, table('T'), query], sink: 'J', outputs },
      histories([{ topic: 's', value: orNull(fc.record({ X: smallNumber })) }, ofTable('T')]),
    );
  });
});

describe('joins of tables', () => {
  it.each(['INNER', 'LEFT', 'RIGHT', 'FULL OUTER'] as const)('%s', async (kind) => {
    const rows = (history: readonly Input[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> =>
      new Map(
        [...pairs(kind, tableOf('L', history), tableOf('R', history))].map(([key, [l, r]]) => [
          key,
          { LV: cell(l), RV: cell(r) },
        ]),
      );
    const key = kind === 'FULL OUTER' ? 'ROWKEY AS K' : kind === 'RIGHT' ? 'R.K AS K' : 'L.K AS K';
    const query = `CREATE TABLE J AS SELECT ${key}, L.V AS LV, R.V AS RV FROM L ${kind} JOIN R ON L.K = R.K;`;
    await expectTable({ statements: [table('L'), table('R'), query], sink: 'J', rows }, tables('L', 'R'));
  });

  it('WHERE lets rows of the join come and go', async () => {
    const rows = (history: readonly Input[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> =>
      new Map(
        [...pairs('LEFT', tableOf('L', history), tableOf('R', history))].flatMap(([key, [l, r]]) => {
          const [left, right] = [cell(l), cell(r)];
          const isHeld = typeof left === 'number' && (typeof right !== 'number' || left > right);
          return isHeld ? [[key, { LV: left, RV: right }] as const] : [];
        }),
      );
    const query =
      'CREATE TABLE J AS SELECT L.K AS K, L.V AS LV, R.V AS RV FROM L LEFT JOIN R ON L.K = R.K WHERE L.V > R.V OR (L.V IS NOT NULL AND R.V IS NULL);';
    await expectTable({ statements: [table('L'), table('R'), query], sink: 'J', rows }, tables('L', 'R'));
  });

  const nWay: readonly (readonly [Kind, Kind])[] = [
    ['INNER', 'INNER'],
    ['INNER', 'LEFT'],
    ['LEFT', 'INNER'],
    ['LEFT', 'LEFT'],
    ['INNER', 'RIGHT'],
    ['LEFT', 'FULL OUTER'],
  ];
  it.each(nWay)('of three: %s, then %s', async (first, second) => {
    const rows = (history: readonly Input[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> => {
      const [a, b, c] = [tableOf('A', history), tableOf('B', history), tableOf('C', history)];
      const ab = pairs(first, a, b);
      // a row of the first join, as one side of the second
      const left: Rows = new Map([...ab].map(([key]) => [key, {}]));
      return new Map(
        [...pairs(second, left, c)].map(([key, [, z]]) => {
          const [x, y] = ab.get(key) ?? [undefined, undefined];
          return [key, { X: cell(x), Y: cell(y), Z: cell(z) }];
        }),
      );
    };
    const key = second === 'FULL OUTER' ? 'ROWKEY AS K' : second === 'RIGHT' ? 'C.K AS K' : 'A.K AS K';
    const query = `CREATE TABLE J AS SELECT ${key}, A.V AS X, B.V AS Y, C.V AS Z
      FROM A ${first} JOIN B ON A.K = B.K ${second} JOIN C ON A.K = C.K;`;
    await expectTable(
      { statements: [table('A'), table('B'), table('C'), query], sink: 'J', rows },
      tables('A', 'B', 'C'),
    );
  });
});

describe('joins of tables by a foreign key', () => {
  const left = { topic: 'L', value: orNull(fc.record({ F: orNull(keyed), V: smallNumber })) };
  const foreign = (kind: 'INNER' | 'LEFT', history: readonly Input[], fk: (row: Fields) => string | null) => {
    const others = tableOf('R', history);
    return new Map(
      [...tableOf('L', history)].flatMap(([key, row]) => {
        const other = others.get(fk(row) ?? '');
        if (other === undefined && kind === 'INNER') return [];
        return [[key, { LV: cell(row), RV: cell(other) }] as const];
      }),
    );
  };

  it.each(['INNER', 'LEFT'] as const)('%s', async (kind) => {
    const rows = (history: readonly Input[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> =>
      foreign(kind, history, ({ F }) => (typeof F === 'string' ? F : null));
    const query = `CREATE TABLE J AS SELECT L.K AS K, L.V AS LV, R.V AS RV FROM L ${kind} JOIN R ON L.F = R.K;`;
    await expectTable(
      { statements: [table('L', 'F STRING, V INT'), table('R'), query], sink: 'J', rows },
      histories([left, ofTable('R')]),
    );
  });

  it.each(['INNER', 'LEFT'] as const)('%s, over an expression', async (kind) => {
    const rows = (history: readonly Input[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> =>
      foreign(kind, history, ({ V }) => (Number(V) > 4 ? 'a' : Number(V) > 0 ? 'b' : null));
    const query = `CREATE TABLE J AS SELECT L.K AS K, L.V AS LV, R.V AS RV FROM L ${kind} JOIN R
      ON CASE WHEN L.V > 4 THEN 'a' WHEN L.V > 0 THEN 'b' END = R.K;`;
    await expectTable(
      { statements: [table('L', 'F STRING, V INT'), table('R'), query], sink: 'J', rows },
      histories([left, ofTable('R')]),
    );
  });
});

function tables(...names: readonly string[]): fc.Arbitrary<readonly Input[]> {
  return histories(names.map(ofTable));
}
