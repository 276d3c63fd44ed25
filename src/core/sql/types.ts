/** From type names as written to SQL types. */
import { WeirError } from '../common/errors.ts';
import { nearest } from '../common/nearest.ts';
import {
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  DOUBLE,
  INTEGER,
  TIME,
  TIMESTAMP,
  VARCHAR,
  array,
  decimal,
  map,
  struct,
  type SqlType,
} from '../common/sql-type.ts';
import type { NamedType, TypeName } from './ast.ts';

/** The types that have a plain name; DECIMAL, ARRAY, MAP and STRUCT take arguments. */
export const NAMED_TYPES: ReadonlyMap<string, SqlType> = new Map<string, SqlType>([
  ['BOOLEAN', BOOLEAN],
  ['INT', INTEGER],
  ['INTEGER', INTEGER],
  ['BIGINT', BIGINT],
  ['DOUBLE', DOUBLE],
  ['VARCHAR', VARCHAR],
  ['STRING', VARCHAR],
  ['BYTES', BYTES],
  ['DATE', DATE],
  ['TIME', TIME],
  ['TIMESTAMP', TIMESTAMP],
]);

/** The type of a name that CREATE TYPE defined. */
export type CustomTypes = (name: string) => SqlType | undefined;
const NO_CUSTOM_TYPES: CustomTypes = () => undefined;

/**
 * @throws WeirError UNKNOWN_TYPE for a name that is neither built in nor a custom type's; INVALID_TYPE for a DECIMAL
 * without sensible precision and scale
 */
export function resolveTypeName(name: TypeName, customTypes: CustomTypes = NO_CUSTOM_TYPES): SqlType {
  switch (name.kind) {
    case 'arrayType':
      return array(resolveTypeName(name.element, customTypes));
    case 'mapType':
      return map(resolveTypeName(name.key, customTypes), resolveTypeName(name.value, customTypes));
    case 'structType':
      requireDistinctFields(name);
      return struct(name.fields.map((f) => ({ name: f.name, type: resolveTypeName(f.type, customTypes) })));
    case 'named':
      return name.name === 'DECIMAL' ? decimalType(name) : namedType(name, customTypes);
  }
}

function requireDistinctFields({ fields, span }: Extract<TypeName, { readonly kind: 'structType' }>): void {
  const twice = fields.find((field, i) => fields.findIndex((other) => other.name === field.name) !== i);
  if (twice === undefined) return;
  throw new WeirError('INVALID_TYPE', `STRUCT has two fields named '${twice.name}'.`, {
    span,
    hint: 'Give each field a name of its own.',
    details: { field: twice.name },
  });
}

function namedType(name: NamedType, customTypes: CustomTypes): SqlType {
  const type = NAMED_TYPES.get(name.name) ?? customTypes(name.name);
  if (type !== undefined) return type;
  const near = nearest(name.name, [...NAMED_TYPES.keys(), 'DECIMAL', 'ARRAY', 'MAP', 'STRUCT'], 1)[0];
  const needsArguments = ['ARRAY', 'MAP', 'STRUCT'].includes(name.name);
  throw new WeirError('UNKNOWN_TYPE', `Unknown type: ${name.name}.`, {
    span: name.span,
    hint: needsArguments
      ? 'Say of what: ARRAY<INT>, MAP<STRING, INT>, STRUCT<A INT, B STRING>.'
      : near !== undefined
        ? `Did you mean ${near}?`
        : `Define it first: CREATE TYPE ${name.name} AS ...;`,
    rewrite:
      near === undefined || needsArguments ? undefined : { title: `Change to ${near}`, span: name.span, text: near },
    details: { type: name.name },
  });
}

function decimalType(name: NamedType): SqlType {
  const [precision, scale] = name.parameters;
  const invalid = (problem: string): WeirError =>
    new WeirError('INVALID_TYPE', problem, {
      span: name.span,
      hint: 'DECIMAL(10, 2) has ten digits, two of them after the point.',
    });
  if (precision === undefined || scale === undefined || name.parameters.length > 2) {
    throw invalid('DECIMAL needs a precision and a scale.');
  }
  const text = `DECIMAL(${precision}, ${scale})`;
  if (precision < 1) throw invalid(`The precision of ${text} is below 1.`);
  if (scale > precision) throw invalid(`The scale of ${text} is above its precision.`);
  return decimal(precision, scale);
}
