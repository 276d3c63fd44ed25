/** Arrays and maps in Avro's binary encoding. `nullable`: whether the schema allows null for an element. */
import { array, map, VARCHAR, type SqlValue } from '../common/sql-type.ts';
import { blockCount, length } from './avro-lengths.ts';
import { describeValue, expectArray, expectMap, expectString, nulls } from './fit.ts';
import type { SchemaCodec } from './schema-codec.ts';
import { Mismatch, rethrowWithin } from './serde-errors.ts';

/** A block's count is taken at its word up to here. */
const SHORT_BLOCK = 32;

export function arrayCodec(element: SchemaCodec, nullable: boolean): SchemaCodec {
  return {
    type: array(element.type),
    encode(value, out) {
      const elements = expectArray(value);
      if (elements.length > 0) out.zigzag(elements.length);
      let i = 0;
      try {
        for (; i < elements.length; i++) {
          const item = elements[i] ?? null;
          if (item === null && !nullable) throw new Mismatch('the schema does not allow null elements');
          element.encode(item, out);
        }
      } catch (error) {
        rethrowWithin(error, `[${i}]`);
      }
      out.byte(0);
    },
    decode(reader) {
      let elements: SqlValue[] = [];
      for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
        if (count <= SHORT_BLOCK && elements.length === 0) {
          elements = nulls(count);
          for (let i = 0; i < count; i++) elements[i] = element.decode(reader);
        } else {
          for (let i = 0; i < count; i++) elements.push(element.decode(reader));
        }
      }
      return elements;
    },
  };
}

export function mapCodec(values: SchemaCodec, nullable: boolean): SchemaCodec {
  return {
    type: map(VARCHAR, values.type),
    encode(value, out) {
      const entries = expectMap(value);
      if (entries.size > 0) out.zigzag(entries.size);
      for (const [key, item] of entries) {
        out.zigzagText(expectString(key));
        try {
          if (item === null && !nullable) throw new Mismatch('the schema does not allow null values');
          values.encode(item, out);
        } catch (error) {
          rethrowWithin(error, `[${describeValue(key)}]`);
        }
      }
      out.byte(0);
    },
    decode(reader) {
      const entries = new Map<SqlValue, SqlValue>();
      for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
        for (let i = 0; i < count; i++) {
          const key = reader.text(length(reader));
          entries.set(key, values.decode(reader));
        }
      }
      return entries;
    },
  };
}

/** Connect's maps whose keys are not plain strings: an array of records of a key and a value. */
export function mapEntriesCodec(key: SchemaCodec, item: SchemaCodec): SchemaCodec {
  return {
    type: map(key.type, item.type),
    encode(value, out) {
      const entries = expectMap(value);
      if (entries.size > 0) out.zigzag(entries.size);
      for (const [k, v] of entries) {
        key.encode(k, out);
        item.encode(v, out);
      }
      out.byte(0);
    },
    decode(reader) {
      const entries = new Map<SqlValue, SqlValue>();
      for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
        for (let i = 0; i < count; i++) {
          const k = key.decode(reader);
          entries.set(k, item.decode(reader));
        }
      }
      return entries;
    },
  };
}
