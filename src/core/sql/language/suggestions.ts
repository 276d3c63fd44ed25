/** What may come next, by name: from the grammar's position, the catalog and the functions. */
import type { Span } from '../../common/position.ts';
import type { TypeName } from '../ast.ts';
import { writeName } from '../format-expression.ts';
import { parseType } from '../parse.ts';
import { argumentFit, parametersOf, type Fit } from './argument-fit.ts';
import { argumentType, typeOfText } from './argument-type.ts';
import type { CatalogNames, NamedSource } from './catalog-names.ts';
import { completionContext, type CompletionContext, type Wanted } from './completion.ts';
import { callAt } from './signature.ts';
import { definedVariables, variableAt, type VariableReference } from './variable-at.ts';
import { PROPERTIES, SESSION_PROPERTIES, TYPE_NAMES } from './words.ts';

export type SuggestionKind =
  | 'source'
  | 'column'
  | 'function'
  | 'type'
  | 'topic'
  | 'subject'
  | 'query'
  | 'property'
  | 'sessionProperty'
  | 'value'
  | 'variable'
  | 'keyword';

export interface Suggestion {
  readonly kind: SuggestionKind;
  /** As it is shown. */
  readonly name: string;
  /** What replaces `Suggestions.replace`; of a function up to its opening parenthesis. */
  readonly text: string;
  /** A few words for its row of the list. */
  readonly description?: string | undefined;
  /** For the suggestion that is looked at. */
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
  /** In the order of these texts the likely ones stand first. */
  readonly rank: string;
}

export interface Suggestions {
  /** What is being typed already. */
  readonly replace: Span;
  /** Its part before the cursor. */
  readonly prefix: string;
  readonly inQuotes: boolean;
  readonly suggestions: readonly Suggestion[];
}

/** Everything that may stand at the cursor, whatever of it has been typed. @param offset of the cursor in the text */
export function suggest(text: string, offset: number, names: CatalogNames): Suggestions {
  const reference = variableAt(text, offset);
  if (reference !== undefined) return suggestVariables(text, reference);
  const context = completionContext(text, offset);
  const found = new Map<string, Suggestion>();
  const add: Add = (kind, name, rest) => {
    const suggestion = { kind, name, text: name, ...rest };
    const key = `${kind} ${name} ${suggestion.text}`;
    if (!found.has(key)) found.set(key, suggestion);
  };
  const written = context.inQuotes ? (name: string) => name : writeName;
  const place: Place = { ...context, written, argument: argumentAt(names, context, text, offset) };
  for (const wanted of context.wanted) SUGGESTERS[wanted](names, place, add);
  if (context.wanted.has('variable')) {
    for (const { name, value } of definedVariables(text)) {
      add('variable', name, { description: `'${value}'`, rank: RANK.value + name });
    }
  }
  for (const keyword of context.keywords) {
    // An argument is mostly a column or another call; a unit of time is only written as a keyword.
    const rank = place.argument === undefined || place.argument.takesUnit ? RANK.keyword : RANK.other;
    add('keyword', keyword, { text: `${keyword} `, rank: rank + keyword });
  }
  const { replace, prefix, inQuotes } = context;
  return { replace, prefix, inQuotes, suggestions: [...found.values()] };
}

function suggestVariables(text: string, { replace, prefix, isClosed }: VariableReference): Suggestions {
  const suggestions = definedVariables(text).map(({ name, value }): Suggestion => ({
    kind: 'variable',
    name,
    text: isClosed ? name : `${name}}`,
    description: `'${value}'`,
    rank: RANK.value + name,
  }));
  return { replace, prefix, inQuotes: false, suggestions };
}

/** Lower stands higher in the list. */
const RANK = { column: '0', source: '1', value: '1', keyword: '2', fn: '3', other: '4' } as const;

