import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatStatement } from './formatter.ts';
import { completionContext } from './language/completion.ts';
import { tokenize } from './language/highlight.ts';
import { parseScript } from './parse.ts';
import { KEYWORDS, lex } from './tokens.ts';

const TEXTS = [
  "CREATE OR REPLACE STREAM s (id BIGINT KEY, h ARRAY<STRUCT<key STRING, v BYTES>> HEADERS, x BYTES HEADER('x')) WITH (kafka_topic='s', partitions=1);",
  "CREATE TABLE t WITH (partitions=2) AS SELECT a, COUNT(*) AS n, SUM(CASE WHEN a > 3 THEN 1 ELSE 2 END) FROM s LEFT JOIN r WITHIN (1 HOUR, 2 DAYS) GRACE PERIOD 5 MINUTES ON s.id = r.id WINDOW HOPPING (SIZE 1 DAY, ADVANCE BY 1 HOUR, GRACE PERIOD 1 DAY) WHERE NOT a LIKE 'x%' ESCAPE '!' AND b BETWEEN -1 AND 2.5 GROUP BY (a, b) HAVING COUNT(*) > 1 EMIT CHANGES LIMIT 3;",
  "SELECT TRANSFORM(m, (k, v) => k + 1), MAP('a' := ARRAY[1, 2][1]), STRUCT(x := CAST(y AS DECIMAL(4, 2)))->x, s.*, d->* FROM s PARTITION BY a;",
  "INSERT INTO s (a, b) VALUES (1, 'it''s'); INSERT INTO s SELECT * FROM t; SHOW ALL TOPICS EXTENDED; DESCRIBE FUNCTION f; EXPLAIN SELECT 1 FROM s;",
  "ALTER STREAM s ADD COLUMN a INT, ADD b STRING; DROP TABLE IF EXISTS t DELETE TOPIC; PRINT x FROM BEGINNING INTERVAL 2; SET 'a' = 'b'; ASSERT TOPIC x WITH (partitions=1) TIMEOUT 3 SECONDS;",
];

/** A text with some of its tokens left out, doubled, swapped or replaced. */
const broken = fc
  .tuple(
    fc.constantFrom(...TEXTS),
    fc.array(
      fc.record({
        at: fc.nat(200),
        change: fc.constantFrom('drop', 'double', 'swap', 'replace'),
        by: fc.constantFrom(
          ...KEYWORDS,
          ';',
          '(',
          ')',
          ',',
          '.',
          '->',
          '=>',
          '<',
          "'open",
          '${v}',
          '1.5',
          '-',
          '€',
          '[',
          ':=',
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([text, changes]) => {
    const words = lex(text).tokens.map((token) => token.image);
    for (const { at, change, by } of changes) {
      const i = at % words.length;
      const word = words[i] ?? '';
      if (change === 'drop' && words.length > 1) words.splice(i, 1);
      else if (change === 'double') words.splice(i, 0, word);
      else if (change === 'swap') words.splice(i, 2, words[i + 1] ?? '', word);
      else words[i] = by;
    }
    return words.join(' ');
  });

describe('broken texts', () => {
  it('end in errors with a place in the text, or in statements that can be printed; never in an exception', () => {
    fc.assert(
      fc.property(broken, (text) => {
        const { statements, errors } = parseScript(text, { testStatements: true });
        for (const { span, message, code } of errors) {
          expect(code).toMatch(/^(SYNTAX|LITERAL_OUT_OF_RANGE|UNDEFINED_VARIABLE)$/);
          expect(message).not.toBe('');
          if (span === undefined) throw new Error(`No place: ${message}`);
          expect(span.length).toBeGreaterThan(0);
          expect(span.offset + span.length).toBeLessThanOrEqual(text.length);
          expect(span).toMatchObject({ line: 1, column: span.offset + 1 });
        }
        for (const { statement } of statements) expect(formatStatement(statement)).toMatch(/;$/);
      }),
      { numRuns: 150 },
    );
  });

  it('can be coloured and completed anywhere', () => {
    fc.assert(
      fc.property(broken, fc.nat(), (text, place) => {
        const { replace } = completionContext(text, place % (text.length + 1));
        expect(replace.offset + replace.length).toBeLessThanOrEqual(text.length);
        const covered = tokenize(text).map((token) => token.text);
        expect(covered.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
      { numRuns: 80 },
    );
  });
});
