/**
 * The grammar of expressions by precedence, loosest first, one rule each: OR, AND, NOT, predicate (comparison, BETWEEN,
 * IN, LIKE, IS; these do not chain), `||`, `+ -`, `* / %`, sign.
 */
import type { IToken, TokenType } from 'chevrotain';
import type { ArithmeticOperator, ComparisonOperator, Expression } from '../ast.ts';
import * as T from '../tokens.ts';
import { K, unquote } from '../tokens.ts';
import { orMissing, type Rule } from './literals.ts';
import { PrimaryGrammar } from './primaries.ts';

const COMPARISON_BY_TOKEN: ReadonlyMap<TokenType, ComparisonOperator> = new Map([
  [T.Equal, '='],
  [T.NotEqual, '<>'],
  [T.Less, '<'],
  [T.LessOrEqual, '<='],
  [T.Greater, '>'],
  [T.GreaterOrEqual, '>='],
]);

export abstract class ExpressionGrammar extends PrimaryGrammar {
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
}
