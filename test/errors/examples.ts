/**
 * For every error code a statement that raises it, or the reason why no statement does. `error-examples.test.ts` runs
 * them; `scripts/error-docs.ts` prints them into `docs/errors.md`.
 */
import type { ErrorCode } from '../../src/core/common/error-codes.ts';

export type ErrorEntry =
  /** The last statement raises the code, over the sources of `COMMON_SETUP`. */
  | { readonly kind: 'statement'; readonly sql: string }
  /** The statements are fine; a record that the last one's query reads raises it, and what failed becomes NULL. */
  | { readonly kind: 'record'; readonly sql: string }
  /** No SQL raises it. */
  | { readonly kind: 'elsewhere'; readonly reason: string };

export const COMMON_SETUP = `CREATE STREAM flights (
  origin VARCHAR KEY, dest VARCHAR, delay INT, miles DOUBLE, price DECIMAL(6, 2), left_at TIMESTAMP,
  tags ARRAY<VARCHAR>, plane STRUCT<model VARCHAR>, extra MAP<VARCHAR, INT>
) WITH (kafka_topic = 'flights', partitions = 1, value_format = 'JSON');
CREATE TABLE airports (iata VARCHAR PRIMARY KEY, name VARCHAR, city VARCHAR)
  WITH (kafka_topic = 'airports', partitions = 1, value_format = 'JSON');`;

const statement = (sql: string): ErrorEntry => ({ kind: 'statement', sql });
const record = (sql: string): ErrorEntry => ({ kind: 'record', sql });
const elsewhere = (reason: string): ErrorEntry => ({ kind: 'elsewhere', reason });

const STORAGE = 'The browser’s storage raises it, not a statement.';
const BROKER =
  'A broker’s client raises it: the engine’s own clients follow the protocol, so a statement does not meet it.';
const FLIGHT = "INSERT INTO flights (origin, delay) VALUES ('SFO', 0);\n";
const TABLE = 'CREATE TABLE counts AS SELECT origin, COUNT(*) AS n FROM flights GROUP BY origin EMIT CHANGES;\n';

