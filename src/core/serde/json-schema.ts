/**
 * JSON Schema on both sides of SQL, as Connect's JsonSchemaData maps it.
 *
 * Writing: every column is `oneOf` null and its type, with `connect.index` for the order and `connect.type` for widths;
 * logical types carry Connect's name as `title`. Reading: `connect.type` where there is one; a plain integer is BIGINT
 * and a plain number DOUBLE; a choice between null and one type is that type, any other choice a STRUCT with a field
 * per alternative.
 */
import {
  array,
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  decimal,
  DOUBLE,
  INTEGER,
  map,
  struct,
  TIME,
  TIMESTAMP,
  VARCHAR,
  type SqlType,
  type StructField,
} from '../common/sql-type.ts';
import { JsonNumber, type JsonNode, type JsonObject } from '../common/values/json-lossless.ts';
import type { PersistenceSchema } from './format.ts';
import { unwrappedColumn } from './format-support.ts';
import { JsonDocuments } from './json-documents.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

const CONNECT = 'org.apache.kafka.connect.data.';
const DEFAULT_DECIMAL_PRECISION = 64;

export function jsonSchemaText(schema: PersistenceSchema): string {
  const bare = unwrappedColumn(schema);
  return JSON.stringify(bare === undefined ? objectOf(schema.columns) : nullable(typeSchema(bare.type)));
}

function objectOf(fields: readonly StructField[]): Readonly<Record<string, Json>> {
  const properties = fields.map((field, index): [string, Json] => [
    field.name,
    { 'connect.index': index, ...nullable(typeSchema(field.type)) },
  ]);
  return { type: 'object', properties: Object.fromEntries(properties) };
}

function nullable(schema: Json): Readonly<Record<string, Json>> {
  return { oneOf: [{ type: 'null' }, schema] };
}

function typeSchema(type: SqlType): Readonly<Record<string, Json>> {
  switch (type.kind) {
    case 'BOOLEAN':
      return { type: 'boolean' };
    case 'INTEGER':
      return { type: 'integer', 'connect.type': 'int32' };
    case 'BIGINT':
      return { type: 'integer', 'connect.type': 'int64' };
    case 'DOUBLE':
      return { type: 'number', 'connect.type': 'float64' };
    case 'VARCHAR':
      return { type: 'string' };
    case 'BYTES':
      return { type: 'string', 'connect.type': 'bytes' };
    case 'DATE':
      return { type: 'integer', title: `${CONNECT}Date`, 'connect.version': 1, 'connect.type': 'int32' };
    case 'TIME':
      return { type: 'integer', title: `${CONNECT}Time`, 'connect.version': 1, 'connect.type': 'int32' };
    case 'TIMESTAMP':
      return { type: 'integer', title: `${CONNECT}Timestamp`, 'connect.version': 1, 'connect.type': 'int64' };
    case 'DECIMAL':
      return {
        type: 'number',
        title: `${CONNECT}Decimal`,
        'connect.version': 1,
        'connect.type': 'bytes',
        'connect.parameters': { scale: String(type.scale), 'connect.decimal.precision': String(type.precision) },
      };
    case 'ARRAY':
      return { type: 'array', items: nullable(typeSchema(type.element)) };
    case 'MAP':
      return { type: 'object', 'connect.type': 'map', additionalProperties: nullable(typeSchema(type.value)) };
    case 'STRUCT':
      return objectOf(type.fields);
  }
}

/** The SQL type that a JSON schema implies; undefined when there is none. @throws WeirError INVALID_SCHEMA */
export function jsonSchemaType(text: string, imports: ReadonlyMap<string, string> = new Map()): SqlType | undefined {
  return readJsonSchema(text, imports).type;
}

export interface ReadJsonSchema {
  readonly type: SqlType | undefined;
  /** Names of properties that are no part of the type, because their schemas lead back to one around them. */
  readonly recursive: readonly string[];
}

/** @throws WeirError INVALID_SCHEMA */
export function readJsonSchema(text: string, imports: ReadonlyMap<string, string>): ReadJsonSchema {
  const documents = new JsonDocuments(text, imports);
  const reader = new TypeReader(documents);
  const type = reader.typeOf(documents.root.node, '', []);
  return { type, recursive: reader.recursive };
}

class TypeReader {
  readonly recursive: string[] = [];
  private readonly documents: JsonDocuments;
  /** How often a schema led back to one around it. */
  private returns = 0;

  constructor(documents: JsonDocuments) {
    this.documents = documents;
  }

