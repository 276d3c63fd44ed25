/**
 * The words of the dialect: token types, keywords, and the lexer.
 *
 * A word is lexed as an identifier first and becomes a keyword by look-up, so the lexer stays small and keywords are
 * without case. A keyword that is not reserved belongs to the category `AnyName` together with the identifiers: the
 * grammar takes any of them where a name may stand. Nothing stops the lexer: what it cannot read becomes a token of a
 * `Broken` type, which no rule of the grammar accepts, so the parser reports it in its place.
 */
import { createToken, Lexer, type IToken, type TokenType } from 'chevrotain';
import type { Span } from '../common/position.ts';

/** Words that cannot be a name unless quoted. */
// prettier-ignore
const RESERVED = [
  'ADVANCE', 'ALL', 'AND', 'AS', 'AT', 'BEGINNING', 'BETWEEN', 'BY', 'CASE', 'CAST', 'CATALOG', 'CONNECTOR',
  'CONNECTORS', 'CREATE', 'DAYS', 'DECIMAL', 'DEFINE', 'DELETE', 'DESCRIBE', 'DISTINCT', 'DROP', 'ELSE', 'END',
  'EXISTS', 'EXPORT', 'EXTENDED', 'FALSE', 'FROM', 'FULL', 'GRACE', 'GROUP', 'HAVING', 'HOPPING',
  'HOURS', 'IN', 'INNER', 'INSERT', 'INTO', 'IS', 'JOIN', 'LEFT', 'LIKE', 'LIMIT', 'LIST', 'LOAD', 'MATERIALIZED',
  'MILLISECOND', 'MILLISECONDS', 'MINUTES', 'MONTHS', 'NAMESPACE', 'NOT', 'NULL', 'ON', 'OR', 'OUTER',
  'PERIOD', 'PRINT', 'PROPERTIES', 'QUERIES', 'QUERY', 'RENAME', 'RETENTION', 'RIGHT', 'RUN', 'SAMPLE',
  'SCRIPT', 'SECONDS', 'SELECT', 'SIZE', 'STREAM', 'STREAMS', 'TABLE', 'TERMINATE', 'THEN', 'TO', 'TOPIC', 'TOPICS',
  'TRUE', 'TUMBLING', 'UNDEFINE', 'UNSET', 'VALUES', 'VIEW', 'WHEN', 'WHERE', 'WINDOW', 'WITH', 'WITHIN', 'YEARS',
] as const;

/** Words that mean something in their place and may be names elsewhere. */
// prettier-ignore
const NOT_RESERVED = [
  'ADD', 'ALTER', 'ANALYZE', 'ARRAY', 'ASSERT', 'CHANGES', 'COLUMN', 'COLUMNS', 'DATE', 'DAY', 'EMIT', 'ESCAPE',
  'EXPLAIN', 'FINAL', 'FUNCTION', 'FUNCTIONS', 'HEADER', 'HEADERS', 'HOUR', 'ID', 'IF', 'INTEGER', 'INTERVAL', 'KEY', 'MAP', 'MINUTE',
  'MONTH', 'PARTITION', 'PARTITIONS', 'PAUSE', 'PLUGINS', 'PRIMARY', 'REPLACE', 'RESET', 'RESUME', 'SCHEMA', 'SECOND', 'SESSION', 'SET',
  'SHOW', 'SINK', 'SOURCE', 'STRING', 'STRUCT', 'SUBJECT', 'SYSTEM', 'TABLES', 'TIME', 'TIMEOUT', 'TIMESTAMP', 'TYPE',
  'TYPES', 'VARIABLES', 'YEAR', 'ZONE',
] as const;

export type Keyword = (typeof RESERVED)[number] | (typeof NOT_RESERVED)[number];

export const RESERVED_WORDS: ReadonlySet<string> = new Set(RESERVED);

/** Labels of token types, as messages show them. */
export const NAME_LABEL = 'a name';
export const TEXT_LABEL = 'a text in single quotes';

/** Whatever may stand where a name is wanted. */
export const AnyName = createToken({ name: 'AnyName', pattern: Lexer.NA, label: NAME_LABEL });
/** What cannot be read: an unclosed quote or comment, a stray character. */
const Broken = createToken({ name: 'Broken', pattern: Lexer.NA });
const Comment = createToken({ name: 'Comment', pattern: Lexer.NA });

