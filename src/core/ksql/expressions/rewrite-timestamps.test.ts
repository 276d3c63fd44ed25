import { expect, it } from 'vitest';
import { parseExpression } from '../../sql/parse.ts';
import { formatExpression } from '../../sql/formatter.ts';
import { rewriteTimestamps } from './rewrite-timestamps.ts';

const rewritten = (sql: string): string => formatExpression(rewriteTimestamps(parseExpression(sql)));
const kept = (sql: string): string => formatExpression(parseExpression(sql));

it.each([
  ["ROWTIME > '2018-01-01T00:00:00.001'", 'ROWTIME > 1514764800001'],
  ["ROWTIME >= '2018'", 'ROWTIME >= 1514764800000'],
  ["'2018-02' <= S.WINDOWSTART", '1517443200000 <= S.WINDOWSTART'],
  ["WINDOWEND < '2019-01-01T00:00:00+0445'", 'WINDOWEND < 1546283700000'],
  ["ROWTIME BETWEEN '2018' AND 5 OR X = '2018'", "ROWTIME BETWEEN 1514764800000 AND 5 OR X = '2018'"],
])('%s', (sql, result) => {
  expect(rewritten(sql)).toBe(kept(result));
});

it('refuses a text that is no time, at its place', () => {
  let thrown: unknown;
  try {
    rewritten("X = 1 AND ROWTIME > 'yesterday'");
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'INVALID_TIMESTAMP', span: { offset: 20 } });
});
