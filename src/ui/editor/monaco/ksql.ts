/**
 * The language `ksql` in Monaco. Its grammar here only colours what a line shows by itself, at once; the parser's own
 * classes, which know a keyword that is read as a name, follow as semantic tokens.
 */
import * as monaco from 'monaco-editor/editor/editor.api.js';
import type { Client } from '../../../client/client.ts';
import { tokenize, type TokenClass } from '../../../core/sql/language/highlight.ts';
import { RESERVED_WORDS } from '../../../core/sql/tokens.ts';
import { useEditorState } from '../state.ts';
import { complete } from './completion.ts';
import { hover, signatureHelp } from './hover.ts';
import { TYPE_NAMES } from '../../../core/sql/language/words.ts';

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

/** Not reserved, and hardly ever a name. */
const OTHER_KEYWORDS = [
  'ALTER',
  'ASSERT',
  'CHANGES',
  'EMIT',
  'EXPLAIN',
  'FINAL',
  'PRIMARY',
  'REPLACE',
  'SET',
  'SHOW',
  'TABLES',
];

const GRAMMAR: monaco.languages.IMonarchLanguage = {
  ignoreCase: true,
  keywords: [...RESERVED_WORDS, ...OTHER_KEYWORDS],
  types: TYPE_NAMES,
  tokenizer: {
    root: [
      [/--.*$/, 'comment'],
      [/\/\*/, 'comment', '@comment'],
      [/'/, 'string', '@string'],
      [/`[^`]*`|"[^"]*"/, 'identifier.quoted'],
      [/\$\{[^}]*\}/, 'number'],
      [/\d+(\.\d+)?(e[+-]?\d+)?/, 'number'],
      [/[a-z_@][\w@]*/, { cases: { '@keywords': 'keyword', '@types': 'type', '@default': 'identifier' } }],
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

/** What the parser calls a token, in the words of the theme's rules. */
const THEME_TOKENS: Record<TokenClass, string> = {
  keyword: 'keyword',
  name: 'identifier',
  function: 'function',
  type: 'type',
  string: 'string',
  number: 'number',
  variable: 'number',
  operator: 'operator',
  punctuation: 'delimiter',
  comment: 'comment',
  directive: 'comment',
  broken: 'identifier',
};
const LEGEND: monaco.languages.SemanticTokensLegend = {
  tokenTypes: [...new Set(Object.values(THEME_TOKENS))],
  tokenModifiers: [],
};

/** Monaco's form: five numbers a token, its line and column relative to the token before. */
function semanticTokens(text: string): Uint32Array {
  const data: number[] = [];
  let line = 1;
  let column = 1;
  for (const token of tokenize(text)) {
    // A token over several lines, such as a block comment, is left to the grammar above.
    if (token.text.includes('\n')) continue;
    const { span } = token;
    const deltaColumn = span.line === line ? span.column - column : span.column - 1;
    data.push(span.line - line, deltaColumn, span.length, LEGEND.tokenTypes.indexOf(THEME_TOKENS[token.class]), 0);
    line = span.line;
    column = span.column;
  }
  return new Uint32Array(data);
}

/** The rewrite that an error offers, as a quick fix. */
function fixes(
  model: monaco.editor.ITextModel,
  range: monaco.Range,
  context: monaco.languages.CodeActionContext,
): monaco.languages.CodeActionList {
  const actions = useEditorState.getState().problems.flatMap((problem): monaco.languages.CodeAction[] => {
    const { rewrite, span } = problem;
    if (rewrite === undefined || span.line < range.startLineNumber || span.line > range.endLineNumber) return [];
    const at = monaco.Range.fromPositions(
      model.getPositionAt(rewrite.span.offset),
      model.getPositionAt(rewrite.span.offset + rewrite.span.length),
    );
    const edit = { resource: model.uri, versionId: model.getVersionId(), textEdit: { range: at, text: rewrite.text } };
    return [
      {
        title: rewrite.title,
        kind: 'quickfix',
        isPreferred: true,
        diagnostics: [...context.markers],
        edit: { edits: [edit] },
      },
    ];
  });
  return { actions, dispose: () => undefined };
}

export function registerLanguage(client: Client): monaco.IDisposable {
  const { languages } = monaco;
  if (!languages.getLanguages().some((language) => language.id === LANGUAGE_ID)) {
    languages.register({ id: LANGUAGE_ID, aliases: ['ksql'] });
  }
  const disposables = [
    languages.setLanguageConfiguration(LANGUAGE_ID, CONFIGURATION),
    languages.setMonarchTokensProvider(LANGUAGE_ID, GRAMMAR),
    languages.registerDocumentSemanticTokensProvider(LANGUAGE_ID, {
      getLegend: () => LEGEND,
      provideDocumentSemanticTokens: (model) => ({ data: semanticTokens(model.getValue()) }),
      releaseDocumentSemanticTokens: () => undefined,
    }),
    languages.registerCompletionItemProvider(LANGUAGE_ID, {
      triggerCharacters: ['.', '>', "'", '{'],
      provideCompletionItems: (model, position) => complete(client, model, position),
    }),
    languages.registerHoverProvider(LANGUAGE_ID, {
      provideHover: (model, position) => hover(client, model, position),
    }),
    languages.registerSignatureHelpProvider(LANGUAGE_ID, {
      signatureHelpTriggerCharacters: ['(', ','],
      provideSignatureHelp: (model, position) => signatureHelp(client, model, position),
    }),
    languages.registerCodeActionProvider(LANGUAGE_ID, {
      provideCodeActions: (model, range, context) => fixes(model, range, context),
    }),
  ];
  return { dispose: () => disposables.forEach((disposable) => disposable.dispose()) };
}