const WhiteSpace = createToken({
  name: 'WhiteSpace',
  pattern: /[ \t\r\n\f\uFEFF\u00A0]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
/** `--@name: value`, an instruction to the runner of a test script. */
export const Directive = createToken({
  name: 'Directive',
  pattern: /--@[^\r\n]*/,
  group: 'comments',
  categories: [Comment],
});
const LineComment = createToken({
  name: 'LineComment',
  pattern: /--[^\r\n]*/,
  group: 'comments',
  categories: [Comment],
});
export const BlockComment = createToken({
  name: 'BlockComment',
  pattern: /\/\*[\s\S]*?\*\//,
  group: 'comments',
  line_breaks: true,
  categories: [Comment],
});

const token = (name: string, pattern: RegExp, label: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern, label, categories, line_breaks: /\[\^/.test(pattern.source) });

export const StringToken = token('String', /'(?:[^']|'')*'/, TEXT_LABEL);
export const QuotedName = token('QuotedName', /"(?:[^"]|"")*"/, NAME_LABEL, AnyName);
export const BackquotedName = token('BackquotedName', /`(?:[^`]|``)*`/, NAME_LABEL, AnyName);
export const Variable = token('Variable', /\$\{[A-Za-z_][A-Za-z0-9_@]*\}/, 'a variable');
/** A word with letters beyond ASCII: a name only in quotes. */
export const ForeignWord = token(
  'ForeignWord',
  /[A-Za-z0-9_@]*(?:[^\x00-\x7F]+[A-Za-z0-9_@]*)+/,
  'an unquoted word',
  Broken,
);
export const Name = createToken({
  name: 'Name',
  pattern: /[A-Za-z_][A-Za-z0-9_@]*/,
  label: NAME_LABEL,
  categories: [AnyName],
  longer_alt: ForeignWord,
});
export const Float = token('Float', /(?:\d+(?:\.\d*)?|\.\d+)[Ee][+-]?\d+(?![A-Za-z0-9_@])/, 'a number');
export const DecimalNumber = token('DecimalNumber', /\d+\.\d*|\.\d+/, 'a number');
/** `1st_quarter`: a name may start with a digit when a letter follows somewhere. */
export const DigitName = token('DigitName', /\d+[A-Za-z_@][A-Za-z0-9_@]*/, NAME_LABEL, AnyName);
export const Integer = token('Integer', /\d+/, 'a whole number');

export const UnclosedString = token('UnclosedString', /'[^\r\n]*/, 'an unclosed text', Broken);
export const UnclosedName = token('UnclosedName', /["`][^\r\n]*/, 'an unclosed name', Broken);
export const UnclosedComment = token('UnclosedComment', /\/\*[^\r\n]*/, 'an unclosed comment', Broken);
export const Unreadable = token('Unreadable', /[\s\S]/, 'an unknown character', Broken);

const symbol = (name: string, text: string): TokenType => createToken({ name, pattern: text, label: text });
export const Semicolon = symbol('Semicolon', ';');
export const Comma = symbol('Comma', ',');
export const Dot = symbol('Dot', '.');
export const LeftParen = symbol('LeftParen', '(');
export const RightParen = symbol('RightParen', ')');
export const LeftBracket = symbol('LeftBracket', '[');
export const RightBracket = symbol('RightBracket', ']');
export const LambdaArrow = symbol('LambdaArrow', '=>');
export const FieldArrow = symbol('FieldArrow', '->');
export const Assign = symbol('Assign', ':=');
export const NotEqual = createToken({ name: 'NotEqual', pattern: /<>|!=/, label: '<>' });
export const LessOrEqual = symbol('LessOrEqual', '<=');
export const GreaterOrEqual = symbol('GreaterOrEqual', '>=');
export const Less = symbol('Less', '<');
export const Greater = symbol('Greater', '>');
export const Equal = symbol('Equal', '=');
export const Concat = symbol('Concat', '||');
export const Plus = symbol('Plus', '+');
export const Minus = symbol('Minus', '-');
export const Asterisk = symbol('Asterisk', '*');
export const Slash = symbol('Slash', '/');
export const Percent = symbol('Percent', '%');

