import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorDocs } from '../../scripts/error-docs.ts';
import { ManualClock } from '../../src/adapters/manual-clock.ts';
import { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import { WeirError } from '../../src/core/common/errors.ts';
import { Engine } from '../../src/core/ksql/engine/engine.ts';
import { executeScript } from '../../src/core/ksql/engine/script.ts';
import { Session } from '../../src/core/ksql/engine/session.ts';
import { COMMON_SETUP, ERROR_EXAMPLES } from './examples.ts';

/** What the last statement of the script raised, and what its records did. */
async function run(sql: string): Promise<{ readonly raised: unknown; readonly failures: readonly unknown[] }> {
  const clock = new ManualClock(0);
  const failures: unknown[] = [];
  const engine = await Engine.open({
    storage: new MemoryStorage(),
    clock,
    scheduler: clock,
    random: () => 0.5,
    onExpressionError: (_query, error) => failures.push(error),
  });
  const session = new Session({ 'auto.offset.reset': 'earliest' });
  const setup = await executeScript(engine, session, COMMON_SETUP);
  expect(setup.errors).toEqual([]);
  const { errors } = await executeScript(engine, session, sql, {
    testStatements: true,
    pause: async (ms) => clock.advance(ms),
  });
  while (await engine.step(100));
  await engine.close();
  const [first] = errors;
  const before = first === undefined ? '' : sql.slice(sql.indexOf(first.statement) + first.statement.length);
  expect(before.trim(), 'the last statement is the one that fails').toBe('');
  return { raised: first?.error, failures };
}

describe('error codes', () => {
  const examples = Object.entries(ERROR_EXAMPLES).flatMap(([code, entry]) =>
    entry.kind === 'elsewhere' ? [] : [{ code, entry }],
  );

  it.each(examples)('$code', async ({ code, entry }) => {
    const { raised, failures } = await run(entry.sql);
    if (entry.kind === 'record') {
      expect(raised).toBeUndefined();
      expect(failures.map((error) => (error instanceof WeirError ? error.code : error))).toContain(code);
      return;
    }
    expect(raised).toMatchObject({ code });
    expect(raised).toHaveProperty('span.line');
    expect(raised, 'an error says what to do next').toHaveProperty('hint', expect.stringMatching(/./));
  });

  it('are documented as they are: npx tsx scripts/error-docs.ts writes the page anew', () => {
    expect(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorDocs());
  });
});
