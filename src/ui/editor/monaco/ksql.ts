/** The language `ksql`: colours, completion, hovers. */
import * as monaco from 'monaco-editor/editor/editor.api.js';
import type { Client } from '../../../client/client.ts';
import { KEYWORDS, TYPE_NAMES } from './words.ts';

export const LANGUAGE_ID = 'ksql';

const CONFIGURATION: monaco.languages.LanguageConfiguration = {
  comments: { lineComment: '--', blockComment: ['/*', '*/'] },
  brackets: [
    ['(', ')'],
    ['[', ']'],
  ],
  autoClosingPairs: [
    { open: '(', close: ')' },
    { open: '[', close: ']' },
    { open: "'", close: "'", notIn: ['string', 'comment'] },
    { open: '`', close: '`', notIn: ['string', 'comment'] },
  ],
  wordPattern: /`[^`]*`|[A-Za-z_@][\w@]*|\d+/,
};

const GRAMMAR: monaco.languages.IMonarchLanguage = {
  ignoreCase: true,
  keywords: KEYWORDS,
  types: TYPE_NAMES,
  tokenizer: {
    root: [
      [/--.*$/, 'comment'],
      [/\/\*/, 'comment', '@comment'],
      [/'/, 'string', '@string'],
      [/`[^`]*`|"[^"]*"/, 'identifier.quoted'],
      [/\$\{[^}]*\}/, 'number'],
      [/\d+(\.\d+)?(e[+-]?\d+)?/, 'number'],
      [/[a-z_@][\w@]*(?=\s*\()/, { cases: { '@keywords': 'keyword', '@types': 'keyword', '@default': 'function' } }],
      [/[a-z_@][\w@]*/, { cases: { '@keywords': 'keyword', '@types': 'keyword', '@default': 'identifier' } }],
      [/[()[\],;.]/, 'delimiter'],
      [/->|=>|:=|<>|!=|<=|>=|[-+*/%=<>|]/, 'operator'],
    ],
    string: [
      [/[^']+/, 'string'],
      [/''/, 'string'],
      [/'/, 'string', '@pop'],
    ],
    comment: [
      [/\*\//, 'comment', '@pop'],
      [/[^*]+|\*/, 'comment'],
    ],
  },
};

export function registerLanguage(client: Client): monaco.IDisposable {
  if (!monaco.languages.getLanguages().some((language) => language.id === LANGUAGE_ID)) {
    monaco.languages.register({ id: LANGUAGE_ID, aliases: ['ksql'] });
  }
  const disposables = [
    monaco.languages.setLanguageConfiguration(LANGUAGE_ID, CONFIGURATION),
    monaco.languages.setMonarchTokensProvider(LANGUAGE_ID, GRAMMAR),
    monaco.languages.registerCompletionItemProvider(LANGUAGE_ID, {
      triggerCharacters: ['.', '>', '('],
      provideCompletionItems: (model, position) => complete(client, model, position),
    }),
    monaco.languages.registerHoverProvider(LANGUAGE_ID, {
      provideHover: (model, position) => hover(client, model, position),
    }),
  ];
  return { dispose: () => disposables.forEach((disposable) => disposable.dispose()) };
}

function complete(
  client: Client,
  model: monaco.editor.ITextModel,
  position: monaco.Position,
): monaco.languages.CompletionList {
  const word = model.getWordUntilPosition(position);
  const range = new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn);
  const { sources, functions } = client.store.getState();
  const { CompletionItemKind } = monaco.languages;
  const suggestions: monaco.languages.CompletionItem[] = [];
  const seen = new Set<string>();
  const add = (label: string, kind: monaco.languages.CompletionItemKind, rest: Partial<monaco.languages.CompletionItem>): void => {
    if (seen.has(`${kind} ${label}`)) return;
    seen.add(`${kind} ${label}`);
    suggestions.push({ label, kind, range, insertText: label, ...rest });
  };
  const text = model.getValue().toUpperCase();
  for (const source of sources.values()) {
    add(source.name, CompletionItemKind.Class, { detail: source.kind.toLowerCase(), sortText: `1${source.name}` });
    if (!text.includes(source.name)) continue;
    for (const column of source.columns) {
      add(column.name, CompletionItemKind.Field, { detail: `${column.type} of ${source.name}`, sortText: `0${column.name}` });
    }
  }
  for (const fn of functions) {
    add(fn.name, CompletionItemKind.Function, {
      detail: fn.signatures[0] ?? '',
      documentation: fn.description,
      insertText: `${fn.name}($0)`,
      insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet,
      sortText: `3${fn.name}`,
    });
  }
  for (const keyword of KEYWORDS) add(keyword, CompletionItemKind.Keyword, { sortText: `2${keyword}` });
  return { suggestions };
}

function hover(
  client: Client,
  model: monaco.editor.ITextModel,
  position: monaco.Position,
): monaco.languages.Hover | undefined {
  const word = model.getWordAtPosition(position);
  if (word === null) return undefined;
  const name = word.word.replaceAll('`', '').toUpperCase();
  const { sources, functions } = client.store.getState();
  const range = new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn);
  const source = sources.get(name);
  if (source !== undefined) {
    const columns = source.columns.map((c) => `${c.name} ${c.type}${c.role === 'key' ? ' KEY' : ''}`).join(',\n  ');
    return { range, contents: [{ value: `${'```'}ksql\n${source.kind} ${source.name} (\n  ${columns}\n)\n${'```'}` }] };
  }
  const fn = functions.find((f) => f.name === name);
  if (fn !== undefined) {
    return {
      range,
      contents: [{ value: `${'```'}ksql\n${fn.signatures.join('\n')}\n${'```'}` }, { value: fn.description }],
    };
  }
  for (const candidate of sources.values()) {
    const column = candidate.columns.find((c) => c.name === name);
    if (column !== undefined) {
      const role = column.role === 'value' ? '' : ` ${column.role.toUpperCase()}`;
      return { range, contents: [{ value: `${'```'}ksql\n${column.name} ${column.type}${role}\n${'```'}` }, { value: `of ${candidate.name}` }] };
    }
  }
  return undefined;
}
