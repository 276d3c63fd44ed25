import { describe, expect, it } from 'vitest';
import { refusal } from '../common/testing.ts';
import type { WeirError } from '../common/errors.ts';
import type { Query, Statement } from './ast.ts';
import { StatementGrammar } from './grammar/statements.ts';
import { parseExpression, parseScript, parseStatement, parseType } from './parse.ts';

function errorsOf(text: string): readonly WeirError[] {
  return parseScript(text).errors;
}

function query(text: string): Query {
  const statement = parseStatement(text);
  if (statement.kind !== 'query') throw new Error(`A query was expected, not ${statement.kind}.`);
  return statement;
}

const EACH_STATEMENT: Readonly<Record<Statement['kind'], readonly string[]>> = {
  query: [
    'SELECT * FROM s',
    "SELECT a, s.b AS c, d->e->`f`, s.*, d->* FROM s t WHERE a LIKE 'x!%' ESCAPE '!' EMIT CHANGES LIMIT 3",
    'SELECT a FROM l JOIN r WITHIN 1 HOUR GRACE PERIOD 5 MINUTES ON l.id = r.id FULL OUTER JOIN q AS x ON x.id = l.id',
    'SELECT a FROM l LEFT JOIN r WITHIN (1 HOUR, 2 DAYS) ON l.id = r.id',
    'SELECT a, COUNT(*) FROM s WINDOW TUMBLING (SIZE 1 DAY, RETENTION 3 DAYS, GRACE PERIOD 0 SECONDS) GROUP BY a, b HAVING COUNT(*) > 1 EMIT FINAL',
    'SELECT a FROM s WINDOW w HOPPING (SIZE 10 SECONDS, ADVANCE BY 1 SECOND) GROUP BY (a, b)',
    'SELECT a FROM s WINDOW SESSION (60 SECONDS) GROUP BY (a + 1) * 2',
    'SELECT a FROM emit PARTITION BY a, b EMIT CHANGES',
  ],
  createSource: [
    "CREATE OR REPLACE STREAM s (id BIGINT KEY, h ARRAY<STRUCT<key STRING, value BYTES>> HEADERS, x BYTES HEADER('x')) WITH (kafka_topic = 's', partitions = 1, 'avro.name' = 'S', wrap_single_value = false)",
    "CREATE SOURCE TABLE IF NOT EXISTS t (id INT PRIMARY KEY, v DECIMAL(4, 2), m MAP<STRING, INT ARRAY>) WITH (kafka_topic='t')",
    "CREATE STREAM s WITH (kafka_topic='s')",
    'CREATE STREAM s',
  ],
  createAsSelect: [
    'CREATE TABLE t WITH (partitions=2) AS SELECT a, COUNT(*) FROM s GROUP BY a',
    'CREATE OR REPLACE STREAM IF NOT EXISTS x AS SELECT * FROM y',
  ],
  insertSelect: ["INSERT INTO t WITH (query_id='q') SELECT * FROM s", 'INSERT INTO t SELECT * FROM s'],
  insertValues: [
    'INSERT INTO s (a, `b`) VALUES (1, -2.5)',
    "INSERT INTO s VALUES (ARRAY[1], MAP('a' := 1), STRUCT(x := NULL))",
  ],
  dropSource: ['DROP STREAM IF EXISTS s DELETE TOPIC', 'DROP TABLE t'],
  alterSource: ['ALTER STREAM s ADD COLUMN a INT, ADD b STRUCT<x INT>', 'ALTER TABLE t ADD COLUMN INT'],
  createType: ['CREATE TYPE IF NOT EXISTS address AS STRUCT<street VARCHAR, no INT>'],
  dropType: ['DROP TYPE IF EXISTS address', 'DROP TYPE address'],
  createConnector: [
    "CREATE SOURCE CONNECTOR IF NOT EXISTS c WITH ('connector.class' = 'x')",
    'CREATE SINK CONNECTOR `c-1` WITH (a = 1)',
  ],
  dropConnector: ['DROP CONNECTOR IF EXISTS c'],
  describeConnector: ['DESCRIBE CONNECTOR c'],
  describe: ['DESCRIBE s EXTENDED', 'DESCRIBE s', 'DESCRIBE function EXTENDED'],
  describeFunction: ['DESCRIBE FUNCTION sum'],
  describeAll: ['DESCRIBE STREAMS EXTENDED', 'DESCRIBE TABLES'],
  show: [
    'SHOW ALL TOPICS EXTENDED',
    'LIST TOPICS',
    'LIST STREAMS EXTENDED',
    'SHOW TABLES',
    'SHOW QUERIES EXTENDED',
    'SHOW FUNCTIONS',
    'SHOW PROPERTIES',
    'LIST TYPES',
    'SHOW VARIABLES',
    'SHOW CONNECTORS',
    'SHOW SOURCE CONNECTORS',
    'LIST SINK CONNECTORS',
    'SHOW CONNECTOR PLUGINS',
  ],
  explain: [
    'EXPLAIN CTAS_X_1',
    'EXPLAIN SELECT * FROM s',
    'EXPLAIN CREATE TABLE t AS SELECT a, COUNT(*) FROM s GROUP BY a',
  ],
  print: ['PRINT orders FROM BEGINNING INTERVAL 2 LIMIT 3', "PRINT 'my-topic' SAMPLE 2"],
  queryControl: ['TERMINATE ALL', 'PAUSE csas_1', 'RESUME csas_1', 'TERMINATE csas_1'],
  set: ["SET 'auto.offset.reset' = 'earliest'"],
  unset: ["UNSET 'auto.offset.reset'"],
  alterSystem: ["ALTER SYSTEM 'ksql.x' = 'y'"],
  define: ["DEFINE topic = 'orders'"],
  undefine: ['UNDEFINE topic'],
  runScript: ["RUN SCRIPT 'a.sql'"],
  assertTopic: ['ASSERT TOPIC orders WITH (partitions=3) TIMEOUT 10 SECONDS', 'ASSERT NOT EXISTS TOPIC orders'],
  assertSchema: ["ASSERT SCHEMA SUBJECT 'orders-value' ID 3 TIMEOUT 1 MINUTE", 'ASSERT NOT EXISTS SCHEMA ID 3'],
  assertSource: ["ASSERT STREAM s (a INT KEY) WITH (kafka_topic='s')", 'ASSERT TABLE t'],
  assertValues: ['ASSERT VALUES s (a, b) VALUES (1, 2)', 'ASSERT NULL VALUES t (a) KEY (1)'],
};

