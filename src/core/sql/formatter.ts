/**
 * Statements as text: what SHOW and EXPLAIN print, and what stands in the command topic. Parsing it gives the same tree.
 *
 * Layout: a list that fits on its line stays there; otherwise each of its entries has a line of its own. A query that
 * fits on one line stays there; otherwise each clause begins a line.
 */
import type {
  ColumnConstraint,
  ColumnDefinition,
  Duration,
  Expression,
  Property,
  Query,
  Relation,
  SelectItem,
  SourceRelation,
  Statement,
  StatementKind,
  WindowClause,
} from './ast.ts';
import { writeExpression, writeName, writePostfix, writeText, writeType, writeValue } from './format-expression.ts';
import { KEYWORDS } from './tokens.ts';

export { formatExpression, writeExpression, writeName, writeType } from './format-expression.ts';

const LINE_WIDTH = 100;
const SHORT_QUERY_WIDTH = 72;
const INDENT = '  ';

/** The statement with its semicolon. */
export function formatStatement(statement: Statement): string {
  return `${write(statement)};`;
}

type Of<K extends StatementKind> = Extract<Statement, { readonly kind: K }>;

function write(statement: Statement): string {
  return writeKind<StatementKind>(statement);
}

function writeKind<K extends StatementKind>(statement: Of<K>): string {
  return WRITERS[statement.kind](statement);
}

/** Words with a space between; empty ones are left out. */
const words = (...parts: readonly (string | false | undefined)[]): string =>
  parts.filter((part) => part !== '' && part !== undefined && part !== false).join(' ');

/** `head (a, b)` on one line if it fits, otherwise an entry per line. */
function parenthesized(head: string, entries: readonly string[]): string {
  const line = `${head}(${entries.join(', ')})`;
  const lastLine = line.slice(line.lastIndexOf('\n') + 1);
  return lastLine.length <= LINE_WIDTH && !entries.some((entry) => entry.includes('\n'))
    ? line
    : `${head}(\n${entries.map((entry) => INDENT + entry).join(',\n')}\n)`;
}

const withClause = (head: string, properties: readonly Property[]): string =>
  properties.length === 0 ? head : parenthesized(`${head} WITH `, properties.map(writeProperty));

const writeProperty = ({ name, value }: Property): string =>
  `${writeName(name) === name ? name : writeText(name)} = ${writeExpression(value)}`;

function writeColumn({ name, type, constraint }: ColumnDefinition): string {
  return words(writeName(name), writeType(type), constraint && writeConstraint(constraint));
}

const writeConstraint = (constraint: ColumnConstraint): string =>
  constraint.kind === 'HEADER' ? `HEADER(${writeText(constraint.key)})` : constraint.kind;

const writeDuration = ({ value, unit }: Duration): string => `${value} ${unit}${value === 1 ? '' : 'S'}`;

/** A name outside the catalog (topic, subject), whose case counts. */
const writeExternal = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !KEYWORDS.includes(name.toUpperCase()) ? name : writeText(name);

const values = (head: string, expressions: readonly Expression[]): string =>
  parenthesized(head, expressions.map(writeValue));

const columnNames = (head: string, columns: readonly { readonly name: string }[]): string =>
  columns.length === 0
    ? head
    : parenthesized(
        `${head} `,
        columns.map((column) => writeName(column.name)),
      );

const definitions = (head: string, columns: readonly ColumnDefinition[]): string =>
  columns.length === 0 ? head : parenthesized(`${head} `, columns.map(writeColumn));