export const ERROR_EXAMPLES: Readonly<Record<ErrorCode, ErrorEntry>> = {
  INTERNAL: elsewhere('It is a bug; please report it.'),
  UNSUPPORTED: elsewhere('What is not executed yet changes from version to version.'),
  UNSUPPORTED_STATEMENT: statement('DESCRIBE CONNECTOR jdbc;'),

  SYNTAX: statement('SELEC origin FROM flights EMIT CHANGES;'),
  LITERAL_OUT_OF_RANGE: statement('SELECT 99999999999999999999 FROM flights EMIT CHANGES;'),
  UNDEFINED_VARIABLE: statement('SELECT ${column} FROM flights EMIT CHANGES;'),

  UNKNOWN_TOPIC: statement("PRINT 'flihgts';"),
  UNKNOWN_PARTITION: elsewhere(BROKER),
  TOPIC_EXISTS: elsewhere('Statements take a topic that is there as it is.'),
  INVALID_TOPIC: statement(
    "CREATE STREAM s (a INT) WITH (kafka_topic = 'no spaces', partitions = 1, value_format = 'JSON');",
  ),
  OFFSET_OUT_OF_RANGE: elsewhere(BROKER),
  CORRUPT_BATCH: elsewhere(STORAGE),
  STORAGE_QUOTA: elsewhere(STORAGE),
  STORAGE_LOCKED: elsewhere(STORAGE),
  STORAGE_FAILED: elsewhere(STORAGE),
  STORAGE_CLOSED: elsewhere(STORAGE),
  INVALID_RECORD: elsewhere(BROKER),
  UNSUPPORTED_COMPRESSION: elsewhere(BROKER),
  RECORD_TOO_LARGE: elsewhere('A statement does not hold so much: it takes a record of more than the topic allows.'),
  OUT_OF_ORDER_SEQUENCE: elsewhere(BROKER),
  PRODUCER_FENCED: elsewhere(BROKER),
  INVALID_TRANSACTION_STATE: elsewhere(BROKER),
  UNKNOWN_MEMBER: elsewhere(BROKER),
  ILLEGAL_GENERATION: elsewhere(BROKER),
  REBALANCE_IN_PROGRESS: elsewhere(BROKER),
  INCONSISTENT_GROUP_PROTOCOL: elsewhere(BROKER),
  GROUP_NOT_EMPTY: elsewhere(BROKER),
  UNKNOWN_GROUP: elsewhere(BROKER),

  FUNCTION_FAILED: record(
    `${FLIGHT}CREATE STREAM s AS SELECT origin, TO_BYTES(origin, 'hex') AS answer FROM flights EMIT CHANGES;`,
  ),
  INVALID_DATE: statement("SELECT * FROM flights WHERE CAST(left_at AS DATE) = 'not a day' EMIT CHANGES;"),
  INVALID_TIME: statement("SELECT * FROM flights WHERE CAST(left_at AS TIME) = 'noonish' EMIT CHANGES;"),
  INVALID_TIMESTAMP: statement("SELECT * FROM flights WHERE left_at > 'yesterday' EMIT CHANGES;"),
  INVALID_DATETIME_PATTERN: record(
    `${FLIGHT}CREATE STREAM s AS SELECT origin, FORMAT_TIMESTAMP(FROM_UNIXTIME(delay), 'bbb') AS answer FROM flights EMIT CHANGES;`,
  ),
  UNPARSEABLE_DATETIME: record(
    `${FLIGHT}CREATE STREAM s AS SELECT origin, PARSE_DATE(origin, 'yyyy-MM-dd') AS answer FROM flights EMIT CHANGES;`,
  ),
  UNKNOWN_TIME_ZONE: record(
    `${FLIGHT}CREATE STREAM s AS SELECT origin, FORMAT_TIMESTAMP(FROM_UNIXTIME(delay), 'HH:mm', 'Mars/Base') AS answer FROM flights EMIT CHANGES;`,
  ),
  INVALID_REGEX: record(
    `${FLIGHT}CREATE STREAM s AS SELECT origin, REGEXP_EXTRACT('(', origin) AS answer FROM flights EMIT CHANGES;`,
  ),
  UNSUPPORTED_REGEX: statement("SELECT REGEXP_EXTRACT('(.)\\1', dest) FROM flights EMIT CHANGES;"),
  INVALID_LIKE_ESCAPE: statement("SELECT * FROM flights WHERE dest LIKE 'S!%' ESCAPE '!!' EMIT CHANGES;"),
  INVALID_JSON_PATH: record(
    `${FLIGHT}CREATE STREAM s AS SELECT origin, EXTRACTJSONFIELD(origin, 'no path') AS answer FROM flights EMIT CHANGES;`,
  ),

  UNKNOWN_COLUMN: statement('SELECT delya FROM flights EMIT CHANGES;'),
  UNKNOWN_FIELD: statement('SELECT plane->maker FROM flights EMIT CHANGES;'),
  UNKNOWN_TYPE: statement('SELECT CAST(delay AS INTEGR) FROM flights EMIT CHANGES;'),
  INVALID_TYPE: statement('SELECT CAST(delay AS DECIMAL(2, 4)) FROM flights EMIT CHANGES;'),
  TYPE_MISMATCH: statement('SELECT * FROM flights WHERE NOT delay EMIT CHANGES;'),
  INCOMPARABLE_TYPES: statement('SELECT * FROM flights WHERE delay > tags EMIT CHANGES;'),
  COMPARISON_WITH_NULL: statement('SELECT * FROM flights WHERE delay = NULL EMIT CHANGES;'),
  INVALID_ARITHMETIC: statement('SELECT delay - dest FROM flights EMIT CHANGES;'),
  INVALID_CAST: statement('SELECT CAST(tags AS INT) FROM flights EMIT CHANGES;'),
  INVALID_CONSTRUCTOR: statement('SELECT ARRAY[] FROM flights EMIT CHANGES;'),
  NO_COMMON_TYPE: statement('SELECT CASE WHEN delay > 0 THEN delay ELSE tags END FROM flights EMIT CHANGES;'),
  INVALID_LITERAL: statement("SELECT CASE WHEN delay > 0 THEN delay ELSE 'early' END FROM flights EMIT CHANGES;"),
  UNTYPED_NULL: statement('CREATE STREAM s AS SELECT origin, NULL AS nothing FROM flights EMIT CHANGES;'),
  MISPLACED_EXPRESSION: statement('SELECT REDUCE(tags, 0, (x, x) => 1) FROM flights EMIT CHANGES;'),
  DIVISION_BY_ZERO: record(
    `${FLIGHT}CREATE STREAM s AS SELECT origin, 60 / delay AS answer FROM flights EMIT CHANGES;`,
  ),
  NULL_OPERAND: record(
    "INSERT INTO flights (origin) VALUES ('SFO');\nCREATE STREAM s AS SELECT origin, delay + 1 IS NULL AS answer FROM flights EMIT CHANGES;",
  ),
  CAST_FAILED: record(
    `${FLIGHT}CREATE STREAM s AS SELECT origin, CAST(origin AS INT) AS answer FROM flights EMIT CHANGES;`,
  ),

  UNKNOWN_FUNCTION: statement('SELECT UPPR(dest) FROM flights EMIT CHANGES;'),
  NO_MATCHING_FUNCTION: statement('SELECT ABS(dest) FROM flights EMIT CHANGES;'),
  AMBIGUOUS_FUNCTION: elsewhere('No built-in function has two overloads that fit equally well.'),
  FUNCTION_KIND: elsewhere('Statements are refused earlier, with AGGREGATE_MISPLACED or MISPLACED_EXPRESSION.'),
  FUNCTION_EXISTS: elsewhere('The panel of functions raises it, for a function of your own with a built-in’s name.'),
  NOT_A_LITERAL: statement('SELECT origin, TOPK(delay, delay) FROM flights GROUP BY origin EMIT CHANGES;'),
  INVALID_ARGUMENT: statement('SELECT origin, TOPK(delay, 0) FROM flights GROUP BY origin EMIT CHANGES;'),
  NOT_COMPARABLE: statement('SELECT ARRAY_MAX(ARRAY[tags]) FROM flights EMIT CHANGES;'),
  DECIMAL_OVERFLOW: record(
    "INSERT INTO flights (origin, price) VALUES ('SFO', 9999.99);\nCREATE STREAM s AS SELECT origin, CAST(price AS DECIMAL(4, 2)) AS answer FROM flights EMIT CHANGES;",
  ),

  DESERIALIZATION: record(
    `${FLIGHT}CREATE STREAM wrong (origin VARCHAR KEY, delay ARRAY<INT>) WITH (kafka_topic = 'flights', value_format = 'JSON');
CREATE STREAM s AS SELECT * FROM wrong EMIT CHANGES;`,
  ),
  SERIALIZATION: elsewhere('A row that cannot be written is skipped and counted; the panel of queries shows how many.'),
  UNKNOWN_FORMAT: statement(
    "CREATE STREAM s (a INT) WITH (kafka_topic = 's', partitions = 1, value_format = 'JASON');",
  ),
  INVALID_FORMAT_PROPERTY: elsewhere('Statements are refused earlier, with INVALID_PROPERTY.'),
  FORMAT_MISFIT: statement(
    "CREATE STREAM s (a INT, b INT) WITH (kafka_topic = 's', partitions = 1, value_format = 'KAFKA');",
  ),
  SCHEMA_NOT_FOUND: statement(
    "CREATE STREAM s WITH (kafka_topic = 's', partitions = 1, value_format = 'AVRO', value_schema_id = 42);",
  ),
  INVALID_SCHEMA: elsewhere('The panel of schemas raises it, for a text that is no schema.'),
  INCOMPATIBLE_SCHEMA: statement(
    "CREATE STREAM s (a INT) WITH (kafka_topic = 's', partitions = 1, value_format = 'AVRO');\n" +
      "CREATE STREAM t (a VARCHAR) WITH (kafka_topic = 's', value_format = 'AVRO');\nINSERT INTO t VALUES ('x');",
  ),
  SCHEMA_REFERENCED: elsewhere(
    'Dropping a topic raises it, and deleting a version in the panel of schemas, when a schema of another subject refers to it.',
  ),

  INVALID_WINDOW: statement(
    'SELECT origin, COUNT(*) FROM flights WINDOW HOPPING (SIZE 1 HOUR, ADVANCE BY 2 HOURS) GROUP BY origin EMIT CHANGES;',
  ),
  INVALID_TOPOLOGY: elsewhere('Topologies that are made of SQL are wired by the engine.'),
  PROCESSING_FAILED: elsewhere('It is what a query that stopped shows; the error below it says why.'),
  UNKNOWN_STORE: elsewhere('Programs on the streams library ask for stores by name; SQL does not.'),
  STATE_OUTDATED: elsewhere('It takes a workspace that another version of Weir has written.'),
  STORE_NOT_READY: elsewhere('It passes: a table is being restored when its rows are asked for.'),

  INVALID_FUNCTION: elsewhere('The panel of functions raises it, for a definition that will not do.'),
  FUNCTION_RAN_AWAY: elsewhere('A function of your own raises it, when a call takes more than half a second.'),
  FUNCTION_IN_USE: elsewhere('The panel of functions raises it, when a query uses what is to be removed.'),

  INVALID_FILE: elsewhere('An import raises it.'),
  INTERRUPTED: elsewhere('Ctrl-C does, and whoever aborts the signal that the library was given.'),
  NOT_OPEN: elsewhere('The page raises it when it has lost its workspace.'),

  INVALID_PULL_QUERY: statement(`${TABLE}SELECT origin, COUNT(*) FROM counts GROUP BY origin;`),
  UNKNOWN_SOURCE: statement('SELECT * FROM fligths EMIT CHANGES;'),
  WRONG_SOURCE_KIND: statement('DROP TABLE flights;'),
  SOURCE_EXISTS: statement(
    "CREATE STREAM flights (a INT) WITH (kafka_topic = 'f', partitions = 1, value_format = 'JSON');",
  ),
  SOURCE_IN_USE: statement(
    'CREATE STREAM late AS SELECT * FROM flights WHERE delay > 60 EMIT CHANGES;\nDROP STREAM flights;',
  ),
  READ_ONLY_SOURCE: statement(
    "CREATE SOURCE STREAM mirror (a INT) WITH (kafka_topic = 'flights', value_format = 'JSON');\nINSERT INTO mirror VALUES (1);",
  ),
  DUPLICATE_SOURCE: statement('SELECT * FROM flights f JOIN airports f ON f.dest = f.iata EMIT CHANGES;'),
  SELF_JOIN: statement('SELECT * FROM flights a JOIN flights b WITHIN 1 HOUR ON a.origin = b.origin EMIT CHANGES;'),
  READS_OWN_SINK: statement('INSERT INTO flights SELECT * FROM flights EMIT CHANGES;'),
  AMBIGUOUS_COLUMN: statement(
    "CREATE TABLE cities (city VARCHAR PRIMARY KEY, name VARCHAR) WITH (kafka_topic = 'cities', partitions = 1, value_format = 'JSON');\n" +
      'SELECT name FROM airports a JOIN cities c ON a.city = c.city EMIT CHANGES;',
  ),
  DUPLICATE_COLUMN: statement('CREATE STREAM s AS SELECT origin, delay AS d, miles AS d FROM flights EMIT CHANGES;'),
  RESERVED_COLUMN: statement(
    "CREATE STREAM s (rowtime INT) WITH (kafka_topic = 's', partitions = 1, value_format = 'JSON');",
  ),
  WRONG_KEY_WORD: elsewhere('The grammar refuses it earlier, with SYNTAX, and names the right word.'),
  NO_PRIMARY_KEY: statement("CREATE TABLE t (a INT) WITH (kafka_topic = 't', partitions = 1, value_format = 'JSON');"),
  NO_COLUMNS: statement("CREATE STREAM s WITH (kafka_topic = 's', partitions = 1, value_format = 'JSON');"),
  NO_SCHEMA: statement("CREATE STREAM s WITH (kafka_topic = 's', partitions = 1, value_format = 'AVRO');"),
  MAP_KEY: statement('SELECT extra, COUNT(*) FROM flights GROUP BY extra EMIT CHANGES;'),
  INVALID_HEADER_COLUMN: statement(
    "CREATE STREAM s (a INT, h INT HEADERS) WITH (kafka_topic = 's', partitions = 1, value_format = 'JSON');",
  ),
  UNKNOWN_PROPERTY: statement(
    "CREATE STREAM s (a INT) WITH (kafka_topic = 's', partition = 1, value_format = 'JSON');",
  ),
  INVALID_PROPERTY: statement(
    "CREATE STREAM s (a INT) WITH (kafka_topic = 's', partitions = 0, value_format = 'JSON');",
  ),
  NOT_BOOLEAN: statement('SELECT * FROM flights WHERE delay EMIT CHANGES;'),
  NOT_GROUPED: statement('SELECT origin, delay, COUNT(*) FROM flights GROUP BY origin EMIT CHANGES;'),
  NESTED_AGGREGATE: statement('SELECT origin, SUM(COUNT(delay)) FROM flights GROUP BY origin EMIT CHANGES;'),
  AGGREGATE_MISPLACED: statement('SELECT origin FROM flights WHERE COUNT(*) > 1 EMIT CHANGES;'),
  AGGREGATE_ON_TABLE: statement('SELECT city, MAX(name) FROM airports GROUP BY city EMIT CHANGES;'),
  TABLE_FUNCTION_MISPLACED: statement('SELECT * FROM flights WHERE EXPLODE(tags) IS NOT NULL EMIT CHANGES;'),
  INVALID_JOIN: statement('SELECT * FROM flights f JOIN airports a ON f.dest > a.iata EMIT CHANGES;'),
  INVALID_PARTITION_BY: statement('CREATE TABLE t AS SELECT * FROM airports PARTITION BY city EMIT CHANGES;'),
  INVALID_EMIT: statement('CREATE TABLE t AS SELECT origin, COUNT(*) AS n FROM flights GROUP BY origin EMIT FINAL;'),
  WINDOWED_TABLE_SOURCE: statement(
    'CREATE TABLE hourly AS SELECT origin, COUNT(*) AS n FROM flights WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY origin EMIT CHANGES;\n' +
      'CREATE TABLE t AS SELECT * FROM hourly EMIT CHANGES;',
  ),
  KEY_NOT_SELECTED: statement('CREATE STREAM s AS SELECT dest, delay FROM flights EMIT CHANGES;'),
  KEY_SELECTED_TWICE: statement('CREATE STREAM s AS SELECT origin, origin AS start, delay FROM flights EMIT CHANGES;'),
  NO_VALUE_COLUMNS: statement('CREATE TABLE t AS SELECT iata FROM airports EMIT CHANGES;'),
  INCOMPATIBLE_SINK: statement(
    "CREATE STREAM s (origin VARCHAR KEY, delay VARCHAR) WITH (kafka_topic = 's', partitions = 1, value_format = 'JSON');\n" +
      'INSERT INTO s SELECT origin, delay FROM flights EMIT CHANGES;',
  ),
  INCOMPATIBLE_REPLACE: statement(
    "CREATE OR REPLACE STREAM flights (origin VARCHAR KEY, delay VARCHAR) WITH (kafka_topic = 'flights', value_format = 'JSON');",
  ),
  UNKNOWN_QUERY: statement('TERMINATE CSAS_NOTHING_1;'),
  TYPE_EXISTS: statement('CREATE TYPE money AS DECIMAL(10, 2);\nCREATE TYPE money AS DOUBLE;'),
  INVALID_INSERT: statement("INSERT INTO flights (origin, delay) VALUES ('SFO');"),
  NOT_MATERIALIZED: statement("SELECT * FROM airports WHERE iata = 'SFO';"),
  INVALID_LIMIT: statement('CREATE STREAM s AS SELECT * FROM flights EMIT CHANGES LIMIT 3;'),
  SCRIPT_NOT_FOUND: statement("RUN SCRIPT 'nowhere.sql';"),
  SCRIPT_RUNS_ITSELF: elsewhere('It takes a script that runs itself.'),
  NOT_A_QUERY: statement('EXPLAIN SHOW STREAMS;'),
  UNKNOWN_SETTING: statement("SET 'auto.offset.rest' = 'earliest';"),
  INVALID_SETTING: statement("SET 'auto.offset.reset' = 'sometimes';"),
  ASSERTION_FAILED: statement('ASSERT TOPIC nowhere;'),
  UNKNOWN_VARIABLE: statement('UNDEFINE column_name;'),
};
