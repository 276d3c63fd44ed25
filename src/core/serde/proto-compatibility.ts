/**
 * Whether a reader with one Protobuf schema takes what a writer with another wrote, by the rules of Confluent's registry
 * (`io.confluent.kafka.schemaregistry.protobuf.diff`). Fields and messages may be added and fields removed, the package and
 * enums may change; refused are
 *
 * - a message that is gone, at the top or nested,
 * - a field number whose type has another encoding, or is another message or enum,
 * - a number that was single and is repeated, or the reverse, for packed numbers are encoded otherwise,
 * - a `required` field that is added or removed,
 * - a field taken out of a oneof that is still there,
 * - fields moved into a oneof: into one that was there, or several into a new one, for two that were set together exclude each
 *   other then.
 *
 * Messages that fields lead to are compared as well, imported ones included.
 */
import type { Incompatibility, SchemaText } from './incompatibility.ts';
import { parseProto, type ProtoField, type ProtoFile, type ProtoMessage, type ProtoScalar } from './proto-schema.ts';

/** Scalars that share a wire encoding may stand for each other. */
const WIRE_GROUPS: Readonly<Record<ProtoScalar, string>> = {
  int32: 'varint',
  uint32: 'varint',
  int64: 'varint',
  uint64: 'varint',
  bool: 'varint',
  sint32: 'zigzag',
  sint64: 'zigzag',
  fixed32: 'fixed32',
  sfixed32: 'fixed32',
  fixed64: 'fixed64',
  sfixed64: 'fixed64',
  string: 'bytes',
  bytes: 'bytes',
  double: 'double',
  float: 'float',
};

/** What the reader refuses of the writer's messages. @throws WeirError INVALID_SCHEMA */
export function protoRefused(reader: SchemaText, writer: SchemaText): readonly Incompatibility[] {
  const to = parseProto(reader.schema, reader.imports);
  const from = parseProto(writer.schema, writer.imports);
  return new ProtoComparison(to, from).messages(to.messages, from.messages);
}

class ProtoComparison {
  private readonly reader: ProtoFile;
  private readonly writer: ProtoFile;
  /** The writer's messages that have been compared: each once. */
  private readonly seen = new Set<ProtoMessage>();

  constructor(reader: ProtoFile, writer: ProtoFile) {
    this.reader = reader;
    this.writer = writer;
  }

  messages(readers: readonly ProtoMessage[], writers: readonly ProtoMessage[]): readonly Incompatibility[] {
    return writers.flatMap((writer) => {
      const reader = readers.find(({ fullName }) => this.readerName(fullName) === this.writerName(writer.fullName));
      if (reader !== undefined) return this.message(reader, writer);
      return [{ rule: 'MESSAGE_REMOVED', path: writer.fullName, reason: 'the reader does not have the message' }];
    });
  }

  private message(reader: ProtoMessage, writer: ProtoMessage): readonly Incompatibility[] {
    if (this.seen.has(writer)) return [];
    this.seen.add(writer);
    return [
      ...writer.fields.flatMap((field) => this.field(reader, writer, field)),
      ...addedRequired(reader, writer),
      ...oneofsRefused(reader, writer),
      ...this.messages(reader.nested, writer.nested),
    ];
  }

  private field(reader: ProtoMessage, writer: ProtoMessage, field: ProtoField): readonly Incompatibility[] {
    const other = reader.fields.find(({ id }) => id === field.id);
    const path = `${writer.fullName}.${field.name}`;
    if (other === undefined) {
      const reason = `the field ${field.id} is required by the writer, and the reader does not have it`;
      return field.isRequired ? [{ rule: 'REQUIRED_FIELD_REMOVED', path, reason }] : [];
    }
    const from = this.encoding(field, (name) => this.writerName(name));
    const to = this.encoding(other, (name) => this.readerName(name));
    if (from !== to) {
      const reason = `the field ${field.id} is ${describe(field)} for the writer and ${describe(other)} for the reader`;
      const isScalar = field.type.kind === 'scalar' && other.type.kind === 'scalar' && field.label === other.label;
      return [{ rule: isScalar ? 'FIELD_SCALAR_KIND_CHANGED' : 'FIELD_KIND_CHANGED', path, reason }];
    }
    if (field.label !== other.label && isNumber(field)) {
      const reason = `the field ${field.id} is ${field.label} for the writer and ${other.label} for the reader`;
      return [{ rule: 'FIELD_NUMERIC_LABEL_CHANGED', path, reason }];
    }
    if (field.type.kind === 'message' && other.type.kind === 'message') {
      return this.message(other.type.message, field.type.message);
    }
    return [];
  }

