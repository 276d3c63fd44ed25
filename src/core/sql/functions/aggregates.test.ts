import fc from 'fast-check';
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { assert } from '../../common/errors.ts';
import { formatType, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { decimalToString, ExactDecimal } from '../../common/values/decimal-text.ts';
import { doubleToString } from '../../common/values/double-text.ts';
import { bindAggregate, plainContext, type TypedValue } from './testing.ts';
import type { BoundAggregate } from './function.ts';
import { createRegistry } from './registry.ts';

const BIGINT_MAX = 9223372036854775807n;

type Rows = readonly (readonly SqlValue[])[];

const addAll = (aggregate: BoundAggregate, rows: Rows, from = aggregate.initial()): SqlValue =>
  rows.reduce((state: SqlValue, row) => aggregate.add(state, row), from);

/** The result after each row. */
function results(aggregate: BoundAggregate, rows: Rows): SqlValue[] {
  let state = aggregate.initial();
  return rows.map((row) => {
    state = aggregate.add(state, row);
    return aggregate.result(state);
  });
}

const over1 = (name: string, type: string, values: readonly SqlValue[], ...literals: TypedValue[]): SqlValue[] =>
  results(
    bindAggregate(name, [type], literals).aggregate,
    values.map((v) => [v]),
  );

describe('sums and counts', () => {
  it('COUNT counts rows, or values', () => {
    expect(over1('COUNT', 'INT', [1, null, 3])).toEqual([1, 1, 2]);
    expect(results(bindAggregate('COUNT', []).aggregate, [[], []])).toEqual([1, 2]);
  });

  it('SUM wraps integers at their width and starts from zero', () => {
    expect(over1('SUM', 'INT', [null, 2147483647, 1])).toEqual([0, 2147483647, -2147483648]);
    expect(over1('SUM', 'BIGINT', [BIGINT_MAX, 1])).toEqual([BIGINT_MAX, -(2n ** 63n)]);
    expect(over1('SUM', 'BIGINT', [Number.MAX_SAFE_INTEGER, 2, -4])).toEqual([
      Number.MAX_SAFE_INTEGER,
      2n ** 53n + 1n,
      Number.MAX_SAFE_INTEGER - 2,
    ]);
  });

  it('SUM of a DECIMAL keeps its type and refuses to outgrow it', () => {
    const { aggregate } = bindAggregate('SUM', ['DECIMAL(4, 1)']);
    expect(formatType(aggregate.returnType)).toBe('DECIMAL(4, 1)');
    const state = addAll(aggregate, [[new ExactDecimal('500.9')], [null], [new ExactDecimal('300.8')]]);
    expect(aggregate.result(state)).toEqual(new ExactDecimal('801.7'));
    expect(() => aggregate.add(state, [new ExactDecimal('400.8')])).toThrowError(/1202.5.*DECIMAL\(4, 1\)/);
  });

  it('SUM_LIST passes NULL elements over', () => {
    expect(over1('SUM_LIST', 'ARRAY<DOUBLE>', [[1, 1], null, [1.5, null]])).toEqual([2, 2, 3.5]);
  });

  it('AVG of a BIGINT adds up as BIGINT', () => {
    expect(over1('AVG', 'INT', [null, 2, 1, 2])).toEqual([0, 2, 1.5, 1.6666666666666667]);
    expect(over1('AVG', 'BIGINT', [BIGINT_MAX, 0])).toEqual([9.223372036854775807e18, 4.6116860184273879e18]);
    expect(formatType(bindAggregate('AVG', ['INT']).aggregate.stateType)).toBe('STRUCT<`SUM` INTEGER, `COUNT` BIGINT>');
  });
});

describe('extremes', () => {
  it('MIN and MAX pass NULLs over and compare as the type does', () => {
    expect(over1('MAX', 'INT', [null, 3, 1, 7])).toEqual([null, 3, 3, 7]);
    expect(over1('MIN', 'STRING', ['b', 'B', 'a'])).toEqual(['b', 'B', 'B']);
    expect(over1('MAX', 'BIGINT', [1, BIGINT_MAX, 2])).toEqual([1, BIGINT_MAX, BIGINT_MAX]);
    expect(over1('MIN', 'DECIMAL(4, 2)', [new ExactDecimal('10.5'), new ExactDecimal('9.75')]).map(String)).toEqual([
      '10.5',
      '9.75',
    ]);
    expect(over1('MAX', 'BYTES', [Uint8Array.of(1), Uint8Array.of(1, 0), Uint8Array.of(255)])[2]).toEqual(
      Uint8Array.of(1, 0),
    );
  });

  it('cannot be taken back', () => {
    expect('undo' in bindAggregate('MAX', ['INT']).aggregate).toBe(false);
  });
});

describe('by offset', () => {
  it('EARLIEST and LATEST', () => {
    expect(over1('EARLIEST_BY_OFFSET', 'INT', [null, 3, 1])).toEqual([null, 3, 3]);
    expect(over1('EARLIEST_BY_OFFSET', 'INT', [null, 3], ['BOOLEAN', false])).toEqual([null, null]);
    expect(over1('LATEST_BY_OFFSET', 'INT', [3, null, 1])).toEqual([3, 3, 1]);
    expect(over1('LATEST_BY_OFFSET', 'INT', [3, null], ['BOOLEAN', false])).toEqual([3, null]);
    expect(over1('EARLIEST_BY_OFFSET', 'INT', [3, null, 1, 2], ['INT', 2])).toEqual([[3], [3], [3, 1], [3, 1]]);
    expect(over1('LATEST_BY_OFFSET', 'INT', [null, 1, 2, 3], ['INT', 2])).toEqual([[], [1], [1, 2], [2, 3]]);
    expect(over1('LATEST_BY_OFFSET', 'INT', [null, 1, null], ['INT', 2], ['BOOLEAN', false])).toEqual([
      [null],
      [null, 1],
      [1, null],
    ]);
    expect(() => over1('LATEST_BY_OFFSET', 'INT', [], ['INT', 0])).toThrowError(/LATEST_BY_OFFSET.*0/);
  });

  it('merge in the order of arrival, whichever state comes first', () => {
    const { aggregate } = bindAggregate('LATEST_BY_OFFSET', ['INT']);
    const [a, b] = [aggregate.add(aggregate.initial(), [1]), aggregate.add(aggregate.initial(), [2])];
    expect(aggregate.result(aggregate.merge(a, b))).toBe(2);
    expect(aggregate.result(aggregate.merge(b, a))).toBe(2);
    expect(aggregate.result(aggregate.merge(aggregate.initial(), a))).toBe(1);
    const earliest = bindAggregate('EARLIEST_BY_OFFSET', ['INT'], [['INT', 2]]).aggregate;
    const [c, d] = [addAll(earliest, [[1]]), addAll(earliest, [[2], [3]])];
    expect(earliest.result(earliest.merge(d, c))).toEqual([1, 2]);
  });

  it('number on above what was restored', () => {
    const { aggregate } = bindAggregate('LATEST_BY_OFFSET', ['INT']);
    const restored: SqlValue = [100, 1];
    const next = aggregate.add(restored, [2]);
    expect(aggregate.result(aggregate.merge(restored, next))).toBe(2);
    expect(formatType(aggregate.stateType)).toBe('STRUCT<`SEQ` BIGINT, `VAL` INTEGER>');
  });
});

describe('collections', () => {
  const limited = (name: string, limit: string): BoundAggregate =>
    bindAggregate(name, ['INT'], [], {
      ...plainContext,
      config: { [`ksql.functions.${name.toLowerCase()}.limit`]: limit },
    }).aggregate;

  it('COLLECT_LIST and COLLECT_SET keep NULLs and their limits', () => {
    expect(over1('COLLECT_LIST', 'INT', [3, null, 3]).at(-1)).toEqual([3, null, 3]);
    expect(over1('COLLECT_SET', 'ARRAY<INT>', [[1], null, [1], null, [2]]).at(-1)).toEqual([[1], null, [2]]);
    expect(results(limited('COLLECT_LIST', '1'), [[0], [100]])).toEqual([[0], [0]]);
    expect(results(limited('COLLECT_SET', '2'), [[0], [0], [1], [2]]).at(-1)).toEqual([0, 1]);
    expect(results(limited('COLLECT_LIST', '-1'), [[0], [100]]).at(-1)).toEqual([0, 100]);
    expect(() => limited('COLLECT_LIST', 'many')).toThrowError(/collect_list.limit.*many/);
  });

  it('COLLECT_LIST takes back the last occurrence', () => {
    const { aggregate } = bindAggregate('COLLECT_LIST', ['INT']);
    expect(aggregate.undo?.(addAll(aggregate, [[1], [2], [1]]), [1])).toEqual([1, 2]);
    expect(aggregate.undo?.([1], [7])).toEqual([1]);
  });

  it('HISTOGRAM stops at a thousand texts but counts on', () => {
    const { aggregate } = bindAggregate('HISTOGRAM', ['STRING']);
    const state = addAll(
      aggregate,
      Array.from({ length: 1100 }, (_, i) => [`t${i}`]),
    );
    const counts = aggregate.result(aggregate.add(aggregate.add(state, ['t0']), ['t1099'])) as Map<SqlValue, SqlValue>;
    expect(counts.size).toBe(1000);
    expect(counts.get('t0')).toBe(2);
    expect(counts.get('t1099')).toBeUndefined();
  });

  it('ATTR is the one value, NULL being one', () => {
    expect(over1('ATTR', 'STRING', ['1', '1', null, '1'])).toEqual(['1', '1', null, null]);
    const { aggregate } = bindAggregate('ATTR', ['STRING']);
    const state = addAll(aggregate, [['1'], ['1'], ['2']]);
    expect(aggregate.result(aggregate.undo?.(state, ['2']) ?? null)).toBe('1');
  });

  it('TOPK keeps equal values in the order of arrival', () => {
    expect(over1('TOPK', 'INT', [0, 100, null, 99, 7, 100], ['INT', 3])).toEqual([
      [0],
      [100, 0],
      [100, 0],
      [100, 99, 0],
      [100, 99, 7],
      [100, 100, 99],
    ]);
    const { aggregate } = bindAggregate('TOPK', ['INT', 'STRING'], [['INT', 2]]);
    expect(formatType(aggregate.returnType)).toBe('ARRAY<STRUCT<`sort_col` INTEGER, `col0` STRING>>');
    expect(
      results(aggregate, [
        [1, 'a'],
        [2, 'b'],
        [2, null],
        [2, 'c'],
      ]).at(-1),
    ).toEqual([
      [2, 'b'],
      [2, null],
    ]);
    expect(() => over1('TOPK', 'INT', [], ['INT', 0])).toThrowError(/TOPK/);
  });

  it('TOPKDISTINCT passes equal values over', () => {
    expect(over1('TOPKDISTINCT', 'STRING', ['a', 'b', 'c', 'b', null, 'd'], ['INT', 3]).at(-1)).toEqual([
      'd',
      'c',
      'b',
    ]);
  });
});

describe('statistics', () => {
  it('deviation and variance', () => {
    expect(over1('STDDEV_SAMPLE', 'INT', [null, 0, 10])).toEqual([0, 0, 7.0710678118654755]);
    expect(over1('STDDEV_SAMP', 'INT', [0, 10])).toEqual([0, 50]);
    expect(over1('STDDEV_SAMPLE', 'DOUBLE', [10, 12, 13, 14, 16]).at(-1)).toBe(2.23606797749979);
  });

  it('CORRELATION is NaN until it is defined', () => {
    const { aggregate } = bindAggregate('CORRELATION', ['DOUBLE', 'DOUBLE']);
    expect(
      results(aggregate, [
        [1.5, 8],
        [-1, -2],
        [null, 1],
        [-4.5, -1],
      ]),
    ).toEqual([Number.NaN, 1, 1, 0.7580764521133173]);
  });
});

describe('CORRELATION of a table', () => {
  it('takes pairs back', () => {
    const { aggregate } = bindAggregate('CORRELATION', ['DOUBLE', 'DOUBLE']);
    let state = addAll(aggregate, [
      [1.5, 8],
      [-3.5, -2],
    ]);
    state = aggregate.add(aggregate.undo?.(state, [1.5, 8]) ?? null, [-1, -2]);
    expect(aggregate.result(state)).toBe(Number.NaN);
    expect(aggregate.result(aggregate.add(state, [-4.5, -1]))).toBeCloseTo(-0.7205766921228921, 12);
  });
});

describe('COUNT_DISTINCT', () => {
  const { aggregate } = bindAggregate('COUNT_DISTINCT', ['INT']);

  it('is exact while few, and close when many', () => {
    const rows = (count: number): Rows => Array.from({ length: count * 2 }, (_, i) => [i % count]);
    for (const count of [0, 1, 100, 341]) expect(aggregate.result(addAll(aggregate, rows(count)))).toBe(count);
    for (const count of [342, 1000, 20_000, 200_000]) {
      const estimate = Number(aggregate.result(addAll(aggregate, rows(count))));
      expect(Math.abs(estimate / count - 1)).toBeLessThan(0.05);
    }
  });

  it('keeps its state small', () => {
    const state = addAll(
      aggregate,
      Array.from({ length: 5000 }, (_, i) => [i]),
    ) as number[];
    expect(state.length).toBeLessThan(700);
    expect(state.every((n) => n === (n | 0))).toBe(true);
  });
});

// ------------------------------------------------------------------------------------------------- properties

/** Aggregates over one small INT column (or a text of it), with the literals that they need. */
type Case = readonly [name: string, type: string, literals: readonly TypedValue[]];
const CASES: readonly Case[] = [
  ['COUNT', 'INT', []],
  ['SUM', 'INT', []],
  ['SUM', 'BIGINT', []],
  ['SUM', 'DOUBLE', []],
  ['AVG', 'BIGINT', []],
  ['MIN', 'INT', []],
  ['MAX', 'INT', []],
  ['COLLECT_LIST', 'INT', []],
  ['COLLECT_SET', 'INT', []],
  ['COUNT_DISTINCT', 'INT', []],
  ['HISTOGRAM', 'STRING', []],
  ['ATTR', 'INT', []],
  ['TOPK', 'INT', [['INT', 3]]],
  ['TOPKDISTINCT', 'INT', [['INT', 3]]],
  ['EARLIEST_BY_OFFSET', 'INT', []],
  [
    'EARLIEST_BY_OFFSET',
    'INT',
    [
      ['INT', 3],
      ['BOOLEAN', false],
    ],
  ],
  ['LATEST_BY_OFFSET', 'INT', [['BOOLEAN', false]]],
  ['LATEST_BY_OFFSET', 'INT', [['INT', 3]]],
  ['STDDEV_SAMP', 'BIGINT', []],
];

const bindCase = ([name, type, literals]: Case): BoundAggregate => bindAggregate(name, [type], literals).aggregate;

const rowsOf = (type: string, values: readonly (number | null)[]): SqlValue[][] =>
  values.map((v) => [type === 'STRING' && v !== null ? `t${v}` : v]);

const smallValues = fc.array(fc.option(fc.integer({ min: -5, max: 5 })), { maxLength: 20 });

/** Rounds doubles, whose sums depend on the order. */
function comparable(value: SqlValue): unknown {
  // Adding 0 makes -0 the 0 that it equals.
  if (typeof value === 'number') return Math.round(value * 1e6) / 1e6 + 0;
  if (Array.isArray(value)) return value.map(comparable);
  return value;
}

function conforms(value: SqlValue, type: SqlType): boolean {
  if (value === null) return true;
  switch (type.kind) {
    case 'INTEGER':
      return typeof value === 'number' && value === (value | 0);
    case 'BIGINT':
      return typeof value === 'bigint' || Number.isSafeInteger(value);
    case 'DOUBLE':
      return typeof value === 'number';
    case 'VARCHAR':
      return typeof value === 'string';
    case 'ARRAY':
      return Array.isArray(value) && value.every((v) => conforms(v, type.element));
    case 'MAP':
      return value instanceof Map && [...value].every(([k, v]) => conforms(k, type.key) && conforms(v, type.value));
    case 'STRUCT':
      return Array.isArray(value) && type.fields.every((f, i) => conforms(value[i] ?? null, f.type));
    default:
      return false;
  }
}

describe.each(CASES)('%s(%s) %#', (...case_) => {
  const type = case_[1];

  it('merging two states is adding the rows of both, in order', () => {
    fc.assert(
      fc.property(smallValues, smallValues, (left, right) => {
        const aggregate = bindCase(case_);
        const merged = aggregate.merge(addAll(aggregate, rowsOf(type, left)), addAll(aggregate, rowsOf(type, right)));
        const whole = addAll(aggregate, rowsOf(type, [...left, ...right]));
        expect(comparable(aggregate.result(merged))).toEqual(comparable(aggregate.result(whole)));
      }),
    );
  });

  it('keeps its state and result within their types, and hands out results that stay', () => {
    fc.assert(
      fc.property(smallValues, smallValues, (first, then) => {
        const aggregate = bindCase(case_);
        const state = addAll(aggregate, rowsOf(type, first));
        const result = aggregate.result(state);
        expect(conforms(state, aggregate.stateType)).toBe(true);
        expect(conforms(result, aggregate.returnType)).toBe(true);
        const before = structuredClone(result);
        addAll(aggregate, rowsOf(type, then), state);
        expect(result).toEqual(before);
      }),
    );
  });
});

describe.each(CASES.filter((c) => 'undo' in bindCase(c)))('%s(%s) %#', (...case_) => {
  const [name, type] = case_;
  it('taking rows back leaves what the others make', () => {
    fc.assert(
      fc.property(smallValues, smallValues, fc.boolean(), (kept, taken, mixed) => {
        const aggregate = bindCase(case_);
        const rows = rowsOf(type, mixed ? [...taken, ...kept] : [...kept, ...taken]);
        const state = rowsOf(type, taken).reduce(
          (s: SqlValue, row) => aggregate.undo?.(s, row) ?? null,
          addAll(aggregate, rows),
        );
        const [left, right] = [state, addAll(aggregate, rowsOf(type, kept))].map((s) =>
          comparable(aggregate.result(s)),
        );
        if (name !== 'COLLECT_LIST') expect(left).toEqual(right);
        else expect((left as unknown[]).toSorted()).toEqual((right as unknown[]).toSorted());
      }),
    );
  });
});

// --------------------------------------------------------------------------------------------------- examples

/** The literals of `x: 1, NULL; y: 'a', 'b'`, and the type of each column. */
function parseColumns(text: string): { readonly types: string[]; readonly rows: SqlValue[][] } {
  const columns = text.split(';').map((column) => {
    const values = (column.split(':')[1] ?? '').match(/ARRAY\[[^\]]*\]|'[^']*'|[^,\s]+/g) ?? [];
    return values.map(parseLiteral);
  });
  return {
    types: columns.map((column) => column.find(([, value]) => value !== null)?.[0] ?? 'INT'),
    rows: (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]?.[1] ?? null)),
  };
}

