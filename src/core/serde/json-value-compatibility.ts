/** Which keywords on values (lengths, bounds, patterns, enumerations) a reader's JSON schema tightens. */
import type { Decimal } from 'decimal.js';
import type { Incompatibility } from './incompatibility.ts';
import type { ArrayShape, NumberShape, StringShape } from './json-schema-view.ts';

/** Keywords that only narrow: a bound that is there for the reader must be there for the writer, and be no looser. */
export function limitsRefused(
  reader: StringShape | NumberShape,
  writer: StringShape | NumberShape,
  path: string,
): readonly Incompatibility[] {
  if (reader.kind === 'string' && writer.kind === 'string') {
    return [
      ...upper(reader.maxLength, writer.maxLength, 'maxLength', path),
      ...lower(reader.minLength, writer.minLength, 'minLength', path),
      ...patternRefused(reader.pattern, writer.pattern, path),
    ];
  }
  if (reader.kind === 'number' && writer.kind === 'number') {
    const narrowed = reader.isInteger && !writer.isInteger;
    return [
      ...(narrowed ? [{ rule: 'TYPE_NARROWED', path, reason: 'number cannot be read as integer' }] : []),
      ...upper(reader.maximum, writer.maximum, 'maximum', path),
      ...lower(reader.minimum, writer.minimum, 'minimum', path),
      ...upper(reader.exclusiveMaximum, writer.exclusiveMaximum, 'exclusiveMaximum', path),
      ...lower(reader.exclusiveMinimum, writer.exclusiveMinimum, 'exclusiveMinimum', path),
      ...multipleRefused(reader.multipleOf, writer.multipleOf, path),
    ];
  }
  return [];
}

/** minItems, maxItems, uniqueItems */
export function arrayLimits(reader: ArrayShape, writer: ArrayShape, path: string): readonly Incompatibility[] {
  const found = [
    ...upper(reader.maxItems, writer.maxItems, 'maxItems', path),
    ...lower(reader.minItems, writer.minItems, 'minItems', path),
  ];
  if (reader.uniqueItems && !writer.uniqueItems) {
    const reason = 'the reader asks for unique items, the writer does not';
    found.push({ rule: 'UNIQUE_ITEMS_ADDED', path: `${path}/uniqueItems`, reason });
  }
  return found;
}

/** `enum` and `const` */
export function valuesRefused(
  reader: ReadonlySet<string>,
  writer: ReadonlySet<string>,
  path: string,
): readonly Incompatibility[] {
  const lost = [...writer].filter((value) => !reader.has(value));
  if (lost.length === 0) return [];
  const narrowed = [...reader].every((value) => writer.has(value));
  const reason = `${lost.length === 1 ? 'the value' : 'the values'} ${lost.join(', ')} of the writer ${lost.length === 1 ? 'is' : 'are'} unknown to the reader, which takes ${[...reader].join(', ')}`;
  return [{ rule: narrowed ? 'ENUM_ARRAY_NARROWED' : 'ENUM_ARRAY_CHANGED', path: `${path}/enum`, reason }];
}

/** A bound from above. */
export function upper(
  reader: Decimal | undefined,
  writer: Decimal | undefined,
  keyword: string,
  path: string,
): readonly Incompatibility[] {
  if (reader === undefined || writer?.lte(reader) === true) return [];
  return [bound(reader, writer, keyword, 'DECREASED', path)];
}

/** A bound from below. */
export function lower(
  reader: Decimal | undefined,
  writer: Decimal | undefined,
  keyword: string,
  path: string,
): readonly Incompatibility[] {
  if (reader === undefined || writer?.gte(reader) === true) return [];
  return [bound(reader, writer, keyword, 'INCREASED', path)];
}

function bound(
  reader: Decimal,
  writer: Decimal | undefined,
  keyword: string,
  change: 'INCREASED' | 'DECREASED',
  path: string,
): Incompatibility {
  return {
    rule: `${ruleName(keyword)}_${writer === undefined ? 'ADDED' : change}`,
    path: `${path}/${keyword}`,
    reason: `the reader's ${keyword} is ${reader.toString()}, the writer ${writer === undefined ? 'has none' : `has ${writer.toString()}`}`,
  };
}

function patternRefused(
  reader: string | undefined,
  writer: string | undefined,
  path: string,
): readonly Incompatibility[] {
  if (reader === undefined || reader === writer) return [];
  const reason = `the reader's pattern is '${reader}', the writer ${writer === undefined ? 'has none' : `has '${writer}'`}`;
  return [{ rule: writer === undefined ? 'PATTERN_ADDED' : 'PATTERN_CHANGED', path: `${path}/pattern`, reason }];
}

function multipleRefused(
  reader: Decimal | undefined,
  writer: Decimal | undefined,
  path: string,
): readonly Incompatibility[] {
  if (reader === undefined || (writer !== undefined && !reader.isZero() && writer.mod(reader).isZero())) return [];
  const isMultiple = writer !== undefined && !writer.isZero() && reader.mod(writer).isZero();
  const rule = writer === undefined ? 'MULTIPLE_OF_ADDED' : isMultiple ? 'MULTIPLE_OF_EXPANDED' : 'MULTIPLE_OF_CHANGED';
  const reason = `the reader takes multiples of ${reader.toString()}, the writer has ${writer === undefined ? 'any numbers' : `multiples of ${writer.toString()}`}`;
  return [{ rule, path: `${path}/multipleOf`, reason }];
}

/** maxLength is MAX_LENGTH. */
const ruleName = (keyword: string): string => keyword.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
