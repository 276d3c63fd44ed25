/** What can be seen of joins with tables: live, and by whoever comes later. */
import { describe, expect, it } from 'vitest';
import type { LookupRecord, TableJoinWatch } from '../../src/protocol/watch.ts';
import { Watches } from '../../src/service/watches.ts';
import { TestBench } from './test-bench.ts';

const PRODUCTS = `CREATE TABLE products (id STRING PRIMARY KEY, name STRING) WITH (kafka_topic = 'products', value_format = 'JSON', partitions = 1);`;
const ORDERS = `CREATE STREAM orders (product STRING KEY, n INTEGER) WITH (kafka_topic = 'orders', value_format = 'JSON', partitions = 1);`;
const STOCK = `CREATE TABLE stock (id STRING PRIMARY KEY, n INTEGER) WITH (kafka_topic = 'stock', value_format = 'JSON', partitions = 1);`;
const STAFF = `CREATE TABLE staff (id INTEGER PRIMARY KEY, dept STRING) WITH (kafka_topic = 'staff', value_format = 'JSON', partitions = 2);`;
const DEPTS = `CREATE TABLE depts (id STRING PRIMARY KEY, floor INTEGER) WITH (kafka_topic = 'depts', value_format = 'JSON', partitions = 2);`;

const textOf = (row: LookupRecord['row']): string => row?.map(({ text }) => text).join(',') ?? 'deleted';

/** `2 left tea[x]: 5 > Tea`: its place in the order, side, key and own key, row, what it found. */
function show(record: LookupRecord): string {
  const { arrival, side, key, ownKey, row, found, told, movedTo, dropped } = record;
  return [
    `${arrival} ${side} ${key ?? 'null'}${ownKey === undefined ? '' : `[${ownKey}]`}: ${textOf(row)}`,
    ...(found === undefined ? [] : [found === 'nothing' ? '> nothing' : `> ${textOf(found.row)}`]),
    ...(told === undefined ? [] : [`told ${told.join()}`]),
    ...(movedTo === undefined ? [] : [`moved to ${movedTo ?? 'none'}`]),
    ...(dropped === undefined ? [] : [dropped]),
  ].join(' ');
}

async function story(
  isLate: boolean,
  before: readonly string[],
  inserts: readonly string[],
): Promise<{ readonly watch: TableJoinWatch; readonly lines: readonly string[] }> {
  const made = await TestBench.open();
  for (const statement of before) await made.run(statement);
  const watches = new Watches(made.engine);
  const queryId = made.engine.planner.queries().at(-1)?.id ?? '';
  const view = () => watches.view({ queryId, kind: 'join', operator: 0, find: '', since: undefined });
  if (!isLate) await view();
  for (const insert of inserts) {
    await made.run(insert);
    await made.settle();
  }
  const watch = await view();
  if (watch.kind !== 'table-join') throw new Error('a join with a table was asked for');
  const records = [...watch.records].sort((a, b) => a.arrival - b.arrival || a.seq - b.seq);
  return { watch, lines: records.map(show) };
}

