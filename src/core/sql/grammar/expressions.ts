/**
 * The grammar of names, literals, types and expressions.
 *
 * Precedence, loosest first, one rule each: OR, AND, NOT, predicate (comparison, BETWEEN, IN, LIKE, IS; these do not
 * chain), `||`, `+ -`, `* / %`, sign, postfix (`[i]`, `->field`), primary.
 *
 * The tree is built while parsing. Spans are taken from tokens, never from children, because a child may be a
 * stand-in: after a syntax error a rule answers with its fallback value and parsing goes on to find further errors.
 */
import { EmbeddedActionsParser, type IToken, type ParserMethod, type TokenType } from 'chevrotain';
import { Decimal } from 'decimal.js';
import { WeirError } from '../../common/errors.ts';
import { NO_SPAN, type Span } from '../../common/position.ts';
import type {
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  Identifier,
  Lambda,
  TimeUnit,
  TypeName,
} from '../ast.ts';
import * as T from '../tokens.ts';
import { K, isName, nameOf, spanOf, tokenSpan, unquote } from '../tokens.ts';

export type Rule<R> = ParserMethod<[], R>;

const MISSING: Expression = { kind: 'null', span: NO_SPAN };
const MISSING_TYPE: TypeName = { kind: 'named', name: 'STRING', parameters: [], span: NO_SPAN };
export const MISSING_NAME: Identifier = { name: '', span: NO_SPAN };

const orMissing = { recoveryValueFunc: (): Expression => MISSING };

const UNIT_BY_TOKEN: ReadonlyMap<TokenType, TimeUnit> = new Map([
  [K.YEARS, 'YEAR'],
  [K.MONTHS, 'MONTH'],
  [K.DAYS, 'DAY'],
  [K.HOURS, 'HOUR'],
  [K.MINUTES, 'MINUTE'],
  [K.SECONDS, 'SECOND'],
  [K.MILLISECONDS, 'MILLISECOND'],
  [K.MILLISECOND, 'MILLISECOND'],
]);

const COMPARISON_BY_TOKEN: ReadonlyMap<TokenType, ComparisonOperator> = new Map([
  [T.Equal, '='],
  [T.NotEqual, '<>'],
  [T.Less, '<'],
  [T.LessOrEqual, '<='],
  [T.Greater, '>'],
  [T.GreaterOrEqual, '>='],
]);

const MAX_INT = 2n ** 31n - 1n;
const MIN_INT = -(2n ** 31n);
const MAX_BIGINT = 2n ** 63n - 1n;
const MIN_BIGINT = -(2n ** 63n);

export abstract class ExpressionGrammar extends EmbeddedActionsParser {
  /** What is wrong beyond the grammar: literals out of range, choices that exclude each other. */
  readonly problems: WeirError[] = [];

  protected spanFrom(start: IToken): Span {
    return this.RECORDING_PHASE ? NO_SPAN : tokenSpan(start, this.LA(0));
  }

  protected report(error: WeirError): void {
    this.problems.push(error);
  }

  // -------------------------------------------------------------------------------------------------- names

  readonly identifier: Rule<Identifier> = this.RULE(
    'identifier',
    (): Identifier => {
      const name = this.CONSUME(T.AnyName);
      return { name: nameOf(name), span: spanOf(name) };
    },
    { recoveryValueFunc: () => MISSING_NAME },
  );

