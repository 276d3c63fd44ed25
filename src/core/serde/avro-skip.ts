/** Reads over Avro data that nobody asked for. */
import { blockCount, length } from './avro-lengths.ts';
import type { AvroSchema } from './avro-schema.ts';
import type { BinaryReader } from './binary.ts';
import { Mismatch } from './serde-errors.ts';

/** Moves the reader past one datum of the schema. @throws Mismatch */
export function skip(schema: AvroSchema, reader: BinaryReader): void {
  switch (schema.kind) {
    case 'null':
      return;
    case 'boolean':
      reader.skip(1);
      return;
    case 'int':
    case 'long':
    case 'enum':
      reader.zigzag64();
      return;
    case 'float':
      reader.skip(4);
      return;
    case 'double':
      reader.skip(8);
      return;
    case 'bytes':
    case 'string':
      reader.skip(length(reader));
      return;
    case 'fixed':
      reader.skip(schema.sizeBytes);
      return;
    case 'array':
      for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
        for (let i = 0; i < count; i++) skip(schema.items, reader);
      }
      return;
    case 'map':
      for (let count = blockCount(reader); count > 0; count = blockCount(reader)) {
        for (let i = 0; i < count; i++) {
          reader.skip(length(reader));
          skip(schema.values, reader);
        }
      }
      return;
    case 'union': {
      const index = reader.zigzag32();
      const branch = schema.branches[index];
      if (branch === undefined) throw new Mismatch(`the union has no branch ${index}`);
      skip(branch, reader);
      return;
    }
    case 'record':
      for (const field of schema.fields) skip(field.type, reader);
      return;
  }
}
