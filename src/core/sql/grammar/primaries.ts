/** The grammar of what holds together most tightly: columns, calls, constructors, CASE, CAST, and `[i]`, `->field`. */
import type { IToken, TokenType } from 'chevrotain';
import type { Expression, Lambda, TimeUnit, TypeName } from '../ast.ts';
import * as T from '../tokens.ts';
import { K, isName, spanOf } from '../tokens.ts';
import { LiteralGrammar, orMissing, type Rule } from './literals.ts';

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

export abstract class PrimaryGrammar extends LiteralGrammar {
  abstract readonly expression: Rule<Expression>;
  abstract readonly value: Rule<Expression>;

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
                  base = {
                    kind: 'dereference',
                    base,
                    field: field.name,
                    fieldSpan: field.span,
                    span: this.spanFrom(start),
                  };
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
        ? { kind: 'column', source: undefined, name: this.fold(first), span }
        : { kind: 'column', source: this.fold(first), name: this.fold(second), span };
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
      return { kind: 'call', name: this.fold(name), nameSpan: spanOf(name), args, star, span: this.spanFrom(start) };
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
        { ALT: () => params.push(this.fold(this.CONSUME(T.AnyName))) },
        {
          ALT: () => {
            this.CONSUME(T.LeftParen);
            this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => params.push(this.fold(this.CONSUME2(T.AnyName))) });
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
