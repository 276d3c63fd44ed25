/** A workspace on its way: what it is made of, its name and the editor's text, as JSON. */
import type { UserFunction, WorkspaceContent, WorkspaceTopic } from '../../protocol/api.ts';

export interface WorkspaceDocument {
  readonly version: 1;
  readonly name: string;
  /** What stood in the editor. */
  readonly text: string;
  readonly content: WorkspaceContent;
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);

function listOf<T>(value: unknown, read: (item: Json) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: T[] = [];
  for (const item of value as readonly unknown[]) {
    const known = isObject(item) ? read(item) : undefined;
    if (known === undefined) return undefined;
    items.push(known);
  }
  return items;
}

const KINDS = ['scalar', 'table', 'aggregate'] as const;
/** Kafka's own limit is far beyond what a browser's tab holds. */
const MAX_PARTITIONS = 64;

function functionOf({ name, kind, signature, description, source }: Json): UserFunction | undefined {
  const known = KINDS.find((k) => k === kind);
  if (known === undefined || !isText(name) || !isText(signature) || !isText(description) || !isText(source)) {
    return undefined;
  }
  return { name, kind: known, signature, description, source };
}

function topicOf({ name, partitions, cleanupPolicy, records }: Json): WorkspaceTopic | undefined {
  if (!isText(name) || !isText(cleanupPolicy) || !isCount(partitions) || !isCount(records)) return undefined;
  if (partitions < 1 || partitions > MAX_PARTITIONS) return undefined;
  return { name, partitions, cleanupPolicy, records };
}

function contentOf(json: Json): WorkspaceContent | undefined {
  const { statements, inputs } = json;
  const functions = listOf(json['functions'], functionOf);
  const topics = listOf(json['topics'], topicOf);
  if (!Array.isArray(statements) || !statements.every(isText) || !isText(inputs)) return undefined;
  if (functions === undefined || topics === undefined) return undefined;
  return { statements, functions, topics, inputs };
}

/** The document that a stranger's text holds; undefined when it holds none. Nothing else of it is kept. */
export function readDocument(text: string): WorkspaceDocument | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(json) || json['version'] !== 1) return undefined;
  const { name, text: script, content } = json;
  const known = isObject(content) ? contentOf(content) : undefined;
  if (known === undefined || !isText(name) || !isText(script)) return undefined;
  return { version: 1, name: name.slice(0, 60), text: script, content: known };
}
