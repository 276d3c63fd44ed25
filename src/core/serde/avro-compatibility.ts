/**
 * Whether a reader's Avro schema reads what a writer's wrote: schema resolution (specification 1.11), decided as Avro's own
 * `SchemaCompatibility` decides it and Confluent's registry with it.
 *
 * - Records, enums and fixed are the same type when their names are, namespaces aside, or when one of the reader's aliases is
 *   the writer's full name.
 * - A field that the reader has and the writer has not needs a default; fields are found by name, then by the reader's aliases.
 * - An enum must know each symbol, or have a default symbol; a fixed must be of the same size.
 * - int is read as long, float and double, long as float and double, float as double, string and bytes as each other.
 * - Every branch of a writer's union must be readable; a reader's union needs one branch that reads.
 *
 * Logical types do not count. A pair of records within itself is taken to be compatible.
 */
import { isNullable, parseAvroSchema, type AvroField, type AvroRecord, type AvroSchema } from './avro-schema.ts';
import type { Incompatibility, SchemaText } from './incompatibility.ts';

/** What keeps the reader from reading the writer's data. @throws WeirError INVALID_SCHEMA */
export function avroRefused(reader: SchemaText, writer: SchemaText): readonly Incompatibility[] {
  const [to, from] = [reader, writer].map(({ schema, imports }) => parseAvroSchema(schema, imports));
  return to === undefined || from === undefined ? [] : refused(to, from, '$', new Map());
}

type Named = AvroSchema & { readonly kind: 'record' | 'enum' | 'fixed' };
/** The records that are being compared: each reader with its writers. */
type Open = Map<AvroSchema, Set<AvroSchema>>;

const PROMOTIONS: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

function refused(reader: AvroSchema, writer: AvroSchema, path: string, open: Open): readonly Incompatibility[] {
  if (writer.kind === 'union') return writer.branches.flatMap((branch) => refused(reader, branch, path, open));
  if (reader.kind === 'union') return unionRefused(reader.branches, writer, path, open);
  if (reader.kind === 'record' && writer.kind === 'record') return recordRefused(reader, writer, path, open);
  if (reader.kind === 'array' && writer.kind === 'array') return refused(reader.items, writer.items, `${path}[]`, open);
  if (reader.kind === 'map' && writer.kind === 'map') return refused(reader.values, writer.values, `${path}{}`, open);
  if (reader.kind === 'enum' && writer.kind === 'enum') {
    const lost = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol));
    const hasDefault = reader.defaultSymbol !== undefined && reader.symbols.includes(reader.defaultSymbol);
    if (lost.length === 0 || hasDefault) return nameRefused(reader, writer, path);
    const reason = `the ${lost.length === 1 ? 'symbol' : 'symbols'} ${lost.join(', ')} of the writer ${lost.length === 1 ? 'is' : 'are'} unknown to the reader, which has ${reader.symbols.join(', ')} and no default symbol`;
    return [...nameRefused(reader, writer, path), { rule: 'MISSING_ENUM_SYMBOLS', path, reason }];
  }
  if (reader.kind === 'fixed' && writer.kind === 'fixed') {
    const found = nameRefused(reader, writer, path);
    if (reader.sizeBytes === writer.sizeBytes) return found;
    const reason = `fixed of ${writer.sizeBytes} bytes cannot be read as fixed of ${reader.sizeBytes}`;
    return [...found, { rule: 'FIXED_SIZE_MISMATCH', path, reason }];
  }
  if (reader.kind === writer.kind || PROMOTIONS[writer.kind]?.includes(reader.kind) === true) return [];
  return [{ rule: 'TYPE_MISMATCH', path, reason: `${nameOf(writer)} cannot be read as ${nameOf(reader)}` }];
}

function unionRefused(
  branches: readonly AvroSchema[],
  writer: AvroSchema,
  path: string,
  open: Open,
): readonly Incompatibility[] {
  const refusals = branches.map((branch) => refused(branch, writer, path, open));
  if (refusals.some((refusal) => refusal.length === 0)) return [];
  // the one branch of the writer's own kind says best what is wrong
  const alike = refusals.filter((_, i) => branches[i]?.kind === writer.kind);
  const [only, ...more] = alike;
  if (only !== undefined && more.length === 0) return only;
  const reason = `no branch of the reader's union of ${branches.map(nameOf).join(', ')} reads ${nameOf(writer)}`;
  return [{ rule: 'MISSING_UNION_BRANCH', path, reason }];
}

function recordRefused(reader: AvroRecord, writer: AvroRecord, path: string, open: Open): readonly Incompatibility[] {
  const writers = open.get(reader) ?? new Set<AvroSchema>();
  if (writers.has(writer)) return [];
  open.set(reader, writers.add(writer));
  const found = [
    ...nameRefused(reader, writer, path),
    ...reader.fields.flatMap((field) => fieldRefused(field, writer, path, open)),
  ];
  writers.delete(writer);
  return found;
}

function fieldRefused(field: AvroField, writer: AvroRecord, path: string, open: Open): readonly Incompatibility[] {
  const step = `${path}.${field.name}`;
  const source =
    writer.fields.find(({ name }) => name === field.name) ??
    writer.fields.find(({ name }) => field.aliases.includes(name));
  if (source !== undefined) return refused(field.type, source.type, step, open);
  const hasEnumDefault = field.type.kind === 'enum' && field.type.defaultSymbol !== undefined;
  if (field.defaultValue !== undefined || hasEnumDefault) return [];
  const reason = `the writer does not have the field, and the reader gives it no default${isNullable(field.type) ? ' (add "default": null)' : ''}`;
  return [{ rule: 'READER_FIELD_MISSING_DEFAULT_VALUE', path: step, reason }];
}

function nameRefused(reader: Named, writer: Named, path: string): readonly Incompatibility[] {
  if (bareName(reader) === bareName(writer) || reader.aliases.includes(writer.fullName)) return [];
  const reason = `the ${writer.kind} ${writer.fullName} is not the reader's ${reader.fullName}, nor one of its aliases`;
  return [{ rule: 'NAME_MISMATCH', path, reason }];
}

const bareName = ({ fullName }: Named): string => fullName.slice(fullName.lastIndexOf('.') + 1);

function nameOf(schema: AvroSchema): string {
  return schema.kind === 'record' || schema.kind === 'enum' || schema.kind === 'fixed'
    ? `${schema.kind} ${schema.fullName}`
    : schema.kind;
}
