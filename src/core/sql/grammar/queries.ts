/** The grammar of SELECT: select list, relations, windows, grouping, limits. */
import { tokenMatcher, type IToken, type TokenType } from 'chevrotain';
import { WeirError } from '../../common/errors.ts';
import { NO_SPAN } from '../../common/position.ts';
import type {
  Duration,
  Expression,
  Identifier,
  JoinType,
  Query,
  Relation,
  SelectItem,
  SourceRelation,
  TimeUnit,
  WindowClause,
  WithinClause,
} from '../ast.ts';
import * as T from '../tokens.ts';
import { K, isName, spanOf } from '../tokens.ts';
import { ExpressionGrammar } from './expressions.ts';
import type { Rule } from './literals.ts';

const UNITS: readonly (readonly [TokenType, TimeUnit])[] = [
  [K.DAY, 'DAY'],
  [K.DAYS, 'DAY'],
  [K.HOUR, 'HOUR'],
  [K.HOURS, 'HOUR'],
  [K.MINUTE, 'MINUTE'],
  [K.MINUTES, 'MINUTE'],
  [K.SECOND, 'SECOND'],
  [K.SECONDS, 'SECOND'],
  [K.MILLISECOND, 'MILLISECOND'],
  [K.MILLISECONDS, 'MILLISECOND'],
];

export const MISSING_DURATION: Duration = { value: 0, unit: 'SECOND', span: NO_SPAN };
const MISSING_SOURCE: SourceRelation = { kind: 'source', name: '', nameSpan: NO_SPAN, alias: '', span: NO_SPAN };
const MISSING_ITEM: SelectItem = { kind: 'all', source: undefined, span: NO_SPAN };
const MISSING_WINDOW: WindowClause = {
  kind: 'session',
  gap: MISSING_DURATION,
  retention: undefined,
  grace: undefined,
  span: NO_SPAN,
};
export const MISSING_QUERY: Query = {
  kind: 'query',
  select: [],
  from: MISSING_SOURCE,
  window: undefined,
  where: undefined,
  groupBy: [],
  partitionBy: [],
  having: undefined,
  emit: undefined,
  emitSpan: undefined,
  limit: undefined,
  limitSpan: undefined,
  span: NO_SPAN,
};

