/** SELECT: its list, its sources and joins, its windows. */
import type { Span } from '../../common/position.ts';
import type { Duration } from './duration.ts';
import type { Expression } from './expressions.ts';
import type { Identifier, Node } from './node.ts';

export interface Query extends Node {
  readonly kind: 'query';
  readonly select: readonly SelectItem[];
  readonly from: Relation;
  readonly window: WindowClause | undefined;
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly partitionBy: readonly Expression[];
  readonly having: Expression | undefined;
  readonly emit: 'CHANGES' | 'FINAL' | undefined;
  readonly emitSpan: Span | undefined;
  readonly limit: number | undefined;
  /** Where LIMIT stands. */
  readonly limitSpan: Span | undefined;
}

export type SelectItem = SelectExpression | SelectAll | SelectStructAll;
export interface SelectExpression extends Node {
  readonly kind: 'expression';
  readonly expression: Expression;
  readonly alias: Identifier | undefined;
}
/** `*` or `source.*` */
export interface SelectAll extends Node {
  readonly kind: 'all';
  readonly source: string | undefined;
}
/** `struct->*` */
export interface SelectStructAll extends Node {
  readonly kind: 'structAll';
  readonly base: Expression;
}

export type Relation = SourceRelation | JoinRelation;
/** `name [AS] alias`; without an alias the alias is the name. */
export interface SourceRelation extends Node {
  readonly kind: 'source';
  readonly name: string;
  readonly nameSpan: Span;
  readonly alias: string;
}
export type JoinType = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
export interface JoinRelation extends Node {
  readonly kind: 'join';
  readonly type: JoinType;
  readonly left: Relation;
  readonly right: SourceRelation;
  readonly within: WithinClause | undefined;
  readonly on: Expression;
}
/** `WITHIN 1 HOUR` sets both; `WITHIN (1 HOUR, 2 HOURS)` before and after. */
export interface WithinClause extends Node {
  readonly before: Duration;
  readonly after: Duration;
  readonly grace: Duration | undefined;
}

export type WindowClause = TumblingWindow | HoppingWindow | SessionWindow;
interface WindowBase extends Node {
  readonly retention: Duration | undefined;
  readonly grace: Duration | undefined;
}
export interface TumblingWindow extends WindowBase {
  readonly kind: 'tumbling';
  readonly size: Duration;
}
export interface HoppingWindow extends WindowBase {
  readonly kind: 'hopping';
  readonly size: Duration;
  readonly advance: Duration;
}
export interface SessionWindow extends WindowBase {
  readonly kind: 'session';
  readonly gap: Duration;
}
