/**
 * The functions that the conformance cases bring along, written against the public types for user-defined functions
 * alone.
 */
import type { Decimal } from 'decimal.js';
import { WeirError } from '../../src/core/common/errors.ts';
import {
  array,
  BIGINT,
  DOUBLE,
  INTEGER,
  struct,
  VARCHAR,
  type SqlType,
  type SqlValue,
} from '../../src/core/common/sql-type.ts';
import type { Bigint64 } from '../../src/core/common/values/bigint.ts';
import { decimalToString } from '../../src/core/common/values/decimal-text.ts';
import { doubleToString } from '../../src/core/common/values/double-text.ts';
import { add64, subtract64 } from '../../src/core/common/values/int64.ts';
import type { AggregateSignature, BoundAggregate, SqlFunction } from '../../src/core/sql/functions/function.ts';
import { aggregate, bound, lenient, over, scalar, table } from '../../src/core/sql/functions/signature.ts';

const TEST = 'TEST';

function fail(message: string): never {
  throw new WeirError('FUNCTION_FAILED', message);
}

// ------------------------------------------------------------------------------------------------- scalars

/** Throws when told to. */
const throwing = (shouldThrow: boolean): void => {
  if (shouldThrow) fail('You asked me to throw...');
};

function firstUnlessFailed<T extends SqlValue>(value: T, passes: boolean): T {
  if (!passes) fail('You asked me to throw...');
  return value;
}

const scalars: readonly SqlFunction[] = [
  scalar(
    'TEST_UDF',
    TEST,
    'Tells which overload was chosen.',
    [],
    [
      lenient('INT, STRING -> STRING', () => 'doStuffIntString'),
      lenient('BIGINT, STRING -> STRING', () => 'doStuffLongString'),
      lenient('BIGINT, BIGINT, STRING -> STRING', () => 'doStuffLongLongString'),
      lenient('BIGINT... -> STRING', () => 'doStuffLongVarargs'),
      lenient('STRUCT<A STRING> -> STRING', (value: SqlValue[] | null) => value?.[0] ?? null),
      lenient('-> STRUCT<A STRING>', () => ['foo']),
    ],
  ),
  scalar(
    'BAD_UDF',
    TEST,
    'Fails in several ways.',
    [],
    [
      lenient('INT -> STRING', () => fail('boom!')),
      lenient('BOOLEAN -> INT', (shouldThrow: boolean) => {
        throwing(shouldThrow);
        return 0;
      }),
      bound('STRING -> STRING', () => {
        let calls = 0;
        return (value: string | null) => (calls++ % 2 === 0 ? null : value);
      }),
    ],
  ),
  scalar(
    'WHENCONDITION',
    TEST,
    'Shows which conditions of a CASE are evaluated.',
    [],
    [lenient('BOOLEAN, BOOLEAN -> BOOLEAN', firstUnlessFailed)],
  ),
  scalar(
    'WHENRESULT',
    TEST,
    'Shows which results of a CASE are evaluated.',
    [],
    [lenient('INT, BOOLEAN -> INT', firstUnlessFailed)],
  ),
  scalar('TOSTRUCT', TEST, 'Wraps a text.', [], [lenient('STRING -> STRUCT<A STRING>', (value: SqlValue) => [value])]),
];

// --------------------------------------------------------------------------------------------- table functions

/** As Java's `String.valueOf`. */
function textOf(type: SqlType | undefined, value: SqlValue): string {
  if (value === null) return 'null';
  switch (type?.kind) {
    case 'DOUBLE':
      return doubleToString(value as number);
    case 'DECIMAL':
      return decimalToString(value as Decimal, type.scale);
    case 'STRUCT': {
      const fields = type.fields.map((f, i) => `${f.name}=${textOf(f.type, (value as SqlValue[])[i] ?? null)}`);
      return `Struct{${fields.join(',')}}`;
    }
    default:
      return `${value as string | number | bigint | boolean}`;
  }
}

const ELEMENTS = ['INT', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'STRING', 'DECIMAL', 'STRUCT<A STRING>'];

const firstElement = (type: SqlType, value: SqlValue): string =>
  textOf(type.kind === 'ARRAY' ? type.element : undefined, (value as SqlValue[])[0] ?? null);

const firstValue = (type: SqlType, value: SqlValue): string => {
  const [first = null] = (value as Map<SqlValue, SqlValue>).values();
  return textOf(type.kind === 'MAP' ? type.value : undefined, first);
};

const texts = (params: readonly string[], text: (type: SqlType, value: SqlValue) => string) =>
  bound(`${params.join(', ')} -> STRING`, (types) => (...values: SqlValue[]) => {
    return values.map((value, i) => text(types[i] ?? VARCHAR, value));
  });

