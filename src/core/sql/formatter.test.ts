import { describe, expect, it } from 'vitest';
import { formatExpression, formatStatement } from './formatter.ts';
import { parseExpression, parseStatement } from './parse.ts';

describe('formatExpression', () => {
  it.each([
    ['f1 + f2 * 2', '(F1 + (F2 * 2))'],
    ['count(*)', 'COUNT(*)'],
    ['id = null', '(ID = null)'],
    ["a.b is not null and not (c like 'x''%')", "((A.B IS NOT NULL) AND (NOT (C LIKE 'x''%')))"],
    ['cast(a as varchar)', 'CAST(A AS STRING)'],
    ['cast(a as array<int>)', 'CAST(A AS ARRAY<INTEGER>)'],
    ["map(1 := 'cat')", "MAP(1:='cat')"],
    ['transform(a, x => x->`f` + 1)', 'TRANSFORM(A, X => (X->`f` + 1))'],
    ['case when a then 1 else 2 end', '(CASE WHEN A THEN 1 ELSE 2 END)'],
    ['a not between -1 and 1.50', '(A NOT BETWEEN -1 AND 1.50)'],
  ])('%s', (text, expected) => {
    expect(formatExpression(parseExpression(text))).toBe(expected);
  });
});

describe('formatStatement', () => {
  it('keeps a short query on one line', () => {
    expect(formatStatement(parseStatement('select a,b from s emit changes'))).toBe('SELECT A, B FROM S EMIT CHANGES;');
  });

  it('gives each clause of a long query a line', () => {
    const text =
      'create table delays with (partitions=4) as select origin, count(*) as flights, avg(delay) average from flights f ' +
      'left join airports a on f.origin = a.iata window tumbling (size 1 day, grace period 1 hours) where (delay > 60) ' +
      'group by origin having count(*) > 3 emit changes';
    expect(formatStatement(parseStatement(text))).toBe(
      [
        'CREATE TABLE DELAYS WITH (PARTITIONS = 4) AS',
        'SELECT ORIGIN, COUNT(*) AS FLIGHTS, AVG(DELAY) AS AVERAGE',
        'FROM FLIGHTS F',
        '  LEFT JOIN AIRPORTS A ON F.ORIGIN = A.IATA',
        'WINDOW TUMBLING (SIZE 1 DAY, GRACE PERIOD 1 HOUR)',
        'WHERE DELAY > 60',
        'GROUP BY ORIGIN',
        'HAVING COUNT(*) > 3',
        'EMIT CHANGES;',
      ].join('\n'),
    );
  });

  it('gives each column of a long definition a line', () => {
    const text =
      "create stream readings (sensor_id int key, measured_at timestamp, temperature double, humidity double) with (kafka_topic='readings', value_format='json')";
    expect(formatStatement(parseStatement(text))).toBe(
      [
        'CREATE STREAM READINGS (',
        '  SENSOR_ID INT KEY,',
        '  MEASURED_AT TIMESTAMP,',
        '  TEMPERATURE DOUBLE,',
        '  HUMIDITY DOUBLE',
        ") WITH (KAFKA_TOPIC = 'readings', VALUE_FORMAT = 'json');",
      ].join('\n'),
    );
  });
});