type Add = (
  kind: SuggestionKind,
  name: string,
  rest: Pick<Suggestion, 'rank'> & Partial<Omit<Suggestion, 'kind' | 'name'>>,
) => void;
type Suggester = (names: CatalogNames, place: Place, add: Add) => void;

interface Place extends CompletionContext {
  /** A name as it is written here: with quotes of its own where it needs them and is not in quotes already. */
  readonly written: (name: string) => string;
  /** Undefined outside of a known function's call. */
  readonly argument: Argument | undefined;
}

interface Argument {
  /** How well a value of a type would do here. */
  readonly fitOf: (type: string) => Fit;
  /** Whether it may be a unit of time. */
  readonly takesUnit: boolean;
}

/** Values of the parameter's type stand first, then those that are converted to it, then the rest. */
const FIT_RANK: Record<Fit, string> = { exact: '0', converted: '1', none: '2' };

const UNIT = /^UNIT\b/;

function argumentAt(
  names: CatalogNames,
  context: CompletionContext,
  text: string,
  offset: number,
): Argument | undefined {
  const call = callAt(text, offset);
  const fn = names.functions.find((f) => f.name === call?.name);
  if (call === undefined || fn === undefined) return undefined;
  const earlier = call.earlier.map((argument) => argumentType(names, context.scope, argument));
  return {
    takesUnit: fn.signatures.some((signature) => {
      const parameter = parametersOf(signature)[earlier.length];
      return parameter !== undefined && UNIT.test(signature.slice(...parameter).trim());
    }),
    fitOf: (typeText) => {
      const type = typeOfText(typeText);
      return type === undefined ? 'none' : argumentFit(fn.signatures, earlier, type);
    },
  };
}

/** What the function gives, as its first signature says. */
function resultOf(signature: string | undefined): string {
  return signature?.slice(signature.lastIndexOf('-> ') + 3) ?? '';
}

const nothing: Suggester = () => undefined;

