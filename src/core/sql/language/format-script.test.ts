import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lex } from '../tokens.ts';
import { formatScript } from './format-script.ts';

describe('formatScript', () => {
  it.each([
    ['select  a,b from s emit changes', 'SELECT a, b FROM s EMIT CHANGES\n'],
    ['show   tables ;list topics;', 'SHOW TABLES;\nLIST TOPICS;\n'],
    [
      "create stream s(id int key, m map<int,array<int>>,h bytes header('')) with(kafka_topic='s');",
      "CREATE STREAM s (id INT KEY, m MAP<INT, ARRAY<INT>>, h BYTES HEADER('')) WITH (kafka_topic = 's');\n",
    ],
    ['insert into s(a) values(-1,- 2 , 3-1);', 'INSERT INTO s (a) VALUES (-1, -2, 3 - 1);\n'],
    [
      'select a||b != c, count( * ), x [ 1 ] -> `y`, s . * from s',
      'SELECT a || b != c, count(*), x[1]->`y`, s.* FROM s\n',
    ],
    [
      'select transform(m,(k,v)=>k+1), cast( a as decimal(4,2) ) from s',
      'SELECT transform(m, (k, v) => k + 1), CAST(a AS DECIMAL(4, 2)) FROM s\n',
    ],
    ['select id, key, source from type where date in(1,2)', 'SELECT id, key, source FROM type WHERE date IN (1, 2)\n'],
    ['print x from beginning limit 3;', 'PRINT x FROM BEGINNING LIMIT 3;\n'],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(formatScript(text)).toBe(expected);
  });

  it('gives each clause of a long query a line, and each item of a long list', () => {
    const text =
      'create table delays with (partitions=4) as select origin, count(*) as flights, avg(delay) average_delay_in_minutes, latest_by_offset(carrier) as carrier ' +
      'from flights f left outer join airports a on f.origin = a.iata window tumbling (size 1 day) ' +
      "where delay between 60 and 1000 and f.origin is distinct from 'JFK' and a.state in ('NY', 'CA') or a.some_long_column > 3 group by origin emit changes;";
    expect(formatScript(text)).toBe(
      [
        'CREATE TABLE delays WITH (partitions = 4) AS',
        'SELECT',
        '  origin,',
        '  count(*) AS flights,',
        '  avg(delay) average_delay_in_minutes,',
        '  latest_by_offset(carrier) AS carrier',
        'FROM flights f',
        '  LEFT OUTER JOIN airports a ON f.origin = a.iata',
        'WINDOW TUMBLING (SIZE 1 DAY)',
        'WHERE delay BETWEEN 60 AND 1000',
        "  AND f.origin IS DISTINCT FROM 'JFK'",
        "  AND a.state IN ('NY', 'CA')",
        '  OR a.some_long_column > 3',
        'GROUP BY origin',
        'EMIT CHANGES;',
        '',
      ].join('\n'),
    );
  });

  it('breaks long definitions', () => {
    const text =
      "create or replace stream readings (sensor_id int key, measured_at timestamp, temperature double, humidity double) with (kafka_topic='readings', value_format='json');";
    expect(formatScript(text)).toBe(
      [
        'CREATE OR REPLACE STREAM readings (',
        '  sensor_id INT KEY,',
        '  measured_at TIMESTAMP,',
        '  temperature DOUBLE,',
        '  humidity DOUBLE',
        ") WITH (kafka_topic = 'readings', value_format = 'json');",
        '',
      ].join('\n'),
    );
  });

  it('keeps comments, and the lines of a statement that has some inside', () => {
    const text =
      '-- first\n\n\n\nselect a, -- the a\n    b /* and b */ from s; -- done\n/* more */ show tables;\n-- end';
    expect(formatScript(text)).toBe(
      '-- first\n\nSELECT a, -- the a\n    b /* and b */ FROM s; -- done\n/* more */ SHOW TABLES;\n-- end\n',
    );
  });

  it('leaves alone what does not parse, and what has variables', () => {
    expect(formatScript('selct  a;\n\nshow tables')).toBe('selct  a;\n\nSHOW TABLES\n');
    expect(formatScript('select  ${a} from s;')).toBe('select  ${a} from s;\n');
  });

  it('changes no word, and nothing when done twice', () => {
    const word = fc.constantFrom(
      'select', 'a', 'key', 'from', 's', 'where', '=', '-', '1', "'x'", '(', ')', ',', 'count', '*', '[', ']', '->', 'and',
      'emit', 'changes', '-- c\n', '/* d */', ';', '<', 'array', '.', 'join', 'on', 'is', 'distinct', 'case', 'when', 'then', 'end',
      'SELECT a FROM s WHERE', 'SELECT F(', 'CREATE STREAM s (', '\n', 'date', 'PARTITION BY', 'b',
    ); // prettier-ignore
    const words = (text: string): string[] => {
      const { tokens, comments } = lex(text);
      return [...tokens, ...comments].map((token) => token.image.trimEnd().toUpperCase());
    };
    fc.assert(
      fc.property(fc.array(word, { maxLength: 25 }), (list) => {
        const text = list.join(' ');
        const once = formatScript(text);
        expect(words(once)).toEqual(words(text));
        expect(formatScript(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });
});
