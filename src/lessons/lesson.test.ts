import { describe, expect, it } from 'vitest';
import { ManualClock } from '../adapters/manual-clock.ts';
import { MemoryStorage } from '../adapters/storage-memory.ts';
import { Engine } from '../core/ksql/engine/engine.ts';
import { executeScript } from '../core/ksql/engine/script.ts';
import { Session } from '../core/ksql/engine/session.ts';
import { parseScript } from '../core/sql/parse.ts';
import { queryInfos, sourceInfo, topicInfos } from '../service/infos.ts';
import { STARTING_TEXT } from './flights.ts';
import { LATE_RECORDS } from './late-records.ts';
import { isDone, type LessonState } from './lesson.ts';
import { LESSONS } from './lessons.ts';

const EMPTY: LessonState = { sources: new Map(), topics: new Map(), queries: new Map(), ran: [] };

describe.each(LESSONS)('the lesson $id', (lesson) => {
  it('holds statements that parse, and the starting text does', () => {
    for (const sql of [STARTING_TEXT, ...lesson.steps.flatMap((step) => step.sql ?? [])]) {
      const { statements, errors } = parseScript(sql);
      expect(errors.map((error) => error.message)).toEqual([]);
      expect(statements).toHaveLength(1);
    }
  });

  it('has no step done at the start, and its ids are distinct', () => {
    expect(lesson.steps.filter((step) => isDone(step, EMPTY))).toEqual([]);
    expect(new Set(lesson.steps.map((step) => step.id)).size).toBe(lesson.steps.length);
  });
});

/** What a check sees of the engine. */
async function stateOf(engine: Engine, ran: readonly string[]): Promise<LessonState> {
  const sources = engine.planner.catalog.sources().map((source) => sourceInfo(source, engine));
  const topics = await topicInfos(
    sources.map(({ topic }) => topic),
    engine,
  );
  return {
    sources: new Map(sources.map((source) => [source.name, source])),
    topics: new Map(topics.map((topic) => [topic.name, topic])),
    queries: new Map(queryInfos(engine).map((query) => [query.id, query])),
    ran,
  };
}

describe('the lesson on late records', () => {
  it('runs from its first step to its last, each of which is done by its own statement', async () => {
    const clock = new ManualClock(1_714_600_000_000);
    const engine = await Engine.open({ storage: new MemoryStorage(), clock, scheduler: clock, random: () => 0.5 });
    const session = new Session({ 'auto.offset.reset': 'earliest' });
    const ran: string[] = [];
    const counts: string[] = [];
    const rows: unknown[] = [];
    let subscription: { take(): readonly { readonly row: readonly unknown[] }[] } | undefined;
    for (const [i, step] of LATE_RECORDS.steps.entries()) {
      const sql = step.sql ?? '';
      const { outputs, errors } = await executeScript(engine, session, sql);
      expect(errors.map(({ error }) => String(error))).toEqual([]);
      for (const output of outputs) if (output.kind === 'subscription') ({ subscription } = output);
      while (await engine.step(1_000));
      rows.push(...(subscription?.take().map(({ row }) => [...row]) ?? []));
      ran.push(sql);
      const state = await stateOf(engine, ran);
      expect(LATE_RECORDS.steps.filter((one) => isDone(one, state))).toEqual(LATE_RECORDS.steps.slice(0, i + 1));
      counts.push(`${step.id} ${rows.length}`);
    }
    expect(counts.slice(-3)).toEqual(['final 0', 'watch-final 1', 'release 2']);
    // The window of 12:00 without the late sale; that of 12:01 once it is closed.
    expect(rows).toEqual([
      ['park', 2, 10],
      ['park', 2, 8],
    ]);
  });
});

describe('isDone', () => {
  it('compares a statement without regard to blanks, case and its semicolon', () => {
    const step = { id: 'a', title: '', text: [], sql: 'SHOW  TOPICS;' };
    expect(isDone(step, { ...EMPTY, ran: ['show\ntopics'] })).toBe(true);
    expect(isDone(step, { ...EMPTY, ran: ['SHOW QUERIES;'] })).toBe(false);
  });
});
