/**
 * Protocol Buffers schemas: the text is parsed by protobufjs; what matters here is brought to plain data with resolved
 * types. Nothing of protobufjs that generates code is used.
 */
import { parse, Enum, MapField, Type, type Field, type NamespaceBase, type ReflectionObject } from 'protobufjs';
import { WeirError } from '../common/errors.ts';
import { BUILT_IN_PROTOS } from './proto-built-in.ts';

export type ProtoScalar =
  | 'double'
  | 'float'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'sfixed32'
  | 'int64'
  | 'uint64'
  | 'sint64'
  | 'fixed64'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes';

/** Messages that have a meaning of their own, whether or not their text is imported. */
export type WellKnown = 'timestamp' | 'date' | 'timeOfDay' | 'decimal' | { readonly wrapperOf: ProtoScalar };

export type ProtoType =
  | { readonly kind: 'scalar'; readonly scalar: ProtoScalar }
  | { readonly kind: 'enum'; readonly fullName: string; readonly numbers: ReadonlyMap<string, number> }
  | { readonly kind: 'message'; readonly message: ProtoMessage }
  | { readonly kind: 'wellKnown'; readonly wellKnown: WellKnown };

export interface ProtoField {
  readonly name: string;
  readonly id: number;
  readonly type: ProtoType;
  readonly label: 'single' | 'repeated' | 'map';
  /** The key's type of a map. */
  readonly keyScalar: ProtoScalar | undefined;
  /** Whether "not there" differs from the default: `optional`, proto2, messages, members of a oneof. */
  readonly hasPresence: boolean;
  /** proto2's `required` */
  readonly isRequired: boolean;
  /** The oneof that it belongs to; a proto3 `optional` is none. */
  readonly oneof: string | undefined;
  /** Connect's parameters on a decimal. */
  readonly parameters: ReadonlyMap<string, string>;
}

export interface ProtoMessage {
  readonly fullName: string;
  /** Where the message stands in its file: the index of the top-level message, then of the nested ones. */
  readonly indexes: readonly number[];
  readonly fields: readonly ProtoField[];
  readonly nested: readonly ProtoMessage[];
}

export interface ProtoFile {
  /** Empty: none. */
  readonly package: string;
  readonly messages: readonly ProtoMessage[];
}

const SCALARS: readonly ProtoScalar[] = [
  'double',
  'float',
  'int32',
  'uint32',
  'sint32',
  'fixed32',
  'sfixed32',
  'int64',
  'uint64',
  'sint64',
  'fixed64',
  'sfixed64',
  'bool',
  'string',
  'bytes',
];

const WELL_KNOWN: ReadonlyMap<string, WellKnown> = new Map<string, WellKnown>([
  ['google.protobuf.Timestamp', 'timestamp'],
  ['google.type.Date', 'date'],
  ['google.type.TimeOfDay', 'timeOfDay'],
  ['confluent.type.Decimal', 'decimal'],
  ['google.protobuf.DoubleValue', { wrapperOf: 'double' }],
  ['google.protobuf.FloatValue', { wrapperOf: 'float' }],
  ['google.protobuf.Int64Value', { wrapperOf: 'int64' }],
  ['google.protobuf.UInt64Value', { wrapperOf: 'uint64' }],
  ['google.protobuf.Int32Value', { wrapperOf: 'int32' }],
  ['google.protobuf.UInt32Value', { wrapperOf: 'uint32' }],
  ['google.protobuf.BoolValue', { wrapperOf: 'bool' }],
  ['google.protobuf.StringValue', { wrapperOf: 'string' }],
  ['google.protobuf.BytesValue', { wrapperOf: 'bytes' }],
]);

/** @throws WeirError INVALID_SCHEMA */
export function parseProto(text: string, imports: ReadonlyMap<string, string> = new Map()): ProtoFile {
  const symbols = new Map<string, Definition>();
  const file = parsed(text);
  const others = [...imports.values()].map(parsed);
  for (const name of new Set([file, ...others].flatMap((each) => each.imports))) {
    const builtIn = imports.has(name) ? undefined : BUILT_IN_PROTOS.get(name);
    if (builtIn !== undefined) others.push(parsed(builtIn));
  }
  for (const other of others) define(other, symbols);
  const roots = define(file, symbols);
  for (const symbol of [...symbols.values()]) if (symbol.kind === 'message') resolve(symbol, symbols);
  return { package: file.package, messages: roots };
}

interface MutableMessage extends ProtoMessage {
  readonly fields: ProtoField[];
  readonly nested: MutableMessage[];
}

type Definition =
  | {
      readonly kind: 'message';
      readonly type: Type;
      readonly message: MutableMessage;
      readonly isProto3: boolean;
    }
  | { readonly kind: 'enum'; readonly fullName: string; readonly numbers: ReadonlyMap<string, number> };

interface ParsedFile {
  readonly package: string;
  readonly imports: readonly string[];
  readonly root: NamespaceBase;
  readonly isProto3: boolean;
}

