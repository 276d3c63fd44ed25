/**
 * The WITH clauses of CREATE and INSERT statements: which properties there are and of which kind each is. What they mean
 * stands beside this, by concept: formats, windows, timestamps.
 */
import { WeirError } from '../../common/errors.ts';
import { nearest } from '../../common/nearest.ts';
import type { Span } from '../../common/position.ts';
import type { Property } from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter.ts';

type PropertyKind = 'text' | 'integer' | 'boolean';

const COMMON = {
  KAFKA_TOPIC: 'text',
  PARTITIONS: 'integer',
  REPLICAS: 'integer',
  FORMAT: 'text',
  KEY_FORMAT: 'text',
  VALUE_FORMAT: 'text',
  KEY_DELIMITER: 'text',
  VALUE_DELIMITER: 'text',
  KEY_SCHEMA_FULL_NAME: 'text',
  VALUE_SCHEMA_FULL_NAME: 'text',
  VALUE_AVRO_SCHEMA_FULL_NAME: 'text',
  KEY_PROTOBUF_NULLABLE_REPRESENTATION: 'text',
  VALUE_PROTOBUF_NULLABLE_REPRESENTATION: 'text',
  KEY_SCHEMA_ID: 'integer',
  VALUE_SCHEMA_ID: 'integer',
  WRAP_SINGLE_VALUE: 'boolean',
  TIMESTAMP: 'text',
  TIMESTAMP_FORMAT: 'text',
  RETENTION_MS: 'integer',
  CLEANUP_POLICY: 'text',
} as const satisfies Record<string, PropertyKind>;

const CREATE_ONLY = {
  WINDOW_TYPE: 'text',
  WINDOW_SIZE: 'text',
  SOURCED_BY_CONNECTOR: 'text',
} as const satisfies Record<string, PropertyKind>;

/** Weir's own: how durable a commit to this topic is when it is acknowledged. */
const OWN = { DURABILITY: 'text' } as const satisfies Record<string, PropertyKind>;

const INSERT_ONLY = { QUERY_ID: 'text' } as const satisfies Record<string, PropertyKind>;

export type PropertyName = keyof typeof COMMON | keyof typeof CREATE_ONLY | keyof typeof OWN | keyof typeof INSERT_ONLY;

/** The properties of one WITH clause, checked for name and kind. */
export class Properties {
  readonly #values = new Map<PropertyName, { readonly value: string; readonly property: Property }>();

  constructor(properties: readonly Property[], where: 'create' | 'createAs' | 'insert') {
    const known: Readonly<Record<string, PropertyKind>> =
      where === 'create'
        ? { ...COMMON, ...CREATE_ONLY, ...OWN }
        : where === 'createAs'
          ? { ...COMMON, ...OWN }
          : INSERT_ONLY;
    for (const property of properties) {
      const name = property.name.toUpperCase();
      const kind = known[name];
      if (kind === undefined) {
        const close = nearest(name, Object.keys(known))[0];
        throw new WeirError('UNKNOWN_PROPERTY', `${name} is not a property of this WITH clause.`, {
          span: property.nameSpan,
          hint: close === undefined ? `There are ${Object.keys(known).join(', ')}.` : `Did you mean ${close}?`,
          instead: close,
          details: { name },
        });
      }
      if (this.#values.has(name as PropertyName)) {
        throw new WeirError('INVALID_PROPERTY', `${name} is given twice.`, {
          span: property.span,
          hint: 'Give each property once.',
          details: { name },
        });
      }
      this.#values.set(name as PropertyName, { value: checkedText(property, name, kind), property });
    }
  }

  text(name: PropertyName): string | undefined {
    return this.#values.get(name)?.value;
  }

  integer(name: PropertyName): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : Number(value);
  }

  has(name: PropertyName): boolean {
    return this.#values.has(name);
  }

  /** Where the property's value stands. */
  spanOf(name: PropertyName): Span | undefined {
    return this.#values.get(name)?.property.value.span;
  }

  /** An error that points at the property, which cannot stand here. */
  fault(name: PropertyName, message: string, hint: string): WeirError {
    const span = this.#values.get(name)?.property.span;
    return new WeirError('INVALID_PROPERTY', message, { span, hint, details: { name } });
  }

  /** An error that points at the property's value. */
  badValue(name: PropertyName, message: string, hint: string, instead?: string): WeirError {
    return new WeirError('INVALID_PROPERTY', message, { span: this.spanOf(name), hint, instead, details: { name } });
  }
}

function checkedText(property: Property, name: string, kind: PropertyKind): string {
  const { value } = property;
  const refuse = (wanted: string): WeirError =>
    new WeirError('INVALID_PROPERTY', `${name} takes ${wanted}, not ${formatExpression(value)}.`, {
      span: value.span,
      hint: `Write ${name} = ${kind === 'text' ? "'...'" : kind === 'integer' ? '1' : 'true'}.`,
      details: { name },
    });
  switch (kind) {
    case 'text':
      if (value.kind === 'string') return value.value;
      if (value.kind === 'integer' || value.kind === 'boolean') return String(value.value);
      throw refuse('a text');
    case 'integer':
      if (value.kind === 'integer' || value.kind === 'bigint') return String(value.value);
      if (value.kind === 'string' && /^-?\d+$/.test(value.value.trim())) return value.value.trim();
      throw refuse('a whole number');
    case 'boolean':
      if (value.kind === 'boolean') return String(value.value);
      if (value.kind === 'string' && /^(true|false)$/i.test(value.value)) return value.value.toLowerCase();
      throw refuse('true or false');
  }
}

/** The topic's partitions and replicas that the clause names. @throws WeirError INVALID_PROPERTY when there would be none */
export function topicSize(properties: Properties): {
  readonly partitions: number | undefined;
  readonly replicas: number | undefined;
} {
  const partitions = properties.integer('PARTITIONS');
  if (partitions !== undefined && partitions < 1) {
    throw properties.badValue('PARTITIONS', `A topic cannot have ${partitions} partitions.`, 'Use 1 or more.');
  }
  const replicas = properties.integer('REPLICAS');
  if (replicas !== undefined && replicas < 1 && replicas !== -1) {
    throw properties.badValue('REPLICAS', `A topic cannot have ${replicas} replicas.`, 'Use 1, or leave REPLICAS out.');
  }
  return { partitions, replicas };
}
