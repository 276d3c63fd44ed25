/** Reading members out of lossless JSON. */
import { JsonNumber, type JsonNode, type JsonObject } from '../../core/common/values/json-lossless.ts';

export function objectOf(node: JsonNode | undefined): JsonObject {
  return node instanceof Map ? node : new Map<string, JsonNode>();
}

export function listOf(node: JsonNode | undefined): readonly JsonNode[] {
  return Array.isArray(node) ? node : [];
}

export function textOf(node: JsonNode | undefined): string | undefined {
  if (node === undefined || node === null) return undefined;
  if (typeof node === 'string') return node;
  if (typeof node === 'boolean') return String(node);
  return node instanceof JsonNumber ? node.text : undefined;
}

export function numberOf(node: JsonNode | undefined): number | undefined {
  return node instanceof JsonNumber ? node.toNumber() : undefined;
}

/** Every text within the node, field names included, with `replace` applied. */
export function mapTexts(node: JsonNode, replace: (text: string) => string): JsonNode {
  if (typeof node === 'string') return replace(node);
  if (Array.isArray(node)) return node.map((item) => mapTexts(item, replace));
  if (node instanceof Map)
    return new Map([...node].map(([k, v]): [string, JsonNode] => [replace(k), mapTexts(v, replace)]));
  return node;
}