describe('the grammar', () => {
  it('is free of ambiguities', () => {
    expect(() => new StatementGrammar({ validate: true })).not.toThrow();
  });

  it.each(Object.entries(EACH_STATEMENT))('reads %s', (kind, texts) => {
    for (const text of texts) {
      const parsed = parseScript(`${text};`, { testStatements: true });
      expect(parsed.errors.map((error) => error.message)).toEqual([]);
      expect(parsed.statements.map(({ statement }) => statement.kind)).toEqual([kind]);
      expect(parsed.statements[0]?.text).toBe(`${text};`);
      expect(parsed.statements[0]?.statement.span).toEqual({ offset: 0, length: text.length, line: 1, column: 1 });
    }
  });

  it('takes test statements only where they are asked for', () => {
    expect(errorsOf("RUN SCRIPT 'x';")[0]?.message).toContain("'RUN'");
    expect(errorsOf('ASSERT VALUES s VALUES (1);')[0]?.message).toContain("'VALUES'");
    expect(errorsOf('ASSERT TOPIC s;')).toEqual([]);
  });

  it('folds names and keeps those in quotes', () => {
    const { select } = query('SELECT foo, `Foo`, "a""b", s.`x``y` FROM s');
    expect(
      select.map((item) => item.kind === 'expression' && item.expression.kind === 'column' && item.expression.name),
    ).toEqual(['FOO', 'Foo', 'a"b', 'x`y']);
  });

  it('lets keywords that are not reserved be names', () => {
    const parsed = query('SELECT id, key, date, source, map, emit FROM time partition PARTITION BY year EMIT CHANGES');
    expect(parsed.from).toMatchObject({ kind: 'source', name: 'TIME', alias: 'PARTITION' });
    expect(parsed.partitionBy).toMatchObject([{ kind: 'column', name: 'YEAR' }]);
    expect(parsed.emit).toBe('CHANGES');
  });

  it('passes over comments', () => {
    expect(query('/* a; */ SELECT -- b;\n a FROM s -- end')).toMatchObject({ kind: 'query' });
  });
});

