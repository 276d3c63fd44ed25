/** A schema's text as it reads best: JSON with what is short on one line, Protobuf as it was written. */
import { JsonNumber, parseJson, type JsonNode } from '../../../core/common/values/json-lossless.ts';
import type { SchemaType } from '../../../protocol/api.ts';

/** The text itself where it cannot be read. */
export function prettySchema(type: SchemaType, text: string): string {
  if (type === 'PROTOBUF') return text.trim();
  try {
    return print(parseJson(text), '');
  } catch {
    return text;
  }
}

const WIDTH = 72;

/** What is short stays on one line, but for the outermost and for lists of objects, such as a record's fields. */
function print(node: JsonNode, indent: string): string {
  const flat = flatten(node);
  const isObjects = Array.isArray(node) && node.some((item) => item instanceof Map);
  if (indent !== '' && !isObjects && indent.length + flat.length <= WIDTH) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(node) && node.length > 0) {
    return `[\n${node.map((item) => inner + print(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (node instanceof Map && node.size > 0) {
    const members = [...node].map(([name, item]) => `${inner}${JSON.stringify(name)}: ${print(item, inner)}`);
    return `{\n${members.join(',\n')}\n${indent}}`;
  }
  return flat;
}

function flatten(node: JsonNode): string {
  if (Array.isArray(node)) return `[${node.map(flatten).join(', ')}]`;
  if (node instanceof Map) {
    const members = [...node].map(([name, item]) => `${JSON.stringify(name)}: ${flatten(item)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return node instanceof JsonNumber ? node.text : JSON.stringify(node);
}
