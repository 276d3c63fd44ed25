import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../adapters/manual-clock.ts';
import { MemoryStorage } from '../../../adapters/storage-memory.ts';
import { Engine } from '../engine/engine.ts';
import { textConverter } from '../expressions/value-text.ts';
import { evaluateText } from './evaluate.ts';

const clock = new ManualClock(0);
const engine = await Engine.open({ storage: new MemoryStorage(), clock, scheduler: clock, random: () => 0.5 });

function show(text: string): string {
  const { type, value } = evaluateText(text, engine.planner.analyzerContext(engine.config));
  return value === null || type === null ? 'null' : textConverter(type)(value);
}
const refused = (text: string): unknown => {
  try {
    return show(text);
  } catch (error) {
    return error;
  }
};

describe('evaluateText', () => {
  it.each(
    engine.functions
      .list()
      .flatMap((fn) => (fn.examples ?? []).map((example) => [example.sql, example.result] as const)),
  )('%s', (sql, result) => {
    expect(show(sql)).toBe(result);
  });

  it('takes the rows of an aggregate from the comment, semicolons in texts included', () => {
    expect(show("COLLECT_LIST(x) -- x: 'a;b', 'c'")).toBe('[a;b, c]');
    expect(show('SUM(x + y) -- x: 1, 2; y: 10, 20')).toBe('33');
    expect(refused('SUM(x)')).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(refused('SUM(z) -- x: 1')).toMatchObject({ code: 'UNKNOWN_COLUMN' });
  });

  it('says why there is no value', () => {
    expect(refused('1 / 0')).toMatchObject({ code: 'DIVISION_BY_ZERO' });
    expect(refused('ABS(1 / 0)')).toMatchObject({ code: 'DIVISION_BY_ZERO' });
    expect(refused('ABSS(1)')).toMatchObject({ code: 'UNKNOWN_FUNCTION' });
    expect(refused('ABS(')).toMatchObject({ code: 'SYNTAX' });
    expect(refused('delay')).toMatchObject({ code: 'UNKNOWN_COLUMN' });
  });
});
