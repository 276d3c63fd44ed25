/**
 * A JSON schema with the documents that it refers to: where a `$ref` leads. The document under an empty name is the
 * schema itself; the others have the names under which its references import them.
 */
import { WeirError } from '../common/errors.ts';
import { parseJson, type JsonNode } from '../common/values/json-lossless.ts';

/** A node, and the name of the document in which it stands. */
export interface JsonPlace {
  readonly node: JsonNode;
  readonly document: string;
}

export class JsonDocuments {
  private readonly documents: ReadonlyMap<string, JsonNode>;
  /** Documents by their `$id`, and nodes by theirs. */
  private readonly placeById = new Map<string, JsonPlace>();

  /** @throws WeirError INVALID_SCHEMA */
  constructor(text: string, imports: ReadonlyMap<string, string>) {
    const documents = new Map<string, JsonNode>();
    for (const [name, imported] of imports) documents.set(name, parsed(imported));
    documents.set('', parsed(text));
    this.documents = documents;
    for (const [document, node] of documents) this.collectIds(node, document);
  }

  get root(): JsonPlace {
    return { node: this.documents.get('') ?? null, document: '' };
  }

  /**
   * Where the reference leads: into its own document (`#/definitions/A`, `#name`), or into another, by the name under which
   * it is imported or by its `$id`.
   * @throws WeirError INVALID_SCHEMA when there is nothing
   */
  resolve(reference: string, from: string): JsonPlace {
    const hash = reference.indexOf('#');
    const file = hash < 0 ? reference : reference.slice(0, hash);
    const fragment = hash < 0 ? '' : reference.slice(hash + 1);
    const start = file === '' ? this.document(from) : this.named(file, from);
    const place = start === undefined ? undefined : this.within(start, fragment);
    if (place !== undefined) return place;
    throw new WeirError('INVALID_SCHEMA', `The JSON schema refers to '${reference}', which is not there.`, {
      hint:
        file === ''
          ? 'Define it in the schema, for example under "definitions".'
          : 'Register that schema under a subject of its own, and refer to it under this name.',
      details: { reference },
    });
  }

  private document(name: string): JsonPlace | undefined {
    const node = this.documents.get(name);
    return node === undefined ? undefined : { node, document: name };
  }

  private named(file: string, from: string): JsonPlace | undefined {
    const absolute = resolved(file, idOf(this.documents.get(from)) ?? from);
    return this.document(file) ?? this.document(absolute) ?? this.placeById.get(absolute) ?? this.placeById.get(file);
  }

  private within({ node, document }: JsonPlace, fragment: string): JsonPlace | undefined {
    if (fragment === '') return { node, document };
    if (!fragment.startsWith('/')) return this.placeById.get(`${document}#${fragment}`);
    let found: JsonNode | undefined = node;
    for (const step of fragment.split('/').slice(1)) {
      const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      found = found instanceof Map ? found.get(name) : Array.isArray(found) ? found[Number(name)] : undefined;
    }
    return found === undefined ? undefined : { node: found, document };
  }

  private collectIds(node: JsonNode, document: string): void {
    if (Array.isArray(node)) {
      for (const item of node) this.collectIds(item, document);
    } else if (node instanceof Map) {
      const id = idOf(node);
      if (id !== undefined)
        this.placeById.set(id.startsWith('#') ? `${document}${id}` : withoutHash(id), { node, document });
      for (const item of node.values()) this.collectIds(item, document);
    }
  }
}

function parsed(text: string): JsonNode {
  try {
    return parseJson(text);
  } catch (error) {
    throw new WeirError(
      'INVALID_SCHEMA',
      `Not a JSON schema: ${error instanceof Error ? error.message : 'unreadable'}.`,
      {
        cause: error,
      },
    );
  }
}

function idOf(node: JsonNode | undefined): string | undefined {
  const id = node instanceof Map ? node.get('$id') : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

const withoutHash = (id: string): string => id.replace(/#$/, '');

/** A relative name beside the base: `address.json` from `http://a.example/order.json` is `http://a.example/address.json`. */
function resolved(name: string, base: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(name)) return name;
  return base.slice(0, base.lastIndexOf('/') + 1) + name.replace(/^\.\//, '');
}
