/** The language service's suggestions as the editor shows them. */
import * as monaco from 'monaco-editor/editor/editor.api.js';
import type { Client } from '../../../client/client.ts';
import { suggest, type Suggestion, type SuggestionKind } from '../../../core/sql/language/suggestions.ts';

type Item = monaco.languages.CompletionItem;
const Kind = monaco.languages.CompletionItemKind;
const Snippet = monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet;

const KINDS: Readonly<Record<SuggestionKind, monaco.languages.CompletionItemKind>> = {
  source: Kind.Class,
  column: Kind.Field,
  function: Kind.Function,
  type: Kind.TypeParameter,
  topic: Kind.File,
  query: Kind.Event,
  property: Kind.Property,
  sessionProperty: Kind.Property,
  value: Kind.Value,
  keyword: Kind.Keyword,
};

export function complete(
  client: Client,
  model: monaco.editor.ITextModel,
  position: monaco.Position,
): monaco.languages.CompletionList {
  const offset = model.getOffsetAt(position);
  const { replace, suggestions } = suggest(model.getValue(), offset, client.store.getState());
  const range = monaco.Range.fromPositions(
    model.getPositionAt(replace.offset),
    model.getPositionAt(replace.offset + replace.length),
  );
  return { suggestions: suggestions.map((suggestion) => itemOf(suggestion, range)) };
}

function itemOf({ kind, name, text, description, detail, documentation, rank }: Suggestion, range: monaco.Range): Item {
  return {
    // Unlike a `detail`, which shows in the chosen row alone, a `description` stands in every row.
    label: description === undefined ? name : { label: name, description },
    kind: KINDS[kind],
    range,
    insertText: text,
    sortText: rank,
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation }),
    ...(kind === 'function' ? { insertText: `${text}$0)`, insertTextRules: Snippet } : {}),
    ...(kind === 'property' ? { command: { id: 'editor.action.triggerSuggest', title: 'Complete its value' } } : {}),
  };
}
