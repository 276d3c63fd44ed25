/**
 * From text to syntax trees.
 *
 * A script is lexed once and cut at its semicolons, so an error in one statement cannot hide the others; each piece is
 * then parsed by one parser with recovery, so several errors within a statement are found as well. A tree is handed
 * out only for a statement without errors. `DEFINE` and `UNDEFINE` take effect on the statements after them.
 */
import { tokenLabel, type IRecognitionException, type IToken } from 'chevrotain';
import { WeirError } from '../common/errors.ts';
import { NO_SPAN, type Span } from '../common/position.ts';
import type { ColumnDefinition, Expression, Statement, TypeName } from './ast.ts';
import { sharedGrammar } from './grammar/shared.ts';
import type { StatementGrammar } from './grammar/statements.ts';
import { syntaxError } from './syntax-errors.ts';
import { RightBracket, RightParen, Semicolon, lex, spanOf, tokenSpan } from './tokens.ts';
import { NO_VARIABLES, substitute, type Variables } from './variables.ts';

export interface ParsedStatement {
  readonly statement: Statement;
  /** From the first token to the semicolon, comments before it left out. */
  readonly span: Span;
  readonly text: string;
}

export interface ParsedScript {
  readonly statements: readonly ParsedStatement[];
  /** In text order. */
  readonly errors: readonly WeirError[];
}

export interface StatementText {
  readonly text: string;
  readonly span: Span;
}

export interface ParseOptions {
  /** What `${name}` stands for at the start of the text. */
  readonly variables?: Variables | undefined;
  /** Takes `RUN SCRIPT` and `ASSERT VALUES|NULL VALUES|STREAM|TABLE` too, the statements of test scripts. */
  readonly testStatements?: boolean | undefined;
}

/** Parses a text of any number of statements; the last semicolon may be missing. */
export function parseScript(text: string, options: ParseOptions = {}): ParsedScript {
  const variables = new Map(options.variables ?? NO_VARIABLES);
  const statements: ParsedStatement[] = [];
  const errors: WeirError[] = [];
  for (const piece of pieces(lex(text).tokens)) {
    const parsed = parseTokens(piece.tokens, { ...options, variables }, 'statement', (parser) => parser.statement());
    errors.push(...parsed.errors.map((error) => withStatement(error, textAt(text, piece.span))));
    if (parsed.tree === undefined) continue;
    statements.push({ statement: parsed.tree, span: piece.span, text: textAt(text, piece.span) });
    if (parsed.tree.kind === 'define') variables.set(parsed.tree.name, parsed.tree.value);
    if (parsed.tree.kind === 'undefine') variables.delete(parsed.tree.name);
  }
  return { statements, errors };
}

/**
 * Parses exactly one statement, with or without its semicolon.
 * @throws WeirError the first error in the text: SYNTAX, LITERAL_OUT_OF_RANGE, UNDEFINED_VARIABLE
 */
export function parseStatement(text: string, options: ParseOptions = {}): Statement {
  const { statements, errors } = parseScript(text, options);
  const error = errors[0];
  if (error !== undefined) throw error;
  const [first, second] = statements;
  if (first === undefined) throw new WeirError('SYNTAX', 'There is no statement in this text.', { span: NO_SPAN });
  if (second !== undefined) {
    throw new WeirError('SYNTAX', 'One statement was expected, and here a second begins.', { span: second.span });
  }
  return first.statement;
}

/** @throws WeirError SYNTAX, LITERAL_OUT_OF_RANGE, UNDEFINED_VARIABLE */
export function parseExpression(text: string, options: ParseOptions = {}): Expression {
  return parseWhole(text, options, 'expression', (parser) => parser.expression());
}

/** @throws WeirError SYNTAX */
export function parseType(text: string): TypeName {
  return parseWhole(text, {}, 'type', (parser) => parser.type());
}

/** Column definitions as in CREATE STREAM, without their parentheses. @throws WeirError SYNTAX */
export function parseColumns(text: string): readonly ColumnDefinition[] {
  return parseWhole(text, {}, 'schema', (parser) => parser.schema());
}

/** The same error, with the text of its statement among the particulars. */
function withStatement(error: WeirError, statement: string): WeirError {
  const { code, message, span, hint, rewrite, details, cause } = error;
  return new WeirError(code, message, { span, hint, rewrite, details: { ...details, statement }, cause });
}

