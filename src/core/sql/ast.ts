/**
 * The syntax tree of the dialect: readonly data, one `kind` per node, with the span of the text it came from.
 *
 * Names are held after case folding (`foo` is `FOO`, `` `foo` `` and `"foo"` are `foo`). Two trees are the same when
 * they differ in spans alone; the formatter prints a text that parses to the same tree.
 */
import type { Span } from '../common/position.ts';
import type { Decimal } from 'decimal.js';

interface Node {
  readonly span: Span;
}

/** A name as written: folded text and where it stands. */
export interface Identifier extends Node {
  readonly name: string;
}

// ---------------------------------------------------------------------------------------------------- expressions

export type Expression =
  | NullLiteral
  | BooleanLiteral
  | IntegerLiteral
  | BigintLiteral
  | DoubleLiteral
  | DecimalLiteral
  | StringLiteral
  | IntervalUnit
  | ColumnReference
  | Dereference
  | Subscript
  | FunctionCall
  | Lambda
  | ArrayConstructor
  | MapConstructor
  | StructConstructor
  | Arithmetic
  | Negate
  | Comparison
  | Logical
  | Not
  | IsNull
  | Between
  | InList
  | Like
  | Case
  | Cast;

export type ExpressionKind = Expression['kind'];

export interface NullLiteral extends Node {
  readonly kind: 'null';
}
export interface BooleanLiteral extends Node {
  readonly kind: 'boolean';
  readonly value: boolean;
}
/** A whole number that fits 32 bits. */
export interface IntegerLiteral extends Node {
  readonly kind: 'integer';
  readonly value: number;
}
/** A whole number that fits 64 bits but not 32. */
export interface BigintLiteral extends Node {
  readonly kind: 'bigint';
  readonly value: bigint;
}
/** A number with an exponent. */
export interface DoubleLiteral extends Node {
  readonly kind: 'double';
  readonly value: number;
}
/** A number with a point and no exponent; `text` keeps its scale (`1.10` is DECIMAL(3, 2)). */
export interface DecimalLiteral extends Node {
  readonly kind: 'decimal';
  readonly value: Decimal;
  readonly text: string;
}
export interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
}
/** A bare time unit as an argument: `TIMESTAMPADD(DAYS, 1, t)`. `unit` is folded and singular: `DAY`. */
export interface IntervalUnit extends Node {
  readonly kind: 'intervalUnit';
  readonly unit: TimeUnit;
}
/** `name` or `source.name`; inside a lambda's body also its parameters. */
export interface ColumnReference extends Node {
  readonly kind: 'column';
  readonly source: string | undefined;
  readonly name: string;
}
/** `base->field` */
export interface Dereference extends Node {
  readonly kind: 'dereference';
  readonly base: Expression;
  readonly field: string;
  readonly fieldSpan: Span;
}
/** `base[index]` of an array (from 1, negative from the end) or a map */
export interface Subscript extends Node {
  readonly kind: 'subscript';
  readonly base: Expression;
  readonly index: Expression;
}
export interface FunctionCall extends Node {
  readonly kind: 'call';
  /** Folded to upper case unless quoted. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expression[];
  /** `COUNT(*)` */
  readonly star: boolean;
}
/** `x => body` or `(x, y) => body` */
export interface Lambda extends Node {
  readonly kind: 'lambda';
  readonly params: readonly string[];
  readonly body: Expression;
}
export interface ArrayConstructor extends Node {
  readonly kind: 'array';
  readonly elements: readonly Expression[];
}
export interface MapConstructor extends Node {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
}
export interface StructConstructor extends Node {
  readonly kind: 'struct';
  readonly fields: readonly { readonly name: string; readonly value: Expression }[];
}
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
/** `||` is `+`'s synonym for strings and parses to `+`. */
export interface Arithmetic extends Node {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}
/** `-x` where x is not a number literal (those fold into the literal); `+x` parses to x. */
export interface Negate extends Node {
  readonly kind: 'negate';
  readonly operand: Expression;
}
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM';
/** `!=` parses to `<>`. */
export interface Comparison extends Node {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface Logical extends Node {
  readonly kind: 'logical';
  readonly operator: 'AND' | 'OR';
  readonly left: Expression;
  readonly right: Expression;
}
export interface Not extends Node {
  readonly kind: 'not';
  readonly operand: Expression;
}
export interface IsNull extends Node {
  readonly kind: 'isNull';
  readonly operand: Expression;
  readonly negated: boolean;
}
/** `NOT BETWEEN`, `NOT IN` and `NOT LIKE` keep their own form: `negated`. */
export interface Between extends Node {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
}
export interface InList extends Node {
  readonly kind: 'in';
  readonly operand: Expression;
  readonly list: readonly Expression[];
  readonly negated: boolean;
}
export interface Like extends Node {
  readonly kind: 'like';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: string | undefined;
  readonly negated: boolean;
}
/** `CASE operand WHEN ...` (simple) when `operand` is there, `CASE WHEN ...` (searched) when it is not. */
export interface Case extends Node {
  readonly kind: 'case';
  readonly operand: Expression | undefined;
  readonly whens: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise: Expression | undefined;
}
export interface Cast extends Node {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: TypeName;
}

// ---------------------------------------------------------------------------------------------------- types

/** A type as written. Custom types are resolved by the analyzer, not by the parser. */
export type TypeName = NamedType | ArrayTypeName | MapTypeName | StructTypeName;

/**
 * `INT`, `DECIMAL(10, 2)`, `VARCHAR(20)`, or a custom type's name. `name` is folded; synonyms stay as written
 * (`INT`, `INTEGER`, `STRING`, `VARCHAR`). The word in `VARCHAR(STRING)` is not kept.
 */
export interface NamedType extends Node {
  readonly kind: 'named';
  readonly name: string;
  readonly parameters: readonly number[];
}
export interface ArrayTypeName extends Node {
  readonly kind: 'arrayType';
  readonly element: TypeName;
}
export interface MapTypeName extends Node {
  readonly kind: 'mapType';
  readonly key: TypeName;
  readonly value: TypeName;
}
export interface StructTypeName extends Node {
  readonly kind: 'structType';
  readonly fields: readonly { readonly name: string; readonly type: TypeName }[];
}

// ---------------------------------------------------------------------------------------------------- queries

/** Always folded and singular. */
export type TimeUnit = 'YEAR' | 'MONTH' | 'WEEK' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND' | 'MILLISECOND';

export interface Duration extends Node {
  readonly value: number;
  readonly unit: TimeUnit;
}

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

// ---------------------------------------------------------------------------------------------------- statements

export type Statement =
  | Query
  | CreateSource
  | CreateAsSelect
  | InsertSelect
  | InsertValues
  | DropSource
  | AlterSource
  | CreateType
  | DropType
  | CreateConnector
  | DropConnector
  | DescribeConnector
  | Describe
  | DescribeFunction
  | DescribeAll
  | Show
  | Explain
  | Print
  | QueryControl
  | SetProperty
  | UnsetProperty
  | AlterSystem
  | Define
  | Undefine
  | RunScript
  | AssertTopic
  | AssertSchema
  | AssertSource
  | AssertValues;

export type StatementKind = Statement['kind'];

export type SourceKind = 'STREAM' | 'TABLE';

/** One `NAME = value` of a WITH clause. `name` is folded to upper case unless quoted. */
export interface Property extends Node {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: Expression;
}

export interface ColumnDefinition extends Node {
  readonly name: string;
  readonly nameSpan: Span;
  readonly type: TypeName;
  readonly constraint: ColumnConstraint | undefined;
}
export type ColumnConstraint =
  | { readonly kind: 'KEY' }
  | { readonly kind: 'PRIMARY KEY' }
  | { readonly kind: 'HEADERS' }
  | { readonly kind: 'HEADER'; readonly key: string };

/** `CREATE [OR REPLACE] [SOURCE] STREAM|TABLE [IF NOT EXISTS] name (columns) WITH (...)` */
export interface CreateSource extends Node {
  readonly kind: 'createSource';
  readonly sourceKind: SourceKind;
  readonly name: Identifier;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  /** `CREATE SOURCE STREAM|TABLE`: read-only, a table materialized for pull queries. */
  readonly isSource: boolean;
  /** Empty when the schema is to be inferred from the schema registry. */
  readonly columns: readonly ColumnDefinition[];
  readonly properties: readonly Property[];
}
export interface CreateAsSelect extends Node {
  readonly kind: 'createAsSelect';
  readonly sourceKind: SourceKind;
  readonly name: Identifier;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly properties: readonly Property[];
  readonly query: Query;
}
export interface InsertSelect extends Node {
  readonly kind: 'insertSelect';
  readonly target: Identifier;
  readonly properties: readonly Property[];
  readonly query: Query;
}
export interface InsertValues extends Node {
  readonly kind: 'insertValues';
  readonly target: Identifier;
  /** Empty when no column list is given. */
  readonly columns: readonly Identifier[];
  readonly values: readonly Expression[];
}
export interface DropSource extends Node {
  readonly kind: 'dropSource';
  readonly sourceKind: SourceKind;
  readonly name: Identifier;
  readonly ifExists: boolean;
  readonly deleteTopic: boolean;
}
export interface AlterSource extends Node {
  readonly kind: 'alterSource';
  readonly sourceKind: SourceKind;
  readonly name: Identifier;
  readonly add: readonly { readonly name: string; readonly nameSpan: Span; readonly type: TypeName }[];
}
export interface CreateType extends Node {
  readonly kind: 'createType';
  readonly name: Identifier;
  readonly ifNotExists: boolean;
  readonly type: TypeName;
}
export interface DropType extends Node {
  readonly kind: 'dropType';
  readonly name: Identifier;
  readonly ifExists: boolean;
}
export interface CreateConnector extends Node {
  readonly kind: 'createConnector';
  readonly connectorKind: 'SOURCE' | 'SINK';
  readonly name: Identifier;
  readonly ifNotExists: boolean;
  readonly properties: readonly Property[];
}
export interface DropConnector extends Node {
  readonly kind: 'dropConnector';
  readonly name: Identifier;
  readonly ifExists: boolean;
}
export interface DescribeConnector extends Node {
  readonly kind: 'describeConnector';
  readonly name: Identifier;
}
export interface Describe extends Node {
  readonly kind: 'describe';
  readonly name: Identifier;
  readonly extended: boolean;
}
export interface DescribeFunction extends Node {
  readonly kind: 'describeFunction';
  readonly name: Identifier;
}
/** `DESCRIBE STREAMS|TABLES [EXTENDED]` */
export interface DescribeAll extends Node {
  readonly kind: 'describeAll';
  readonly sourceKind: SourceKind;
  readonly extended: boolean;
}
export type ShowSubject =
  | 'TOPICS'
  | 'ALL TOPICS'
  | 'STREAMS'
  | 'TABLES'
  | 'QUERIES'
  | 'FUNCTIONS'
  | 'PROPERTIES'
  | 'TYPES'
  | 'VARIABLES'
  | 'CONNECTORS'
  | 'SOURCE CONNECTORS'
  | 'SINK CONNECTORS'
  | 'CONNECTOR PLUGINS';
/** `SHOW` and `LIST` are synonyms and parse to the same tree. */
export interface Show extends Node {
  readonly kind: 'show';
  readonly subject: ShowSubject;
  readonly extended: boolean;
}
export interface Explain extends Node {
  readonly kind: 'explain';
  /** A query's id, or a statement. */
  readonly target: Identifier | Statement;
}
export interface Print extends Node {
  readonly kind: 'print';
  /** Topic names keep their case as written. */
  readonly topic: string;
  readonly topicSpan: Span;
  readonly fromBeginning: boolean;
  readonly interval: number | undefined;
  readonly limit: number | undefined;
}
/** `TERMINATE|PAUSE|RESUME query|ALL`; `query` undefined is ALL. */
export interface QueryControl extends Node {
  readonly kind: 'queryControl';
  readonly action: 'TERMINATE' | 'PAUSE' | 'RESUME';
  readonly query: Identifier | undefined;
}
export interface SetProperty extends Node {
  readonly kind: 'set';
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: string;
  readonly valueSpan: Span;
}
export interface UnsetProperty extends Node {
  readonly kind: 'unset';
  readonly name: string;
  readonly nameSpan: Span;
}
export interface AlterSystem extends Node {
  readonly kind: 'alterSystem';
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: string;
  readonly valueSpan: Span;
}
/** Names of variables are without case and held in lower case. */
export interface Define extends Node {
  readonly kind: 'define';
  readonly name: string;
  readonly value: string;
}
export interface Undefine extends Node {
  readonly kind: 'undefine';
  readonly name: string;
}
export interface RunScript extends Node {
  readonly kind: 'runScript';
  readonly path: string;
}
/** `ASSERT [NOT EXISTS] TOPIC name [WITH (...)] [TIMEOUT n unit]` */
export interface AssertTopic extends Node {
  readonly kind: 'assertTopic';
  readonly exists: boolean;
  readonly topic: string;
  readonly properties: readonly Property[];
  readonly timeout: Duration | undefined;
}
export interface AssertSchema extends Node {
  readonly kind: 'assertSchema';
  readonly exists: boolean;
  readonly subject: string | undefined;
  readonly id: number | undefined;
  readonly timeout: Duration | undefined;
}
/** `ASSERT [NOT EXISTS] STREAM|TABLE name (columns) WITH (...) [TIMEOUT n unit]` of SQL test scripts */
export interface AssertSource extends Node {
  readonly kind: 'assertSource';
  readonly sourceKind: SourceKind;
  readonly exists: boolean;
  readonly name: Identifier;
  readonly columns: readonly ColumnDefinition[];
  readonly properties: readonly Property[];
  readonly timeout: Duration | undefined;
}
/** `ASSERT [NULL] VALUES source (columns) VALUES|KEY (values)` of SQL test scripts */
export interface AssertValues extends Node {
  readonly kind: 'assertValues';
  readonly target: Identifier;
  readonly tombstone: boolean;
  readonly columns: readonly Identifier[];
  readonly values: readonly Expression[];
}
