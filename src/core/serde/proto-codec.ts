/**
 * Protocol Buffers' wire format, driven by a schema, for values of the SQL type that the schema implies:
 *
 *     message := { tag (varint: field number * 8 + wire type), data }
 *
 * Repeated fields are ARRAY (scalars packed when written, either way when read), `map` is MAP, messages are STRUCT, enums
 * VARCHAR, wrappers and the well-known types their values. A oneof becomes a STRUCT named `<name>_<index>` with its
 * members, ahead of the other fields, as Connect has it.
 *
 * A field without presence cannot be null: it is 0, '', false, an empty array or map when nothing was written, which is
 * why nulls do not survive in PROTOBUF unless NULLABLE_REPRESENTATION asks for `optional` or wrappers.
 */
import { WeirError } from '../common/errors.ts';
import { array, map, struct, type SqlType, type SqlValue, type StructField } from '../common/sql-type.ts';
import { BinaryWriter, type BinaryReader } from './binary.ts';
import { describeValue, expectArray, expectMap } from './fit.ts';
import {
  findMessage,
  messageAt,
  parseProto,
  type ProtoField,
  type ProtoFile,
  type ProtoMessage,
  type ProtoType,
} from './proto-schema.ts';
import {
  enumCodec,
  SCALAR_CODECS,
  WIRE,
  wellKnownCodec,
  type WellKnownCodec,
  type WireCodec,
} from './proto-scalars.ts';
import type { SchemaCodec } from './schema-codec.ts';
import { fieldStep, Mismatch, rethrowWithin } from './serde-errors.ts';

/**
 * The codec of a file's messages, with message indexes before the data. `messageName` picks the message that is written
 * and whose type counts; otherwise it is the file's first.
 * @throws WeirError INVALID_SCHEMA, SCHEMA_NOT_FOUND
 */
export function protobufCodec(
  text: string,
  imports: ReadonlyMap<string, string> = new Map(),
  messageName?: string,
): SchemaCodec {
  return new FileCodec(parseProto(text, imports), messageName);
}

class FileCodec implements SchemaCodec {
  private readonly file: ProtoFile;
  private readonly messageName: string | undefined;
  private readonly codecs = new Map<ProtoMessage, SchemaCodec>();
  private chosen: ProtoMessage | undefined;

  constructor(file: ProtoFile, messageName: string | undefined) {
    this.file = file;
    this.messageName = messageName;
  }

  get type(): SqlType {
    return this.codecOf(this.message()).type;
  }

  encode(value: SqlValue, out: BinaryWriter): void {
    this.codecOf(this.message()).encode(value, out);
  }

  decode(reader: BinaryReader): SqlValue {
    return this.codecOf(this.message()).decode(reader);
  }

  /** The first message of a file, index path [0], is written as a single zero. */
  encodePrefix(out: BinaryWriter): void {
    const { indexes } = this.message();
    if (indexes.length === 1 && indexes[0] === 0) {
      out.byte(0);
      return;
    }
    out.zigzag(indexes.length);
    for (const index of indexes) out.zigzag(index);
  }

  decodePrefix(reader: BinaryReader): SchemaCodec {
    const count = reader.zigzag32();
    const indexes =
      count === 0 ? [0] : Array.from({ length: Math.min(Math.max(count, 0), 100) }, () => reader.zigzag32());
    const message = messageAt(this.file, indexes);
    if (message === undefined) throw new Mismatch(`the schema has no message at index ${indexes.join('.')}`);
    return this.codecOf(message);
  }

  private message(): ProtoMessage {
    this.chosen ??= this.messageName === undefined ? this.file.messages[0] : findMessage(this.file, this.messageName);
    if (this.chosen !== undefined) return this.chosen;
    if (this.messageName === undefined) throw new WeirError('INVALID_SCHEMA', 'The Protobuf schema has no message.');
    throw new WeirError('SCHEMA_NOT_FOUND', `The Protobuf schema has no message '${this.messageName}'.`, {
      hint: `It has ${this.file.messages.map((m) => m.fullName).join(', ')}.`,
      details: { message: this.messageName },
    });
  }

  private codecOf(message: ProtoMessage): SchemaCodec {
    let codec = this.codecs.get(message);
    if (codec === undefined) {
      codec = messageCodec(message, [message]);
      this.codecs.set(message, codec);
    }
    return codec;
  }
}

/** One column of a message's row and how its field or fields go over the wire. */
interface ColumnCodec {
  readonly name: string;
  readonly type: SqlType;
  readonly ids: readonly number[];
  /** What the column holds when nothing was written. Called per message, since arrays and maps are filled. */
  initial(): SqlValue;
  write(value: SqlValue, out: BinaryWriter): void;
  /** Reads one occurrence of the field `id` and merges it into what the column holds. */
  read(reader: BinaryReader, id: number, wire: number, current: SqlValue): SqlValue;
}

