/**
 * Whether a reader's JSON schema takes every document that a writer's allows, by the rules of Confluent's registry
 * (`io.confluent.kafka.schemaregistry.json.diff`, strict). The schemas are walked side by side:
 *
 * - a keyword may be loosened and not tightened (`json-value-compatibility.ts`),
 * - what becomes of a property depends on the content model (`json-object-compatibility.ts`),
 * - a choice (`anyOf`, `oneOf`) may get more branches, a conjunction (`allOf`) fewer; the branches are paired so that as many
 *   as possible are compatible, and each of the smaller side must have its pair,
 * - one schema may become a choice that has it as a branch, and a conjunction one of its parts.
 *
 * A recursive schema is compared once: where a pair of schemas comes up within itself, it is taken to be compatible.
 */
import type { Incompatibility, SchemaText } from './incompatibility.ts';
import { objectRefused, type Compare } from './json-object-compatibility.ts';
import { jsonSchemaView, type CombinedShape, type JsonSchemaView, type JsonShape } from './json-schema-view.ts';
import { arrayLimits, limitsRefused, valuesRefused } from './json-value-compatibility.ts';
import { pairUp } from './matching.ts';

/** What the reader refuses of the documents that the writer allows. @throws WeirError INVALID_SCHEMA */
export function jsonRefused(reader: SchemaText, writer: SchemaText): readonly Incompatibility[] {
  return new JsonComparison().compare(
    jsonSchemaView(reader.schema, reader.imports),
    jsonSchemaView(writer.schema, writer.imports),
    '#',
  );
}

class JsonComparison {
  /** The pairs that are being compared. */
  private readonly open = new Map<JsonSchemaView, Set<JsonSchemaView>>();

  /** A side without a schema allows anything. */
  readonly compare: Compare = (reader, writer, path) => {
    if (reader === undefined) return [];
    if (writer === undefined) {
      return reader.shape.kind === 'any'
        ? []
        : [
            {
              rule: 'SCHEMA_ADDED',
              path,
              reason: `the reader takes ${nameOf(reader.shape)} alone, the writer has anything`,
            },
          ];
    }
    const readers = this.open.get(writer) ?? new Set<JsonSchemaView>();
    if (readers.has(reader)) return [];
    this.open.set(writer, readers.add(reader));
    const found = this.shapes(reader, writer, path);
    readers.delete(reader);
    return found;
  };

  private shapes(reader: JsonSchemaView, writer: JsonSchemaView, path: string): readonly Incompatibility[] {
    const to = reader.shape;
    const from = writer.shape;
    if (from.kind === 'never' || to.kind === 'any') return [];
    if (to.kind === 'combined' && from.kind === 'combined') return this.combinations(to, from, path);
    if (to.kind === 'combined') return this.oneToMany(to, writer, path);
    if (from.kind === 'combined') return this.manyToOne(reader, from, path);
    switch (to.kind) {
      case 'string':
      case 'number':
        if (from.kind === to.kind) return limitsRefused(to, from, path);
        break;
      case 'values':
        if (from.kind === 'values') return valuesRefused(to.values, from.values, path);
        break;
      case 'array':
        if (from.kind === 'array') {
          return [
            ...arrayLimits(to, from, path),
            ...this.compare(to.items, from.items, `${path}/items`),
            ...tupleRefused(this.compare, to, from, path),
          ];
        }
        break;
      case 'object':
        if (from.kind === 'object') return objectRefused(this.compare, to, from, path);
        break;
      case 'not': {
        if (from.kind !== 'not') break;
        // what the reader forbids must be forbidden already
        const narrowed = this.compare(from.schema, to.schema, `${path}/not`);
        return narrowed.length === 0
          ? []
          : [
              {
                rule: 'NOT_TYPE_EXTENDED',
                path: `${path}/not`,
                reason: 'the reader forbids more than the writer does',
              },
            ];
      }
      default:
        if (from.kind === to.kind) return [];
    }
    const reason = `${nameOf(from)} cannot be read as ${nameOf(to)}`;
    return [{ rule: 'TYPE_CHANGED', path, reason }];
  }

  /** A single schema is a choice's, when one of its branches takes it. */
  private oneToMany(to: CombinedShape, writer: JsonSchemaView, path: string): readonly Incompatibility[] {
    const refusals = to.parts.map((part, i) => this.compare(part, writer, `${path}/${to.criterion}/${i}`));
    if (to.criterion === 'allOf') {
      return [
        {
          rule: 'TYPE_CHANGED',
          path,
          reason: `the reader asks for more: ${partsOf(to)} instead of ${nameOf(writer.shape)}`,
        },
      ];
    }
    if (refusals.some((refusal) => refusal.length === 0)) return [];
    // the one branch of the writer's own kind says best what is wrong
    const alike = to.parts.flatMap((part, i) => (part.shape.kind === writer.shape.kind ? [refusals[i] ?? []] : []));
    const [only, ...more] = alike;
    if (only !== undefined && more.length === 0) return only;
    const reason = `${nameOf(writer.shape)} is none of the reader's ${partsOf(to)}`;
    return [{ rule: 'TYPE_CHANGED', path, reason }];
  }

