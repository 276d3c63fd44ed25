/**
 * A JSON schema (draft 7, and what later drafts renamed) as a checker sees it: each keyword belongs to one kind of schema,
 * and a schema with keywords of several kinds is `allOf` of those kinds, as in the library that Confluent's registry uses
 * (everit's json-schema). `$ref`s are followed, and combinations of one schema are that schema.
 */
import type { Decimal } from 'decimal.js';
import { ExactDecimal } from '../common/values/decimal-text.ts';
import { JsonNumber, writeJson, type JsonNode, type JsonObject } from '../common/values/json-lossless.ts';
import { JsonDocuments, type JsonPlace } from './json-documents.ts';

export type Criterion = 'allOf' | 'anyOf' | 'oneOf';

export interface StringShape {
  readonly kind: 'string';
  readonly minLength: Decimal | undefined;
  readonly maxLength: Decimal | undefined;
  readonly pattern: string | undefined;
}
export interface NumberShape {
  readonly kind: 'number';
  readonly isInteger: boolean;
  readonly minimum: Decimal | undefined;
  readonly maximum: Decimal | undefined;
  readonly exclusiveMinimum: Decimal | undefined;
  readonly exclusiveMaximum: Decimal | undefined;
  readonly multipleOf: Decimal | undefined;
}
export interface ArrayShape {
  readonly kind: 'array';
  readonly minItems: Decimal | undefined;
  readonly maxItems: Decimal | undefined;
  readonly uniqueItems: boolean;
  /** The schema of every item; undefined: none, or the items have a schema by position. */
  readonly items: JsonSchemaView | undefined;
  /** The schemas of the first items by position; undefined: `items` counts. */
  readonly tuple: readonly JsonSchemaView[] | undefined;
  /** Of a tuple: whether more items may follow, and the schema that they have then. */
  readonly additional: boolean | JsonSchemaView;
}
export interface ObjectShape {
  readonly kind: 'object';
  readonly properties: ReadonlyMap<string, JsonSchemaView>;
  readonly patterns: readonly (readonly [pattern: string, schema: JsonSchemaView])[];
  readonly required: ReadonlySet<string>;
  /** Whether further properties may be there, and the schema that they have then. */
  readonly additional: boolean | JsonSchemaView;
  readonly minProperties: Decimal | undefined;
  readonly maxProperties: Decimal | undefined;
  /** Properties that must be there when the named one is. */
  readonly dependentNames: ReadonlyMap<string, ReadonlySet<string>>;
  readonly dependentSchemas: ReadonlyMap<string, JsonSchemaView>;
}
export interface CombinedShape {
  readonly kind: 'combined';
  readonly criterion: Criterion;
  /** Two or more. */
  readonly parts: readonly JsonSchemaView[];
}
export type JsonShape =
  | { readonly kind: 'any' | 'never' | 'boolean' | 'null' }
  | StringShape
  | NumberShape
  | ArrayShape
  | ObjectShape
  | CombinedShape
  /** `enum` and `const`: the values as canonical JSON. */
  | { readonly kind: 'values'; readonly values: ReadonlySet<string> }
  | { readonly kind: 'not'; readonly schema: JsonSchemaView };

export class JsonSchemaView {
  readonly hasDefault: boolean;
  private readonly make: () => JsonShape;
  private made: JsonShape | undefined;
  private isMaking = false;

  constructor(make: () => JsonShape, hasDefault = false) {
    this.make = make;
    this.hasDefault = hasDefault;
  }

  /** @throws WeirError INVALID_SCHEMA for a reference that leads nowhere */
  get shape(): JsonShape {
    if (this.made !== undefined) return this.made;
    // a schema that is nothing but a reference to itself allows whatever it allows
    if (this.isMaking) return { kind: 'any' };
    this.isMaking = true;
    this.made = this.make();
    this.isMaking = false;
    return this.made;
  }
}