  /** `path` holds the schemas that are being read, to find recursion. */
  typeOf(node: JsonNode | undefined, document: string, path: readonly JsonNode[]): SqlType | undefined {
    if (!(node instanceof Map)) return undefined;
    if (path.includes(node)) {
      this.returns++;
      return undefined;
    }
    const inner = [...path, node];
    const reference = node.get('$ref');
    if (typeof reference === 'string') return this.referenced(reference, document, inner);
    const alternatives = node.get('oneOf') ?? node.get('anyOf');
    if (Array.isArray(alternatives)) return this.choice(alternatives, document, inner);
    const parts = node.get('allOf');
    if (Array.isArray(parts)) return this.merged(parts, document, inner);
    const type = node.get('type');
    if (Array.isArray(type)) {
      const others = type.filter((name) => name !== 'null');
      const rest = others.map((name): JsonNode => new Map([...node, ['type', name]]));
      return this.choice(rest, document, path);
    }
    if (typeof type === 'string') return this.simple(type, node, document, inner);
    if (node.has('properties')) return this.simple('object', node, document, inner);
    return node.has('enum') || node.has('const') ? VARCHAR : undefined;
  }

  private simple(type: string, node: JsonObject, document: string, path: readonly JsonNode[]): SqlType | undefined {
    const connectType = node.get('connect.type');
    const title = node.get('title');
    switch (type) {
      case 'boolean':
        return BOOLEAN;
      case 'string':
        return connectType === 'bytes' ? BYTES : VARCHAR;
      case 'number':
        return title === `${CONNECT}Decimal` || connectType === 'bytes' ? decimalType(node) : DOUBLE;
      case 'integer':
        if (title === `${CONNECT}Date`) return DATE;
        if (title === `${CONNECT}Time`) return TIME;
        if (title === `${CONNECT}Timestamp`) return TIMESTAMP;
        return connectType === 'int8' || connectType === 'int16' || connectType === 'int32' ? INTEGER : BIGINT;
      case 'array': {
        const items = this.typeOf(node.get('items'), document, path);
        if (items === undefined) return undefined;
        const [key, value] = items.kind === 'STRUCT' ? items.fields : [];
        if (connectType === 'map' && key !== undefined && value !== undefined) return map(key.type, value.type);
        return array(items);
      }
      case 'object':
        return this.objectType(node, connectType === 'map', document, path);
      default:
        return undefined;
    }
  }

  private objectType(
    node: JsonObject,
    isMap: boolean,
    document: string,
    path: readonly JsonNode[],
  ): SqlType | undefined {
    const properties = node.get('properties');
    const additional = node.get('additionalProperties');
    if (isMap || (!(properties instanceof Map) && additional instanceof Map)) {
      const value = this.typeOf(additional, document, path);
      return value === undefined ? undefined : map(VARCHAR, value);
    }
    if (!(properties instanceof Map)) return struct([]);
    const fields = [...properties].flatMap(([name, schema], position) => {
      const { returns } = this;
      const type = this.typeOf(schema, document, path);
      if (type === undefined && this.returns > returns) this.recursive.push(name);
      const index = schema instanceof Map ? schema.get('connect.index') : undefined;
      return type === undefined
        ? []
        : [{ name, type, index: index instanceof JsonNumber ? index.toNumber() : position }];
    });
    fields.sort((a, b) => a.index - b.index);
    return struct(fields.map(({ name, type: fieldType }) => ({ name, type: fieldType })));
  }

  private choice(nodes: readonly JsonNode[], document: string, path: readonly JsonNode[]): SqlType | undefined {
    const others = nodes.filter((node) => !(node instanceof Map && node.get('type') === 'null'));
    const types = others.map((node) => this.typeOf(node, document, path));
    if (types.length === 1) return types[0];
    const fields = types.flatMap((type, i) => (type === undefined ? [] : [{ name: `connect_union_field_${i}`, type }]));
    return fields.length === 0 ? undefined : struct(fields);
  }

  private merged(nodes: readonly JsonNode[], document: string, path: readonly JsonNode[]): SqlType | undefined {
    const types = nodes.map((node) => this.typeOf(node, document, path)).filter((type) => type !== undefined);
    const fields = types.flatMap((type) => (type.kind === 'STRUCT' ? type.fields : []));
    return fields.length > 0 ? struct(fields) : types[0];
  }

  private referenced(reference: string, document: string, path: readonly JsonNode[]): SqlType | undefined {
    const { node, document: target } = this.documents.resolve(reference, document);
    return this.typeOf(node, target, path);
  }
}

function decimalType(node: JsonObject): SqlType {
  const parameters = node.get('connect.parameters');
  const parameter = (name: string): number | undefined => {
    const value = parameters instanceof Map ? parameters.get(name) : undefined;
    return typeof value === 'string' ? Number(value) : value instanceof JsonNumber ? value.toNumber() : undefined;
  };
  return decimal(parameter('connect.decimal.precision') ?? DEFAULT_DECIMAL_PRECISION, parameter('scale') ?? 0);
}
