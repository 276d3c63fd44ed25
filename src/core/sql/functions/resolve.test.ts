import { describe, expect, it } from 'vitest';
import { refusal } from '../../common/testing.ts';
import {
  array,
  BIGINT,
  BOOLEAN,
  DATE,
  decimal,
  DOUBLE,
  formatType,
  INTEGER,
  map,
  struct,
  VARCHAR,
  type SqlType,
  type SqlValue,
} from '../../common/sql-type.ts';
import type { Argument, FunctionContext, ResolvedCall, ScalarFunction } from './function.ts';
import { createRegistry } from './registry.ts';
import { resolveScalar } from './resolve.ts';
import { aggregate, lenient, over, scalar } from './signature.ts';

const context: FunctionContext = { config: {}, nowMs: () => 0, random: () => 0 };
const NULL: Argument = { kind: 'null' };
const of = (type: SqlType): Argument => ({ kind: 'value', type, literal: undefined });
const literal = (type: SqlType, value: SqlValue): Argument => ({ kind: 'value', type, literal: value });
const lambda = (arity: number, typeOf: (params: readonly SqlType[]) => SqlType): Argument => ({
  kind: 'lambda',
  arity,
  typeOf,
});

/** A function whose overloads answer their own text. */
function overloads(...texts: string[]): ScalarFunction {
  return scalar(
    'F',
    'TEST',
    'A test.',
    [],
    texts.map((text) => lenient(`${text} -> STRING`, () => text)),
  );
}

function chosen(fn: ScalarFunction, ...args: Argument[]): SqlValue {
  const call: ResolvedCall = resolveScalar(fn, args);
  return call.signature.bind([], context, VARCHAR)();
}