/** @throws WeirError INVALID_SCHEMA */
export function jsonSchemaView(text: string, imports: ReadonlyMap<string, string>): JsonSchemaView {
  const documents = new JsonDocuments(text, imports);
  return new ViewMaker(documents).view(documents.root);
}

const STRING_KEYWORDS = ['minLength', 'maxLength', 'pattern'];
const NUMBER_KEYWORDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];
const ARRAY_KEYWORDS = ['items', 'prefixItems', 'additionalItems', 'minItems', 'maxItems', 'uniqueItems'];
const OBJECT_KEYWORDS = [
  'properties',
  'required',
  'minProperties',
  'maxProperties',
  'dependencies',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'additionalProperties',
];
const CRITERIA: readonly Criterion[] = ['allOf', 'anyOf', 'oneOf'];

class ViewMaker {
  private readonly documents: JsonDocuments;
  /** One view per object, so that a recursive schema is a cyclic graph. */
  private readonly views = new Map<JsonNode, JsonSchemaView>();

  constructor(documents: JsonDocuments) {
    this.documents = documents;
  }

  view(place: JsonPlace): JsonSchemaView {
    const { node } = place;
    if (node === false) return new JsonSchemaView(() => ({ kind: 'never' }));
    if (!(node instanceof Map)) return new JsonSchemaView(() => ({ kind: 'any' }));
    let view = this.views.get(node);
    if (view === undefined) {
      view = new JsonSchemaView(() => this.shape(node, place.document), node.has('default'));
      this.views.set(node, view);
    }
    return view;
  }

  private shape(node: JsonObject, document: string): JsonShape {
    const reference = node.get('$ref');
    if (typeof reference === 'string') return this.view(this.documents.resolve(reference, document)).shape;
    const parts = [...this.kinds(node, document)];
    return combined('allOf', parts);
  }

  private *kinds(node: JsonObject, document: string): Generator<JsonSchemaView> {
    const listed = node.get('enum');
    if (Array.isArray(listed)) yield valuesOf(listed);
    const only = node.get('const');
    if (only !== undefined) yield valuesOf([only]);
    for (const criterion of CRITERIA) {
      const branches = node.get(criterion);
      if (!Array.isArray(branches)) continue;
      const parts = branches.map((branch) => this.view({ node: branch, document }));
      yield new JsonSchemaView(() => combined(criterion, parts));
    }
    const forbidden = node.get('not');
    if (forbidden !== undefined) {
      const schema = this.view({ node: forbidden, document });
      yield new JsonSchemaView(() => ({ kind: 'not', schema }));
    }
    const type = node.get('type');
    if (Array.isArray(type)) {
      const parts = namesOf(type).map((name) => this.typed(name, node, document));
      yield new JsonSchemaView(() => combined('anyOf', parts));
    } else if (typeof type === 'string') {
      yield this.typed(type, node, document);
    } else {
      if (hasAny(node, STRING_KEYWORDS)) yield this.typed('string', node, document);
      if (hasAny(node, NUMBER_KEYWORDS)) yield this.typed('number', node, document);
      if (hasAny(node, ARRAY_KEYWORDS)) yield this.typed('array', node, document);
      if (hasAny(node, OBJECT_KEYWORDS)) yield this.typed('object', node, document);
    }
  }

  private typed(type: string, node: JsonObject, document: string): JsonSchemaView {
    return new JsonSchemaView(() => {
      switch (type) {
        case 'string':
          return stringShape(node);
        case 'number':
        case 'integer':
          return numberShape(node, type === 'integer');
        case 'boolean':
        case 'null':
          return { kind: type };
        case 'array':
          return this.arrayShape(node, document);
        case 'object':
          return this.objectShape(node, document);
        default:
          return { kind: 'any' };
      }
    });
  }