function textAt(text: string, span: Span): string {
  return text.slice(span.offset, span.offset + span.length);
}

/** Behind so many errors the parser knows too little to tell another from their consequences. */
const MAX_ERRORS_PER_STATEMENT = 5;

type RuleName = 'statement' | 'expression' | 'type' | 'schema';

interface Piece {
  /** Without the semicolon. */
  readonly tokens: readonly IToken[];
  readonly span: Span;
}

function pieces(tokens: readonly IToken[]): readonly Piece[] {
  const result: Piece[] = [];
  let start = 0;
  for (let i = 0; i <= tokens.length; i++) {
    const end = tokens[i];
    if (end !== undefined && end.tokenType !== Semicolon) continue;
    const first = tokens[start];
    const last = end ?? tokens[i - 1];
    if (i > start && first !== undefined && last !== undefined) {
      result.push({ tokens: tokens.slice(start, i), span: tokenSpan(first, last) });
    }
    start = i + 1;
  }
  return result;
}

function parseWhole<R>(text: string, options: ParseOptions, rule: RuleName, run: (parser: StatementGrammar) => R): R {
  const { tree, errors } = parseTokens(lex(text).tokens, options, rule, run);
  const error = errors[0];
  if (error !== undefined) throw error;
  if (tree === undefined) throw new WeirError('SYNTAX', 'The text is empty.', { span: NO_SPAN });
  return tree;
}

function parseTokens<R>(
  tokens: readonly IToken[],
  options: ParseOptions,
  rule: RuleName,
  run: (parser: StatementGrammar) => R,
): { readonly tree: R | undefined; readonly errors: readonly WeirError[] } {
  const errors: WeirError[] = [];
  const parser = sharedGrammar();
  const input = [...substitute(tokens, options.variables ?? NO_VARIABLES, errors)];
  parser.input = input;
  parser.allowsTestStatements = options.testStatements ?? false;
  parser.problems.length = 0;
  parser.nameOffsets.clear();
  let tree: R | undefined;
  try {
    tree = run(parser);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The parser descends with the text's nesting, so a text nested some hundred times exhausts the stack.
    errors.push(
      new WeirError('SYNTAX', 'The expressions are nested too deeply.', {
        span: spanOfAll(tokens),
        hint: 'Take away parentheses that change nothing, or compute parts of it in a stream of their own.',
      }),
    );
    return { tree: undefined, errors };
  }
  const end = endOf(tokens);
  for (const exception of parser.errors) {
    if (errors.length >= MAX_ERRORS_PER_STATEMENT) break;
    const at = input.indexOf(exception.token);
    const before = at < 0 ? input : input.slice(0, at);
    const expected = expectedAfter(parser, rule, before);
    if (errors.length > 0 && isConsequence(exception, expected)) continue;
    errors.push(syntaxError({ exception, expected, end, isFirst: before.length === 0, previous: before.at(-1) }));
  }
  errors.push(...parser.problems);
  errors.sort((a, b) => (a.span?.offset ?? 0) - (b.span?.offset ?? 0));
  return { tree: errors.length === 0 ? tree : undefined, errors };
}

function spanOfAll(tokens: readonly IToken[]): Span {
  const first = tokens[0];
  const last = tokens.at(-1);
  return first === undefined || last === undefined ? NO_SPAN : tokenSpan(first, last);
}

/** What is left over behind another error, and parentheses that close what was broken, are no news. */
function isConsequence({ name, token }: IRecognitionException, expected: readonly string[]): boolean {
  const closes = token.tokenType === RightParen || token.tokenType === RightBracket;
  return name === 'NotAllInputParsedException' || (closes && expected.length === 0);
}

/** The labels of what may follow the tokens. */
function expectedAfter(parser: StatementGrammar, rule: RuleName, before: readonly IToken[]): readonly string[] {
  const labels = parser.computeContentAssist(rule, [...before]).map(({ nextTokenType }) => tokenLabel(nextTokenType));
  return [...new Set(labels)];
}

/** Just after the last token: where something is missing. */
function endOf(tokens: readonly IToken[]): Span {
  const last = tokens.at(-1);
  if (last === undefined) return NO_SPAN;
  const span = spanOf(last);
  const length = last.image.length;
  return {
    offset: span.offset + length - 1,
    length: 1,
    line: last.endLine ?? span.line,
    column: last.endColumn ?? span.column,
  };
}