const SUGGESTERS: Record<Wanted, Suggester> = {
  source(names, place, add) {
    for (const { name, kind } of names.sources.values()) {
      add('source', name, {
        description: kind.toLowerCase(),
        text: place.written(name),
        rank: RANK.source + name,
      });
    }
  },
  column(names, place, add) {
    const scope = place.scope.filter(
      ({ alias, name }) => place.qualifier === undefined || place.qualifier === alias || place.qualifier === name,
    );
    const known = scope.flatMap(({ name, alias }) => {
      const source = names.sources.get(name);
      return source === undefined ? [] : [{ source, alias }];
    });
    const isQualified = known.length > 1 && place.qualifier === undefined && !place.inQuotes;
    for (const { source, alias } of known) {
      for (const column of [...source.columns, ...pseudoColumns(source)]) {
        const name = place.written(column.name);
        add('column', column.name, {
          description: `${column.type}, of ${source.name}`,
          text: isQualified ? `${writeName(alias)}.${name}` : name,
          rank: RANK.column + FIT_RANK[place.argument?.fitOf(column.type) ?? 'exact'] + column.name,
        });
      }
    }
    if (place.scope.length > 0) return;
    // The FROM is not written yet: any source may be meant, and what would do as the argument comes first.
    const rankOf = (type: string): string => {
      const fit = place.argument?.fitOf(type) ?? 'none';
      return fit === 'none' ? RANK.other : RANK.column + FIT_RANK[fit];
    };
    for (const source of names.sources.values()) {
      for (const column of source.columns) {
        add('column', column.name, {
          description: `${column.type}, of ${source.name}`,
          text: place.written(column.name),
          rank: rankOf(column.type) + column.name,
        });
      }
    }
  },
  field(names, place, add) {
    for (const field of fieldsAt(names, place)) {
      add('column', field.name, {
        description: describeType(field.type),
        text: place.written(field.name),
        rank: RANK.column,
      });
    }
  },
  function(names, place, add) {
    if (place.inQuotes) return;
    for (const fn of names.functions) {
      add('function', fn.name, {
        detail: fn.signatures[0] ?? '',
        documentation: fn.description,
        text: `${fn.name}(`,
        rank: RANK.fn + FIT_RANK[place.argument?.fitOf(resultOf(fn.signatures[0])) ?? 'exact'] + fn.name,
      });
    }
  },
  type(names, place, add) {
    for (const name of TYPE_NAMES) add('type', name, { rank: RANK.value + name });
    SUGGESTERS.customType(names, place, add);
  },
  customType(names, place, add) {
    for (const { name, type } of names.types) {
      add('type', name, { description: type, text: place.written(name), rank: RANK.value + name });
    }
  },
  topic(names, place, add) {
    for (const { name, role } of names.topics.values()) {
      add('topic', name, {
        text: place.inQuotes ? name : `'${name}'`,
        rank: (role === 'user' ? RANK.source : RANK.other) + name,
      });
    }
  },
  query(names, _, add) {
    for (const { id, state } of names.queries.values()) {
      add('query', id, { detail: state.toLowerCase(), rank: RANK.source + id });
    }
  },
  property(_, place, add) {
    for (const [name, property] of Object.entries(PROPERTIES)) {
      add('property', name, {
        detail: property.note,
        text: place.inQuotes ? name : `${name} = `,
        rank: RANK.value + name,
      });
    }
  },
  propertyValue(names, place, add) {
    const name = place.property ?? '';
    const property = PROPERTIES[name.toUpperCase()];
    const values =
      name.toUpperCase() === 'KAFKA_TOPIC'
        ? [...names.topics.keys()]
        : (property?.values ?? SESSION_PROPERTIES[name] ?? []);
    for (const value of values) {
      const text = property?.bare === true || place.inQuotes ? value : `'${value}'`;
      add('value', value, { text, rank: RANK.value });
    }
  },
  sessionProperty(_, place, add) {
    for (const name of Object.keys(SESSION_PROPERTIES)) {
      add('sessionProperty', name, { text: place.inQuotes ? name : `'${name}' = `, rank: RANK.value + name });
    }
  },
  subject(names, place, add) {
    for (const name of names.subjects ?? []) {
      add('subject', name, { text: place.inQuotes ? name : `'${name}'`, rank: RANK.value + name });
    }
  },
  connector: nothing,
  variable: nothing,
  newName: nothing,
};

function pseudoColumns(source: NamedSource): NamedSource['columns'] {
  const columns = [
    { name: 'ROWTIME', type: 'BIGINT' },
    { name: 'ROWPARTITION', type: 'INTEGER' },
    { name: 'ROWOFFSET', type: 'BIGINT' },
  ];
  if (source.windowType === undefined) return columns;
  return [...columns, { name: 'WINDOWSTART', type: 'BIGINT' }, { name: 'WINDOWEND', type: 'BIGINT' }];
}

type StructFields = Extract<TypeName, { kind: 'structType' }>['fields'];

/** The fields of the struct at the context's path, by the types of the columns in scope. */
function fieldsAt(names: CatalogNames, context: CompletionContext): StructFields {
  const path = context.path ?? [];
  for (const { name, alias } of context.scope) {
    const rest = path[0] === alias || path[0] === name ? path.slice(1) : path;
    const column = names.sources.get(name)?.columns.find((c) => c.name === rest[0]);
    if (column === undefined) continue;
    let type: TypeName | undefined = parseType(column.type);
    for (const step of rest.slice(1)) {
      type = type?.kind === 'structType' ? type.fields.find((field) => field.name === step)?.type : undefined;
    }
    if (type?.kind === 'structType') return type.fields;
  }
  return [];
}

function describeType(type: TypeName): string {
  switch (type.kind) {
    case 'named':
      return type.name;
    case 'arrayType':
      return 'ARRAY';
    case 'mapType':
      return 'MAP';
    case 'structType':
      return 'STRUCT';
  }
}
