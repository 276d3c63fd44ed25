/**
 * What a JSON schema asks beyond types, as Confluent's rules see it: whether a reader takes every document that a writer's
 * schema allows. Content models are judged leniently: a property that is new to the reader and optional may be added, though
 * earlier documents of an open object could hold anything under its name.
 */
import { parseJson, type JsonNode, type JsonObject } from '../common/values/json-lossless.ts';

/** Why the reader refuses a document that the writer allows; undefined if it refuses none. References are not followed. */
export function documentRefused(reader: string, writer: string): string | undefined {
  return refused(parseJson(reader), parseJson(writer), '$');
}

function refused(readerNode: JsonNode, writerNode: JsonNode, path: string): string | undefined {
  const reader = withoutNull(readerNode);
  const writer = withoutNull(writerNode);
  if (reader === undefined || writer === undefined) return undefined;
  return enumNarrowed(reader, writer, path) ?? objectRefused(reader, writer, path) ?? itemRefused(reader, writer, path);
}

/** The schema itself, or the one branch beside null of how Connect writes what may be null. */
function withoutNull(node: JsonNode | undefined): JsonObject | undefined {
  if (!(node instanceof Map)) return undefined;
  const branches = node.get('oneOf') ?? node.get('anyOf');
  if (!Array.isArray(branches)) return node;
  const others = branches.filter((branch) => !(branch instanceof Map && branch.get('type') === 'null'));
  return others.length === 1 ? withoutNull(others[0]) : undefined;
}

function enumNarrowed(reader: JsonObject, writer: JsonObject, path: string): string | undefined {
  const taken = reader.get('enum');
  if (!Array.isArray(taken)) return undefined;
  const given = writer.get('enum');
  if (!Array.isArray(given))
    return `${path} may hold any value, and the reader takes ${taken.map(String).join(', ')} alone`;
  const lost = given.map(String).filter((value) => !taken.map(String).includes(value));
  return lost.length === 0 ? undefined : `${path}: the value ${lost.join(', ')} is unknown to the reader`;
}

function objectRefused(reader: JsonObject, writer: JsonObject, path: string): string | undefined {
  const wanted = propertiesOf(reader);
  const given = propertiesOf(writer);
  for (const name of namesOf(reader.get('required'))) {
    const property = wanted.get(name);
    if (namesOf(writer.get('required')).includes(name) || (property instanceof Map && property.has('default')))
      continue;
    return `that data may lack ${path}.${name}, which the reader requires and gives no default`;
  }
  if (reader.get('additionalProperties') === false) {
    const unknown = [...given.keys()].find((name) => !wanted.has(name));
    if (unknown !== undefined)
      return `the reader allows no further properties, and that data may have ${path}.${unknown}`;
    if (writer.get('additionalProperties') !== false && (isObject(writer) || given.size > 0)) {
      return `${path}: the reader allows no further properties, and that data may have any`;
    }
  }
  for (const [name, property] of wanted) {
    const source = given.get(name);
    const found = source === undefined ? undefined : refused(property, source, `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function itemRefused(reader: JsonObject, writer: JsonObject, path: string): string | undefined {
  return refused(reader.get('items') ?? null, writer.get('items') ?? null, `${path}[]`);
}

const isObject = (schema: JsonObject): boolean => schema.get('type') === 'object';

function propertiesOf(schema: JsonObject): JsonObject {
  const properties = schema.get('properties');
  return properties instanceof Map ? properties : new Map<string, JsonNode>();
}

function namesOf(node: JsonNode | undefined): readonly string[] {
  return Array.isArray(node) ? node.filter((name) => typeof name === 'string') : [];
}
