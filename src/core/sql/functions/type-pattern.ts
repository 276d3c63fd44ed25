/** The types that a signature declares: which arguments they take, and what those are converted to. */
import { array, map, sameType, type DecimalType, type SqlType } from '../../common/sql-type.ts';
import { decimalOf } from '../../common/values/decimal.ts';
import type { Parameter, TypePattern } from './function.ts';

/** What the type variables of a signature stand for, as far as arguments have said. */
export type Generics = Map<string, SqlType>;

/** One pattern per argument, or undefined if the number of arguments does not fit. */
export function expand(params: readonly Parameter[], count: number): readonly TypePattern[] | undefined {
  const variadic = params.findIndex((p) => p.variadic === true);
  const types = params.map((p) => p.type);
  if (variadic < 0) return count === types.length ? types : undefined;
  const repeat = count - (types.length - 1);
  const type = types[variadic];
  if (repeat < 0 || type === undefined) return undefined;
  return [...types.slice(0, variadic), ...Array<TypePattern>(repeat).fill(type), ...types.slice(variadic + 1)];
}

/** Whether a value of the type may be passed; binds type variables on the way. */
export function unify(pattern: TypePattern, type: SqlType, generics: Generics, casts: boolean): boolean {
  switch (pattern.kind) {
    case 'any':
      return true;
    case 'type':
      return isCompatible(pattern.type, type, casts);
    case 'decimal':
      return type.kind === 'DECIMAL' || (casts && (type.kind === 'INTEGER' || type.kind === 'BIGINT'));
    case 'generic': {
      const bound = generics.get(pattern.name);
      if (bound !== undefined) return sameType(bound, type);
      generics.set(pattern.name, type);
      return true;
    }
    case 'array':
      return type.kind === 'ARRAY' && unify(pattern.element, type.element, generics, casts);
    case 'map':
      return (
        type.kind === 'MAP' &&
        unify(pattern.key, type.key, generics, casts) &&
        unify(pattern.value, type.value, generics, casts)
      );
    case 'anyStruct':
      return type.kind === 'STRUCT';
    case 'lambda':
    case 'intervalUnit':
      return false;
  }
}

function isCompatible(declared: SqlType, actual: SqlType, casts: boolean): boolean {
  if (declared.kind === 'ARRAY')
    return actual.kind === 'ARRAY' && isCompatible(declared.element, actual.element, casts);
  if (declared.kind === 'MAP') {
    return (
      actual.kind === 'MAP' &&
      isCompatible(declared.key, actual.key, casts) &&
      isCompatible(declared.value, actual.value, casts)
    );
  }
  if (declared.kind === 'STRUCT') {
    // By name, in any order, and without casts.
    return (
      actual.kind === 'STRUCT' &&
      actual.fields.length === declared.fields.length &&
      declared.fields.every((field) => {
        const other = actual.fields.find((f) => f.name === field.name);
        return other !== undefined && isCompatible(field.type, other.type, false);
      })
    );
  }
  if (declared.kind === actual.kind) return true;
  return casts && canCastImplicitly(actual, declared);
}

const NUMBER_RANK: Readonly<Partial<Record<SqlType['kind'], number>>> = {
  INTEGER: 0,
  BIGINT: 1,
  DECIMAL: 2,
  DOUBLE: 3,
};

/** INTEGER -> BIGINT -> DECIMAL -> DOUBLE, and STRING -> DATE, TIME, TIMESTAMP. */
export function canCastImplicitly(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'VARCHAR') return to.kind === 'DATE' || to.kind === 'TIME' || to.kind === 'TIMESTAMP';
  const fromRank = NUMBER_RANK[from.kind];
  const toRank = NUMBER_RANK[to.kind];
  return fromRank !== undefined && toRank !== undefined && fromRank <= toRank;
}

export function hasGenerics(pattern: TypePattern): boolean {
  switch (pattern.kind) {
    case 'generic':
      return true;
    case 'array':
      return hasGenerics(pattern.element);
    case 'map':
      return hasGenerics(pattern.key) || hasGenerics(pattern.value);
    case 'lambda':
      return pattern.params.some(hasGenerics) || hasGenerics(pattern.result);
    default:
      return false;
  }
}

/** What an accepted argument of type `actual` is converted to. */
export function converted(pattern: TypePattern, actual: SqlType): SqlType {
  switch (pattern.kind) {
    case 'type':
      return convertedTo(pattern.type, actual);
    case 'decimal':
      return decimalOf(actual) ?? actual;
    case 'array':
      return actual.kind === 'ARRAY' ? array(converted(pattern.element, actual.element)) : actual;
    case 'map':
      return actual.kind === 'MAP'
        ? map(converted(pattern.key, actual.key), converted(pattern.value, actual.value))
        : actual;
    default:
      return actual;
  }
}

function convertedTo(declared: SqlType, actual: SqlType): SqlType {
  // A declared DECIMAL(p, s) takes any DECIMAL as it is.
  if (declared.kind === 'DECIMAL') return decimalOf(actual) ?? declared;
  if (declared.kind === 'ARRAY' && actual.kind === 'ARRAY') return array(convertedTo(declared.element, actual.element));
  if (declared.kind === 'MAP' && actual.kind === 'MAP') {
    return map(convertedTo(declared.key, actual.key), convertedTo(declared.value, actual.value));
  }
  return declared;
}

/** The pattern as a type; undefined while a type variable or a DECIMAL's precision is open. */
export function substitute(
  pattern: TypePattern,
  generics: Generics,
  anyDecimal: DecimalType | undefined,
): SqlType | undefined {
  switch (pattern.kind) {
    case 'type':
      return pattern.type;
    case 'decimal':
      return anyDecimal;
    case 'generic':
      return generics.get(pattern.name);
    case 'array': {
      const element = substitute(pattern.element, generics, anyDecimal);
      return element && array(element);
    }
    case 'map': {
      const key = substitute(pattern.key, generics, anyDecimal);
      const value = substitute(pattern.value, generics, anyDecimal);
      return key && value && map(key, value);
    }
    case 'anyStruct':
    case 'lambda':
    case 'intervalUnit':
    case 'any':
      return undefined;
  }
}
