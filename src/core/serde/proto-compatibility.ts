/**
 * Whether a reader with one Protobuf schema takes what a writer with another wrote, by the rules of Confluent's registry
 * (`io.confluent.kafka.schemaregistry.protobuf.diff`). Fields and messages may be added and fields removed; refused are
 *
 * - a message that is gone, at the top or nested,
 * - a field number whose type has another encoding, or is another message or enum,
 * - a number that was single and is repeated, or the reverse, for packed numbers are encoded otherwise,
 * - a `required` field that is added or removed,
 * - a field taken out of a oneof, or several moved into one: two that were set together exclude each other then.
 */
import type { ProtoField, ProtoMessage, ProtoScalar } from './proto-schema.ts';

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

/** Why the messages of the reader refuse what those of the writer describe; undefined if they refuse nothing. */
export function protoRefused(readers: readonly ProtoMessage[], writers: readonly ProtoMessage[]): string | undefined {
  for (const writer of writers) {
    const reader = readers.find(({ fullName }) => fullName === writer.fullName);
    if (reader === undefined) return `the message ${writer.fullName} is gone`;
    const refused =
      fieldsRefused(reader, writer) ?? oneofRefused(reader, writer) ?? protoRefused(reader.nested, writer.nested);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function fieldsRefused(reader: ProtoMessage, writer: ProtoMessage): string | undefined {
  for (const field of writer.fields) {
    const other = reader.fields.find(({ id }) => id === field.id);
    const where = `the field ${field.id} of ${writer.fullName}`;
    if (other === undefined) {
      if (field.isRequired) return `${where}, ${field.name}, is required and gone`;
      continue;
    }
    const [from, to] = [encodingOf(field), encodingOf(other)];
    if (from !== to) return `${where} changes from ${from} to ${to}`;
    if (field.label !== other.label && isNumber(field)) return `${where} changes from ${field.label} to ${other.label}`;
  }
  const added = reader.fields.find(
    ({ id, isRequired }) => isRequired && !writer.fields.some((field) => field.id === id),
  );
  return added === undefined ? undefined : `that data lacks ${added.name}, which ${writer.fullName} now requires`;
}

function oneofRefused(reader: ProtoMessage, writer: ProtoMessage): string | undefined {
  for (const { id, name, oneof } of writer.fields) {
    if (oneof === undefined || reader.fields.some((field) => field.id === id)) continue;
    return `${name} is gone from the oneof ${oneof} of ${writer.fullName}`;
  }
  const moved = new Map<string, string[]>();
  for (const { id, name, oneof } of reader.fields) {
    const before = writer.fields.find((field) => field.id === id);
    if (oneof !== undefined && before !== undefined && before.oneof === undefined)
      moved.set(oneof, [...(moved.get(oneof) ?? []), name]);
  }
  const [several] = [...moved].filter(([, names]) => names.length > 1);
  return several === undefined
    ? undefined
    : `${several[1].join(' and ')} of ${writer.fullName} move into the oneof ${several[0]}, where one excludes the other`;
}

function encodingOf(field: ProtoField): string {
  const { type } = field;
  switch (type.kind) {
    case 'scalar':
      return field.label === 'map' ? `map of ${WIRE_GROUPS[type.scalar]}` : WIRE_GROUPS[type.scalar];
    case 'enum':
      return field.label === 'map' ? `map of ${type.fullName}` : type.fullName;
    case 'message':
      return field.label === 'map' ? `map of ${type.message.fullName}` : type.message.fullName;
    case 'wellKnown':
      return JSON.stringify(type.wellKnown);
  }
}

const isNumber = ({ type }: ProtoField): boolean =>
  type.kind === 'enum' || (type.kind === 'scalar' && type.scalar !== 'string' && type.scalar !== 'bytes');