const WRITERS: { readonly [K in StatementKind]: (statement: Of<K>) => string } = {
  query: writeQuery,
  createSource: (s) => {
    const head = words(
      'CREATE',
      s.orReplace && 'OR REPLACE',
      s.isSource && 'SOURCE',
      s.sourceKind,
      s.ifNotExists && 'IF NOT EXISTS',
      writeName(s.name.name),
    );
    return withClause(definitions(head, s.columns), s.properties);
  },
  createAsSelect: (s) => {
    const head = words(
      'CREATE',
      s.orReplace && 'OR REPLACE',
      s.sourceKind,
      s.ifNotExists && 'IF NOT EXISTS',
      writeName(s.name.name),
    );
    return `${withClause(head, s.properties)} AS\n${writeQuery(s.query)}`;
  },
  insertSelect: (s) => `${withClause(`INSERT INTO ${writeName(s.target.name)}`, s.properties)}\n${writeQuery(s.query)}`,
  insertValues: (s) => values(`${columnNames(`INSERT INTO ${writeName(s.target.name)}`, s.columns)} VALUES `, s.values),
  dropSource: (s) =>
    words('DROP', s.sourceKind, s.ifExists && 'IF EXISTS', writeName(s.name.name), s.deleteTopic && 'DELETE TOPIC'),
  alterSource: (s) => {
    const added = s.add.map(({ name, type }) => `ADD COLUMN ${writeName(name)} ${writeType(type)}`);
    return `ALTER ${s.sourceKind} ${writeName(s.name.name)}${added.length === 1 ? ' ' : `\n${INDENT}`}${added.join(`,\n${INDENT}`)}`;
  },
  createType: (s) =>
    words('CREATE TYPE', s.ifNotExists && 'IF NOT EXISTS', writeName(s.name.name), 'AS', writeType(s.type)),
  dropType: (s) => words('DROP TYPE', s.ifExists && 'IF EXISTS', writeName(s.name.name)),
  createConnector: (s) => {
    const head = words(
      'CREATE',
      s.connectorKind,
      'CONNECTOR',
      s.ifNotExists && 'IF NOT EXISTS',
      writeName(s.name.name),
    );
    return withClause(head, s.properties);
  },
  dropConnector: (s) => words('DROP CONNECTOR', s.ifExists && 'IF EXISTS', writeName(s.name.name)),
  describeConnector: (s) => `DESCRIBE CONNECTOR ${writeName(s.name.name)}`,
  describe: (s) => words('DESCRIBE', writeName(s.name.name), s.extended && 'EXTENDED'),
  describeFunction: (s) => `DESCRIBE FUNCTION ${writeName(s.name.name)}`,
  describeAll: (s) => words('DESCRIBE', `${s.sourceKind}S`, s.extended && 'EXTENDED'),
  show: (s) => words('SHOW', s.subject, s.extended && 'EXTENDED'),
  explain: ({ target }) => `EXPLAIN ${'kind' in target ? write(target) : writeName(target.name)}`,
  print: (s) =>
    words(
      'PRINT',
      writeExternal(s.topic),
      s.fromBeginning && 'FROM BEGINNING',
      s.interval !== undefined && `INTERVAL ${s.interval}`,
      s.limit !== undefined && `LIMIT ${s.limit}`,
    ),
  queryControl: (s) => `${s.action} ${s.query === undefined ? 'ALL' : writeName(s.query.name)}`,
  set: (s) => `SET ${writeText(s.name)} = ${writeText(s.value)}`,
  unset: (s) => `UNSET ${writeText(s.name)}`,
  alterSystem: (s) => `ALTER SYSTEM ${writeText(s.name)} = ${writeText(s.value)}`,
  define: (s) => `DEFINE ${s.name} = ${writeText(s.value)}`,
  undefine: (s) => `UNDEFINE ${s.name}`,
  runScript: (s) => `RUN SCRIPT ${writeText(s.path)}`,
  assertTopic: (s) => {
    const head = words('ASSERT', !s.exists && 'NOT EXISTS', 'TOPIC', writeExternal(s.topic));
    return words(withClause(head, s.properties), s.timeout && `TIMEOUT ${writeDuration(s.timeout)}`);
  },
  assertSchema: (s) =>
    words(
      'ASSERT',
      !s.exists && 'NOT EXISTS',
      'SCHEMA',
      s.subject !== undefined && `SUBJECT ${writeExternal(s.subject)}`,
      s.id !== undefined && `ID ${s.id}`,
      s.timeout && `TIMEOUT ${writeDuration(s.timeout)}`,
    ),
  assertSource: (s) => {
    const head = words('ASSERT', !s.exists && 'NOT EXISTS', s.sourceKind, writeName(s.name.name));
    return words(
      withClause(definitions(head, s.columns), s.properties),
      s.timeout && `TIMEOUT ${writeDuration(s.timeout)}`,
    );
  },
  assertValues: (s) => {
    const head = `ASSERT ${s.tombstone ? 'NULL ' : ''}VALUES ${writeName(s.target.name)}`;
    return values(`${columnNames(head, s.columns)} ${s.tombstone ? 'KEY' : 'VALUES'} `, s.values);
  },
};