  /** Fields of one encoding may stand for each other. */
  private encoding(field: ProtoField, local: (name: string) => string): string {
    const { type } = field;
    const value =
      type.kind === 'scalar'
        ? WIRE_GROUPS[type.scalar]
        : type.kind === 'wellKnown'
          ? JSON.stringify(type.wellKnown)
          : local(type.kind === 'enum' ? type.fullName : type.message.fullName);
    return field.label === 'map' ? `map of ${WIRE_GROUPS[field.keyScalar ?? 'string']} to ${value}` : value;
  }

  /** Names without the package of the file, which may change. */
  private readerName(fullName: string): string {
    return withoutPackage(fullName, this.reader.package);
  }

  private writerName(fullName: string): string {
    return withoutPackage(fullName, this.writer.package);
  }
}

function withoutPackage(fullName: string, name: string): string {
  return name !== '' && fullName.startsWith(`${name}.`) ? fullName.slice(name.length + 1) : fullName;
}

function addedRequired(reader: ProtoMessage, writer: ProtoMessage): readonly Incompatibility[] {
  return reader.fields
    .filter(({ id, isRequired }) => isRequired && !writer.fields.some((field) => field.id === id && field.isRequired))
    .map(({ id, name }) => ({
      rule: 'REQUIRED_FIELD_ADDED',
      path: `${writer.fullName}.${name}`,
      reason: `the reader requires the field ${id}, and the writer may leave it out`,
    }));
}

function oneofsRefused(reader: ProtoMessage, writer: ProtoMessage): readonly Incompatibility[] {
  const oneofs = new Set(reader.fields.flatMap(({ oneof }) => oneof ?? []));
  return [...oneofs].flatMap((oneof): readonly Incompatibility[] => {
    const path = `${writer.fullName}.${oneof}`;
    const members = reader.fields.filter((field) => field.oneof === oneof);
    const before = writer.fields.filter((field) => field.oneof === oneof);
    const gone = before.filter(({ id }) => !members.some((member) => member.id === id));
    const moved = members.filter(({ id }) =>
      writer.fields.some((field) => field.id === id && field.oneof === undefined),
    );
    const names = (fields: readonly ProtoField[]): string => fields.map(({ name }) => name).join(' and ');
    const found: Incompatibility[] = [];
    if (gone.length > 0) {
      const reason = `${names(gone)} of the oneof ${gone.length === 1 ? 'is' : 'are'} no longer a member for the reader`;
      found.push({ rule: 'ONEOF_FIELD_REMOVED', path, reason });
    }
    if (moved.length > 0 && before.length > 0) {
      const reason = `${names(moved)} of the message ${moved.length === 1 ? 'is' : 'are'} in the oneof for the reader, where one member excludes the others`;
      found.push({ rule: 'FIELDS_MOVED_TO_EXISTING_ONEOF', path, reason });
    } else if (moved.length > 1) {
      const reason = `${names(moved)} of the message are in a oneof for the reader, where one excludes the other`;
      found.push({ rule: 'MULTIPLE_FIELDS_MOVED_TO_ONEOF', path, reason });
    }
    return found;
  });
}

/** A field's type as it is written. */
function describe({ type, label, keyScalar }: ProtoField): string {
  const name =
    type.kind === 'scalar'
      ? type.scalar
      : type.kind === 'enum'
        ? type.fullName
        : type.kind === 'message'
          ? type.message.fullName
          : typeof type.wellKnown === 'string'
            ? type.wellKnown
            : `${type.wellKnown.wrapperOf} wrapper`;
  return label === 'map' ? `map<${keyScalar ?? 'string'}, ${name}>` : label === 'repeated' ? `repeated ${name}` : name;
}

const isNumber = ({ type }: ProtoField): boolean =>
  type.kind === 'enum' || (type.kind === 'scalar' && type.scalar !== 'string' && type.scalar !== 'bytes');
