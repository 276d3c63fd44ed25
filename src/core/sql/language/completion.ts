/**
 * What may be written at the cursor.
 *
 * The grammar answers: given the tokens before the cursor, the parser lists every token type that may follow together
 * with the rules it would be in; the rule says what a name there would be the name of. Where the tokens before are
 * broken, the text from the nearest clause keyword on is put into a skeleton of a statement and asked again, so an
 * error at the beginning does not silence completion at the end.
 */
import { tokenLabel, type ISyntacticContentAssistPath, type IToken } from 'chevrotain';
import type { Span } from '../../common/position.ts';
import { sharedGrammar } from '../grammar/shared.ts';
import * as T from '../tokens.ts';
import { AnyName, K, KEYWORDS, lex, nameOf, tokenSpan, unquote } from '../tokens.ts';
import { scopeOf, statementAt, type ScopeSource } from './statement-at.ts';

/** What a name, or a text in quotes, would stand for. */
export type Wanted =
  | 'source'
  | 'column'
  | 'field'
  | 'function'
  | 'type'
  | 'customType'
  | 'topic'
  | 'subject'
  | 'query'
  | 'connector'
  | 'variable'
  | 'property'
  | 'propertyValue'
  | 'sessionProperty'
  | 'newName';

export interface CompletionContext {
  /** What is being typed already and will be replaced; empty at the cursor when nothing is. */
  readonly replace: Span;
  readonly prefix: string;
  /** Is the cursor inside quotes? Then `replace` covers what is between them. */
  readonly inQuotes: boolean;
  /** The keywords that the grammar allows here. */
  readonly keywords: readonly string[];
  readonly wanted: ReadonlySet<Wanted>;
  /** The sources whose columns are in scope; for INSERT and ALTER the target. */
  readonly scope: readonly ScopeSource[];
  /** `o` in `o.|`: columns of that source alone. */
  readonly qualifier: string | undefined;
  /** `['O', 'ADDRESS']` in `o.address->|`: fields of that column. */
  readonly path: readonly string[] | undefined;
  /** The property whose value is wanted: `VALUE_FORMAT`. */
  readonly property: string | undefined;
}

/** What a name means by the rule that reads it, and where one rule reads several, by which of them. */
const BY_RULE: Readonly<Record<string, Wanted | Readonly<Record<number, Wanted>>>> = {
  column: 'column',
  call: 'function',
  prefixType: 'type',
  property: 'property',
  source: 'source',
  postfix: 'field',
  insert: 'source',
  drop: { 0: 'source', 2: 'customType', 3: 'connector' },
  alter: { 0: 'source', 2: 'newName' },
  describe: { 0: 'function', 2: 'connector', 3: 'source' },
  explain: 'query',
  queryControl: 'query',
  identifierList: 'column',
  assertion: 'source',
  print: 'topic',
  assertTopic: 'topic',
  assertSchema: 'subject',
  setting: 'variable',
};

/** Names beside columns: a typed constant's type (the grammar cannot tell it from one), parameters, `source.*`. */
const SILENT = new Set(['typedText', 'lambda', 'selectItem']);
/** What is never written in single quotes. */
const NEVER_IN_TEXTS: readonly Wanted[] = ['source', 'column', 'function', 'type', 'query', 'newName'];

/** Rules between a name's token and the rule that gives it a meaning. */
const TRANSPARENT = new Set(['identifier', 'externalName', 'literal', 'text', 'quoted', 'positioned']);

function meaningOf(path: ISyntacticContentAssistPath): Wanted | undefined {
  let depth = path.ruleStack.length - 1;
  while (depth > 0 && TRANSPARENT.has(path.ruleStack[depth] ?? '')) depth--;
  const rule = path.ruleStack[depth] ?? '';
  if (path.nextTokenType === T.StringToken) {
    if (rule === 'property') return path.ruleStack.includes('literal') ? 'propertyValue' : 'property';
    if (rule === 'print' || rule === 'assertTopic') return 'topic';
    if (rule === 'assertSchema') return 'subject';
    return rule === 'setting' || rule === 'alter' ? 'sessionProperty' : undefined;
  }
  const meaning = BY_RULE[rule];
  if (meaning === undefined) return SILENT.has(rule) ? undefined : 'newName';
  if (typeof meaning === 'string') return meaning;
  return meaning[path.occurrenceStack[depth + 1] ?? 0];
}