describe.each([
  ['live', false],
  ['afterwards', true],
])('joins with tables, watched %s', (_when, isLate) => {
  it('a stream meets the row that the table holds when it comes, whatever their times', async () => {
    const { watch, lines } = await story(
      isLate,
      [
        PRODUCTS,
        ORDERS,
        'CREATE STREAM named AS SELECT o.product AS product, p.name, o.n FROM orders o LEFT JOIN products p ON o.product = p.id;',
      ],
      [
        "INSERT INTO orders VALUES ('t', 1);",
        "INSERT INTO products VALUES ('t', 'Tea');",
        "INSERT INTO orders (rowtime, product, n) VALUES (5, 't', 2);",
        "INSERT INTO products VALUES ('t', 'Chai');",
        "INSERT INTO orders VALUES ('t', 3);",
        'INSERT INTO orders VALUES (NULL, 4);',
      ],
    );
    expect(watch).toMatchObject({ shape: 'stream-table', type: 'LEFT', left: 'O', right: 'P' });
    expect(lines).toEqual([
      '0 left t: 1 > nothing',
      '1 right t: Tea',
      '2 left t: 2 > Tea',
      '3 right t: Chai',
      '4 left t: 3 > Chai',
      '5 left null: 4 > nothing',
    ]);
    expect(watch.isInOrder && watch.isWhole).toBe(true);
  });

  it.each(['INNER', 'RIGHT'])('two tables: each change meets the row of the other side, %s', async (type) => {
    const { lines } = await story(
      isLate,
      [
        PRODUCTS,
        STOCK,
        `CREATE TABLE shelf AS SELECT ${type === 'RIGHT' ? 's.id' : 'p.id'} AS id, p.name, s.n FROM products p ${type} JOIN stock s ON p.id = s.id;`,
      ],
      [
        "INSERT INTO products VALUES ('t', 'Tea');",
        "INSERT INTO stock VALUES ('t', 7);",
        "INSERT INTO products VALUES ('t', 'Chai');",
      ],
    );
    expect(lines).toEqual([
      '0 left t: Tea > nothing',
      '1 right t: 7 > Tea',
      '1 result t: Tea,7',
      '2 left t: Chai > 7',
      '2 result t: Chai,7',
    ]);
  });

  it('two tables of several partitions: a result keeps the place of the row that it came of', async () => {
    const { lines } = await story(
      isLate,
      [
        STAFF,
        STAFF.replaceAll('staff', 'seats'),
        `CREATE TABLE both AS SELECT ROWKEY AS id, s.dept AS a, t.dept AS b FROM staff s FULL JOIN seats t ON s.id = t.id;`,
      ],
      [1, 2, 3, 4].flatMap((id) => [
        `INSERT INTO staff (rowtime, id, dept) VALUES (${id}000, ${id}, 'x');`,
        `INSERT INTO seats (rowtime, id, dept) VALUES (${id}500, ${id}, 'y');`,
      ]),
    );
    expect(lines).toEqual(
      [1, 2, 3, 4].flatMap((id): unknown[] => [
        `${2 * id - 2} left ${id}: x > nothing`,
        expect.stringMatching(new RegExp(`^${2 * id - 2} result ${id}: .*x`)),
        `${2 * id - 1} right ${id}: y > x`,
        expect.stringMatching(new RegExp(`^${2 * id - 1} result ${id}: .*y`)),
      ]),
    );
  });

  it('by foreign key: rows ask for the row that they refer to, and are told when it changes', async () => {
    const { watch, lines } = await story(
      isLate,
      [DEPTS, STAFF, 'CREATE TABLE desks AS SELECT s.id AS id, d.floor FROM staff s JOIN depts d ON s.dept = d.id;'],
      [
        "INSERT INTO depts (rowtime, id, floor) VALUES (2000, 'dev', 2);",
        "INSERT INTO staff (rowtime, id, dept) VALUES (3000, 1, 'dev');",
        "INSERT INTO staff (rowtime, id, dept) VALUES (4000, 2, 'ops');",
        "INSERT INTO depts (rowtime, id, floor) VALUES (5000, 'dev', 5);",
        "INSERT INTO staff (rowtime, id, dept) VALUES (6000, 2, 'dev');",
        'INSERT INTO staff (rowtime, id, dept) VALUES (7000, 3, NULL);',
      ],
    );
    expect(watch.shape).toBe('foreign-key');
    const ofDev = lines.filter((line) => / (dev|ops)/.test(line)).map((line) => line.replace(/^\d+ /, ''));
    const at = (text: string): number => ofDev.findIndex((line) => line.startsWith(text));
    expect([...ofDev].sort()).toEqual(
      [
        'right dev: 2 told ',
        'left dev[1]: dev > 2',
        'result dev[1]: dev,2',
        'left ops[2]: ops > nothing',
        'right dev: 5 told 1',
        'result dev[1]: dev,5',
        'left ops[2]: deleted moved to dev',
        'left dev[2]: dev > 5',
        'result dev[2]: dev,5',
      ].sort(),
    );
    // The past of several tasks is put into one order by time.
    expect(at('right dev: 2')).toBeLessThan(at('left dev[1]'));
    expect(at('left ops[2]: ops')).toBeLessThan(at('right dev: 5'));
    expect(at('right dev: 5')).toBeLessThan(at('left dev[2]'));
    expect(lines.at(-1)).toMatch(/left null\[3\]: NULL null-foreign-key$/);
  });
});