describe('expressions', () => {
  const shape = (text: string): string =>
    JSON.stringify(parseExpression(text), (key, value: unknown) =>
      key.toLowerCase().endsWith('span') ? undefined : typeof value === 'bigint' ? `${value}` : value,
    );

  it.each([
    ['NOT a AND b OR c', '((NOT a) AND b) OR c'],
    ['a + b * c - d', '(a + (b * c)) - d'],
    ['a || b + c', 'a + (b + c)'],
    ['a = b AND c <> d', '(a = b) AND (c <> d)'],
    ['a != b', 'a <> b'],
    ['-a * b', '(-a) * b'],
    ['a -1', 'a - 1'],
    ['a[1]->b[c]', '((a[1])->b)[c]'],
    ['+a', 'a'],
    ['NOT a = b', 'NOT (a = b)'],
    ['a BETWEEN 1 + 1 AND 3 AND b', '(a BETWEEN (1 + 1) AND 3) AND b'],
    ["TIMESTAMP '2024-01-01'", "CAST('2024-01-01' AS TIMESTAMP)"],
  ])('%s is %s', (left, right) => {
    expect(shape(left)).toBe(shape(right));
  });

  it.each([
    ['2147483647', { kind: 'integer', value: 2147483647 }],
    ['-2147483648', { kind: 'integer', value: -2147483648 }],
    ['2147483648', { kind: 'bigint', value: 2147483648n }],
    ['-9223372036854775808', { kind: 'bigint', value: -(2n ** 63n) }],
    ['1.50', { kind: 'decimal', text: '1.50' }],
    ['-.5', { kind: 'decimal', text: '-.5' }],
    ['1E3', { kind: 'double', value: 1000 }],
    ["'it''s'", { kind: 'string', value: "it's" }],
    ['true', { kind: 'boolean', value: true }],
    [
      'F(DAYS, day)',
      {
        args: [
          { kind: 'intervalUnit', unit: 'DAY' },
          { kind: 'column', name: 'DAY' },
        ],
      },
    ],
    ['F((a, b) => a)', { args: [{ kind: 'lambda', params: ['A', 'B'] }] }],
  ])('%s', (text, expected) => {
    expect(parseExpression(text)).toMatchObject(expected);
  });

  it.each([['9223372036854775808'], ['-9223372036854775809'], ['1.7976931348623159E308']])(
    '%s is out of range',
    (text) => {
      expect(refusal(() => parseExpression(text))).toMatchObject({
        code: 'LITERAL_OUT_OF_RANGE',
        details: { literal: text },
      });
    },
  );

  it.each([['a = b = c'], ['IN (1)'], ['a IN ()'], ['x => x'], ['a AND'], ['F(a b)'], ['CAST(a AS NULL)']])(
    '%s is refused',
    (text) => {
      expect(refusal(() => parseExpression(text)).code).toBe('SYNTAX');
    },
  );

  it('reads types', () => {
    expect(parseType('MAP<STRING, STRUCT<a INT, `b` DECIMAL(10, 2) ARRAY>>')).toMatchObject({
      kind: 'mapType',
      value: { fields: [{ name: 'A' }, { name: 'b', type: { kind: 'arrayType', element: { parameters: [10, 2] } } }] },
    });
    expect(parseType('STRUCT<>')).toMatchObject({ kind: 'structType', fields: [] });
  });
});

