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
import { array, map, struct, type Row, type SqlType, type SqlValue, type StructField } from '../common/sql-type.ts';
import type { BinaryReader, BinaryWriter } from './binary.ts';
import { describeValue, expectArray, expectMap } from './fit.ts';
import {
  findMessage,
  messageAt,
  parseProto,
  recursiveFields,
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

  get recursive(): readonly string[] {
    return recursiveFields(this.message());
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
      codec = { ...messageCodec(message, [message]), recursive: recursiveFields(message) };
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
  /** What the column holds when nothing was written; a row gets an empty ARRAY or MAP of its own, `initial` is null then. */
  readonly initial: SqlValue;
  write(value: SqlValue, out: BinaryWriter): void;
  /** Reads one occurrence of the field `id` and merges it into what the column holds. */
  read(reader: BinaryReader, id: number, wire: number, current: SqlValue): SqlValue;
}

/** `path` holds the messages being built: a recursive field is left out. */
function messageCodec(message: ProtoMessage, path: readonly ProtoMessage[]): SchemaCodec {
  const columns = columnsOf(message, path);
  const byId = new ColumnsById(columns);
  const fields: StructField[] = columns.map(({ name, type }) => ({ name, type }));
  const blank: Row = columns.map(({ initial }) => initial);
  const collections = columns.flatMap(({ type }, i) => (type.kind === 'ARRAY' || type.kind === 'MAP' ? [i] : []));
  return {
    type: struct(fields),
    encode(value, out) {
      const row = expectArray(value);
      let i = 0;
      try {
        for (; i < columns.length; i++) {
          const item = row[i] ?? null;
          if (item !== null) (columns[i] as ColumnCodec).write(item, out);
        }
      } catch (error) {
        rethrowWithin(error, fieldStep(columns[i]?.name ?? ''));
      }
    },
    decode(reader) {
      const row = blank.slice();
      let index = -1;
      try {
        while (reader.hasMore) {
          index = -1;
          const tag = reader.varintUnsigned32();
          index = byId.columnOf(tag >>> 3);
          if (index < 0) skipField(reader, tag & 7);
          else row[index] = (columns[index] as ColumnCodec).read(reader, tag >>> 3, tag & 7, row[index] as SqlValue);
        }
      } catch (error) {
        const column = columns[index];
        if (column === undefined) throw error;
        rethrowWithin(error, fieldStep(column.name));
      }
      for (const i of collections) row[i] ??= columns[i]?.type.kind === 'MAP' ? new Map<SqlValue, SqlValue>() : [];
      return row;
    },
  };
}

const DENSE_IDS = 256;

/** Which column a field belongs to: a table for the usual small ids, a map for the others. */
class ColumnsById {
  private readonly table: Int32Array;
  private readonly others: ReadonlyMap<number, number>;

  constructor(columns: readonly ColumnCodec[]) {
    const entries = columns.flatMap(({ ids }, i) => ids.map((id): [number, number] => [id, i]));
    this.table = new Int32Array(DENSE_IDS).fill(-1);
    for (const [id, i] of entries) if (id < DENSE_IDS) this.table[id] = i;
    this.others = new Map(entries.filter(([id]) => id >= DENSE_IDS));
  }

  /** The column of a field, or -1. */
  columnOf(id: number): number {
    return id < DENSE_IDS ? (this.table[id] as number) : (this.others.get(id) ?? -1);
  }
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
  return {
    type: codec.type,
    wire: WIRE.BYTES,
    zero: null,
    isZero: () => false,
    write(value, out) {
      const begun = out.beginSized();
      codec.encode(value, out);
      out.endSized(begun);
    },
    read(reader) {
      const outerEnd = reader.enter(reader.varintUnsigned32());
      const value = codec.decode(reader);
      reader.leave(outerEnd);
      return value;
    },
  };
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
  return {
    name: field.name,
    type: item.type,
    ids: [field.id],
    initial: field.hasPresence ? null : item.zero,
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
  const gathered: SqlValue[] = [];
  const itemTag = field.id * 8 + item.wire;
  const packedTag = field.id * 8 + WIRE.BYTES;
  return {
    name: field.name,
    type: array(item.type),
    ids: [field.id],
    initial: null,
    write(value, out) {
      const elements = expectArray(value);
      if (elements.length === 0) return;
      if (isPacked) out.varint(packedTag);
      const begun = isPacked ? out.beginSized() : 0;
      let i = 0;
      try {
        for (; i < elements.length; i++) {
          const element = elements[i] ?? null;
          if (element === null) throw new Mismatch('Protobuf has no null elements');
          if (!isPacked) out.varint(itemTag);
          item.write(element, out);
        }
      } catch (error) {
        rethrowWithin(error, `[${i}]`);
      }
      if (isPacked) out.endSized(begun);
    },
    read(reader, _id, wire, current) {
      gathered.length = 0;
      if (wire === item.wire) {
        // the others mostly follow
        do gathered.push(item.read(reader));
        while (reader.takes(itemTag));
      } else if (wire === WIRE.BYTES) {
        const outerEnd = reader.enter(reader.varintUnsigned32());
        while (reader.hasMore) gathered.push(item.read(reader));
        reader.leave(outerEnd);
      } else {
        skipField(reader, wire);
      }
      return current === null ? gathered.slice() : expectArray(current).concat(gathered);
    },
  };
}

/** A map is a repeated message of a key (1) and a value (2). */
function mapColumn(field: ProtoField, item: WireCodec): ColumnCodec {
  const key = SCALAR_CODECS[field.keyScalar ?? 'string'];
  return {
    name: field.name,
    type: map(key.type, item.type),
    ids: [field.id],
    initial: null,
    write(value, out) {
      for (const [k, v] of expectMap(value)) {
        if (k === null || v === null) {
          throw new Mismatch(`Protobuf has no null ${k === null ? 'keys' : 'values'} in maps`).within(
            `[${describeValue(k)}]`,
          );
        }
        out.varint(field.id * 8 + WIRE.BYTES);
        const begun = out.beginSized();
        if (!key.isZero(k)) {
          out.varint(8 + key.wire);
          key.write(k, out);
        }
        if (!item.isZero(v)) {
          out.varint(16 + item.wire);
          item.write(v, out);
        }
        out.endSized(begun);
      }
    },
    read(reader, _id, wire, current) {
      const entries = current === null ? new Map<SqlValue, SqlValue>() : expectMap(current);
      if (wire !== WIRE.BYTES) {
        skipField(reader, wire);
        return entries;
      }
      const outerEnd = reader.enter(reader.varintUnsigned32());
      let k = key.zero;
      let v = item.zero;
      while (reader.hasMore) {
        const tag = reader.varintUnsigned32();
        if (tag === 8 + key.wire) k = key.read(reader);
        else if (tag === 16 + item.wire) v = item.read(reader);
        else skipField(reader, tag & 7);
      }
      reader.leave(outerEnd);
      entries.set(k, v);
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
    initial: null,
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