const tables: readonly SqlFunction[] = [
  table(
    'TEST_UDTF',
    TEST,
    'Lists its arguments.',
    [],
    [
      texts(ELEMENTS, textOf),
      texts(
        ELEMENTS.map((type) => `ARRAY<${type}>`),
        firstElement,
      ),
      texts(
        ELEMENTS.map((type) => `MAP<STRING, ${type}>`),
        firstValue,
      ),
      texts(
        ELEMENTS.map((type, i) => `MAP<${i === 0 ? 'BIGINT' : 'STRING'}, ${type}>`),
        firstValue,
      ),
      ...ELEMENTS.map((type) => {
        const result = type === 'DECIMAL' ? 'DECIMAL(30, 10)' : type;
        return lenient(`${type} -> ${result}`, (value: SqlValue) => [value]);
      }),
    ],
  ),
  table(
    'THROWING_UDTF',
    TEST,
    'Throws when told to.',
    [],
    [
      lenient('BOOLEAN -> BOOLEAN', (shouldThrow: boolean) => {
        throwing(shouldThrow);
        return [shouldThrow];
      }),
    ],
  ),
];

// ------------------------------------------------------------------------------------------------- aggregates

const sizeOf = (value: SqlValue): Bigint64 =>
  typeof value === 'string' ? value.length : ((value as Bigint64 | null) ?? 0);

/** Texts count their length, numbers themselves, NULLs nothing. */
const totalOf = (values: readonly SqlValue[]): Bigint64 =>
  values.reduce((total: Bigint64, value) => add64(total, sizeOf(value)), 0);

/** The sum over all columns of all rows, plus `base` once. */
function total(base: Bigint64): BoundAggregate {
  return {
    stateType: BIGINT,
    returnType: BIGINT,
    initial: () => 0,
    add: (state, args) => add64(state as Bigint64, totalOf(args)),
    undo: (state, args) => subtract64(state as Bigint64, totalOf(args)),
    merge: (a, b) => add64(a as Bigint64, b as Bigint64),
    result: (state) => add64(state as Bigint64, base),
  };
}

const totalOver = (text: string): AggregateSignature => over(text, (_, literals) => total(totalOf(literals)));

const sumOfDoubles: BoundAggregate = {
  stateType: DOUBLE,
  returnType: DOUBLE,
  initial: () => 0,
  add: (state, [value = null]) => Number(state) + Number(value),
  merge: (a, b) => Number(a) + Number(b),
  result: (state) => state,
};

const PAIR = struct([
  { name: 'A', type: INTEGER },
  { name: 'B', type: INTEGER },
]);

const addPairs = (a: SqlValue, b: SqlValue): SqlValue => {
  const [left, right] = [a as SqlValue[], (b ?? [0, 0]) as SqlValue[]];
  return left.map((value, i) => (Number(value) + Number(right[i] ?? 0)) | 0);
};

const sumOfPairs: BoundAggregate = {
  stateType: PAIR,
  returnType: PAIR,
  initial: () => [0, 0],
  add: (state, [value = null]) => addPairs(state, value),
  merge: addPairs,
  result: (state) => state,
};

/** Collects the first argument of rows without a NULL. */
function firstOfWholeRows(type: SqlType): BoundAggregate {
  return {
    stateType: array(type),
    returnType: array(type),
    initial: () => [],
    add: (state, args) => (args.includes(null) ? state : [...(state as SqlValue[]), args[0] ?? null]),
    merge: (a, b) => [...(a as SqlValue[]), ...(b as SqlValue[])],
    result: (state) => state,
  };
}

const firsts = (text: string): AggregateSignature => over(text, ([type = VARCHAR]) => firstOfWholeRows(type));

const aggregates: readonly SqlFunction[] = [
  aggregate(
    'TEST_UDAF',
    TEST,
    'Adds up.',
    [],
    [
      totalOver('BIGINT'),
      totalOver('INT'),
      over('DOUBLE', () => sumOfDoubles),
      totalOver('STRING | STRING'),
      over('STRUCT<A INT, B INT>', () => sumOfPairs),
    ],
  ),
  aggregate('VAR_ARG', TEST, 'Adds up.', [], [totalOver('BIGINT, STRING...')]),
  aggregate('MID_VAR_ARG', TEST, 'Adds up.', [], [totalOver('BIGINT, STRING... | INT, INT')]),
  aggregate('MULTI_ARG', TEST, 'Adds up.', [], [totalOver('BIGINT, STRING | INT, STRING...')]),
  aggregate('FOUR_ARG', TEST, 'Adds up.', [], [totalOver('BIGINT, STRING, STRING, STRING | INT, STRING...')]),
  aggregate('FIVE_ARG', TEST, 'Adds up.', [], [totalOver('BIGINT, STRING, STRING, STRING, INT | INT, STRING...')]),
  aggregate('OBJ_COL_ARG', TEST, 'Collects.', [], [firsts('INT, ANY...')]),
  aggregate('GENERIC_VAR_ARG', TEST, 'Collects.', [], [firsts('A, B, C...')]),
];

export const testFunctions: readonly SqlFunction[] = [...scalars, ...tables, ...aggregates];