function parseLiteral(text: string): readonly [type: string, value: SqlValue] {
  if (text === 'NULL') return ['INT', null];
  if (text === 'true' || text === 'false') return ['BOOLEAN', text === 'true'];
  if (text.startsWith("'")) return ['STRING', text.slice(1, -1)];
  if (text.startsWith('ARRAY[')) {
    const elements = text
      .slice(6, -1)
      .split(',')
      .map((e) => parseLiteral(e.trim()));
    return [`ARRAY<${elements[0]?.[0] ?? 'INT'}>`, elements.map(([, value]) => value)];
  }
  return ['INT', Number(text)];
}

function show(value: SqlValue, type: SqlType): string {
  if (value === null) return 'null';
  if (type.kind === 'DOUBLE') return doubleToString(value as number);
  if (type.kind === 'DECIMAL' && Decimal.isDecimal(value)) return decimalToString(value, type.scale);
  if (type.kind === 'ARRAY') return `[${(value as SqlValue[]).map((v) => show(v, type.element)).join(', ')}]`;
  if (type.kind === 'MAP') {
    const entries = [...(value as Map<SqlValue, SqlValue>)];
    return `{${entries.map(([k, v]) => `${show(k, type.key)}=${show(v, type.value)}`).join(', ')}}`;
  }
  assert(typeof value !== 'object', 'a plain value');
  return String(value);
}

describe('examples of aggregates', () => {
  const examples = createRegistry()
    .list()
    .flatMap((fn) => (fn.kind === 'aggregate' ? (fn.examples ?? []).map((e) => [e.sql, e.result] as const) : []));

  it.each(examples)('%s', (sql, expected) => {
    const [, name = '', args = '', columns = ''] = /^(\w+)\((.*?)\) -- (.*)$/.exec(sql) ?? [];
    const { types, rows } = parseColumns(columns);
    const literals = args
      .split(',')
      .slice(types.length)
      .map((text) => parseLiteral(text.trim()));
    const { aggregate } = bindAggregate(name, types, literals);
    expect(show(aggregate.result(addAll(aggregate, rows)), aggregate.returnType)).toBe(expected);
  });
});