describe('errors', () => {
  it('finds the errors of each statement and keeps the statements without', () => {
    const parsed = parseScript('SELCT 1;\nSELECT a FROM s;\nSHOW STREEMS;\n  DROP STREAM');
    expect(parsed.statements.map(({ text, span }) => [text, span.line])).toEqual([['SELECT a FROM s;', 2]]);
    expect(parsed.errors.map(({ code, span }) => [code, span?.line, span?.column, span?.length])).toEqual([
      ['SYNTAX', 1, 1, 5],
      ['SYNTAX', 3, 6, 7],
      ['SYNTAX', 4, 13, 1],
    ]);
  });

  it('finds several errors in one statement', () => {
    expect(
      errorsOf('CREATE STREAM x (a INT, b, c STRING d) WITH (kafka_topic=x);').map((e) => e.details['token']),
    ).toEqual([',', 'd', 'x']);
  });

  it.each([
    ['SELCT a FROM b', 'SELECT', 'SELCT'],
    ['SELECT a FORM b', 'FROM', 'FORM'],
    ['SELECT a FROM b WHER c = 3', 'WHERE', 'WHER'],
    ['SELECT a FROM b EMIT CHANGE', 'CHANGES', 'CHANGE'],
    ['CREATE STREAM size (a INT)', '`SIZE`', 'size'],
    ['SELECT query FROM s', '`QUERY`', 'query'],
    ['SELECT größe FROM s', '`größe`', 'größe'],
    ['SELECT a, FROM b', '', ','],
    ['SELECT a FROM b WHERE a == 3', '=', '=='],
    ['CREATE STREAM s (a INT) WITH (format="JSON")', "'JSON'", '"JSON"'],
    ['CREATE STREAM s (a INT PRIMARY KEY)', 'KEY', 'PRIMARY KEY'],
    ['CREATE TABLE s (a INT KEY)', 'PRIMARY KEY', 'KEY'],
  ])('%s: offers %s for %s', (text, replacement, culprit) => {
    const rewrite = errorsOf(text)[0]?.rewrite;
    expect(rewrite?.text).toBe(replacement);
    expect(text.slice(rewrite?.span.offset, (rewrite?.span.offset ?? 0) + (rewrite?.span.length ?? 0))).toBe(culprit);
  });

  it.each([
    ['SELECT a FROM s ORDER BY a', 'ORDER BY'],
    ['SELECT a FROM (SELECT b FROM c)', 'CREATE STREAM'],
    ['SELECT COUNT(DISTINCT a) FROM s', 'COUNT_DISTINCT'],
    ['UPDATE s SET a = 1', 'INSERT INTO'],
    ["SELECT 'abc FROM s", "'"],
  ])('%s: the hint speaks of %s', (text, part) => {
    expect(errorsOf(text)[0]?.hint).toContain(part);
  });

  it('names what was expected', () => {
    const [error] = errorsOf('CREATE STREAM s (k VARCHAR(x)) ');
    expect(error?.message).toBe("Unexpected 'x': expected a whole number or STRING.");
    expect(error?.details).toEqual({
      token: 'x',
      expected: ['a whole number', 'STRING'],
      statement: 'CREATE STREAM s (k VARCHAR(x))',
    });
    expect(errorsOf('SELECT a FROM s LIMIT heh')[0]?.message).toBe("Unexpected 'heh': expected a whole number.");
    expect(errorsOf('SELECT CAST(a AS )')[0]?.message).toBe("Unexpected ')': expected a type.");
    expect(errorsOf('INSERT INTO s')[0]?.message).toBe(
      "The statement ends too early: expected '(', VALUES, WITH or SELECT.",
    );
  });

  it('refuses what is nested beyond reason', () => {
    const text = `SELECT ${'('.repeat(20_000)}a${')'.repeat(20_000)} FROM s; SHOW TABLES;`;
    expect(parseScript(text)).toMatchObject({ errors: [{ code: 'SYNTAX' }], statements: [{ text: 'SHOW TABLES;' }] });
  });

  it('refuses counts beyond what can be counted', () => {
    expect(errorsOf('SELECT a FROM s LIMIT 99999999999999999999')[0]).toMatchObject({ code: 'LITERAL_OUT_OF_RANGE' });
    expect(errorsOf('SELECT a FROM s GROUP BY ()')[0]?.message).toBe("Unexpected ')': expected an expression.");
  });

  it('refuses more or less than one statement where one is wanted', () => {
    expect(refusal(() => parseStatement('-- nothing')).code).toBe('SYNTAX');
    expect(refusal(() => parseStatement('SHOW TABLES; SHOW TYPES;')).span).toMatchObject({ offset: 13 });
  });
});

describe('parseScript', () => {
  it('cuts at semicolons outside of quotes and comments', () => {
    const text = "DEFINE a = ';' /* ; */; -- c;\n;  DROP STREAM `;`; SHOW TYPES";
    const { statements } = parseScript(text);
    expect(statements.map((each) => each.text)).toEqual(["DEFINE a = ';' /* ; */;", 'DROP STREAM `;`;', 'SHOW TYPES']);
    for (const { text: piece, span } of statements) {
      expect(text.slice(span.offset, span.offset + span.length)).toBe(piece);
    }
  });
});

describe('variables', () => {
  const variables = new Map([
    ['name', 'orders'],
    ['n', '-3'],
    ['quote', "it's"],
    ['two', 'a, b'],
  ]);
  const first = (text: string): Statement | undefined => parseScript(text, { variables }).statements[0]?.statement;

  it('stand for names, constants and parts of texts, without case', () => {
    expect(first("SELECT a FROM ${NAME} WHERE b = ${n} AND c = 'x ${quote} ${unknown}'")).toMatchObject({
      from: { name: 'ORDERS', span: { offset: 14, length: 7 } },
      where: { left: { right: { value: -3 } }, right: { right: { value: "x it's ${unknown}" } } },
    });
    expect(first('SELECT * FROM ${name}_2024')).toMatchObject({ from: { name: 'ORDERS_2024' } });
    expect(first('SELECT * FROM `${name}-x`')).toMatchObject({ from: { name: 'orders-x' } });
  });

  it('take effect from their DEFINE to their UNDEFINE', () => {
    const parsed = parseScript("DEFINE x = 's'; SELECT * FROM ${x}; UNDEFINE x; SELECT * FROM ${x};");
    expect(parsed.statements.map(({ statement }) => statement.kind)).toEqual(['define', 'query', 'undefine']);
    expect(parsed.errors).toMatchObject([
      { code: 'UNDEFINED_VARIABLE', span: { column: 63 }, details: { variable: 'x' } },
    ]);
  });

  it('cannot smuggle in more than a word', () => {
    expect(parseScript('SELECT ${two} FROM s', { variables }).errors).toMatchObject([{ code: 'SYNTAX' }]);
  });
});
