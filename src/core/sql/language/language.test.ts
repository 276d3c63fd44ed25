import { describe, expect, it } from 'vitest';
import { completionContext, type CompletionContext } from './completion.ts';
import { tokenAt, tokenize } from './highlight.ts';
import { callAt } from './signature.ts';

/** The context at `|`. */
function at(text: string): CompletionContext {
  return completionContext(text.replace('|', ''), text.indexOf('|'));
}

describe('completion', () => {
  it.each([
    ['SELECT |', ['column', 'function']],
    ['SELECT a FROM |', ['source']],
    ['SELECT a FROM x JOIN |', ['source']],
    ['SELECT a FROM x WHERE F(b, |', ['column', 'function']],
    ['SELECT a FROM x |', ['newName']],
    ['CREATE STREAM x (a |', ['type']],
    ['SELECT CAST(a AS |', ['type']],
    ['CREATE STREAM |', ['newName']],
    ['CREATE STREAM x (a INT) WITH (|', ['property']],
    ["CREATE STREAM x (a INT) WITH (value_format = '|'", ['propertyValue']],
    ["SET '|'", ['sessionProperty']],
    ["SET 'auto.offset.reset' = '|'", ['propertyValue']],
    ['DROP TABLE |', ['source']],
    ['DROP TYPE |', ['customType']],
    ['DROP CONNECTOR |', ['connector']],
    ['DESCRIBE |', ['source']],
    ['DESCRIBE FUNCTION |', ['function']],
    ['PRINT |', ['topic']],
    ['TERMINATE |', ['query']],
    ['INSERT INTO |', ['source']],
    ['INSERT INTO x (|', ['column']],
    ['UNDEFINE |', ['variable']],
    ['SELECT a -- |', []],
    ["SELECT 'a |", []],
  ])('%s', (text, wanted) => {
    expect([...at(text).wanted].sort()).toEqual(wanted);
  });

  it('offers the keywords that the grammar allows', () => {
    expect(at('|').keywords).toContain('SELECT');
    expect(at('|').keywords).not.toContain('FROM');
    expect(at('SELECT a FROM x |').keywords).toEqual(
      expect.arrayContaining(['WHERE', 'GROUP', 'EMIT', 'LIMIT', 'LEFT']),
    );
    expect(at('SELECT a FROM x EMIT |').keywords).toEqual(['CHANGES', 'FINAL']);
    expect(at('SHOW |').keywords).toContain('TOPICS');
    expect(at('SELECT a FROM x WINDOW |').keywords).toEqual(['TUMBLING', 'HOPPING', 'SESSION']);
  });

  it('knows the sources in scope, behind the cursor too', () => {
    expect(at('SELECT | FROM orders o JOIN `Items` AS i WITHIN 1 DAY ON').scope).toEqual([
      { name: 'ORDERS', alias: 'O' },
      { name: 'Items', alias: 'I' },
    ]);
    expect(at('SHOW TABLES; SELECT | FROM x EMIT CHANGES; SELECT 1 FROM y').scope).toEqual([{ name: 'X', alias: 'X' }]);
    expect(at('INSERT INTO x (|').scope).toEqual([{ name: 'X', alias: 'X' }]);
  });

  it('knows qualifiers and paths of fields', () => {
    expect(at('SELECT o.| FROM orders o')).toMatchObject({ qualifier: 'O', keywords: [] });
    expect(at('SELECT o.address->city->| FROM orders o')).toMatchObject({ path: ['O', 'ADDRESS', 'CITY'] });
    expect(at('CREATE STREAM x WITH (kafka_topic=|').property).toBe('KAFKA_TOPIC');
  });

  it('replaces the word that is being typed', () => {
    expect(at('SELECT ab|c FROM x')).toMatchObject({ prefix: 'ab', replace: { offset: 7, length: 3 } });
    expect(at('SELECT\n  |')).toMatchObject({ prefix: '', replace: { offset: 9, length: 0, line: 2, column: 3 } });
    expect(at("PRINT 'or|d'")).toMatchObject({ prefix: 'or', inQuotes: true, replace: { offset: 7, length: 3 } });
  });

  it('survives errors before the cursor', () => {
    expect([...at('SELECT a b c d FROM x WHERE |').wanted]).toContain('column');
    expect([...at('SELECT ) FROM |').wanted]).toEqual(['source']);
  });
});

describe('highlighting', () => {
  const classes = (text: string): string =>
    tokenize(text)
      .map((token) => `${token.text}:${token.class}`)
      .join(' ');

  it('tells names from keywords by what the parser read', () => {
    expect(classes('SELECT count(*), key, date FROM source WHERE id = 3 EMIT CHANGES;')).toBe(
      'SELECT:keyword count:function (:punctuation *:operator ):punctuation ,:punctuation key:name ,:punctuation date:name FROM:keyword source:name WHERE:keyword id:name =:operator 3:number EMIT:keyword CHANGES:keyword ;:punctuation',
    );
    expect(classes('CREATE STREAM id(key INT KEY, d ARRAY<date>) -- x')).toBe(
      'CREATE:keyword STREAM:keyword id:name (:punctuation key:name INT:type KEY:keyword ,:punctuation d:name ARRAY:type <:operator date:type >:operator ):punctuation -- x:comment',
    );
  });

  it('goes on behind errors', () => {
    expect(classes("--@test: x\nSELECT 'a FROM")).toBe("--@test: x:directive SELECT:keyword 'a FROM:broken");
    expect(classes('SELECT FROM from id; SHOW TABLES')).toBe(
      'SELECT:keyword FROM:keyword from:keyword id:name ;:punctuation SHOW:keyword TABLES:keyword',
    );
    expect(classes('SELECT ${x}')).toBe('SELECT:keyword ${x}:variable');
  });

  it('finds the token under the cursor', () => {
    const text = 'SELECT SUM(a) FROM b';
    expect(tokenAt(text, 8)).toMatchObject({ class: 'function', text: 'SUM', span: { offset: 7, length: 3 } });
    expect(tokenAt(text, 6)).toBeUndefined();
  });
});

describe('callAt', () => {
  it.each([
    ['SELECT F(|', 'F', 0],
    ['SELECT F(a, G(b, (c + d), |e)) FROM x', 'G', 2],
    ['SELECT F(a, G(b, c), |', 'F', 2],
    ['SELECT F(ARRAY[a, b|], c)', 'F', 0],
  ])('%s', (text, name, argumentIndex) => {
    expect(callAt(text.replace('|', ''), text.indexOf('|'))).toMatchObject({ name, argumentIndex });
  });

  it('is nothing outside of calls', () => {
    expect(callAt('SELECT F(a) ', 12)).toBeUndefined();
    expect(callAt("SELECT F(G(a, b), 'x,y' , ", 26)?.earlier).toEqual(['G(a, b)', "'x,y'"]);
    expect(callAt('SELECT F(a, ARRAY[b, c', 22)?.earlier).toEqual(['a']);
    expect(callAt('SELECT (a', 9)).toBeUndefined();
  });
});
