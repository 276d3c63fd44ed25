/**
 * The grammar of names, literals and types, and what all rules share.
 *
 * The tree is built while parsing. Spans are taken from tokens, never from children, because a child may be a
 * stand-in: after a syntax error a rule answers with its fallback value and parsing goes on to find further errors.
 */
import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import { Decimal } from 'decimal.js';
import { WeirError } from '../../common/errors.ts';
import { NO_SPAN, type Span } from '../../common/position.ts';
import type { Expression, Identifier, TypeName } from '../ast.ts';
import * as T from '../tokens.ts';
import { K, nameOf, spanOf, tokenSpan, unquote } from '../tokens.ts';

export type Rule<R> = ParserMethod<[], R>;

const MISSING: Expression = { kind: 'null', span: NO_SPAN };
const MISSING_TYPE: TypeName = { kind: 'named', name: 'STRING', parameters: [], span: NO_SPAN };
const MISSING_NAME: Identifier = { name: '', span: NO_SPAN };

/** How a rule of an expression recovers. */
export const orMissing = { recoveryValueFunc: (): Expression => MISSING };

const MAX_INT = 2n ** 31n - 1n;
const MIN_INT = -(2n ** 31n);
const MAX_BIGINT = 2n ** 63n - 1n;
const MIN_BIGINT = -(2n ** 63n);

export abstract class LiteralGrammar extends EmbeddedActionsParser {
  /** What is wrong beyond the grammar: literals out of range, choices that exclude each other. */
  readonly problems: WeirError[] = [];

  /** Offsets of the tokens that were read as names other than of types: keywords among them are none there. */
  readonly nameOffsets = new Set<number>();

  /** The folded text of a name. */
  protected fold(name: IToken): string {
    this.nameOffsets.add(name.startOffset);
    return nameOf(name);
  }

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
      return { name: this.fold(name), span: spanOf(name) };
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
                  DEF: () => {
                    this.OR4([
                      { ALT: () => parameters.push(Number(this.CONSUME(T.Integer).image)) },
                      { ALT: () => this.CONSUME(K.STRING) }, // `VARCHAR(STRING)` says nothing more than VARCHAR
                    ]);
                  },
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
}
