/**
 * The logical plan of a query: readonly data. A node's `columns` are the layout of the rows that it emits; expressions
 * stand over the columns of the node below (`input`). A node's `key` says what the records' key is and which columns of
 * the row always hold the same value as a key column.
 *
 * ```
 * Sink? ← Project ← [Having] ← Aggregate | Rekey | FlatMap ← [Filter] ← Source | Join
 * ```
 */
import type { SqlType } from '../common/sql-type.ts';
import type { Expression, FunctionCall, JoinType, SourceKind } from '../sql/ast.ts';
import type { DataSource, SourceFormat, WindowInfo } from './catalog.ts';

/** A column of a row in flight. `source` is the alias under which the query knows where it comes from. */
export interface PlanColumn {
  readonly source: string | undefined;
  readonly name: string;
  readonly type: SqlType;
}

export interface KeyColumn {
  readonly name: string;
  readonly type: SqlType;
  /** Columns of the row (by index) that equal this key column, the preferred first. */
  readonly equals: readonly number[];
  /** Expressions over the row, as text, that equal it too. */
  readonly texts: readonly string[];
}

interface NodeBase {
  readonly kind: string;
  /** Whether the records are changes of a table or events of a stream. */
  readonly shape: SourceKind;
  readonly columns: readonly PlanColumn[];
  readonly key: readonly KeyColumn[];
  /** Set when the key is windowed. */
  readonly window: WindowInfo | undefined;
}

export type PlanNode = SourceNode | FilterNode | FlatMapNode | RekeyNode | JoinNode | AggregateNode | ProjectNode;

/** Where a source column's value comes from. */
export type SourceField =
  | { readonly from: 'key'; readonly index: number }
  | { readonly from: 'value'; readonly index: number }
  | { readonly from: 'headers'; readonly header: string | undefined }
  | { readonly from: 'rowtime' | 'rowpartition' | 'rowoffset' | 'windowstart' | 'windowend' };

export interface SourceNode extends NodeBase {
  readonly kind: 'source';
  readonly source: DataSource;
  readonly alias: string;
  /** `KsqlTopic`, or in a join `KafkaTopic_Left`: its store is `KsqlTopic-Reduce`. */
  readonly internalName: string;
  /** For each of `columns`. Only columns that the query uses are there. */
  readonly fields: readonly SourceField[];
}

export interface FilterNode extends NodeBase {
  readonly kind: 'filter';
  readonly input: PlanNode;
  readonly predicate: Expression;
  readonly clause: 'WHERE' | 'HAVING';
}

/** Table functions: each row becomes as many as the longest list; shorter lists give nulls. Appends its columns. */
export interface FlatMapNode extends NodeBase {
  readonly kind: 'flatMap';
  readonly input: PlanNode;
  readonly functions: readonly Expression[];
}

/** PARTITION BY, or the repartition that a join needs. Appends a column for each key expression that is none. */
export interface RekeyNode extends NodeBase {
  readonly kind: 'rekey';
  readonly input: PlanNode;
  /** Empty: PARTITION BY NULL. */
  readonly by: readonly Expression[];
  /** `format`: the key stays as it is, window and all, and goes over to the key format of a join. */
  readonly purpose: 'partitionBy' | 'join' | 'format';
  readonly internalName: string;
  /** The key format of the repartition topic. */
  readonly keyFormat: SourceFormat;
}

export interface JoinWindow {
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Undefined: unmatched rows of outer joins come out at once, and late records are kept for a day. */
  readonly graceMs: number | undefined;
}

/** Rows are the left row followed by the right row, then the synthetic key column if there is one. */
export interface JoinNode extends NodeBase {
  readonly kind: 'join';
  readonly type: JoinType;
  readonly joinKind: 'stream-stream' | 'stream-table' | 'table-table' | 'foreign-key';
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly within: JoinWindow | undefined;
  readonly syntheticKey: boolean;
  /** For foreign-key joins: the left side's expression that gives the right side's key. */
  readonly foreignKey: Expression | undefined;
  readonly internalName: string;
  /** The format of the join's key, in which both sides come. */
  readonly keyFormat: SourceFormat;
  /** For foreign-key joins: the right side's. */
  readonly rightKeyFormat: SourceFormat;
}

export type WindowSpec =
  | {
      readonly kind: 'tumbling';
      readonly sizeMs: number;
      readonly graceMs: number | undefined;
      readonly retentionMs: number | undefined;
    }
  | {
      readonly kind: 'hopping';
      readonly sizeMs: number;
      readonly advanceMs: number;
      readonly graceMs: number | undefined;
      readonly retentionMs: number | undefined;
    }
  | {
      readonly kind: 'session';
      readonly gapMs: number;
      readonly graceMs: number | undefined;
      readonly retentionMs: number | undefined;
    };

export interface AggregateCall {
  readonly call: FunctionCall;
  /** As written, for messages and the picture. */
  readonly text: string;
}

/**
 * Rows are the key columns, the results of the aggregates, and for windowed aggregates WINDOWSTART and WINDOWEND.
 */
export interface AggregateNode extends NodeBase {
  readonly kind: 'aggregate';
  readonly input: PlanNode;
  readonly groupBy: readonly Expression[];
  /** The grouping expressions are the input's key as it is: no repartition. */
  readonly keyKept: boolean;
  readonly aggregates: readonly AggregateCall[];
  readonly windowSpec: WindowSpec | undefined;
  readonly emitFinal: boolean;
  readonly internalName: string;
  readonly keyFormat: SourceFormat;
}

/** The SELECT list. For a persistent query key columns are split off into the record's key. */
export interface ProjectNode extends NodeBase {
  readonly kind: 'project';
  readonly input: PlanNode;
  readonly expressions: readonly Expression[];
}

export interface QueryPlan {
  /** The SELECT's result: rows of the output columns in SELECT order. */
  readonly root: ProjectNode;
  readonly sources: readonly SourceNode[];
  readonly emit: 'CHANGES' | 'FINAL' | undefined;
  readonly limit: number | undefined;
  readonly hasAggregation: boolean;
}