  /** A conjunction holds still when the reader asks for one of its parts alone. */
  private manyToOne(reader: JsonSchemaView, from: CombinedShape, path: string): readonly Incompatibility[] {
    if (
      from.criterion === 'allOf' &&
      from.parts.some((part, i) => this.compare(reader, part, `${path}/allOf/${i}`).length === 0)
    ) {
      return [];
    }
    const reason = `the writer has ${partsOf(from)} (${from.criterion}), the reader takes ${nameOf(reader.shape)} alone`;
    return [{ rule: 'TYPE_CHANGED', path, reason }];
  }

  private combinations(to: CombinedShape, from: CombinedShape, path: string): readonly Incompatibility[] {
    if (to.criterion !== from.criterion && to.criterion !== 'anyOf') {
      return [{ rule: 'COMBINED_TYPE_CHANGED', path, reason: `${from.criterion} is ${to.criterion} for the reader` }];
    }
    const found: Incompatibility[] = [];
    if (to.criterion === 'allOf' && from.parts.length < to.parts.length) {
      const reason = `the reader asks for ${to.parts.length} schemas at once, the writer for ${from.parts.length}`;
      found.push({ rule: 'PRODUCT_TYPE_EXTENDED', path: `${path}/allOf`, reason });
    } else if (from.criterion !== 'allOf' && from.parts.length > to.parts.length) {
      const reason = `the writer has a choice of ${partsOf(from)}, the reader of ${partsOf(to)}`;
      found.push({ rule: 'SUM_TYPE_NARROWED', path: `${path}/${from.criterion}`, reason });
    }
    const refusals = from.parts.map((part, i) =>
      to.parts.map((other) => this.compare(other, part, `${path}/${from.criterion}/${i}`)),
    );
    const partners = pairUp(refusals.map((row) => row.map((refusal) => refusal.length === 0)));
    const paired = partners.filter((partner) => partner >= 0);
    if (paired.length >= Math.min(from.parts.length, to.parts.length)) return found;
    return [...found, ...this.unpaired(to, from, refusals, partners, path)];
  }

  /** Of two that are left over, why they do not go together. */
  private unpaired(
    to: CombinedShape,
    from: CombinedShape,
    refusals: readonly (readonly (readonly Incompatibility[])[])[],
    partners: readonly number[],
    path: string,
  ): readonly Incompatibility[] {
    const writers = partners.flatMap((partner, i) => (partner < 0 ? [i] : []));
    const readers = to.parts.map((_, j) => j).filter((j) => !partners.includes(j));
    const [writer = -1, ...moreWriters] = writers;
    const [reader = -1, ...moreReaders] = readers;
    const refusal = refusals[writer]?.[reader];
    if (refusal !== undefined && moreWriters.length === 0 && moreReaders.length === 0) return refusal;
    const lost = writers.map((i) => nameOf(from.parts[i]?.shape ?? { kind: 'any' })).join(', ');
    const reason = `no branch of the reader's ${partsOf(to)} takes ${lost}`;
    return [{ rule: 'COMBINED_TYPE_SUBSCHEMAS_CHANGED', path: `${path}/${from.criterion}`, reason }];
  }
}

/** Items by position: as properties, with the further items in the part of the further properties. */
function tupleRefused(
  compare: Compare,
  to: JsonShape & { readonly kind: 'array' },
  from: JsonShape & { readonly kind: 'array' },
  path: string,
): readonly Incompatibility[] {
  if (to.tuple === undefined && from.tuple === undefined) return [];
  const [toItems, fromItems] = [to.tuple ?? [], from.tuple ?? []];
  const further = (additional: boolean | JsonSchemaView): JsonSchemaView | undefined =>
    typeof additional === 'object' ? additional : undefined;
  const found: Incompatibility[] = [];
  for (let i = 0; i < Math.max(toItems.length, fromItems.length); i++) {
    const [reader, writer] = [toItems[i], fromItems[i]];
    const step = `${path}/items/${i}`;
    if (reader === undefined && to.additional === false) {
      const reason = `the reader allows ${toItems.length} items, the writer has ${fromItems.length}`;
      found.push({ rule: 'ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL', path: step, reason });
    } else if (writer !== undefined || from.additional !== false) {
      found.push(...compare(reader ?? further(to.additional), writer ?? further(from.additional), step));
    }
  }
  if (from.additional === false) return found;
  if (to.additional === false) {
    const reason = 'the reader allows no further items, the writer does';
    found.push({ rule: 'ADDITIONAL_ITEMS_REMOVED', path: `${path}/additionalItems`, reason });
  } else {
    found.push(...compare(further(to.additional), further(from.additional), `${path}/additionalItems`));
  }
  return found;
}

/** A schema in a word, for messages. */
function nameOf(shape: JsonShape): string {
  switch (shape.kind) {
    case 'any':
      return 'anything';
    case 'never':
      return 'nothing';
    case 'number':
      return shape.isInteger ? 'integer' : 'number';
    case 'values':
      return `one of ${[...shape.values].join(', ')}`;
    case 'not':
      return `not ${nameOf(shape.schema.shape)}`;
    case 'combined':
      return `${shape.criterion} of ${partsOf(shape)}`;
    default:
      return shape.kind;
  }
}

function partsOf(shape: CombinedShape): string {
  return `(${shape.parts.map((part) => (part.shape.kind === 'combined' ? part.shape.criterion : nameOf(part.shape))).join(', ')})`;
}