function parsed(text: string): ParsedFile {
  try {
    const { root, package: name, imports } = parse(text, { keepCase: true });
    return { package: name ?? '', imports: imports ?? [], root, isProto3: /\bsyntax\s*=\s*["']proto3["']/.test(text) };
  } catch (error) {
    throw new WeirError(
      'INVALID_SCHEMA',
      `Not a Protobuf schema: ${error instanceof Error ? error.message : 'unreadable'}.`,
      { cause: error },
    );
  }
}

/** Registers every message and enum under its full name; returns the file's top-level messages in order. */
function define({ root, isProto3 }: ParsedFile, symbols: Map<string, Definition>): MutableMessage[] {
  const tops: MutableMessage[] = [];
  const visit = (object: ReflectionObject, siblings: MutableMessage[], prefix: readonly number[]): void => {
    const fullName = object.fullName.replace(/^\./, '');
    if (object instanceof Type) {
      const message: MutableMessage = { fullName, indexes: [...prefix, siblings.length], fields: [], nested: [] };
      siblings.push(message);
      symbols.set(fullName, { kind: 'message', type: object, message, isProto3 });
      for (const nested of object.nestedArray) visit(nested, message.nested, message.indexes);
    } else if (object instanceof Enum) {
      symbols.set(fullName, { kind: 'enum', fullName, numbers: new Map(Object.entries(object.values)) });
    } else if ('nestedArray' in object && Array.isArray(object.nestedArray)) {
      const nestedObjects: readonly ReflectionObject[] = object.nestedArray;
      for (const nested of nestedObjects) visit(nested, siblings, prefix);
    }
  };
  for (const object of root.nestedArray) visit(object, tops, []);
  return tops;
}

function resolve(definition: Definition & { kind: 'message' }, symbols: ReadonlyMap<string, Definition>): void {
  for (const field of definition.type.fieldsArray) {
    const type = fieldType(field, definition.message.fullName, symbols);
    const isMap = field instanceof MapField;
    const oneof = field.partOf !== null && field.options?.['proto3_optional'] !== true ? field.partOf.name : undefined;
    definition.message.fields.push({
      name: field.name,
      id: field.id,
      type,
      label: isMap ? 'map' : field.repeated ? 'repeated' : 'single',
      keyScalar: isMap ? scalarNamed(field.keyType) : undefined,
      hasPresence:
        !definition.isProto3 || field.partOf !== null || type.kind === 'message' || type.kind === 'wellKnown',
      isRequired: field.rule === 'required',
      oneof,
      parameters: connectParameters(field.parsedOptions),
    });
  }
}

function scalarNamed(name: string): ProtoScalar | undefined {
  return SCALARS.find((scalar) => scalar === name);
}

function fieldType(field: Field, scope: string, symbols: ReadonlyMap<string, Definition>): ProtoType {
  const scalar = scalarNamed(field.type);
  if (scalar !== undefined) return { kind: 'scalar', scalar };
  for (const candidate of candidates(field.type, scope)) {
    const wellKnown = WELL_KNOWN.get(candidate);
    if (wellKnown !== undefined) return { kind: 'wellKnown', wellKnown };
    const symbol = symbols.get(candidate);
    if (symbol?.kind === 'enum') return symbol;
    if (symbol?.kind === 'message') return { kind: 'message', message: symbol.message };
  }
  throw new WeirError(
    'INVALID_SCHEMA',
    `The Protobuf field '${field.name}' of ${scope} has the unknown type '${field.type}'.`,
    {
      hint: 'Register the schema that it is imported from, and refer to it.',
      details: { field: field.name, message: scope, type: field.type },
    },
  );
}

/** The full names that a type's name may mean, from the innermost scope outwards. */
function* candidates(name: string, scope: string): Generator<string> {
  if (name.startsWith('.')) {
    yield name.slice(1);
    return;
  }
  for (let outer = scope; outer !== ''; outer = outer.slice(0, Math.max(outer.lastIndexOf('.'), 0))) {
    yield `${outer}.${name}`;
  }
  yield name;
}

/** `[(confluent.field_meta) = {params: [{key: "scale", value: "2"}, ...]}]` */
function connectParameters(options: unknown): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const list: readonly unknown[] = Array.isArray(options) ? options : [];
  for (const option of list) {
    const params = member(member(option, '(confluent.field_meta)'), 'params');
    const entries: readonly unknown[] = Array.isArray(params) ? params : [params];
    for (const entry of entries) {
      const key = member(entry, 'key');
      const value = member(entry, 'value');
      if (typeof key === 'string' && typeof value === 'string') parameters.set(key, value);
    }
  }
  return parameters;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}

/** The message of a full name, or of a bare one. */
export function findMessage(file: ProtoFile, name: string): ProtoMessage | undefined {
  const all: ProtoMessage[] = [];
  const visit = (message: ProtoMessage): void => {
    all.push(message);
    message.nested.forEach(visit);
  };
  file.messages.forEach(visit);
  return all.find((m) => m.fullName === name) ?? all.find((m) => m.fullName.endsWith(`.${name}`));
}

export function messageAt(file: ProtoFile, indexes: readonly number[]): ProtoMessage | undefined {
  let siblings = file.messages;
  let message: ProtoMessage | undefined;
  for (const index of indexes) {
    message = siblings[index];
    if (message === undefined) return undefined;
    siblings = message.nested;
  }
  return message;
}

/** The paths of fields that lead back to a message around them. */
export function recursiveFields(root: ProtoMessage): readonly string[] {
  const found: string[] = [];
  const visit = (message: ProtoMessage, at: string, around: readonly ProtoMessage[]): void => {
    for (const { name, type } of message.fields) {
      if (type.kind !== 'message') continue;
      const path = at === '' ? name : `${at}.${name}`;
      if (around.includes(type.message)) found.push(path);
      else visit(type.message, path, [...around, type.message]);
    }
  };
  visit(root, '', [root]);
  return found;
}
