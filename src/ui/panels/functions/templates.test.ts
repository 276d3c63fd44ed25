import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../adapters/manual-clock.ts';
import { openQuickJsSandbox } from '../../../adapters/sandbox-quickjs.ts';
import { MemoryStorage } from '../../../adapters/storage-memory.ts';
import { Engine } from '../../../core/ksql/engine/engine.ts';
import { evaluateText } from '../../../core/ksql/queries/evaluate.ts';
import { isTemplateSource, TEMPLATES } from './templates.ts';

describe('templates', () => {
  it.each([
    [TEMPLATES.scalar, 160.9344],
    [TEMPLATES.aggregate, 'abc'],
    [TEMPLATES.table, ['one', 'two', 'three']],
  ])('$name works as it stands', async (template, expected) => {
    const clock = new ManualClock(0);
    const engine = await Engine.open({
      storage: new MemoryStorage(),
      clock,
      scheduler: clock,
      random: () => 0,
      openSandbox: () => openQuickJsSandbox({ nowMs: () => 0 }),
    });
    await engine.addFunction(template);
    expect(evaluateText(template.trial, engine.planner.analyzerContext(engine.config)).value).toEqual(expected);
    expect(isTemplateSource(template.source)).toBe(true);
  });

  it('are told from code that was edited', () => {
    expect(isTemplateSource(`${TEMPLATES.scalar.source} `)).toBe(false);
  });
});
