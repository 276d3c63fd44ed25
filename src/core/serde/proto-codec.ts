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
import { struct, type Row, type SqlType, type SqlValue, type StructField } from '../common/sql-type.ts';
import type { BinaryReader, BinaryWriter } from './binary.ts';
import { expectArray } from './fit.ts';
import {
  ColumnsById,
  mapColumn,
  oneofColumn,
  repeatedColumn,
  singleColumn,
  skipField,
  type ColumnCodec,
} from './proto-columns.ts';
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