  private arrayShape(node: JsonObject, document: string): ArrayShape {
    const items = node.get('items');
    const first = node.get('prefixItems') ?? (Array.isArray(items) ? items : undefined);
    const tuple = Array.isArray(first) ? first.map((item) => this.view({ node: item, document })) : undefined;
    const rest = Array.isArray(items) ? node.get('additionalItems') : items;
    return {
      kind: 'array',
      minItems: numberAt(node, 'minItems'),
      maxItems: numberAt(node, 'maxItems'),
      uniqueItems: node.get('uniqueItems') === true,
      items: tuple !== undefined || items === undefined ? undefined : this.view({ node: items, document }),
      tuple,
      additional: tuple === undefined ? true : this.additional(rest, document),
    };
  }

  private objectShape(node: JsonObject, document: string): ObjectShape {
    const dependentNames = new Map<string, ReadonlySet<string>>();
    const dependentSchemas = new Map<string, JsonSchemaView>();
    for (const keyword of ['dependencies', 'dependentRequired', 'dependentSchemas']) {
      for (const [name, dependency] of membersOf(node.get(keyword))) {
        if (Array.isArray(dependency)) dependentNames.set(name, new Set(namesOf(dependency)));
        else dependentSchemas.set(name, this.view({ node: dependency, document }));
      }
    }
    return {
      kind: 'object',
      properties: new Map(this.viewsOf(node.get('properties'), document)),
      patterns: this.viewsOf(node.get('patternProperties'), document),
      required: new Set(namesOf(node.get('required'))),
      additional: this.additional(node.get('additionalProperties'), document),
      minProperties: numberAt(node, 'minProperties'),
      maxProperties: numberAt(node, 'maxProperties'),
      dependentNames,
      dependentSchemas,
    };
  }

  private additional(node: JsonNode | undefined, document: string): boolean | JsonSchemaView {
    return node instanceof Map ? this.view({ node, document }) : node !== false;
  }

  private viewsOf(node: JsonNode | undefined, document: string): [string, JsonSchemaView][] {
    return membersOf(node).map(([name, schema]) => [name, this.view({ node: schema, document })]);
  }
}

function combined(criterion: Criterion, parts: readonly JsonSchemaView[]): JsonShape {
  const [first, ...more] = parts;
  if (first === undefined) return { kind: 'any' };
  return more.length === 0 ? first.shape : { kind: 'combined', criterion, parts };
}

function valuesOf(values: readonly JsonNode[]): JsonSchemaView {
  return new JsonSchemaView(() => ({ kind: 'values', values: new Set(values.map(writeJson)) }));
}

function stringShape(node: JsonObject): StringShape {
  const pattern = node.get('pattern');
  return {
    kind: 'string',
    minLength: numberAt(node, 'minLength'),
    maxLength: numberAt(node, 'maxLength'),
    pattern: typeof pattern === 'string' ? pattern : undefined,
  };
}

/** Draft 4's `exclusiveMinimum: true` makes the minimum an exclusive one. */
function numberShape(node: JsonObject, isInteger: boolean): NumberShape {
  const minimum = numberAt(node, 'minimum');
  const maximum = numberAt(node, 'maximum');
  const isAbove = node.get('exclusiveMinimum') === true;
  const isBelow = node.get('exclusiveMaximum') === true;
  return {
    kind: 'number',
    isInteger,
    minimum: isAbove ? undefined : minimum,
    maximum: isBelow ? undefined : maximum,
    exclusiveMinimum: isAbove ? minimum : numberAt(node, 'exclusiveMinimum'),
    exclusiveMaximum: isBelow ? maximum : numberAt(node, 'exclusiveMaximum'),
    multipleOf: numberAt(node, 'multipleOf'),
  };
}

function numberAt(node: JsonObject, keyword: string): Decimal | undefined {
  const value = node.get(keyword);
  return value instanceof JsonNumber ? new ExactDecimal(value.text) : undefined;
}

const hasAny = (node: JsonObject, keywords: readonly string[]): boolean => keywords.some((name) => node.has(name));
const membersOf = (node: JsonNode | undefined): readonly [string, JsonNode][] => (node instanceof Map ? [...node] : []);

function namesOf(node: JsonNode | undefined): readonly string[] {
  return Array.isArray(node) ? node.filter((name) => typeof name === 'string') : [];
}
