/**
 * The columns of a Protobuf message: how a field, or the fields of a oneof, go over the wire, and what a row holds of them.
 */
import { array, map, struct, type SqlType, type SqlValue } from '../common/sql-type.ts';
import type { BinaryReader, BinaryWriter } from './binary.ts';
import { describeValue, expectArray, expectMap } from './fit.ts';
import { SCALAR_CODECS, WIRE, type WireCodec } from './proto-scalars.ts';
import type { ProtoField } from './proto-schema.ts';
import { Mismatch, rethrowWithin } from './serde-errors.ts';

/** One column of a message's row and how its field or fields go over the wire. */
export interface ColumnCodec {
  readonly name: string;
  readonly type: SqlType;
  readonly ids: readonly number[];
  /** What the column holds when nothing was written; a row gets an empty ARRAY or MAP of its own, `initial` is null then. */
  readonly initial: SqlValue;
  write(value: SqlValue, out: BinaryWriter): void;
  /** Reads one occurrence of the field `id` and merges it into what the column holds. */
  read(reader: BinaryReader, id: number, wire: number, current: SqlValue): SqlValue;
}

const DENSE_IDS = 256;

/** Which column a field belongs to: a table for the usual small ids, a map for the others. */
export class ColumnsById {
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

export function singleColumn(field: ProtoField, item: WireCodec): ColumnCodec {
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

export function repeatedColumn(field: ProtoField, item: WireCodec): ColumnCodec {
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
export function mapColumn(field: ProtoField, item: WireCodec): ColumnCodec {
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
export function oneofColumn(name: string, members: readonly ColumnCodec[]): ColumnCodec {
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

/** Reads over a field that nobody asked for. @throws Mismatch */
export function skipField(reader: BinaryReader, wire: number): void {
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
