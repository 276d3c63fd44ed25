/**
 * Reading from rows and collections: columns and lambda parameters, `struct->field`, `array[i]` (from 1, from the end
 * when negative, null out of range) and `map[key]`. Whatever is read from a null is null.
 */
import { WeirError } from '../../common/errors.ts';
import { nearest } from '../../common/nearest.ts';
import { quoteName, type SqlMap, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { equalValues } from '../../common/values/compare.ts';
import type { ColumnReference, Dereference, Subscript } from '../../sql/ast.ts';
import { writeName } from '../../sql/format-expression.ts';
import { castCanFail, castEvaluator } from './cast.ts';
import { coerce } from './common-type.ts';
import { computed, folded, transparent, type Compiled, type Env, type Evaluator, type LambdaFrame } from './context.ts';
import { implicitlyCasts } from './implicit.ts';
import { wrongType } from './logic.ts';
import { textOf, typed, typeText } from './text.ts';

export function compileColumn(node: ColumnReference, env: Env): Compiled {
  if (node.source === undefined) {
    for (let frame = env.frame; frame !== undefined; frame = frame.outer) {
      const slot = frame.names.indexOf(node.name);
      const type = frame.types[slot];
      if (type !== undefined) return computed(type, slotReader(frame, slot), false);
    }
  }
  const { scope } = env.context;
  let column;
  try {
    column = scope.resolve(node.source, node.name);
  } catch (error) {
    throw error instanceof WeirError ? error.at(node.span) : error;
  }
  if (column === undefined) throw unknownColumn(node, env);
  const { index, type } = column;
  return { type, evaluate: (row) => row[index] as SqlValue, literal: undefined, column: index, fallible: false };
}

function slotReader({ slots }: LambdaFrame, slot: number): Evaluator {
  return () => slots[slot] as SqlValue;
}

function unknownColumn(node: ColumnReference, env: Env): WeirError {
  const name = node.source === undefined ? node.name : `${node.source}.${node.name}`;
  const candidates = env.context.scope.candidates();
  const near = nearest(name, candidates);
  return new WeirError('UNKNOWN_COLUMN', `Column '${name}' cannot be resolved.`, {
    span: node.span,
    hint:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : candidates.length > 0
          ? `These can: ${candidates.slice(0, 20).join(', ')}.`
          : 'No column may be used here.',
    details: { column: name, nearest: near },
  });
}

export function compileDereference(node: Dereference, env: Env): Compiled {
  const base = env.compile(node.base, transparent(env));
  if (base.type?.kind !== 'STRUCT') {
    throw new WeirError(
      'TYPE_MISMATCH',
      `${typed(node.base, base.type)} is no STRUCT and has no field '${node.field}'.`,
      {
        span: node.span,
        hint: '-> reads a field of a STRUCT; a column of a source is written source.column.',
        details: { expression: textOf(node.base), type: typeText(base.type), field: node.field },
      },
    );
  }
  const index = base.type.fields.findIndex((field) => field.name === node.field);
  const field = base.type.fields[index];
  if (field === undefined) {
    const names = base.type.fields.map((candidate) => candidate.name);
    const near = nearest(node.field, names);
    throw new WeirError('UNKNOWN_FIELD', `${textOf(node.base)} has no field '${node.field}'.`, {
      span: node.fieldSpan,
      hint:
        near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `It has ${names.map(quoteName).join(', ') || 'none'}.`,
      instead: near[0] === undefined ? undefined : writeName(near[0]),
      details: { expression: textOf(node.base), field: node.field, type: typeText(base.type), nearest: near },
    });
  }
  const { evaluate } = base;
  return folded(
    [base],
    computed(
      field.type,
      (row) => {
        const value = evaluate(row);
        return value === null ? null : ((value as SqlValue[])[index] ?? null);
      },
      base.fallible,
    ),
  );
}

export function compileSubscript(node: Subscript, env: Env): Compiled {
  const base = env.compile(node.base, transparent(env));
  const index = env.compile(node.index, transparent(env));
  switch (base.type?.kind) {
    case 'ARRAY':
      return arrayElement(node, base, base.type.element, index);
    case 'MAP':
      return mapEntry(node, base, base.type.key, base.type.value, index, env);
    default:
      throw new WeirError(
        'TYPE_MISMATCH',
        `${typed(node.base, base.type)} is neither ARRAY nor MAP and takes no [...].`,
        {
          span: node.span,
          hint:
            base.type?.kind === 'STRUCT'
              ? `The fields of a STRUCT are read by ->: ${textOf(node.base)}->${base.type.fields.map(({ name }) => writeName(name))[0] ?? 'NAME'}.`
              : base.type?.kind === 'VARCHAR'
                ? `SUBSTRING(${textOf(node.base)}, 1, 1) reads a part of a text, EXTRACTJSONFIELD one of JSON.`
                : 'Only an ARRAY or MAP has members.',
          details: { expression: textOf(node.base), type: typeText(base.type) },
        },
      );
  }
}

function arrayElement(node: Subscript, base: Compiled, element: SqlType, index: Compiled): Compiled {
  if (index.type?.kind !== 'INTEGER' && index.type?.kind !== 'BIGINT') {
    throw wrongType(node.index, index.type, 'a whole number', `The index of ${textOf(node.base)}`);
  }
  const [array, position] = [base.evaluate, index.evaluate];
  return folded(
    [base, index],
    computed(
      element,
      (row) => {
        const values = array(row) as SqlValue[] | null;
        if (values === null) return null;
        const i = position(row);
        // A BIGINT that is no safe integer is out of any range.
        if (typeof i !== 'number') return null;
        return values[i >= 0 ? i - 1 : values.length + i] ?? null;
      },
      base.fallible || index.fallible,
    ),
  );
}

function mapEntry(node: Subscript, base: Compiled, key: SqlType, value: SqlType, index: Compiled, env: Env): Compiled {
  if (index.type !== null && !implicitlyCasts(index.type, key) && node.index.kind !== 'string') {
    throw wrongType(node.index, index.type, typeText(key), `The key of ${textOf(node.base)}`);
  }
  const wanted = node.index.kind === 'string' ? coerce(node.index, index, key, env) : convertedKey(index, key);
  const find = isPrimitive(key) ? findDirectly : findByEquality;
  const [map, lookup] = [base.evaluate, wanted.evaluate];
  return folded(
    [base, wanted],
    computed(
      value,
      (row) => {
        const entries = map(row) as SqlMap | null;
        return entries === null ? null : find(entries, lookup(row));
      },
      base.fallible || wanted.fallible,
    ),
  );
}

function convertedKey(index: Compiled, key: SqlType): Compiled {
  if (index.type === null || index.type.kind === key.kind) return index;
  const convert = castEvaluator(index.type, key);
  const { evaluate } = index;
  return folded(
    [index],
    computed(key, (row) => convert(evaluate(row)), index.fallible || castCanFail(index.type, key)),
  );
}

const isPrimitive = (type: SqlType): boolean =>
  type.kind !== 'DECIMAL' &&
  type.kind !== 'BYTES' &&
  type.kind !== 'ARRAY' &&
  type.kind !== 'MAP' &&
  type.kind !== 'STRUCT';

const findDirectly = (entries: SqlMap, key: SqlValue): SqlValue => entries.get(key) ?? null;

function findByEquality(entries: SqlMap, key: SqlValue): SqlValue {
  for (const [candidate, value] of entries) if (equalValues(candidate, key)) return value;
  return null;
}
