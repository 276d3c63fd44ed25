/**
 * Every error code of the product. A code is stable: it may be documented, searched for and tested against; the words
 * of a message may change. The `kind` says whose move it is:
 *
 * - `user`: the statement or the data is wrong; the hint says what to do.
 * - `unsupported`: the statement is right and Weir does not do it yet.
 * - `storage`: the browser or the disk refused (quota, corruption, lock held elsewhere).
 * - `internal`: a bug in Weir.
 */
export type ErrorKind = 'user' | 'unsupported' | 'storage' | 'internal';

export interface ErrorCodeInfo {
  readonly kind: ErrorKind;
  /** One line for the table of codes in the docs. */
  readonly summary: string;
}

const user = (summary: string): ErrorCodeInfo => ({ kind: 'user', summary });
const unsupported = (summary: string): ErrorCodeInfo => ({ kind: 'unsupported', summary });
const storage = (summary: string): ErrorCodeInfo => ({ kind: 'storage', summary });
const internal = (summary: string): ErrorCodeInfo => ({ kind: 'internal', summary });

export const ERROR_CODES = {
  // general
  INTERNAL: internal('A bug in Weir: an assertion did not hold.'),
  UNSUPPORTED: unsupported('The statement is valid, and Weir does not execute it yet.'),
  UNSUPPORTED_STATEMENT: unsupported('This kind of statement parses, and Weir does not execute it yet.'),

  // sql: text
  SYNTAX: user('The text is not a statement of the dialect.'),
  LITERAL_OUT_OF_RANGE: user('A number literal does not fit its type.'),
  UNDEFINED_VARIABLE: user('A ${variable} is used that no DEFINE has set.'),

  // log and broker
  UNKNOWN_TOPIC: user('The topic does not exist.'),
  UNKNOWN_PARTITION: user('The topic has no such partition.'),
  TOPIC_EXISTS: user('A topic of that name exists.'),
  INVALID_TOPIC: user('The topic name or its settings are not allowed.'),
  OFFSET_OUT_OF_RANGE: user('The offset lies before the log start or beyond the log end.'),
  CORRUPT_BATCH: storage('A stored record batch fails its CRC or cannot be read.'),
  STORAGE_QUOTA: storage('The storage is full; nothing of the write was kept.'),
  STORAGE_LOCKED: storage('Another tab or process owns this workspace.'),
  STORAGE_FAILED: storage('The storage refused a read or a write.'),
  STORAGE_CLOSED: storage('The broker or its storage has been closed.'),
  INVALID_RECORD: user('The bytes handed to produce are not one whole record batch.'),
  UNSUPPORTED_COMPRESSION: unsupported(
    'The record batch is compressed, and Weir does not read compressed batches yet.',
  ),
  RECORD_TOO_LARGE: user('The record batch is larger than the topic allows.'),
  OUT_OF_ORDER_SEQUENCE: user('An idempotent producer skipped or repeated a sequence number.'),
  PRODUCER_FENCED: user('A newer producer with the same id has taken over.'),
  INVALID_TRANSACTION_STATE: user('The transaction is not in a state that allows this.'),
  UNKNOWN_MEMBER: user('The group has no such member; it must join again.'),
  ILLEGAL_GENERATION: user('The member belongs to an earlier generation of its group.'),
  REBALANCE_IN_PROGRESS: user('The group is rebalancing; the member must join again.'),
  INCONSISTENT_GROUP_PROTOCOL: user('The member shares no assignment protocol with its group.'),
  GROUP_NOT_EMPTY: user('The group still has members.'),
  UNKNOWN_GROUP: user('No group of that name exists.'),

  // functions, dates and times
  FUNCTION_FAILED: user('A function cannot answer for the arguments of this record.'),
  INVALID_DATE: user('The text is not a DATE.'),
  INVALID_TIME: user('The text is not a TIME.'),
  INVALID_TIMESTAMP: user('The text is not a TIMESTAMP.'),
  INVALID_DATETIME_PATTERN: user('The pattern is not one of java.time.'),
  UNPARSEABLE_DATETIME: user('The text does not match the date or time pattern.'),
  UNKNOWN_TIME_ZONE: user('The time zone is not known.'),
  INVALID_REGEX: user('The regular expression is not valid.'),
  UNSUPPORTED_REGEX: unsupported('The regular expression uses a construct that needs backtracking.'),
  INVALID_LIKE_ESCAPE: user('The escape of a LIKE is not one character.'),
  INVALID_JSON_PATH: user('The JSON path is not valid.'),

  // ksql: expressions
  UNKNOWN_COLUMN: user('No column of that name is in scope.'),
  UNKNOWN_FIELD: user('The struct has no such field.'),
  UNKNOWN_TYPE: user('No type of that name exists.'),
  INVALID_TYPE: user('A type is written with parameters or fields that it cannot have.'),
  TYPE_MISMATCH: user('An expression has another type than its place asks for.'),
  INCOMPARABLE_TYPES: user('Values of these types cannot be compared so.'),
  COMPARISON_WITH_NULL: user('A comparison with NULL is never true; IS NULL is the test.'),
  INVALID_ARITHMETIC: user('The arithmetic operator does not take operands of these types.'),
  INVALID_CAST: user('No cast leads from the one type to the other.'),
  INVALID_CONSTRUCTOR: user('An ARRAY, MAP or STRUCT cannot be built so.'),
  NO_COMMON_TYPE: user('The members of a list, CASE or constructor have no type in common.'),
  INVALID_LITERAL: user('A literal is not a value of the type that its place asks for.'),
  UNTYPED_NULL: user('The type of a bare NULL cannot be told.'),
  MISPLACED_EXPRESSION: user('An expression stands where its kind is not allowed.'),
  DIVISION_BY_ZERO: user('A whole or decimal number was divided by zero.'),
  NULL_OPERAND: user('Arithmetic met a NULL where its result decides something.'),
  CAST_FAILED: user('A value could not be converted to the type of a cast.'),

  // functions: resolution, arithmetic
  UNKNOWN_FUNCTION: user('No function has that name.'),
  NO_MATCHING_FUNCTION: user('The function has no overload for these argument types.'),
  AMBIGUOUS_FUNCTION: user('Several overloads of the function fit the argument types equally well.'),
  FUNCTION_KIND: user('An aggregate, table or scalar function stands where another kind is needed.'),
  FUNCTION_EXISTS: user('A built-in function has that name.'),
  NOT_A_LITERAL: user('The function needs a literal for this argument.'),
  INVALID_ARGUMENT: user('An argument has a value that the function does not take.'),
  NOT_COMPARABLE: user('Values of this type have no order.'),
  DECIMAL_OVERFLOW: user('A number has more digits than its DECIMAL type.'),

  // serde: formats and schemas
  DESERIALIZATION: user("A record's bytes are not of their format or do not fit the declared columns."),
  SERIALIZATION: user('A value cannot be written in the format.'),
  UNKNOWN_FORMAT: user('No format has that name.'),
  INVALID_FORMAT_PROPERTY: user('A property is not one that the format takes, or has a wrong value.'),
  FORMAT_MISFIT: user('The format cannot hold columns of such number or types.'),
  SCHEMA_NOT_FOUND: user('The schema registry has no such subject, version or id.'),
  INVALID_SCHEMA: user('The text is not a schema of its kind, or has no counterpart in SQL.'),
  INCOMPATIBLE_SCHEMA: user(
    "A schema breaks the compatibility rule of its subject, or does not fit the source's columns.",
  ),
  SCHEMA_REFERENCED: user('A schema cannot be deleted, because another one refers to it.'),

  // streams
  INVALID_WINDOW: user('A window has a size, advance or gap that no window can have.'),
  INVALID_TOPOLOGY: user('Streams cannot be wired as asked: a name is taken, or topics differ in their partitions.'),
  PROCESSING_FAILED: user("A record's processing failed."),
  UNKNOWN_STORE: user('No state store has that name.'),
  STATE_OUTDATED: user(
    "A query's state was written by another version of Weir, in a layout that this one does not read.",
  ),
  STORE_NOT_READY: user('The state store cannot be read now: its task is being restored or is not running.'),

  // user-defined functions
  INVALID_FUNCTION: user('A user-defined function has a name, signature or code that will not do.'),
  FUNCTION_RAN_AWAY: user('A user-defined function took too long and was ended.'),
  FUNCTION_IN_USE: user('Queries use the function.'),

  // service
  INVALID_FILE: user('A dropped file holds no rows that could be read.'),
  INTERRUPTED: user('The work was interrupted before it was done.'),
  NOT_OPEN: user('No workspace is open.'),

  // ksql
  INVALID_PULL_QUERY: user('A pull query of a form that cannot be answered from state.'),
  UNKNOWN_SOURCE: user('No stream or table of that name, or no source of that alias in the query.'),
  WRONG_SOURCE_KIND: user('A stream stands where a table is needed, or a table where a stream is.'),
  SOURCE_EXISTS: user('A stream or table of that name exists.'),
  SOURCE_IN_USE: user('Queries read from or write to the stream or table.'),
  READ_ONLY_SOURCE: user('A SOURCE stream or table is read-only.'),
  DUPLICATE_SOURCE: user('A source or alias stands more than once in FROM.'),
  SELF_JOIN: user('A source is joined to itself.'),
  READS_OWN_SINK: user('A query would read what it writes, without end.'),
  AMBIGUOUS_COLUMN: user('Several sources have a column of that name.'),
  DUPLICATE_COLUMN: user('Two columns have the same name.'),
  RESERVED_COLUMN: user('The name belongs to a pseudo column or a window bound.'),
  WRONG_KEY_WORD: user('KEY is for streams, PRIMARY KEY for tables.'),
  NO_PRIMARY_KEY: user('A table needs a PRIMARY KEY.'),
  NO_COLUMNS: user('The schema is empty.'),
  NO_SCHEMA: user('The schema registry has no schema for the topic.'),
  MAP_KEY: user('A key is or contains a MAP.'),
  INVALID_HEADER_COLUMN: user('A HEADERS or HEADER column has the wrong type or repeats another.'),
  UNKNOWN_PROPERTY: user('The WITH clause has no such property.'),
  INVALID_PROPERTY: user('A property has a value that it cannot have, or contradicts another.'),
  NOT_BOOLEAN: user('WHERE or HAVING is no BOOLEAN.'),
  NOT_GROUPED: user('An expression is neither aggregated nor grouped by.'),
  NESTED_AGGREGATE: user('An aggregate stands inside another.'),
  AGGREGATE_MISPLACED: user('An aggregate stands where none can.'),
  AGGREGATE_ON_TABLE: user('The aggregate cannot take back an update, and so cannot aggregate a table.'),
  TABLE_FUNCTION_MISPLACED: user('A table function stands where none can.'),
  INVALID_JOIN: user('The join is of a kind, or on a condition, that is not possible.'),
  INVALID_PARTITION_BY: user('PARTITION BY cannot stand here.'),
  INVALID_EMIT: user('EMIT FINAL without a window.'),
  WINDOWED_TABLE_SOURCE: user('A persistent query reads a windowed table.'),
  KEY_NOT_SELECTED: user('The SELECT list of a persistent query lacks the key.'),
  KEY_SELECTED_TWICE: user('The SELECT list holds the key column more than once.'),
  NO_VALUE_COLUMNS: user('The SELECT list holds the key alone.'),
  INCOMPATIBLE_SINK: user('The SELECT does not fit the stream that it is inserted into.'),
  INCOMPATIBLE_REPLACE: user('CREATE OR REPLACE or ALTER would change what may not change.'),
  UNKNOWN_QUERY: user('There is no query of that id.'),
  TYPE_EXISTS: user('A custom type of that name exists.'),
  INVALID_INSERT: user('The VALUES do not fit the columns.'),
  NOT_MATERIALIZED: user('A pull query needs a table with a state store.'),
  INVALID_LIMIT: user('A persistent query has a LIMIT.'),
  SCRIPT_NOT_FOUND: user('RUN SCRIPT names no script that can be read.'),
  SCRIPT_RUNS_ITSELF: user('A script runs itself, directly or through others.'),
  NOT_A_QUERY: user('EXPLAIN is given a statement that runs no query.'),
  UNKNOWN_SETTING: user('No property of that name can be set.'),
  INVALID_SETTING: user('A property cannot have the value that it is to be set to.'),
  ASSERTION_FAILED: user('What an ASSERT statement says does not hold.'),
  UNKNOWN_VARIABLE: user('UNDEFINE of a variable that is not defined.'),
} as const satisfies Record<string, ErrorCodeInfo>;

export type ErrorCode = keyof typeof ERROR_CODES;