/** `path` holds the messages being built: a recursive field is left out. */
function messageCodec(message: ProtoMessage, path: readonly ProtoMessage[]): SchemaCodec {
  const columns = columnsOf(message, path);
  const columnById = new Map(columns.flatMap((column, i) => column.ids.map((id): [number, number] => [id, i])));
  const fields: StructField[] = columns.map(({ name, type }) => ({ name, type }));
  return {
    type: struct(fields),
    encode(value, out) {
      const row = expectArray(value);
      columns.forEach((column, i) => {
        const item = row[i] ?? null;
        if (item === null) return;
        try {
          column.write(item, out);
        } catch (error) {
          rethrowWithin(error, fieldStep(column.name));
        }
      });
    },
    decode(reader) {
      const row: SqlValue[] = columns.map((column) => column.initial());
      while (reader.hasMore) {
        const tag = reader.varintUnsigned32();
        const id = tag >>> 3;
        const index = columnById.get(id);
        const column = index === undefined ? undefined : columns[index];
        if (index === undefined || column === undefined) {
          skipField(reader, tag & 7);
          continue;
        }
        try {
          row[index] = column.read(reader, id, tag & 7, row[index] ?? null);
        } catch (error) {
          rethrowWithin(error, fieldStep(column.name));
        }
      }
      return row;
    },
  };
}

function columnsOf(message: ProtoMessage, path: readonly ProtoMessage[]): ColumnCodec[] {
  const oneofs = [...new Set(message.fields.map((field) => field.oneof))].filter((name) => name !== undefined);
  const unions = oneofs.map((name, index) =>
    oneofColumn(
      `${name}_${index}`,
      message.fields.filter((field) => field.oneof === name).flatMap((field) => column(field, path) ?? []),
    ),
  );
  const plain = message.fields
    .filter((field) => field.oneof === undefined)
    .flatMap((field) => column(field, path) ?? []);
  return [...unions, ...plain];
}

function column(field: ProtoField, path: readonly ProtoMessage[]): ColumnCodec | undefined {
  if (field.type.kind === 'message' && path.includes(field.type.message)) return undefined;
  const item = itemCodec(field.type, field.parameters, path);
  switch (field.label) {
    case 'map':
      return mapColumn(field, item);
    case 'repeated':
      return repeatedColumn(field, item);
    case 'single':
      return singleColumn(field, item);
  }
}

/** One value with its wire type, whatever it is. */
function itemCodec(type: ProtoType, parameters: ReadonlyMap<string, string>, path: readonly ProtoMessage[]): WireCodec {
  switch (type.kind) {
    case 'scalar':
      return SCALAR_CODECS[type.scalar];
    case 'enum':
      return enumCodec(type.numbers);
    case 'wellKnown':
      return nested(wellKnownMessage(wellKnownCodec(type.wellKnown, parameters)));
    case 'message':
      return nested(messageCodec(type.message, [...path, type.message]));
  }
}

/** A message as a field: its length, then itself. */
function nested(codec: SchemaCodec): WireCodec {
  const scratch = new BinaryWriter(64);
  return {
    type: codec.type,
    wire: WIRE.BYTES,
    zero: null,
    isZero: () => false,
    write(value, out) {
      scratch.reset();
      codec.encode(value, scratch);
      out.varint(scratch.sizeBytes);
      out.raw(scratch.view());
    },
    read: (reader) => within(reader, () => codec.decode(reader)),
  };
}

/** Reads a length and then, with the reader bounded to it, what stands there. */
function within<T>(reader: BinaryReader, read: () => T): T {
  const size = reader.varintUnsigned32();
  const outerEnd = reader.end;
  if (size > outerEnd - reader.at) throw new Mismatch('the bytes end too early');
  reader.end = reader.at + size;
  const result = read();
  reader.end = outerEnd;
  return result;
}

function wellKnownMessage(codec: WellKnownCodec): SchemaCodec {
  const put = (id: number, value: SqlValue, out: BinaryWriter): void => {
    const field = codec.fields.get(id);
    if (field === undefined || value === null || field.isZero(value)) return;
    out.varint(id * 8 + field.wire);
    field.write(value, out);
  };
  return {
    type: codec.type,
    encode: (value, out) => codec.write(value, put, out),
    decode(reader) {
      const values = new Map<number, SqlValue>();
      while (reader.hasMore) {
        const tag = reader.varintUnsigned32();
        const field = codec.fields.get(tag >>> 3);
        if (field === undefined) skipField(reader, tag & 7);
        else values.set(tag >>> 3, field.read(reader));
      }
      return codec.read(values);
    },
  };
}