export abstract class QueryGrammar extends ExpressionGrammar {
  readonly query: Rule<Query> = this.RULE(
    'query',
    (): Query => {
      const start = this.LA(1);
      const select: SelectItem[] = [];
      this.CONSUME(K.SELECT);
      this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => select.push(this.SUBRULE(this.selectItem)) });
      this.CONSUME(K.FROM);
      const from = this.SUBRULE(this.relation);
      const window = this.OPTION(() => {
        this.CONSUME(K.WINDOW);
        return this.SUBRULE(this.window);
      });
      const where = this.OPTION2(() => {
        this.CONSUME(K.WHERE);
        return this.SUBRULE(this.expression);
      });
      const groupBy = this.OPTION3(() => {
        this.CONSUME(K.GROUP);
        this.CONSUME(K.BY);
        return this.SUBRULE(this.grouping);
      });
      const partitionBy = this.OPTION4(() => {
        this.CONSUME(K.PARTITION);
        this.CONSUME2(K.BY);
        return this.SUBRULE2(this.grouping);
      });
      const having = this.OPTION5(() => {
        this.CONSUME(K.HAVING);
        return this.SUBRULE2(this.expression);
      });
      const emit = this.OPTION6(() => {
        const first = this.CONSUME(K.EMIT);
        const kind = this.OR<'CHANGES' | 'FINAL'>([
          { ALT: () => (this.CONSUME(K.CHANGES), 'CHANGES') },
          { ALT: () => (this.CONSUME(K.FINAL), 'FINAL') },
        ]);
        return { kind, span: this.spanFrom(first) };
      });
      const beforeLimit = this.LA(1);
      const limit = this.OPTION7(() => this.SUBRULE(this.limit));
      const limitSpan = limit === undefined ? undefined : this.spanFrom(beforeLimit);
      return {
        kind: 'query',
        select,
        from,
        window,
        where,
        groupBy: groupBy ?? [],
        partitionBy: partitionBy ?? [],
        having,
        emit: emit?.kind,
        emitSpan: emit?.span,
        limit,
        limitSpan,
        span: this.spanFrom(start),
      };
    },
    { recoveryValueFunc: () => MISSING_QUERY },
  );

  protected readonly limit: Rule<number> = this.RULE(
    'limit',
    (): number => {
      this.CONSUME(K.LIMIT);
      return this.SUBRULE(this.count);
    },
    { recoveryValueFunc: () => 0 },
  );

  /** A whole number of things. */
  protected readonly count: Rule<number> = this.RULE(
    'count',
    (): number => {
      const token = this.CONSUME(T.Integer);
      const value = Number(token.image);
      if (!Number.isSafeInteger(value) && /^\d/.test(token.image)) {
        this.report(
          new WeirError('LITERAL_OUT_OF_RANGE', `The number ${token.image} is too large here.`, {
            span: spanOf(token),
            hint: `It may be ${Number.MAX_SAFE_INTEGER} at most.`,
            details: { literal: token.image },
          }),
        );
      }
      return value;
    },
    { recoveryValueFunc: () => 0 },
  );

  // -------------------------------------------------------------------------------------------------- select list

  private readonly selectItem: Rule<SelectItem> = this.RULE(
    'selectItem',
    (): SelectItem => {
      const start = this.LA(1);
      const isSourceAll = isName(start) && this.LA(2).tokenType === T.Dot && this.LA(3).tokenType === T.Asterisk;
      return this.OR<SelectItem>({
        DEF: [
          {
            ALT: () => {
              this.CONSUME(T.Asterisk);
              return { kind: 'all', source: undefined, span: this.spanFrom(start) };
            },
          },
          {
            GATE: () => isSourceAll,
            ALT: () => {
              const source = this.CONSUME(T.AnyName);
              this.CONSUME(T.Dot);
              this.CONSUME2(T.Asterisk);
              return { kind: 'all', source: this.fold(source), span: this.spanFrom(start) };
            },
          },
          { ALT: () => this.SUBRULE(this.selectExpression) },
        ],
        IGNORE_AMBIGUITIES: true,
        MAX_LOOKAHEAD: 1,
      });
    },
    { recoveryValueFunc: () => MISSING_ITEM },
  );

  private readonly selectExpression: Rule<SelectItem> = this.RULE(
    'selectExpression',
    (): SelectItem => {
      const start = this.LA(1);
      const expression = this.SUBRULE(this.expression);
      return this.OR<SelectItem>([
        {
          ALT: () => {
            this.CONSUME(T.FieldArrow);
            this.CONSUME(T.Asterisk);
            return { kind: 'structAll', base: expression, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            const alias = this.OPTION(() => this.SUBRULE(this.alias));
            return { kind: 'expression', expression, alias, span: this.spanFrom(start) };
          },
        },
      ]);
    },
    { recoveryValueFunc: () => MISSING_ITEM },
  );

  private readonly alias: Rule<Identifier> = this.RULE(
    'alias',
    (): Identifier => {
      this.OPTION(() => this.CONSUME(K.AS));
      return this.SUBRULE(this.identifier);
    },
    { recoveryValueFunc: () => ({ name: '', span: NO_SPAN }) },
  );

  // -------------------------------------------------------------------------------------------------- relations

  protected readonly relation: Rule<Relation> = this.RULE(
    'relation',
    (): Relation => {
      const start = this.LA(1);
      let left: Relation = this.SUBRULE(this.source);
      this.MANY(() => {
        const type = this.SUBRULE(this.joinType);
        this.CONSUME(K.JOIN);
        const right = this.SUBRULE2(this.source);
        const within = this.OPTION(() => this.SUBRULE(this.within));
        this.CONSUME(K.ON);
        const on = this.SUBRULE(this.expression);
        left = { kind: 'join', type, left, right, within, on, span: this.spanFrom(start) };
      });
      return left;
    },
    { recoveryValueFunc: () => MISSING_SOURCE },
  );

  private readonly joinType: Rule<JoinType> = this.RULE(
    'joinType',
    (): JoinType => {
      const type =
        this.OPTION(() =>
          this.OR<JoinType>([
            { ALT: () => (this.CONSUME(K.INNER), 'INNER') },
            { ALT: () => (this.CONSUME(K.LEFT), this.OPTION2(() => this.CONSUME(K.OUTER)), 'LEFT') },
            { ALT: () => (this.CONSUME(K.RIGHT), this.OPTION3(() => this.CONSUME2(K.OUTER)), 'RIGHT') },
            { ALT: () => (this.CONSUME(K.FULL), this.OPTION4(() => this.CONSUME3(K.OUTER)), 'FULL') },
          ]),
        ) ?? 'INNER';
      return type;
    },
    { recoveryValueFunc: () => 'INNER' as const },
  );

  private readonly source: Rule<SourceRelation> = this.RULE(
    'source',
    (): SourceRelation => {
      const start = this.LA(1);
      const name = this.SUBRULE(this.identifier);
      const alias = this.OPTION({ GATE: () => !this.startsClause(), DEF: () => this.SUBRULE(this.alias) });
      return this.ACTION(() => ({
        kind: 'source',
        name: name.name,
        nameSpan: name.span,
        alias: alias?.name ?? name.name,
        span: this.spanFrom(start),
      }));
    },
    { recoveryValueFunc: () => MISSING_SOURCE },
  );

  /** `EMIT` and `PARTITION` may be names, but not where their clause begins. */
  private startsClause(): boolean {
    const next = this.LA(2);
    switch (this.LA(1).tokenType) {
      case K.EMIT:
        return isName(next) && next.tokenType !== K.EMIT && next.tokenType !== K.PARTITION;
      case K.PARTITION:
        return next.tokenType === K.BY;
      default:
        return false;
    }
  }

  private readonly within: Rule<WithinClause> = this.RULE(
    'within',
    (): WithinClause => {
      const start = this.LA(1);
      this.CONSUME(K.WITHIN);
      const sizes = this.OR([
        {
          ALT: () => {
            const size = this.SUBRULE(this.duration);
            return { before: size, after: size };
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.LeftParen);
            const before = this.SUBRULE2(this.duration);
            this.CONSUME(T.Comma);
            const after = this.SUBRULE3(this.duration);
            this.CONSUME(T.RightParen);
            return { before, after };
          },
        },
      ]);
      const grace = this.OPTION(() => {
        this.CONSUME(K.GRACE);
        this.CONSUME(K.PERIOD);
        return this.SUBRULE4(this.duration);
      });
      return this.ACTION(() => ({ ...sizes, grace, span: this.spanFrom(start) }));
    },
    {
      recoveryValueFunc: () => ({ before: MISSING_DURATION, after: MISSING_DURATION, grace: undefined, span: NO_SPAN }),
    },
  );

  // -------------------------------------------------------------------------------------------------- windows

  private readonly window: Rule<WindowClause> = this.RULE(
    'window',
    (): WindowClause => {
      // An optional name of the window is accepted and means nothing, as in the reference.
      this.OPTION({ GATE: () => this.LA(2).tokenType !== T.LeftParen, DEF: () => this.CONSUME(T.Name) });
      const start = this.LA(1);
      return this.OR<WindowClause>([
        {
          ALT: () => {
            this.CONSUME(K.TUMBLING);
            this.CONSUME(T.LeftParen);
            this.CONSUME(K.SIZE);
            const size = this.SUBRULE(this.duration);
            const limits = this.SUBRULE(this.windowLimits);
            this.CONSUME(T.RightParen);
            return { kind: 'tumbling', size, ...limits, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.HOPPING);
            this.CONSUME2(T.LeftParen);
            this.CONSUME2(K.SIZE);
            const size = this.SUBRULE2(this.duration);
            this.CONSUME(T.Comma);
            this.CONSUME(K.ADVANCE);
            this.CONSUME(K.BY);
            const advance = this.SUBRULE3(this.duration);
            const limits = this.SUBRULE2(this.windowLimits);
            this.CONSUME2(T.RightParen);
            return { kind: 'hopping', size, advance, ...limits, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.SESSION);
            this.CONSUME3(T.LeftParen);
            const gap = this.SUBRULE4(this.duration);
            const limits = this.SUBRULE3(this.windowLimits);
            this.CONSUME3(T.RightParen);
            return { kind: 'session', gap, ...limits, span: this.spanFrom(start) };
          },
        },
      ]);
    },
    { recoveryValueFunc: () => MISSING_WINDOW },
  );

  private readonly windowLimits: Rule<{ retention: Duration | undefined; grace: Duration | undefined }> = this.RULE(
    'windowLimits',
    () => {
      const retention = this.OPTION(() => {
        this.CONSUME(T.Comma);
        this.CONSUME(K.RETENTION);
        return this.SUBRULE(this.duration);
      });
      const grace = this.OPTION2(() => {
        this.CONSUME2(T.Comma);
        this.CONSUME(K.GRACE);
        this.CONSUME(K.PERIOD);
        return this.SUBRULE2(this.duration);
      });
      return { retention, grace };
    },
    { recoveryValueFunc: () => ({ retention: undefined, grace: undefined }) },
  );

  protected readonly duration: Rule<Duration> = this.RULE(
    'duration',
    (): Duration => {
      const start = this.LA(1);
      const value = this.SUBRULE(this.count);
      const unit = this.SUBRULE(this.timeUnit);
      return { value, unit, span: this.spanFrom(start) };
    },
    { recoveryValueFunc: () => MISSING_DURATION },
  );

  private readonly timeUnit: Rule<TimeUnit> = this.RULE(
    'timeUnit',
    (): TimeUnit => this.OR<TimeUnit>(UNITS.map(([token, unit]) => ({ ALT: () => (this.CONSUME(token), unit) }))),
    { recoveryValueFunc: () => 'SECOND' as const },
  );

  // -------------------------------------------------------------------------------------------------- grouping

  /** `a, b` or `(a, b)`; `(a) + b` is one expression that begins with a parenthesis. */
  private readonly grouping: Rule<readonly Expression[]> = this.RULE(
    'grouping',
    (): readonly Expression[] => {
      const list: Expression[] = [];
      const parenthesized = this.startsParenthesizedList();
      this.OR({
        DEF: [
          {
            GATE: () => parenthesized,
            ALT: () => {
              this.CONSUME(T.LeftParen);
              this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE(this.value)) });
              this.CONSUME(T.RightParen);
            },
          },
          { ALT: () => this.AT_LEAST_ONE_SEP2({ SEP: T.Comma, DEF: () => list.push(this.SUBRULE2(this.value)) }) },
        ],
        IGNORE_AMBIGUITIES: true,
        MAX_LOOKAHEAD: 1,
      });
      return list;
    },
    { recoveryValueFunc: () => [] },
  );

  /** Is `()` or `(a, b ...)` next, with a comma that belongs to the parentheses themselves? */
  private startsParenthesizedList(): boolean {
    if (this.LA(1).tokenType !== T.LeftParen) return false;
    if (this.LA(2).tokenType === T.RightParen) return true;
    let depth = 0;
    for (let at = 1; ; at++) {
      const token: IToken = this.LA(at);
      if (tokenMatcher(token, T.LeftParen) || token.tokenType === T.LeftBracket) depth++;
      else if (token.tokenType === T.RightParen || token.tokenType === T.RightBracket) depth--;
      else if (token.tokenType === T.Comma && depth === 1) return true;
      if (depth === 0 || !Number.isFinite(token.startOffset)) return false;
    }
  }
}