// ---------------------------------------------------------------------------------------------------- queries

function writeQuery(query: Query): string {
  const items = query.select.map(writeItem);
  const clauses = [
    ...writeRelation(query.from),
    query.window && `WINDOW ${writeWindow(query.window)}`,
    query.where && `WHERE ${writeExpression(query.where)}`,
    query.groupBy.length > 0 && `GROUP BY ${query.groupBy.map(writeValue).join(', ')}`,
    query.partitionBy.length > 0 && `PARTITION BY ${query.partitionBy.map(writeValue).join(', ')}`,
    query.having && `HAVING ${writeExpression(query.having)}`,
    query.emit && `EMIT ${query.emit}`,
    query.limit !== undefined && `LIMIT ${query.limit}`,
  ].filter((clause) => typeof clause === 'string');
  const select = `SELECT ${items.join(', ')}`;
  const line = [select, ...clauses.map((clause) => clause.trimStart())].join(' ');
  if (line.length <= SHORT_QUERY_WIDTH && !line.includes('\n')) return line;
  const head = select.length <= LINE_WIDTH ? select : `SELECT\n${items.map((item) => INDENT + item).join(',\n')}`;
  return [head, ...clauses].join('\n');
}

function writeItem(item: SelectItem): string {
  switch (item.kind) {
    case 'all':
      return item.source === undefined ? '*' : `${writeName(item.source)}.*`;
    case 'structAll':
      return `${writePostfix(item.base)}->*`;
    case 'expression': {
      const alias = item.alias === undefined ? '' : ` AS ${writeName(item.alias.name)}`;
      return writeExpression(item.expression) + alias;
    }
  }
}

const writeSource = ({ name, alias }: SourceRelation): string =>
  alias === name ? writeName(name) : `${writeName(name)} ${writeName(alias)}`;

/** A line for FROM and one for each join, in text order. */
function writeRelation(relation: Relation): readonly string[] {
  if (relation.kind === 'source') return [`FROM ${writeSource(relation)}`];
  const { type, left, right, within, on } = relation;
  const before = within && writeDuration(within.before);
  const after = within && writeDuration(within.after);
  const join = words(
    type !== 'INNER' && type,
    `JOIN ${writeSource(right)}`,
    before !== undefined && `WITHIN ${before === after ? before : `(${before}, ${after})`}`,
    within?.grace && `GRACE PERIOD ${writeDuration(within.grace)}`,
    `ON ${writeExpression(on)}`,
  );
  return [...writeRelation(left), `${INDENT}${join}`];
}

function writeWindow(window: WindowClause): string {
  const limits = [
    window.retention && `, RETENTION ${writeDuration(window.retention)}`,
    window.grace && `, GRACE PERIOD ${writeDuration(window.grace)}`,
  ]
    .filter((limit) => limit !== undefined)
    .join('');
  switch (window.kind) {
    case 'tumbling':
      return `TUMBLING (SIZE ${writeDuration(window.size)}${limits})`;
    case 'hopping':
      return `HOPPING (SIZE ${writeDuration(window.size)}, ADVANCE BY ${writeDuration(window.advance)}${limits})`;
    case 'session':
      return `SESSION (${writeDuration(window.gap)}${limits})`;
  }
}
