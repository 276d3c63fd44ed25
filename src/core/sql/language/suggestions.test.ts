import { describe, expect, it } from 'vitest';
import type { CatalogNames } from './catalog-names.ts';
import { suggest, type Suggestion } from './suggestions.ts';

const source = (name: string, columns: Readonly<Record<string, string>>, windowType?: string) =>
  [
    name,
    {
      name,
      kind: windowType === undefined ? ('STREAM' as const) : ('TABLE' as const),
      windowType,
      columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
    },
  ] as const;

const NAMES: CatalogNames = {
  sources: new Map([
    source('ORDERS', { ITEM: 'STRING', PRICE: 'DOUBLE', PLACE: 'STRUCT<CITY STRING, GEO STRUCT<LAT DOUBLE>>' }),
    source('Totals', { ITEM: 'STRING', total: 'DOUBLE' }, 'TUMBLING'),
  ]),
  topics: new Map([
    ['orders', { name: 'orders', role: 'user' }],
    ['_schemas', { name: '_schemas', role: 'internal' }],
  ]),
  queries: new Map([['CTAS_1', { id: 'CTAS_1', state: 'RUNNING' }]]),
  types: [{ name: 'ADDRESS', type: 'STRUCT<CITY STRING>' }],
  subjects: ['orders-value'],
  functions: [
    { name: 'ABS', description: 'magnitude', signatures: ['ABS(DOUBLE value) -> DOUBLE'] },
    { name: 'DATEADD', description: 'later', signatures: ['DATEADD(UNIT unit, INTEGER interval, DATE value) -> DATE'] },
    { name: 'UCASE', description: 'upper case', signatures: ['UCASE(STRING str) -> STRING'] },
  ],
};

/** What is suggested at `|`, of the kinds, the likely ones first. */
function at(text: string, ...kinds: readonly Suggestion['kind'][]): readonly string[] {
  return suggest(text.replace('|', ''), text.indexOf('|'), NAMES)
    .suggestions.filter(({ kind }) => kinds.includes(kind))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ text: written }) => written);
}

describe('suggestions', () => {
  it.each([
    ['SELECT * FROM |', 'source', ['ORDERS', '`Totals`']],
    ['SELECT * FROM `|`', 'source', ['ORDERS', 'Totals']],
    [
      'SELECT | FROM `Totals`',
      'column',
      ['ITEM', 'ROWOFFSET', 'ROWPARTITION', 'ROWTIME', 'WINDOWEND', 'WINDOWSTART', '`total`'],
    ],
    [
      'SELECT UCASE(| FROM `Totals`',
      'column',
      ['ITEM', 'ROWOFFSET', 'ROWPARTITION', 'ROWTIME', 'WINDOWEND', 'WINDOWSTART', '`total`'],
    ],
    ['SELECT place->| FROM orders', 'column', ['CITY', 'GEO']],
    ['SELECT o.place->geo->| FROM orders o', 'column', ['LAT']],
    ['SELECT u| FROM orders', 'function', ['ABS(', 'DATEADD(', 'UCASE(']],
    ['CREATE STREAM x (a |', 'type', expect.arrayContaining(['ADDRESS', 'BIGINT'])],
    ['DROP TYPE |', 'type', ['ADDRESS']],
    ['PRINT |', 'topic', ["'orders'", "'_schemas'"]],
    ["PRINT '|", 'topic', ['orders', '_schemas']],
    ['TERMINATE |', 'query', ['CTAS_1']],
    ["ASSERT SCHEMA SUBJECT '|", 'subject', ['orders-value']],
    ['ASSERT SCHEMA SUBJECT |', 'subject', ["'orders-value'"]],
    ["DEFINE topic = 'a'; DEFINE n = '2'; SELECT ${|", 'variable', ['n}', 'topic}']],
    ["DEFINE topic = 'a'; PRINT '${to|}", 'variable', ['topic']],
    ["DEFINE topic = 'a'; UNDEFINE |", 'variable', ['topic']],
    ['CREATE STREAM x (a INT) WITH (PART|', 'property', expect.arrayContaining(['PARTITIONS = '])],
    ['CREATE STREAM x (a INT) WITH (KAFKA_TOPIC = |', 'value', ["'orders'", "'_schemas'"]],
    ['CREATE STREAM x (a INT) WITH (PARTITIONS = |', 'value', ['1', '2', '4', '8']],
    ["SET 'auto.offset.reset' = '|", 'value', expect.arrayContaining(['earliest', 'latest'])],
    ['SELECT a FROM orders EMIT |', 'keyword', ['CHANGES ', 'FINAL ']],
  ] as const)('%s', (text, kind, expected) => {
    expect(at(text, kind)).toEqual(expected);
  });

  it('qualifies columns where several sources are in scope', () => {
    const found = at('SELECT | FROM orders o JOIN `Totals` t ON o.item = t.item', 'column');
    expect(found).toEqual(expect.arrayContaining(['O.ITEM', 'O.PRICE', 'T.ITEM', 'T.`total`']));
    expect(at('SELECT t.| FROM orders o JOIN `Totals` t ON o.item = t.item', 'column')).toContain('`total`');
  });

  it('puts first what an argument takes: columns, calls, and keywords only where it is a unit', () => {
    const firsts = (text: string): readonly string[] => at(text, 'column', 'function', 'keyword').slice(0, 4);
    expect(firsts('SELECT UCASE(|')).toEqual(['ITEM', 'UCASE(', 'ABS(', 'DATEADD(']);
    expect(firsts('SELECT ABS(| FROM `Totals`')[0]).toBe('`total`');
    expect(at('SELECT ABS(| FROM `Totals`', 'function')).toEqual(['ABS(', 'DATEADD(', 'UCASE(']);
    expect(at('SELECT DATEADD(|', 'function', 'keyword')).toEqual(expect.arrayContaining(['DAYS ']));
    expect(at('SELECT DATEADD(|', 'function', 'keyword')[0]).not.toBe('ABS(');
    expect(at('SELECT |', 'function', 'keyword')[0]).not.toBe('ABS(');
  });

  it('says what is replaced', () => {
    expect(suggest('SELECT pri FROM orders', 9, NAMES)).toMatchObject({
      replace: { offset: 7, length: 3 },
      prefix: 'pr',
      inQuotes: false,
    });
  });
});
