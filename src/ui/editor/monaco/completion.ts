/** The language service's suggestions as the editor shows them. */
import * as monaco from 'monaco-editor/editor/editor.api.js';
import type { Client } from '../../../client/client.ts';
import { completionContext } from '../../../core/sql/language/completion.ts';
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
  subject: Kind.Struct,
  query: Kind.Event,
  property: Kind.Property,
  sessionProperty: Kind.Property,
  value: Kind.Value,
  variable: Kind.Variable,
  keyword: Kind.Keyword,
};

export async function complete(
  client: Client,
  model: monaco.editor.ITextModel,
  position: monaco.Position,
): Promise<monaco.languages.CompletionList> {
  const offset = model.getOffsetAt(position);
  const text = model.getValue();
  // The subjects are not in the page's state: they are asked for where one is to be named.
  const namesSubject = completionContext(text, offset).wanted.has('subject');
  const subjects = namesSubject ? (await client.api.subjects()).map(({ subject }) => subject) : undefined;
  const { replace, suggestions } = suggest(text, offset, { ...client.store.getState(), subjects });
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