function keywordTypes(): Record<Keyword, TokenType> {
  const entries = [
    ...RESERVED.map((word) => [word, createToken({ name: word, pattern: Lexer.NA, label: word })] as const),
    ...NOT_RESERVED.map(
      (word) => [word, createToken({ name: word, pattern: Lexer.NA, label: word, categories: [AnyName] })] as const,
    ),
  ];
  return Object.fromEntries(entries) as Record<Keyword, TokenType>;
}

/** The token type of each keyword. */
export const K: Readonly<Record<Keyword, TokenType>> = keywordTypes();
const KEYWORD_BY_TEXT: ReadonlyMap<string, TokenType> = new Map(Object.entries(K));
export const KEYWORDS: readonly string[] = Object.keys(K);

/** Patterns in the order in which they are tried. */
// prettier-ignore
const LEXED: TokenType[] = [
  WhiteSpace, Directive, LineComment, BlockComment,
  Name, StringToken, QuotedName, BackquotedName, Variable, Float, DecimalNumber, DigitName, Integer,
  Semicolon, Comma, LeftParen, RightParen, LeftBracket, RightBracket,
  LambdaArrow, FieldArrow, Assign, NotEqual, LessOrEqual, GreaterOrEqual, Less, Greater, Equal, Concat,
  Plus, Minus, Asterisk, UnclosedComment, Slash, Percent, Dot,
  UnclosedString, UnclosedName, ForeignWord, Unreadable,
];

export const VOCABULARY: TokenType[] = [AnyName, Broken, Comment, ...LEXED, ...Object.values(K)];

let lexer: Lexer | undefined;

export interface Lexed {
  readonly tokens: readonly IToken[];
  /** Comments and directives in text order; tokens hold neither. */
  readonly comments: readonly IToken[];
}

/** Cuts a text into tokens. Never fails: see `Broken`. */
export function lex(text: string): Lexed {
  lexer ??= new Lexer([AnyName, Broken, Comment, ...LEXED], { skipValidations: true, ensureOptimizations: false });
  const result = lexer.tokenize(text);
  let previous: TokenType | undefined;
  for (const each of result.tokens) {
    // A variable may have any word for a name.
    const namesVariable = previous === K.DEFINE || previous === K.UNDEFINE;
    const keyword =
      each.tokenType === Name && !namesVariable ? KEYWORD_BY_TEXT.get(each.image.toUpperCase()) : undefined;
    if (keyword !== undefined) retype(each, keyword);
    previous = each.tokenType;
  }
  return { tokens: result.tokens, comments: result.groups['comments'] ?? [] };
}

/** Changes a token's type in place. */
export function retype(each: IToken, type: TokenType): void {
  each.tokenType = type;
  if (type.tokenTypeIdx !== undefined) each.tokenTypeIdx = type.tokenTypeIdx;
}

export function isName(each: IToken): boolean {
  return each.tokenType === AnyName || (each.tokenType.CATEGORIES?.includes(AnyName) ?? false);
}

export function isBroken(each: IToken): boolean {
  return each.tokenType.CATEGORIES?.includes(Broken) ?? false;
}

/** The folded text of a name: upper case, or as written when it is quoted. */
export function nameOf(each: IToken): string {
  return isQuoted(each) ? unquote(each.image) : each.image.toUpperCase();
}

export function isQuoted(each: IToken): boolean {
  return each.tokenType === QuotedName || each.tokenType === BackquotedName;
}

/** The text between the quotes, doubled quotes made single. */
export function unquote(image: string): string {
  const quote = image.charAt(0);
  return image.slice(1, -1).replaceAll(quote + quote, quote);
}

export function spanOf(each: IToken): Span {
  return tokenSpan(each, each);
}

/** The span from the start of `first` to the end of `last`. */
export function tokenSpan(first: IToken, last: IToken): Span {
  const end = last.endOffset ?? last.startOffset;
  return {
    offset: first.startOffset,
    length: Math.max(0, end + 1 - first.startOffset),
    line: first.startLine ?? 1,
    column: first.startColumn ?? 1,
  };
}
