/**
 * Avro schemas (specification 1.11): parsing with named types and namespaces, and the parts that matter here: logical
 * types and Connect's properties. Named types are shared objects, so a recursive schema is a cyclic graph.
 */
import { WeirError } from '../common/errors.ts';
import { fromJsonNode, JsonNumber, parseJson, type JsonNode, type JsonObject } from '../common/values/json-lossless.ts';

export type AvroPrimitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';

export interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  /** Undefined: none. A default of null is `null`. */
  readonly defaultValue: JsonNode | undefined;
  readonly aliases: readonly string[];
}
export interface AvroRecord {
  readonly kind: 'record';
  readonly fullName: string;
  readonly fields: AvroField[];
  readonly isMapEntry: boolean;
  /** Full names. */
  readonly aliases: readonly string[];
}
export type AvroSchema =
  | { readonly kind: AvroPrimitive; readonly logical: AvroLogical | undefined }
  | AvroRecord
  | {
      readonly kind: 'enum';
      readonly fullName: string;
      readonly symbols: readonly string[];
      readonly defaultSymbol: string | undefined;
      readonly aliases: readonly string[];
    }
  | {
      readonly kind: 'fixed';
      readonly fullName: string;
      readonly sizeBytes: number;
      readonly logical: AvroLogical | undefined;
      readonly aliases: readonly string[];
    }
  | { readonly kind: 'array'; readonly items: AvroSchema }
  | { readonly kind: 'map'; readonly values: AvroSchema }
  | { readonly kind: 'union'; readonly branches: readonly AvroSchema[] };

export type AvroLogical =
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'date' | 'time-millis' | 'timestamp-millis' };

