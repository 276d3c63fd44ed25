/** Whether the defaults of an Avro schema's fields are values of their types (specification 1.12: of any branch of a union). */
import { WeirError } from '../common/errors.ts';
import { JsonNumber, writeJson, type JsonNode } from '../common/values/json-lossless.ts';
import type { AvroSchema } from './avro-schema.ts';

/** @throws WeirError INVALID_SCHEMA */
export function requireValidDefaults(schema: AvroSchema, seen = new Set<AvroSchema>()): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  switch (schema.kind) {
    case 'record':
      for (const { name, type, defaultValue } of schema.fields) {
        if (defaultValue !== undefined && !isValue(defaultValue, type)) {
          throw new WeirError(
            'INVALID_SCHEMA',
            `The default ${writeJson(defaultValue)} of the Avro field "${name}" of ${schema.fullName} is no value of its type.`,
            {
              hint: defaultValue === null ? 'Make the type a union with "null".' : 'Give it a value of the type.',
              details: { field: name },
            },
          );
        }
        requireValidDefaults(type, seen);
      }
      return;
    case 'array':
      requireValidDefaults(schema.items, seen);
      return;
    case 'map':
      requireValidDefaults(schema.values, seen);
      return;
    case 'union':
      for (const branch of schema.branches) requireValidDefaults(branch, seen);
      return;
    default:
      return;
  }
}

function isValue(node: JsonNode, schema: AvroSchema): boolean {
  switch (schema.kind) {
    case 'null':
      return node === null;
    case 'boolean':
      return typeof node === 'boolean';
    case 'int':
      return isWhole(node, 32);
    case 'long':
      return isWhole(node, 64);
    case 'float':
    case 'double':
      return node instanceof JsonNumber;
    case 'string':
    case 'bytes':
    case 'fixed':
    case 'enum':
      return typeof node === 'string';
    case 'array':
      return Array.isArray(node) && node.every((item) => isValue(item, schema.items));
    case 'map':
      return node instanceof Map && [...node.values()].every((item) => isValue(item, schema.values));
    case 'union':
      return schema.branches.some((branch) => isValue(node, branch));
    case 'record':
      return (
        node instanceof Map &&
        schema.fields.every(({ name, type, defaultValue }) => {
          const value = node.get(name) ?? defaultValue;
          return value !== undefined && isValue(value, type);
        })
      );
  }
}

function isWhole(node: JsonNode, bits: number): boolean {
  if (!(node instanceof JsonNumber) || !/^-?\d+$/.test(node.text)) return false;
  const value = BigInt(node.text);
  return BigInt.asIntN(bits, value) === value;
}