describe('overload resolution', () => {
  it('prefers the exact types', () => {
    const fn = overloads('BIGINT, STRING', 'INT, STRING', 'DOUBLE, STRING');
    expect(chosen(fn, of(INTEGER), of(VARCHAR))).toBe('INT, STRING');
    expect(chosen(fn, of(BIGINT), of(VARCHAR))).toBe('BIGINT, STRING');
    expect(chosen(fn, of(DOUBLE), of(VARCHAR))).toBe('DOUBLE, STRING');
  });

  it('casts numbers upwards only, and texts to dates and times', () => {
    const fn = overloads('DOUBLE', 'DATE');
    for (const type of [INTEGER, BIGINT, decimal(4, 2), DOUBLE]) expect(chosen(fn, of(type))).toBe('DOUBLE');
    expect(chosen(fn, of(VARCHAR))).toBe('DATE');
    expect(refusal(() => chosen(overloads('INT'), of(BIGINT))).code).toBe('NO_MATCHING_FUNCTION');
    expect(refusal(() => chosen(overloads('DECIMAL'), of(DOUBLE))).code).toBe('NO_MATCHING_FUNCTION');
    expect(refusal(() => chosen(overloads('STRING'), of(INTEGER))).code).toBe('NO_MATCHING_FUNCTION');
  });

  it('refuses casts that tie', () => {
    const error = refusal(() => chosen(overloads('BIGINT, BIGINT', 'DOUBLE, DOUBLE'), of(INTEGER), of(BIGINT)));
    expect(error.code).toBe('AMBIGUOUS_FUNCTION');
    expect(error.message).toContain('(INTEGER, BIGINT)');
  });

  it('takes NULL for any type, and the first declared if only NULLs decide', () => {
    expect(chosen(overloads('STRING', 'INT'), NULL)).toBe('STRING');
    expect(chosen(overloads('STRING, INT', 'BIGINT, STRING'), NULL, of(VARCHAR))).toBe('BIGINT, STRING');
  });

  it('prefers a fixed number of arguments, fewer type variables, more parameters, a later variadic', () => {
    expect(chosen(overloads('INT...', 'INT, INT'), of(INTEGER), of(INTEGER))).toBe('INT, INT');
    expect(chosen(overloads('T', 'INT'), of(INTEGER))).toBe('INT');
    expect(chosen(overloads('INT...', 'INT, INT...'), of(INTEGER), of(INTEGER))).toBe('INT, INT...');
    expect(chosen(overloads('STRING..., INT', 'STRING, INT...'), of(VARCHAR), of(INTEGER))).toBe('STRING, INT...');
  });

  it('repeats a variadic parameter wherever it stands, and leaves it out', () => {
    const fn = overloads('BIGINT, STRING..., INT, INT');
    const [b, s, i] = [of(BIGINT), of(VARCHAR), of(INTEGER)];
    for (const args of [
      [b, i, i],
      [b, s, i, i],
      [b, s, s, s, i, i],
    ]) {
      expect(chosen(fn, ...args)).toBe('BIGINT, STRING..., INT, INT');
    }
    expect(refusal(() => chosen(fn, b, i)).code).toBe('NO_MATCHING_FUNCTION');
    expect(refusal(() => chosen(fn, b, s, s, i)).code).toBe('NO_MATCHING_FUNCTION');
  });

  it('binds a type variable to one type throughout', () => {
    const fn = scalar('F', 'TEST', 'A test.', [], [lenient('ARRAY<T>, T -> MAP<STRING, T>', () => null)]);
    const call = resolveScalar(fn, [of(array(BIGINT)), of(BIGINT)]);
    expect(formatType(call.returnType)).toBe('MAP<STRING, BIGINT>');
    expect(refusal(() => resolveScalar(fn, [of(array(BIGINT)), of(INTEGER)])).code).toBe('NO_MATCHING_FUNCTION');
    expect(resolveScalar(fn, [NULL, of(DATE)]).paramTypes).toEqual([array(DATE), DATE]);
    expect(refusal(() => resolveScalar(fn, [NULL, NULL])).hint).toContain('CAST(NULL AS');
  });

  it('looks into arrays, maps and structs', () => {
    const fn = overloads('ARRAY<DOUBLE>', 'MAP<STRING, BIGINT>', 'STRUCT<A STRING>', 'STRUCT');
    expect(chosen(fn, of(array(INTEGER)))).toBe('ARRAY<DOUBLE>');
    expect(chosen(fn, of(map(VARCHAR, INTEGER)))).toBe('MAP<STRING, BIGINT>');
    expect(refusal(() => chosen(fn, of(array(VARCHAR)))).code).toBe('NO_MATCHING_FUNCTION');
    expect(chosen(overloads('STRUCT<A STRING>'), of(struct([{ name: 'A', type: VARCHAR }])))).toBe('STRUCT<A STRING>');
    expect(
      refusal(() => chosen(overloads('STRUCT<A STRING>'), of(struct([{ name: 'B', type: VARCHAR }])))).message,
    ).toContain('(STRUCT<`B` STRING>)');
  });

  it('says what arguments are converted to', () => {
    const fn = overloads('DECIMAL, ARRAY<DOUBLE>, DOUBLE');
    const call = resolveScalar(fn, [of(INTEGER), of(array(BIGINT)), of(decimal(4, 2))]);
    expect(call.paramTypes).toEqual([decimal(10, 0), array(DOUBLE), DOUBLE]);
  });

  it('types lambdas from the other arguments, and results from lambdas', () => {
    const fn = scalar(
      'F',
      'TEST',
      'A test.',
      [],
      [lenient('ARRAY<T>, (T) => R -> ARRAY<R>', () => null), lenient('MAP<K, V>, (K, V) => BOOLEAN -> V', () => null)],
    );
    let seen: readonly SqlType[] = [];
    const call = resolveScalar(fn, [
      of(array(BIGINT)),
      lambda(1, (params) => {
        seen = params;
        return VARCHAR;
      }),
    ]);
    expect(seen).toEqual([BIGINT]);
    expect(call.returnType).toEqual(array(VARCHAR));
    expect(call.lambdaParams).toEqual([undefined, [BIGINT]]);
    expect(resolveScalar(fn, [of(map(VARCHAR, DATE)), lambda(2, () => BOOLEAN)]).returnType).toEqual(DATE);
    expect(refusal(() => resolveScalar(fn, [of(map(VARCHAR, DATE)), lambda(2, () => DATE)])).hint).toContain('BOOLEAN');
    expect(refusal(() => resolveScalar(fn, [of(array(BIGINT)), lambda(2, () => DATE)])).message).toContain('LAMBDA');
    expect(refusal(() => resolveScalar(fn, [NULL, lambda(1, () => DATE)])).code).toBe('NO_MATCHING_FUNCTION');
  });

  it('tells time units from values', () => {
    const fn = overloads('UNIT, INT');
    expect(chosen(fn, { kind: 'intervalUnit', unit: 'DAYS' }, of(INTEGER))).toBe('UNIT, INT');
    expect(refusal(() => chosen(fn, of(VARCHAR), of(INTEGER))).message).toContain('(STRING, INTEGER)');
  });
});