const PRIMITIVES: ReadonlySet<string> = new Set<AvroPrimitive>([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Connect's precision of a decimal that states none. */
const DEFAULT_DECIMAL_PRECISION = 64;

/** @throws WeirError INVALID_SCHEMA */
export function parseAvroSchema(text: string, imports: ReadonlyMap<string, string> = new Map()): AvroSchema {
  const names = new Map<string, AvroSchema>();
  try {
    // imported schemas define names that this one uses; they may use each other, the deepest last
    for (const imported of [...imports.values()].toReversed()) new AvroParser(names).schema(parseJson(imported), '');
    return new AvroParser(names).schema(parseJson(text), '');
  } catch (error) {
    if (error instanceof WeirError) throw error;
    throw invalid(error instanceof Error ? error.message : String(error), error);
  }
}

function invalid(reason: string, cause?: unknown): WeirError {
  return new WeirError('INVALID_SCHEMA', `Not an Avro schema: ${reason}.`, { cause });
}

class AvroParser {
  private readonly names: Map<string, AvroSchema>;

  constructor(names: Map<string, AvroSchema>) {
    this.names = names;
  }

  schema(node: JsonNode, namespace: string): AvroSchema {
    if (typeof node === 'string') return this.named(node, namespace);
    if (Array.isArray(node)) return this.union(node, namespace);
    if (!(node instanceof Map)) throw invalid('a schema is a name, an object or an array of them');
    const type = node.get('type');
    if (type === undefined) throw invalid(`an object without "type": ${[...node.keys()].join(', ')}`);
    if (typeof type !== 'string') return this.schema(type, namespace);
    switch (type) {
      case 'record':
      case 'error':
        return this.record(node, namespace);
      case 'enum':
        return this.define(node, namespace, (fullName) => ({
          kind: 'enum',
          fullName,
          symbols: stringList(node.get('symbols')),
          defaultSymbol: optionalString(node.get('default')),
          aliases: aliasesOf(node, fullName),
        }));
      case 'fixed':
        return this.define(node, namespace, (fullName) => ({
          kind: 'fixed',
          fullName,
          sizeBytes: integer(node.get('size')) ?? 0,
          logical: logicalType('fixed', node),
          aliases: aliasesOf(node, fullName),
        }));
      case 'array':
        return { kind: 'array', items: this.schema(node.get('items') ?? null, namespace) };
      case 'map':
        return { kind: 'map', values: this.schema(node.get('values') ?? null, namespace) };
      default:
        if (PRIMITIVES.has(type)) return { kind: primitive(type), logical: logicalType(type, node) };
        return this.named(type, namespace);
    }
  }

  private union(nodes: readonly JsonNode[], namespace: string): AvroSchema {
    const branches = nodes.map((branch) => this.schema(branch, namespace));
    const names = branches.map((branch) => ('fullName' in branch ? branch.fullName : branch.kind));
    if (names.includes('union')) throw invalid('a union stands right inside a union');
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) throw invalid(`a union has the branch "${twice}" twice`);
    return { kind: 'union', branches };
  }

  private named(name: string, namespace: string): AvroSchema {
    if (PRIMITIVES.has(name)) return { kind: primitive(name), logical: undefined };
    const found = this.names.get(qualified(name, namespace)) ?? this.names.get(name);
    if (found === undefined) throw invalid(`the type "${name}" is not defined`);
    return found;
  }

  private record(node: JsonObject, namespace: string): AvroSchema {
    const fields: AvroField[] = [];
    const record = this.define(node, namespace, (fullName) => ({
      kind: 'record',
      fullName,
      fields,
      isMapEntry: node.get('connect.internal.type') === 'MapEntry',
      aliases: aliasesOf(node, fullName),
    }));
    const inner = record.kind === 'record' ? namespaceOf(record.fullName) : namespace;
    const list = node.get('fields');
    if (!Array.isArray(list)) throw invalid(`the record "${optionalString(node.get('name')) ?? ''}" has no fields`);
    for (const field of list) {
      if (!(field instanceof Map)) throw invalid('a field is not an object');
      const name = field.get('name');
      const type = field.get('type');
      if (typeof name !== 'string' || type === undefined) throw invalid('a field needs a name and a type');
      if (!NAME.test(name)) throw invalid(`"${name}" cannot be the name of a field`);
      if (fields.some((other) => other.name === name)) throw invalid(`the field "${name}" is there twice`);
      fields.push({
        name,
        type: this.schema(type, inner),
        defaultValue: field.get('default'),
        aliases: stringList(field.get('aliases') ?? []),
      });
    }
    return record;
  }

  private define(node: JsonObject, namespace: string, make: (fullName: string) => AvroSchema): AvroSchema {
    const name = node.get('name');
    if (typeof name !== 'string' || name === '') throw invalid('a record, enum or fixed without a name');
    const own = node.get('namespace');
    const fullName = qualified(name, typeof own === 'string' ? own : namespace);
    if (!fullName.split('.').every((part) => NAME.test(part)))
      throw invalid(`"${fullName}" cannot be the name of a type`);
    if (this.names.has(fullName)) throw invalid(`the type "${fullName}" is defined twice`);
    const schema = make(fullName);
    this.names.set(fullName, schema);
    return schema;
  }
}

/** A named type's aliases; those without a namespace are in its own. */
function aliasesOf(node: JsonObject, fullName: string): readonly string[] {
  return stringList(node.get('aliases') ?? []).map((alias) => qualified(alias, namespaceOf(fullName)));
}

function qualified(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function namespaceOf(fullName: string): string {
  const dot = fullName.lastIndexOf('.');
  return dot < 0 ? '' : fullName.slice(0, dot);
}

function primitive(name: string): AvroPrimitive {
  switch (name) {
    case 'null':
    case 'boolean':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'bytes':
    case 'string':
      return name;
    default:
      throw invalid(`"${name}" is not a primitive type`);
  }
}

function logicalType(type: string, node: JsonObject): AvroLogical | undefined {
  const name = node.get('logicalType');
  const connectName = node.get('connect.name');
  if (type === 'int' && (name === 'date' || connectName === 'org.apache.kafka.connect.data.Date'))
    return { kind: 'date' };
  if (type === 'int' && (name === 'time-millis' || connectName === 'org.apache.kafka.connect.data.Time')) {
    return { kind: 'time-millis' };
  }
  if (type === 'long' && (name === 'timestamp-millis' || connectName === 'org.apache.kafka.connect.data.Timestamp')) {
    return { kind: 'timestamp-millis' };
  }
  if ((type === 'bytes' || type === 'fixed') && name === 'decimal') {
    const scale = integer(node.get('scale')) ?? 0;
    return { kind: 'decimal', precision: integer(node.get('precision')) ?? DEFAULT_DECIMAL_PRECISION, scale };
  }
  return undefined;
}

function integer(node: JsonNode | undefined): number | undefined {
  return node instanceof JsonNumber ? node.toNumber() : undefined;
}

function optionalString(node: JsonNode | undefined): string | undefined {
  return typeof node === 'string' ? node : undefined;
}

function stringList(node: JsonNode | undefined): readonly string[] {
  const list = node === undefined ? [] : fromJsonNode(node);
  if (!Array.isArray(list)) throw invalid('a list of names was expected');
  return list.map(String);
}

export function isNullable(schema: AvroSchema): boolean {
  return (
    schema.kind === 'null' || (schema.kind === 'union' && schema.branches.some((branch) => branch.kind === 'null'))
  );
}

/** The paths of fields that lead back to a record around them. */
export function recursiveFields(schema: AvroSchema): readonly string[] {
  const found: string[] = [];
  const visit = (type: AvroSchema, at: string, around: readonly AvroSchema[]): void => {
    switch (type.kind) {
      case 'record':
        if (around.includes(type)) found.push(at);
        else
          for (const field of type.fields)
            visit(field.type, at === '' ? field.name : `${at}.${field.name}`, [...around, type]);
        return;
      case 'array':
        visit(type.items, at, around);
        return;
      case 'map':
        visit(type.values, at, around);
        return;
      case 'union':
        for (const branch of type.branches) visit(branch, at, around);
        return;
      default:
        return;
    }
  };
  visit(schema, '', []);
  return found;
}