function singleColumn(field: ProtoField, item: WireCodec): ColumnCodec {
  const tag = field.id * 8 + item.wire;
  const initial = field.hasPresence ? null : item.zero;
  return {
    name: field.name,
    type: item.type,
    ids: [field.id],
    initial: () => initial,
    write(value, out) {
      if (!field.hasPresence && item.isZero(value)) return;
      out.varint(tag);
      item.write(value, out);
    },
    read(reader, _id, wire, current) {
      if (wire !== item.wire) {
        skipField(reader, wire);
        return current;
      }
      return item.read(reader);
    },
  };
}

function repeatedColumn(field: ProtoField, item: WireCodec): ColumnCodec {
  const isPacked = item.wire !== WIRE.BYTES;
  const scratch = new BinaryWriter(64);
  return {
    name: field.name,
    type: array(item.type),
    ids: [field.id],
    initial: () => [],
    write(value, out) {
      const elements = expectArray(value);
      if (elements.length === 0) return;
      const target = isPacked ? scratch : out;
      scratch.reset();
      elements.forEach((element, i) => {
        try {
          if (element === null) throw new Mismatch('Protobuf has no null elements');
          if (!isPacked) out.varint(field.id * 8 + WIRE.BYTES);
          item.write(element, target);
        } catch (error) {
          rethrowWithin(error, `[${i}]`);
        }
      });
      if (!isPacked) return;
      out.varint(field.id * 8 + WIRE.BYTES);
      out.varint(scratch.sizeBytes);
      out.raw(scratch.view());
    },
    read(reader, _id, wire, current) {
      const elements = expectArray(current);
      if (wire === item.wire) elements.push(item.read(reader));
      else if (wire === WIRE.BYTES)
        within(reader, () => {
          while (reader.hasMore) elements.push(item.read(reader));
        });
      else skipField(reader, wire);
      return elements;
    },
  };
}

/** A map is a repeated message of a key (1) and a value (2). */
function mapColumn(field: ProtoField, item: WireCodec): ColumnCodec {
  const key = SCALAR_CODECS[field.keyScalar ?? 'string'];
  const scratch = new BinaryWriter(64);
  return {
    name: field.name,
    type: map(key.type, item.type),
    ids: [field.id],
    initial: () => new Map(),
    write(value, out) {
      for (const [k, v] of expectMap(value)) {
        if (k === null || v === null) {
          throw new Mismatch(`Protobuf has no null ${k === null ? 'keys' : 'values'} in maps`).within(
            `[${describeValue(k)}]`,
          );
        }
        scratch.reset();
        if (!key.isZero(k)) {
          scratch.varint(8 + key.wire);
          key.write(k, scratch);
        }
        if (!item.isZero(v)) {
          scratch.varint(16 + item.wire);
          item.write(v, scratch);
        }
        out.varint(field.id * 8 + WIRE.BYTES);
        out.varint(scratch.sizeBytes);
        out.raw(scratch.view());
      }
    },
    read(reader, _id, wire, current) {
      const entries = expectMap(current);
      if (wire !== WIRE.BYTES) {
        skipField(reader, wire);
        return entries;
      }
      within(reader, () => {
        let k = key.zero;
        let v = item.zero;
        while (reader.hasMore) {
          const tag = reader.varintUnsigned32();
          if (tag === 8 + key.wire) k = key.read(reader);
          else if (tag === 16 + item.wire) v = item.read(reader);
          else skipField(reader, tag & 7);
        }
        entries.set(k, v);
      });
      return entries;
    },
  };
}

/** The members of a oneof as a struct; the last one on the wire counts. */
function oneofColumn(name: string, members: readonly ColumnCodec[]): ColumnCodec {
  return {
    name,
    type: struct(members.map((member) => ({ name: member.name, type: member.type }))),
    ids: members.flatMap((member) => member.ids),
    initial: () => null,
    write(value, out) {
      const row = expectArray(value);
      const set = row.flatMap((item, i) => (item === null ? [] : [i]));
      if (set.length > 1) throw new Mismatch(`of a oneof only one member is set, found ${set.length}`);
      const [index] = set;
      if (index !== undefined) members[index]?.write(row[index] ?? null, out);
    },
    read(reader, id, wire) {
      const index = members.findIndex((member) => member.ids.includes(id));
      const row: SqlValue[] = members.map(() => null);
      row[index] = members[index]?.read(reader, id, wire, null) ?? null;
      return row;
    },
  };
}

function skipField(reader: BinaryReader, wire: number): void {
  switch (wire) {
    case WIRE.VARINT:
      reader.varint64();
      return;
    case WIRE.FIXED64:
      reader.skip(8);
      return;
    case WIRE.BYTES:
      reader.skip(reader.varintUnsigned32());
      return;
    case WIRE.FIXED32:
      reader.skip(4);
      return;
    case WIRE.START_GROUP:
      for (;;) {
        const tag = reader.varintUnsigned32();
        if ((tag & 7) === WIRE.END_GROUP) return;
        skipField(reader, tag & 7);
      }
    default:
      throw new Mismatch(`there is no wire type ${wire}`);
  }
}