describe('aggregates', () => {
  const registry = createRegistry([
    aggregate(
      'PICK',
      'TEST',
      'A test.',
      [],
      [
        over('first BIGINT, rest STRING... | a INT, b INT', (argTypes, initArgs) => ({
          stateType: BIGINT,
          returnType: BIGINT,
          initial: () => argTypes.length * 100 + Number(initArgs[0]) * 10 + Number(initArgs[1]),
          add: (state) => state,
          merge: (a) => a,
          result: (state) => state,
        })),
      ],
    ),
  ]);

  it('separates columns from init literals around a variadic', () => {
    const call = registry.resolveAggregate(
      'pick',
      [of(BIGINT), of(VARCHAR), of(VARCHAR), literal(INTEGER, 7), literal(INTEGER, 3)],
      context,
    );
    expect(call.initFrom).toBe(3);
    expect(call.aggregate.initial()).toBe(373);
  });

  it('does not cast', () => {
    expect(refusal(() => registry.resolveAggregate('AVG', [of(decimal(4, 2))], context)).code).toBe(
      'NO_MATCHING_FUNCTION',
    );
    expect(
      refusal(() => registry.resolveAggregate('PICK', [of(INTEGER), literal(INTEGER, 7), literal(INTEGER, 3)], context))
        .message,
    ).toContain('(INTEGER, INTEGER, INTEGER)');
  });

  it('insists on literals and names the expression', () => {
    const column: Argument = { kind: 'value', type: INTEGER, literal: undefined, text: 'F0' };
    const error = refusal(() => registry.resolveAggregate('LATEST_BY_OFFSET', [of(INTEGER), column], context));
    expect(error.code).toBe('NOT_A_LITERAL');
    expect(error.message).toContain("'F0'");
  });
});

describe('the registry', () => {
  it('finds names without case and suggests near ones', () => {
    const registry = createRegistry();
    expect(registry.get('coalesce')?.name).toBe('COALESCE');
    const error = refusal(() => registry.resolve('COALESC', []));
    expect(error.code).toBe('UNKNOWN_FUNCTION');
    expect(error.hint).toContain('COALESCE');
    expect(refusal(() => registry.resolve('WONT_FIND_ME', [])).message).toContain("'WONT_FIND_ME'");
  });

  it('keeps built-ins, adds and removes user-defined functions', () => {
    const registry = createRegistry();
    expect(refusal(() => registry.add({ ...overloads('INT'), name: 'abs' })).code).toBe('FUNCTION_EXISTS');
    registry.add({ ...overloads('INT'), name: 'mine' });
    expect(registry.get('Mine')?.name).toBe('MINE');
    expect(registry.remove('mine')).toBe(true);
    expect(registry.get('mine')).toBeUndefined();
    expect(registry.remove('ABS')).toBe(false);
  });

  it('tells aggregates from scalars', () => {
    const registry = createRegistry();
    expect(refusal(() => registry.resolve('SUM', [of(INTEGER)])).code).toBe('FUNCTION_KIND');
    expect(refusal(() => registry.resolveAggregate('ABS', [of(INTEGER)], context)).code).toBe('FUNCTION_KIND');
  });

  it('describes every function, with examples', () => {
    for (const fn of createRegistry().list()) {
      expect(fn.name).toBe(fn.name.toUpperCase());
      expect(fn.description, fn.name).toMatch(/[.)]$/);
      expect(fn.examples?.length, fn.name).toBeGreaterThan(0);
    }
  });
});
