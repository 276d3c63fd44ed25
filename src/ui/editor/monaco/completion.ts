/** What may come next, from the grammar's position, the catalog and the functions. */
import * as monaco from 'monaco-editor/editor/editor.api.js';
import type { Client } from '../../../client/client.ts';
import type { ClientState } from '../../../client/state.ts';
import type { TypeName } from '../../../core/sql/ast.ts';
import { argumentFit, type Fit } from '../../../core/sql/language/argument-fit.ts';
import { completionContext, type CompletionContext, type Wanted } from '../../../core/sql/language/completion.ts';
import { callAt } from '../../../core/sql/language/signature.ts';
import { writeName } from '../../../core/sql/format-expression.ts';
import { parseType } from '../../../core/sql/parse.ts';
import type { SourceInfo } from '../../../protocol/api.ts';
import { argumentType, typeOfText } from './argument-type.ts';
import { PROPERTIES, SESSION_PROPERTIES, TYPE_NAMES } from './words.ts';

type Item = monaco.languages.CompletionItem;
const Kind = monaco.languages.CompletionItemKind;
const Snippet = monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet;

/** Lower stands higher in the list. */
const RANK = { column: '0', source: '1', value: '1', keyword: '2', fn: '3', other: '4' } as const;

export function complete(
  client: Client,
  model: monaco.editor.ITextModel,
  position: monaco.Position,
): monaco.languages.CompletionList {
  const context = completionContext(model.getValue(), model.getOffsetAt(position));
  const { replace } = context;
  const range = monaco.Range.fromPositions(
    model.getPositionAt(replace.offset),
    model.getPositionAt(replace.offset + replace.length),
  );
  const items = new Map<string, Item>();
  const add: Add = (name, kind, { description, ...rest }) => {
    const key = `${kind} ${name} ${typeof rest.insertText === 'string' ? rest.insertText : ''}`;
    const label = description === undefined ? name : { label: name, description };
    if (!items.has(key)) items.set(key, { label, kind, range, insertText: name, ...rest });
  };
  const state = client.store.getState();
  const place: Place = { ...context, fitOf: fitAt(state, context, model.getValue(), model.getOffsetAt(position)) };
  for (const wanted of context.wanted) COMPLETERS[wanted](state, place, add);
  for (const keyword of context.keywords) {
    add(keyword, Kind.Keyword, { insertText: `${keyword} `, sortText: RANK.keyword + keyword });
  }
  return { suggestions: [...items.values()] };
}

/** Unlike a `detail`, which shows in the chosen row alone, a `description` stands in every row. */
type Add = (
  name: string,
  kind: monaco.languages.CompletionItemKind,
  rest: Partial<Item> & { readonly description?: string },
) => void;
type Completer = (state: ClientState, context: Place, add: Add) => void;

/** Where completion happens, and how well a column of a type would do there. */
interface Place extends CompletionContext {
  readonly fitOf: (type: string) => Fit;
}

/** Columns of the parameter's type stand first, then those that are converted to it, then the rest. */
const FIT_RANK: Record<Fit, string> = { exact: '0', converted: '1', none: '2' };

function fitAt(state: ClientState, context: CompletionContext, text: string, offset: number): Place['fitOf'] {
  const call = callAt(text, offset);
  const fn = state.functions.find((f) => f.name === call?.name);
  if (call === undefined || fn === undefined) return () => 'exact';
  const earlier = call.earlier.map((argument) => argumentType(state, context.scope, argument));
  return (typeText) => {
    const type = typeOfText(typeText);
    return type === undefined ? 'none' : argumentFit(fn.signatures, earlier, type);
  };
}

const nothing: Completer = () => undefined;