  readonly identifierList: Rule<readonly Identifier[]> = this.RULE(
    'identifierList',
    (): readonly Identifier[] => {
      const names: Identifier[] = [];
      this.CONSUME(T.LeftParen);
      this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => names.push(this.SUBRULE(this.identifier)) });
      this.CONSUME(T.RightParen);
      return names;
    },
    { recoveryValueFunc: () => [] },
  );

  // -------------------------------------------------------------------------------------------------- literals

  /** A constant: what a property may be set to. */
  readonly literal: Rule<Expression> = this.RULE(
    'literal',
    (): Expression =>
      this.OR<Expression>([
        { ALT: () => ({ kind: 'null', span: spanOf(this.CONSUME(K.NULL)) }) },
        { ALT: () => ({ kind: 'boolean', value: true, span: spanOf(this.CONSUME(K.TRUE)) }) },
        { ALT: () => ({ kind: 'boolean', value: false, span: spanOf(this.CONSUME(K.FALSE)) }) },
        { ALT: () => this.SUBRULE(this.text) },
        { ALT: () => this.SUBRULE(this.number) },
      ]),
    orMissing,
  );

  readonly text: Rule<Expression> = this.RULE(
    'text',
    (): Expression => {
      const text = this.CONSUME(T.StringToken);
      return { kind: 'string', value: unquote(text.image), span: spanOf(text) };
    },
    orMissing,
  );

  /** A sign before a number belongs to the literal: `-9223372036854775808` is a BIGINT. */
  readonly number: Rule<Expression> = this.RULE(
    'number',
    (): Expression => {
      const start = this.LA(1);
      const negative = this.OPTION(() => this.CONSUME(T.Minus)) !== undefined;
      return this.OR<Expression>([
        { ALT: () => this.wholeNumber(this.CONSUME(T.Integer), start, negative) },
        { ALT: () => this.decimalNumber(this.CONSUME(T.DecimalNumber), start, negative) },
        { ALT: () => this.floatNumber(this.CONSUME(T.Float), start, negative) },
      ]);
    },
    orMissing,
  );

  private wholeNumber(token: IToken, start: IToken, negative: boolean): Expression {
    const span = this.spanFrom(start);
    // While chevrotain records the grammar, and where recovery inserts a token, there are no digits.
    if (!/^\d+$/.test(token.image)) return MISSING;
    const value = negative ? -BigInt(token.image) : BigInt(token.image);
    if (value >= MIN_INT && value <= MAX_INT) return { kind: 'integer', value: Number(value), span };
    if (value < MIN_BIGINT || value > MAX_BIGINT) {
      this.report(
        new WeirError('LITERAL_OUT_OF_RANGE', `The number ${value} does not fit BIGINT.`, {
          span,
          hint: `BIGINT reaches from ${MIN_BIGINT} to ${MAX_BIGINT}; write ${value}.0 for a DECIMAL or ${value}E0 for a DOUBLE.`,
          details: { literal: `${value}` },
        }),
      );
    }
    return { kind: 'bigint', value: BigInt.asIntN(64, value), span };
  }

  private decimalNumber(token: IToken, start: IToken, negative: boolean): Expression {
    if (!/\d/.test(token.image)) return MISSING;
    const text = negative ? `-${token.image}` : token.image;
    return { kind: 'decimal', value: new Decimal(text), text, span: this.spanFrom(start) };
  }

  private floatNumber(token: IToken, start: IToken, negative: boolean): Expression {
    const span = this.spanFrom(start);
    const text = negative ? `-${token.image}` : token.image;
    const value = Number(text);
    if (!Number.isFinite(value) && /^[-\d.]/.test(text)) {
      this.report(
        new WeirError('LITERAL_OUT_OF_RANGE', `The number ${text} does not fit DOUBLE.`, {
          span,
          hint: 'The largest DOUBLE is 1.7976931348623157E308.',
          details: { literal: text },
        }),
      );
    }
    return { kind: 'double', value, span };
  }

  // -------------------------------------------------------------------------------------------------- types

  readonly type: Rule<TypeName> = this.RULE(
    'type',
    (): TypeName => {
      const start = this.LA(1);
      let type = this.SUBRULE(this.prefixType);
      this.MANY(() => {
        this.CONSUME(K.ARRAY);
        type = { kind: 'arrayType', element: type, span: this.spanFrom(start) };
      });
      return type;
    },
    { recoveryValueFunc: () => MISSING_TYPE },
  );

  private readonly prefixType: Rule<TypeName> = this.RULE(
    'prefixType',
    (): TypeName => {
      const start = this.LA(1);
      return this.OR<TypeName>({
        DEF: [
          {
            GATE: () => this.LA(2).tokenType === T.Less,
            ALT: () => {
              this.CONSUME(K.ARRAY);
              this.CONSUME(T.Less);
              const element = this.SUBRULE(this.type);
              this.CONSUME(T.Greater);
              return { kind: 'arrayType', element, span: this.spanFrom(start) };
            },
          },
          {
            GATE: () => this.LA(2).tokenType === T.Less,
            ALT: () => {
              this.CONSUME(K.MAP);
              this.CONSUME2(T.Less);
              const key = this.SUBRULE2(this.type);
              this.CONSUME(T.Comma);
              const value = this.SUBRULE3(this.type);
              this.CONSUME2(T.Greater);
              return { kind: 'mapType', key, value, span: this.spanFrom(start) };
            },
          },
          {
            GATE: () => this.LA(2).tokenType === T.Less || this.LA(2).tokenType === T.NotEqual,
            ALT: () => {
              this.CONSUME(K.STRUCT);
              const fields: { name: string; type: TypeName }[] = [];
              this.OR2([
                { ALT: () => this.CONSUME(T.NotEqual) }, // `STRUCT<>`
                {
                  ALT: () => {
                    this.CONSUME3(T.Less);
                    this.MANY_SEP({
                      SEP: T.Comma,
                      DEF: () => {
                        const name = this.SUBRULE(this.identifier);
                        const type = this.SUBRULE4(this.type);
                        this.ACTION(() => fields.push({ name: name.name, type }));
                      },
                    });
                    this.CONSUME3(T.Greater);
                  },
                },
              ]);
              return { kind: 'structType', fields, span: this.spanFrom(start) };
            },
          },
          {
            ALT: () => {
              const name = this.OR3([
                { ALT: () => nameOf(this.CONSUME(K.DECIMAL)) },
                { ALT: () => nameOf(this.CONSUME(T.AnyName)) },
              ]);
              const parameters: number[] = [];
              this.OPTION(() => {
                this.CONSUME(T.LeftParen);
                this.AT_LEAST_ONE_SEP({
                  SEP: T.Comma,
                  DEF: () =>
                    this.OR4([
                      { ALT: () => parameters.push(Number(this.CONSUME(T.Integer).image)) },
                      { ALT: () => this.CONSUME(K.STRING) }, // `VARCHAR(STRING)` says nothing more than VARCHAR
                    ]),
                });
                this.CONSUME(T.RightParen);
              });
              return { kind: 'named', name, parameters, span: this.spanFrom(start) };
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
        MAX_LOOKAHEAD: 1,
      });
    },
    { recoveryValueFunc: () => MISSING_TYPE },
  );

  // -------------------------------------------------------------------------------------------------- boolean

  readonly expression: Rule<Expression> = this.RULE(
    'expression',
    (): Expression => {
      const start = this.LA(1);
      let left = this.SUBRULE(this.conjunction);
      this.MANY(() => {
        this.CONSUME(K.OR);
        const right = this.SUBRULE2(this.conjunction);
        left = { kind: 'logical', operator: 'OR', left, right, span: this.spanFrom(start) };
      });
      return left;
    },
    orMissing,
  );

  private readonly conjunction: Rule<Expression> = this.RULE(
    'conjunction',
    (): Expression => {
      const start = this.LA(1);
      let left = this.SUBRULE(this.negation);
      this.MANY(() => {
        this.CONSUME(K.AND);
        const right = this.SUBRULE2(this.negation);
        left = { kind: 'logical', operator: 'AND', left, right, span: this.spanFrom(start) };
      });
      return left;
    },
    orMissing,
  );

  private readonly negation: Rule<Expression> = this.RULE(
    'negation',
    (): Expression => {
      const start = this.LA(1);
      return this.OR<Expression>([
        {
          ALT: () => {
            this.CONSUME(K.NOT);
            const operand = this.SUBRULE(this.negation);
            return { kind: 'not', operand, span: this.spanFrom(start) };
          },
        },
        { ALT: () => this.SUBRULE(this.predicate) },
      ]);
    },
    orMissing,
  );

  private readonly predicate: Rule<Expression> = this.RULE(
    'predicate',
    (): Expression => {
      const start = this.LA(1);
      const operand = this.SUBRULE(this.value);
      let result = operand;
      this.OPTION(() => {
        result = this.OR<Expression>([
          {
            ALT: () => {
              const operator = this.SUBRULE(this.comparisonOperator);
              const right = this.SUBRULE2(this.value);
              return { kind: 'comparison', operator, left: operand, right, span: this.spanFrom(start) };
            },
          },
          {
            ALT: () => {
              const negated = this.OPTION2(() => this.CONSUME(K.NOT)) !== undefined;
              return this.OR2<Expression>([
                {
                  ALT: () => {
                    this.CONSUME(K.BETWEEN);
                    const low = this.SUBRULE3(this.value);
                    this.CONSUME(K.AND);
                    const high = this.SUBRULE4(this.value);
                    return { kind: 'between', operand, low, high, negated, span: this.spanFrom(start) };
                  },
                },
                {
                  ALT: () => {
                    this.CONSUME(K.IN);
                    const list: Expression[] = [];
                    this.CONSUME(T.LeftParen);
                    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.expression)) });
                    this.CONSUME(T.RightParen);
                    return { kind: 'in', operand, list, negated, span: this.spanFrom(start) };
                  },
                },
                {
                  ALT: () => {
                    this.CONSUME(K.LIKE);
                    const pattern = this.SUBRULE5(this.value);
                    let escape: string | undefined;
                    this.OPTION3({
                      GATE: () => this.LA(2).tokenType === T.StringToken,
                      DEF: () => {
                        this.CONSUME(K.ESCAPE);
                        escape = unquote(this.CONSUME(T.StringToken).image);
                      },
                    });
                    return { kind: 'like', operand, pattern, escape, negated, span: this.spanFrom(start) };
                  },
                },
              ]);
            },
          },
          {
            ALT: () => {
              this.CONSUME(K.IS);
              const negated = this.OPTION4(() => this.CONSUME2(K.NOT)) !== undefined;
              return this.OR3<Expression>([
                {
                  ALT: () => {
                    this.CONSUME(K.NULL);
                    return { kind: 'isNull', operand, negated, span: this.spanFrom(start) };
                  },
                },
                {
                  ALT: () => {
                    this.CONSUME(K.DISTINCT);
                    this.CONSUME(K.FROM);
                    const right = this.SUBRULE6(this.value);
                    const operator = negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
                    return { kind: 'comparison', operator, left: operand, right, span: this.spanFrom(start) };
                  },
                },
              ]);
            },
          },
        ]);
      });
      return result;
    },
    orMissing,
  );

  private readonly comparisonOperator: Rule<ComparisonOperator> = this.RULE(
    'comparisonOperator',
    (): ComparisonOperator => {
      const token = this.OR([
        { ALT: () => this.CONSUME(T.Equal) },
        { ALT: () => this.CONSUME(T.NotEqual) },
        { ALT: () => this.CONSUME(T.Less) },
        { ALT: () => this.CONSUME(T.LessOrEqual) },
        { ALT: () => this.CONSUME(T.Greater) },
        { ALT: () => this.CONSUME(T.GreaterOrEqual) },
      ]);
      return this.ACTION(() => COMPARISON_BY_TOKEN.get(token.tokenType) ?? '=');
    },
    { recoveryValueFunc: () => '=' as const },
  );

  // -------------------------------------------------------------------------------------------------- values

  /** An expression that is no bare condition: operands of predicates, GROUP BY, PARTITION BY, VALUES. */
  readonly value: Rule<Expression> = this.RULE(
    'value',
    (): Expression => {
      const start = this.LA(1);
      let left = this.SUBRULE(this.sum);
      this.MANY(() => {
        this.CONSUME(T.Concat);
        const right = this.SUBRULE2(this.sum);
        left = { kind: 'arithmetic', operator: '+', left, right, span: this.spanFrom(start) };
      });
      return left;
    },
    orMissing,
  );

  private readonly sum: Rule<Expression> = this.RULE(
    'sum',
    (): Expression => {
      const start = this.LA(1);
      let left = this.SUBRULE(this.product);
      this.MANY(() => {
        const operator = this.OR<ArithmeticOperator>([
          { ALT: () => (this.CONSUME(T.Plus), '+') },
          { ALT: () => (this.CONSUME(T.Minus), '-') },
        ]);
        const right = this.SUBRULE2(this.product);
        left = { kind: 'arithmetic', operator, left, right, span: this.spanFrom(start) };
      });
      return left;
    },
    orMissing,
  );

  private readonly product: Rule<Expression> = this.RULE(
    'product',
    (): Expression => {
      const start = this.LA(1);
      let left = this.SUBRULE(this.signed);
      this.MANY(() => {
        const operator = this.OR<ArithmeticOperator>([
          { ALT: () => (this.CONSUME(T.Asterisk), '*') },
          { ALT: () => (this.CONSUME(T.Slash), '/') },
          { ALT: () => (this.CONSUME(T.Percent), '%') },
        ]);
        const right = this.SUBRULE2(this.signed);
        left = { kind: 'arithmetic', operator, left, right, span: this.spanFrom(start) };
      });
      return left;
    },
    orMissing,
  );

  private readonly signed: Rule<Expression> = this.RULE(
    'signed',
    (): Expression => {
      const start = this.LA(1);
      return this.OR<Expression>({
        DEF: [
          {
            GATE: () => !this.isNumber(this.LA(2)),
            ALT: () => {
              this.CONSUME(T.Minus);
              const operand = this.SUBRULE(this.signed);
              return { kind: 'negate', operand, span: this.spanFrom(start) };
            },
          },
          {
            ALT: () => {
              this.CONSUME(T.Plus);
              return this.SUBRULE2(this.signed);
            },
          },
          { ALT: () => this.SUBRULE(this.postfix) },
        ],
        IGNORE_AMBIGUITIES: true,
        MAX_LOOKAHEAD: 1,
      });
    },
    orMissing,
  );

  private isNumber(token: IToken): boolean {
    const type = token.tokenType;
    return type === T.Integer || type === T.DecimalNumber || type === T.Float;
  }

  readonly postfix: Rule<Expression> = this.RULE(
    'postfix',
    (): Expression => {
      const start = this.LA(1);
      let base = this.SUBRULE(this.primary);
      this.MANY({
        GATE: () => this.LA(2).tokenType !== T.Asterisk, // `s->*` is a select item
        DEF: () =>
          this.OR([
            {
              ALT: () => {
                this.CONSUME(T.LeftBracket);
                const index = this.SUBRULE(this.value);
                this.CONSUME(T.RightBracket);
                base = { kind: 'subscript', base, index, span: this.spanFrom(start) };
              },
            },
            {
              ALT: () => {
                this.CONSUME(T.FieldArrow);
                const field = this.SUBRULE(this.identifier);
                this.ACTION(() => {
                  base = { kind: 'dereference', base, field: field.name, span: this.spanFrom(start) };
                });
              },
            },
          ]),
      });
      return base;
    },
    orMissing,
  );

  private readonly primary: Rule<Expression> = this.RULE(
    'primary',
    (): Expression => {
      const next = this.LA(2).tokenType;
      return this.OR<Expression>({
        DEF: [
          { ALT: () => this.SUBRULE(this.literal) },
          { ALT: () => this.SUBRULE(this.caseExpression) },
          { ALT: () => this.SUBRULE(this.cast) },
          { GATE: () => next === T.LeftBracket, ALT: () => this.SUBRULE(this.arrayConstructor) },
          { GATE: () => next === T.LeftParen, ALT: () => this.SUBRULE(this.mapConstructor) },
          { GATE: () => next === T.LeftParen, ALT: () => this.SUBRULE(this.structConstructor) },
          { GATE: () => next === T.StringToken, ALT: () => this.SUBRULE(this.typedText) },
          { GATE: () => next === T.LeftParen, ALT: () => this.SUBRULE(this.call) },
          { ALT: () => this.SUBRULE(this.column) },
          {
            ALT: () => {
              this.CONSUME(T.LeftParen);
              const inner = this.SUBRULE(this.expression);
              this.CONSUME(T.RightParen);
              return inner;
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
        MAX_LOOKAHEAD: 1,
      });
    },
    orMissing,
  );

  private readonly column: Rule<Expression> = this.RULE(
    'column',
    (): Expression => {
      const start = this.LA(1);
      const first = this.CONSUME(T.AnyName);
      let second: IToken | undefined;
      this.OPTION(() => {
        this.CONSUME(T.Dot);
        second = this.CONSUME2(T.AnyName);
      });
      const span = this.spanFrom(start);
      return second === undefined
        ? { kind: 'column', source: undefined, name: nameOf(first), span }
        : { kind: 'column', source: nameOf(first), name: nameOf(second), span };
    },
    orMissing,
  );

  /** `TIMESTAMP '2024-01-01T00:00:00'` is a cast of the text. */
  private readonly typedText: Rule<Expression> = this.RULE(
    'typedText',
    (): Expression => {
      const start = this.LA(1);
      const name = this.SUBRULE(this.identifier);
      const operand = this.SUBRULE(this.text);
      return this.ACTION((): Expression => {
        const type: TypeName = { kind: 'named', name: name.name, parameters: [], span: name.span };
        return { kind: 'cast', operand, type, span: this.spanFrom(start) };
      });
    },
    orMissing,
  );

  private readonly caseExpression: Rule<Expression> = this.RULE(
    'caseExpression',
    (): Expression => {
      const start = this.LA(1);
      const whens: { when: Expression; then: Expression }[] = [];
      this.CONSUME(K.CASE);
      const operand = this.OPTION(() => this.SUBRULE(this.value));
      this.AT_LEAST_ONE(() => {
        this.CONSUME(K.WHEN);
        const when = this.SUBRULE(this.expression);
        this.CONSUME(K.THEN);
        const then = this.SUBRULE2(this.expression);
        whens.push({ when, then });
      });
      const otherwise = this.OPTION2(() => {
        this.CONSUME(K.ELSE);
        return this.SUBRULE3(this.expression);
      });
      this.CONSUME(K.END);
      return { kind: 'case', operand, whens, otherwise, span: this.spanFrom(start) };
    },
    orMissing,
  );

  private readonly cast: Rule<Expression> = this.RULE(
    'cast',
    (): Expression => {
      const start = this.LA(1);
      this.CONSUME(K.CAST);
      this.CONSUME(T.LeftParen);
      const operand = this.SUBRULE(this.expression);
      this.CONSUME(K.AS);
      const type = this.SUBRULE(this.type);
      this.CONSUME(T.RightParen);
      return { kind: 'cast', operand, type, span: this.spanFrom(start) };
    },
    orMissing,
  );

  private readonly arrayConstructor: Rule<Expression> = this.RULE(
    'arrayConstructor',
    (): Expression => {
      const start = this.LA(1);
      const elements: Expression[] = [];
      this.CONSUME(K.ARRAY);
      this.CONSUME(T.LeftBracket);
      this.MANY_SEP({ SEP: T.Comma, DEF: () => elements.push(this.SUBRULE(this.expression)) });
      this.CONSUME(T.RightBracket);
      return { kind: 'array', elements, span: this.spanFrom(start) };
    },
    orMissing,
  );

  private readonly mapConstructor: Rule<Expression> = this.RULE(
    'mapConstructor',
    (): Expression => {
      const start = this.LA(1);
      const entries: { key: Expression; value: Expression }[] = [];
      this.CONSUME(K.MAP);
      this.CONSUME(T.LeftParen);
      this.MANY_SEP({
        SEP: T.Comma,
        DEF: () => {
          const key = this.SUBRULE(this.expression);
          this.CONSUME(T.Assign);
          const value = this.SUBRULE2(this.expression);
          entries.push({ key, value });
        },
      });
      this.CONSUME(T.RightParen);
      return { kind: 'map', entries, span: this.spanFrom(start) };
    },
    orMissing,
  );

  private readonly structConstructor: Rule<Expression> = this.RULE(
    'structConstructor',
    (): Expression => {
      const start = this.LA(1);
      const fields: { name: string; value: Expression }[] = [];
      this.CONSUME(K.STRUCT);
      this.CONSUME(T.LeftParen);
      this.MANY_SEP({
        SEP: T.Comma,
        DEF: () => {
          const name = this.SUBRULE(this.identifier);
          this.CONSUME(T.Assign);
          const value = this.SUBRULE(this.expression);
          this.ACTION(() => fields.push({ name: name.name, value }));
        },
      });
      this.CONSUME(T.RightParen);
      return { kind: 'struct', fields, span: this.spanFrom(start) };
    },
    orMissing,
  );

  private readonly call: Rule<Expression> = this.RULE(
    'call',
    (): Expression => {
      const start = this.LA(1);
      const args: Expression[] = [];
      let star = false;
      const name = this.CONSUME(T.AnyName);
      this.CONSUME(T.LeftParen);
      this.OR([
        {
          ALT: () => {
            this.CONSUME(T.Asterisk);
            star = true;
          },
        },
        { ALT: () => this.MANY_SEP({ SEP: T.Comma, DEF: () => args.push(this.SUBRULE(this.argument)) }) },
      ]);
      this.CONSUME(T.RightParen);
      return { kind: 'call', name: nameOf(name), nameSpan: spanOf(name), args, star, span: this.spanFrom(start) };
    },
    orMissing,
  );

  private readonly argument: Rule<Expression> = this.RULE(
    'argument',
    (): Expression => {
      const isLambda = this.startsLambda();
      return this.OR<Expression>({
        DEF: [
          { GATE: () => isLambda, ALT: () => this.SUBRULE(this.lambda) },
          { ALT: () => this.SUBRULE(this.intervalUnit) },
          { ALT: () => this.SUBRULE(this.expression) },
        ],
        IGNORE_AMBIGUITIES: true,
        MAX_LOOKAHEAD: 1,
      });
    },
    orMissing,
  );

  private readonly lambda: Rule<Expression> = this.RULE(
    'lambda',
    (): Expression => {
      const start = this.LA(1);
      const params: string[] = [];
      this.OR([
        { ALT: () => params.push(nameOf(this.CONSUME(T.AnyName))) },
        {
          ALT: () => {
            this.CONSUME(T.LeftParen);
            this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => params.push(nameOf(this.CONSUME2(T.AnyName))) });
            this.CONSUME(T.RightParen);
          },
        },
      ]);
      this.CONSUME(T.LambdaArrow);
      const body = this.SUBRULE(this.expression);
      const lambda: Lambda = { kind: 'lambda', params, body, span: this.spanFrom(start) };
      return lambda;
    },
    orMissing,
  );

  /** Is `x =>` or `(x, y) =>` next? */
  private startsLambda(): boolean {
    if (isName(this.LA(1))) return this.LA(2).tokenType === T.LambdaArrow;
    if (this.LA(1).tokenType !== T.LeftParen) return false;
    let at = 2;
    while (isName(this.LA(at)) && this.LA(at + 1).tokenType === T.Comma) at += 2;
    return (
      isName(this.LA(at)) && this.LA(at + 1).tokenType === T.RightParen && this.LA(at + 2).tokenType === T.LambdaArrow
    );
  }

  /** Only the reserved unit words: `DAY` alone may be a column. */
  private readonly intervalUnit: Rule<Expression> = this.RULE(
    'intervalUnit',
    (): Expression => {
      const token = this.OR([
        { ALT: () => this.CONSUME(K.YEARS) },
        { ALT: () => this.CONSUME(K.MONTHS) },
        { ALT: () => this.CONSUME(K.DAYS) },
        { ALT: () => this.CONSUME(K.HOURS) },
        { ALT: () => this.CONSUME(K.MINUTES) },
        { ALT: () => this.CONSUME(K.SECONDS) },
        { ALT: () => this.CONSUME(K.MILLISECONDS) },
        { ALT: () => this.CONSUME(K.MILLISECOND) },
      ]);
      return this.ACTION((): Expression => {
        const unit = UNIT_BY_TOKEN.get(token.tokenType) ?? 'DAY';
        return { kind: 'intervalUnit', unit, span: spanOf(token) };
      });
    },
    orMissing,
  );
}
