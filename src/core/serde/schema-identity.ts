/**
 * When two schema texts are the same schema, as Confluent's registry sees it: Avro's parsed form, so that white space and the
 * order of an object's attributes do not count and `{"type": "int"}` is `"int"`; JSON's without white space; Protobuf's without
 * white space and comments.
 */
import { WeirError } from '../common/errors.ts';
import { parseJson, writeJson, type JsonNode } from '../common/values/json-lossless.ts';
import type { SchemaReference, SchemaType } from './format.ts';

/** A text that is the same for the same schema. @throws WeirError INVALID_SCHEMA when Avro's or JSON's is no JSON */
export function canonicalSchema(type: SchemaType, schema: string, references: readonly SchemaReference[]): string {
  return `${type}\n${canonicalText(type, schema)}\n${JSON.stringify(references)}`;
}

function canonicalText(type: SchemaType, schema: string): string {
  switch (type) {
    case 'PROTOBUF':
      return protoTokens(schema);
    case 'AVRO':
      return writeJson(avroNode(parsed(schema)));
    case 'JSON':
      return writeJson(parsed(schema));
  }
}

function parsed(schema: string): JsonNode {
  try {
    return parseJson(schema);
  } catch (error) {
    throw new WeirError(
      'INVALID_SCHEMA',
      `The schema is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`,
      { cause: error },
    );
  }
}

function avroNode(node: JsonNode): JsonNode {
  if (Array.isArray(node)) return node.map(avroNode);
  if (!(node instanceof Map)) return node;
  const type = node.get('type');
  if (node.size === 1 && typeof type === 'string') return type;
  const members = [...node].map(([name, value]): [string, JsonNode] => [
    name,
    // a default is a value, not a schema
    name === 'default' ? value : avroNode(value),
  ]);
  return new Map(members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

const PROTO_TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[\w.]+|\S/g;

function protoTokens(text: string): string {
  const tokens = text.match(PROTO_TOKEN) ?? [];
  return tokens.filter((token) => !token.startsWith('//') && !token.startsWith('/*')).join(' ');
}