const COMPLETERS: Record<Wanted, Completer> = {
  source(state, _, add) {
    for (const source of state.sources.values()) {
      add(source.name, Kind.Class, {
        description: source.kind.toLowerCase(),
        insertText: writeName(source.name),
        sortText: RANK.source + source.name,
      });
    }
  },
  column(state, context, add) {
    const scope = context.scope.filter(
      ({ alias, name }) => context.qualifier === undefined || context.qualifier === alias || context.qualifier === name,
    );
    const known = scope.flatMap(({ name, alias }) => {
      const source = state.sources.get(name);
      return source === undefined ? [] : [{ source, alias }];
    });
    const several = known.length > 1 && context.qualifier === undefined;
    for (const { source, alias } of known) {
      for (const column of [...source.columns, ...pseudoColumns(source)]) {
        const name = writeName(column.name);
        add(column.name, Kind.Field, {
          description: `${column.type}, of ${source.name}`,
          insertText: several ? `${writeName(alias)}.${name}` : name,
          sortText: RANK.column + FIT_RANK[context.fitOf(column.type)] + column.name,
        });
      }
    }
    if (context.scope.length > 0) return;
    // The FROM is not written yet: any source may be meant.
    for (const source of state.sources.values()) {
      for (const column of source.columns) {
        add(column.name, Kind.Field, {
          description: `${column.type}, of ${source.name}`,
          insertText: writeName(column.name),
          sortText: RANK.other + column.name,
        });
      }
    }
  },
  field(state, context, add) {
    for (const field of fieldsAt(state, context)) {
      add(field.name, Kind.Field, {
        description: describeType(field.type),
        insertText: writeName(field.name),
        sortText: RANK.column,
      });
    }
  },
  function(state, _, add) {
    for (const fn of state.functions) {
      add(fn.name, Kind.Function, {
        detail: fn.signatures[0] ?? '',
        documentation: fn.description,
        insertText: `${fn.name}($0)`,
        insertTextRules: Snippet,
        sortText: RANK.fn + fn.name,
      });
    }
  },
  type(state, _, add) {
    for (const name of TYPE_NAMES) add(name, Kind.TypeParameter, { sortText: RANK.value + name });
    for (const type of state.types) {
      add(type.name, Kind.TypeParameter, {
        description: type.type,
        insertText: writeName(type.name),
        sortText: RANK.value + type.name,
      });
    }
  },
  customType(state, _, add) {
    for (const type of state.types)
      add(type.name, Kind.TypeParameter, { detail: type.type, insertText: writeName(type.name) });
  },
  topic(state, context, add) {
    for (const topic of state.topics.values()) {
      add(topic.name, Kind.File, {
        insertText: context.inQuotes ? topic.name : `'${topic.name}'`,
        sortText: (topic.role === 'user' ? RANK.source : RANK.other) + topic.name,
      });
    }
  },
  query(state, _, add) {
    for (const query of state.queries.values()) {
      add(query.id, Kind.Event, { detail: query.state.toLowerCase(), sortText: RANK.source + query.id });
    }
  },
  property(_, context, add) {
    for (const [name, property] of Object.entries(PROPERTIES)) {
      add(name, Kind.Property, {
        detail: property.note,
        insertText: context.inQuotes ? name : `${name} = `,
        sortText: RANK.value + name,
        command: { id: 'editor.action.triggerSuggest', title: 'Complete its value' },
      });
    }
  },
  propertyValue(state, context, add) {
    const name = context.property ?? '';
    const property = PROPERTIES[name.toUpperCase()];
    const values =
      name.toUpperCase() === 'KAFKA_TOPIC'
        ? [...state.topics.keys()]
        : (property?.values ?? SESSION_PROPERTIES[name] ?? []);
    for (const value of values) {
      const text = property?.bare === true || context.inQuotes ? value : `'${value}'`;
      add(value, Kind.Value, { insertText: text, sortText: RANK.value });
    }
  },
  sessionProperty(_, context, add) {
    for (const name of Object.keys(SESSION_PROPERTIES)) {
      add(name, Kind.Property, { insertText: context.inQuotes ? name : `'${name}' = `, sortText: RANK.value + name });
    }
  },
  subject: nothing,
  connector: nothing,
  variable: nothing,
  newName: nothing,
};

function pseudoColumns(source: SourceInfo): readonly { readonly name: string; readonly type: string }[] {
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
function fieldsAt(state: ClientState, context: CompletionContext): StructFields {
  const path = context.path ?? [];
  for (const { name, alias } of context.scope) {
    const rest = path[0] === alias || path[0] === name ? path.slice(1) : path;
    const column = state.sources.get(name)?.columns.find((c) => c.name === rest[0]);
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
