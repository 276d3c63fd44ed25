/**
 * Unions in Avro's binary encoding: the branch's index, then its datum. A union of null and one other is that other,
 * nullable; any other is a STRUCT with a field per branch, all but one null.
 */
import { struct, type SqlValue, type StructField } from '../common/sql-type.ts';
import type { AvroSchema } from './avro-schema.ts';
import type { BinaryWriter } from './binary.ts';
import { expectArray } from './fit.ts';
import type { SchemaCodec } from './schema-codec.ts';
import { Mismatch } from './serde-errors.ts';

/** One that is not null. */
export interface UnionBranch {
  readonly schema: AvroSchema;
  /** Among all branches of the union. */
  readonly index: number;
  readonly codec: SchemaCodec;
}

/** @param nullIndex the branch that is null, or -1 */
export function unionCodec(branches: readonly [UnionBranch, ...UnionBranch[]], nullIndex: number): SchemaCodec {
  const [only, ...more] = branches;
  return more.length === 0 ? nullableCodec(only, nullIndex) : branchesCodec(branches, nullIndex);
}

function encodeNull(out: BinaryWriter, nullIndex: number): void {
  if (nullIndex < 0) throw new Mismatch('the schema does not allow null');
  out.zigzag(nullIndex);
}

function nullableCodec({ index: onlyIndex, codec }: UnionBranch, nullIndex: number): SchemaCodec {
  return {
    type: codec.type,
    encode(value, out) {
      if (value === null) {
        encodeNull(out, nullIndex);
      } else {
        out.zigzag(onlyIndex);
        codec.encode(value, out);
      }
    },
    decode(reader) {
      const index = reader.zigzag32();
      if (index === onlyIndex) return codec.decode(reader);
      if (index === nullIndex) return null;
      throw new Mismatch(`the union has no branch ${index}`);
    },
  };
}

function branchesCodec(branches: readonly UnionBranch[], nullIndex: number): SchemaCodec {
  const fields = branches.map(({ schema, codec }): StructField => ({ name: branchName(schema), type: codec.type }));
  return {
    type: struct(fields),
    encode(value, out) {
      if (value === null) {
        encodeNull(out, nullIndex);
        return;
      }
      const row = expectArray(value);
      const chosen = row.findIndex((item) => item !== null);
      const branch = branches[chosen];
      if (branch === undefined) {
        encodeNull(out, nullIndex);
      } else {
        out.zigzag(branch.index);
        branch.codec.encode(row[chosen] ?? null, out);
      }
    },
    decode(reader) {
      const index = reader.zigzag32();
      if (index === nullIndex) return null;
      const chosen = branches.findIndex((branch) => branch.index === index);
      const branch = branches[chosen];
      if (branch === undefined) throw new Mismatch(`the union has no branch ${index}`);
      const row: SqlValue[] = fields.map(() => null);
      row[chosen] = branch.codec.decode(reader);
      return row;
    },
  };
}

function branchName(branch: AvroSchema): string {
  if (branch.kind !== 'record' && branch.kind !== 'enum' && branch.kind !== 'fixed') return branch.kind;
  return branch.fullName.slice(branch.fullName.lastIndexOf('.') + 1);
}
