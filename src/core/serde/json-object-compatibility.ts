/**
 * Whether a reader's JSON schema of an object takes the objects of a writer's. What may happen to a property depends on
 * the content model, which is open (any further properties), closed (none) or partially open (further ones of a schema):
 *
 * - a property that only the writer has: fine when the reader is open; else what the reader says of further properties counts,
 * - a property that only the reader has: refused when the writer is open, for its objects may hold anything under that name; else
 *   what the writer says of further properties counts, and the property must be optional or have a default.
 */
import { RE2JS } from 're2js';
import { WeirError } from '../common/errors.ts';
import type { Incompatibility } from './incompatibility.ts';
import type { JsonSchemaView, ObjectShape } from './json-schema-view.ts';
import { lower, upper } from './json-value-compatibility.ts';

/** Compares two schemas within the objects. */
export type Compare = (
  reader: JsonSchemaView | undefined,
  writer: JsonSchemaView | undefined,
  path: string,
) => readonly Incompatibility[];

/** What the reader refuses of the writer's objects. */
export function objectRefused(
  compare: Compare,
  reader: ObjectShape,
  writer: ObjectShape,
  path: string,
): readonly Incompatibility[] {
  return [
    ...requiredRefused(reader, writer, path),
    ...propertiesRefused(compare, reader, writer, path),
    ...dependenciesRefused(compare, reader, writer, path),
    ...additionalRefused(compare, reader, writer, path),
    ...upper(reader.maxProperties, writer.maxProperties, 'maxProperties', path),
    ...lower(reader.minProperties, writer.minProperties, 'minProperties', path),
  ];
}

/** Of the properties that both have. */
function requiredRefused(reader: ObjectShape, writer: ObjectShape, path: string): readonly Incompatibility[] {
  return [...writer.properties.keys()]
    .filter((name) => reader.required.has(name) && !writer.required.has(name))
    .filter((name) => reader.properties.get(name)?.hasDefault === false)
    .map((name) => ({
      rule: 'REQUIRED_ATTRIBUTE_ADDED',
      path: `${path}/properties/${escaped(name)}`,
      reason: 'the reader requires it and gives no default, for the writer it is optional',
    }));
}

function propertiesRefused(
  compare: Compare,
  reader: ObjectShape,
  writer: ObjectShape,
  path: string,
): readonly Incompatibility[] {
  const names = new Set([...writer.properties.keys(), ...reader.properties.keys()]);
  return [...names].flatMap((name) => {
    const [to, from] = [reader.properties.get(name), writer.properties.get(name)];
    const step = `${path}/properties/${escaped(name)}`;
    if (to !== undefined && from !== undefined) return compare(to, from, step);
    if (from !== undefined) return goneRefused(compare, reader, from, name, step);
    return to === undefined ? [] : addedRefused(compare, reader, writer, to, name, step);
  });
}

/** A property that the writer alone has. */
function goneRefused(
  compare: Compare,
  reader: ObjectShape,
  property: JsonSchemaView,
  name: string,
  path: string,
): readonly Incompatibility[] {
  if (isOpen(reader)) return [];
  const further = furtherSchema(reader, name);
  if (further !== undefined) {
    const found = compare(further, property, path);
    return found.map(({ reason, ...rest }) => ({
      ...rest,
      rule: 'PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
      reason: `the reader takes it as a further property alone: ${reason}`,
    }));
  }
  if (property.shape.kind === 'never') return [];
  const reason = 'the reader does not know the property and allows no further ones (additionalProperties: false)';
  return [{ rule: 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL', path, reason }];
}

/** A property that the reader alone has. */
function addedRefused(
  compare: Compare,
  reader: ObjectShape,
  writer: ObjectShape,
  property: JsonSchemaView,
  name: string,
  path: string,
): readonly Incompatibility[] {
  if (isOpen(writer)) {
    if (property.shape.kind === 'any') return [];
    const reason =
      'the reader gives the property a type, and the writer allows anything under that name (its additionalProperties is not false)';
    return [{ rule: 'PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL', path, reason }];
  }
  const found: Incompatibility[] = [];
  const further = furtherSchema(writer, name);
  if (further !== undefined) {
    for (const { reason, ...rest } of compare(property, further, path)) {
      found.push({
        ...rest,
        rule: 'PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
        reason: `the writer may have it as a further property: ${reason}`,
      });
    }
  }
  if (reader.required.has(name) && !property.hasDefault) {
    const reason = 'the reader requires the property and gives no default, the writer does not have it';
    found.push({ rule: 'REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL', path, reason });
  }
  return found;
}

function dependenciesRefused(
  compare: Compare,
  reader: ObjectShape,
  writer: ObjectShape,
  path: string,
): readonly Incompatibility[] {
  const names = [...reader.dependentNames].flatMap(([name, wanted]) => {
    const given = writer.dependentNames.get(name);
    const lost = [...wanted].filter((other) => given?.has(other) !== true);
    if (lost.length === 0 && given !== undefined) return [];
    const isExtended = given !== undefined && [...given].every((other) => wanted.has(other));
    return [
      {
        rule: `DEPENDENCY_ARRAY_${given === undefined ? 'ADDED' : isExtended ? 'EXTENDED' : 'CHANGED'}`,
        path: `${path}/dependencies/${escaped(name)}`,
        reason: `where ${name} is there, the reader requires ${[...wanted].join(', ')}, the writer ${given === undefined ? 'nothing' : [...given].join(', ')}`,
      },
    ];
  });
  const schemas = [...reader.dependentSchemas].flatMap(([name, wanted]) => {
    const step = `${path}/dependencies/${escaped(name)}`;
    const given = writer.dependentSchemas.get(name);
    if (given !== undefined) return compare(wanted, given, step);
    const reason = `where ${name} is there, the reader asks for more, the writer does not`;
    return [{ rule: 'DEPENDENCY_SCHEMA_ADDED', path: step, reason }];
  });
  return [...names, ...schemas];
}

function additionalRefused(
  compare: Compare,
  reader: ObjectShape,
  writer: ObjectShape,
  path: string,
): readonly Incompatibility[] {
  const step = `${path}/additionalProperties`;
  if (reader.additional === true || writer.additional === false) return [];
  if (reader.additional === false) {
    const reason = 'the reader allows no further properties, the writer does';
    return [{ rule: 'ADDITIONAL_PROPERTIES_REMOVED', path: step, reason }];
  }
  if (writer.additional === true) {
    const reason = 'the reader gives further properties a schema, the writer allows any';
    return [{ rule: 'ADDITIONAL_PROPERTIES_NARROWED', path: step, reason }];
  }
  return compare(reader.additional, writer.additional, step);
}

function isOpen(shape: ObjectShape): boolean {
  return shape.patterns.length === 0 && shape.additional === true;
}

/** The schema that a property has which is not named: by its pattern, or that of all further ones. */
function furtherSchema(shape: ObjectShape, name: string): JsonSchemaView | undefined {
  const byPattern = shape.patterns.find(([pattern]) => matches(pattern, name));
  if (byPattern !== undefined) return byPattern[1];
  return typeof shape.additional === 'object' ? shape.additional : undefined;
}

/** The pattern is found anywhere in the name. */
function matches(pattern: string, name: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(name).find();
  } catch (error) {
    throw new WeirError('INVALID_SCHEMA', `The pattern '${pattern}' of patternProperties cannot be used.`, {
      hint: 'Write a regular expression without look-around and back references.',
      details: { pattern },
      cause: error,
    });
  }
}

/** A name as a step of a JSON pointer. */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
