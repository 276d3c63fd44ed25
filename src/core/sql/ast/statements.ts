/** Statements, with their syntax. */
import type { Span } from '../../common/position.ts';
import type { Expression } from './expressions.ts';
import type { Identifier, Node } from './node.ts';
import type { Duration } from './duration.ts';
import type { Query } from './queries.ts';
import type { TypeName } from './types.ts';

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