export function completionContext(text: string, offset: number): CompletionContext {
  const { tokens, before, touched, inComment } = statementAt(text, offset);
  const inQuotes = touched !== undefined && /^['"`]/.test(touched.image);
  const paths = inComment ? [] : whatMayFollow(before);
  const wanted = new Set<Wanted>();
  const keywords = new Set<string>();
  for (const path of paths) {
    const label = tokenLabel(path.nextTokenType);
    if (path.nextTokenType === AnyName || path.nextTokenType === T.StringToken) {
      const meaning = meaningOf(path);
      if (meaning !== undefined) wanted.add(meaning);
    } else if (!inQuotes && KEYWORDS.includes(label) && path.nextTokenType !== K.RUN) {
      keywords.add(label);
    }
  }
  // After `x EMIT` the grammar would also take EMIT for an alias.
  if (before.at(-1)?.tokenType === K.EMIT) {
    keywords.clear();
    keywords.add('CHANGES').add('FINAL');
  }
  if (touched?.image.startsWith("'") === true) for (const name of NEVER_IN_TEXTS) wanted.delete(name);
  const property = propertyBefore(before);
  if (property === undefined) wanted.delete('propertyValue');
  else if (wanted.delete('sessionProperty')) wanted.add('propertyValue');
  const arrow = before.at(-1)?.tokenType === T.FieldArrow;
  const qualifier = qualifierBefore(before);
  if (qualifier !== undefined) {
    wanted.clear();
    wanted.add('column');
  }
  return {
    replace: replaced(text, offset, touched, inQuotes),
    prefix: touched === undefined ? '' : text.slice(touched.startOffset + (inQuotes ? 1 : 0), offset),
    inQuotes,
    keywords: qualifier !== undefined || arrow ? [] : [...keywords],
    wanted,
    scope: [...scopeOf(tokens), ...targetOf(tokens)],
    qualifier,
    path: arrow ? pathBefore(before.slice(0, -1)) : undefined,
    property,
  };
}

/** By clause keyword, what makes a statement of the text that begins with it. */
const SKELETONS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [K.SELECT, ''],
  [K.FROM, 'SELECT A'],
  [K.JOIN, 'SELECT A FROM B'],
  [K.ON, 'SELECT A FROM B JOIN C'],
  [K.WINDOW, 'SELECT A FROM B'],
  [K.WHERE, 'SELECT A FROM B'],
  [K.GROUP, 'SELECT A FROM B'],
  [K.PARTITION, 'SELECT A FROM B'],
  [K.HAVING, 'SELECT A FROM B'],
  [K.EMIT, 'SELECT A FROM B'],
  [K.WITH, 'CREATE STREAM A'],
  [K.INTO, 'INSERT'],
]);

function whatMayFollow(before: readonly IToken[]): readonly ISyntacticContentAssistPath[] {
  const grammar = sharedGrammar();
  const direct = grammar.computeContentAssist('statement', [...before]);
  if (direct.length > 0) return direct;
  for (let i = before.length - 1; i >= 0; i--) {
    const skeleton = SKELETONS.get(before[i]?.tokenType);
    if (skeleton === undefined) continue;
    const found = grammar.computeContentAssist('statement', [...lex(skeleton).tokens, ...before.slice(i)]);
    if (found.length > 0) return found;
  }
  return [];
}

function replaced(text: string, offset: number, touched: IToken | undefined, inQuotes: boolean): Span {
  if (touched === undefined) return spanAt(text, offset);
  const whole = tokenSpan(touched, touched);
  if (!inQuotes) return whole;
  const closed = touched.image.length > 1 && touched.image.endsWith(touched.image.charAt(0));
  const length = closed ? whole.length - 2 : offset - whole.offset - 1;
  return { offset: whole.offset + 1, length, line: whole.line, column: whole.column + 1 };
}

function spanAt(text: string, offset: number): Span {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { offset, length: 0, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** `name` of `name = |` inside WITH or SET. */
function propertyBefore(before: readonly IToken[]): string | undefined {
  const name = before.at(-2);
  if (before.at(-1)?.tokenType !== T.Equal || name === undefined) return undefined;
  const opener = before.at(-3)?.tokenType;
  if (opener !== T.Comma && opener !== T.LeftParen && opener !== K.SET && opener !== K.SYSTEM) return undefined;
  return name.tokenType === T.StringToken ? unquote(name.image) : nameOf(name);
}

function qualifierBefore(before: readonly IToken[]): string | undefined {
  const name = before.at(-2);
  return before.at(-1)?.tokenType === T.Dot && name !== undefined ? nameOf(name) : undefined;
}

/** The names of `a.b->c` at the end of the tokens. */
function pathBefore(before: readonly IToken[]): readonly string[] {
  const path: string[] = [];
  for (let i = before.length - 1; i >= 0; i -= 2) {
    const name = before[i];
    if (name === undefined) break;
    path.unshift(nameOf(name));
    const link = before[i - 1]?.tokenType;
    if (link !== T.FieldArrow && link !== T.Dot) break;
  }
  return path;
}

/** The source that INSERT or ALTER changes: the columns in its list are its own. */
function targetOf(tokens: readonly IToken[]): readonly ScopeSource[] {
  const [first, , third] = tokens;
  if (third === undefined || tokens.some((token) => token.tokenType === K.SELECT)) return [];
  const target = first?.tokenType === K.INSERT || first?.tokenType === K.ALTER ? nameOf(third) : undefined;
  return target === undefined ? [] : [{ name: target, alias: target }];
}
