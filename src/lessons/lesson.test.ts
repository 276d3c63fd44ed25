import { describe, expect, it } from 'vitest';
import { parseScript } from '../core/sql/parse.ts';
import { FLIGHTS, STARTING_TEXT } from './flights.ts';
import { isDone, type LessonState } from './lesson.ts';

const EMPTY: LessonState = { sources: new Map(), topics: new Map(), queries: new Map(), ran: [] };

describe('the lesson on flights', () => {
  it('holds statements that parse, and the starting text does', () => {
    for (const sql of [STARTING_TEXT, ...FLIGHTS.steps.flatMap((step) => step.sql ?? [])]) {
      const { statements, errors } = parseScript(sql);
      expect(errors.map((error) => error.message)).toEqual([]);
      expect(statements).toHaveLength(1);
    }
  });

  it('has no step done at the start, and its ids are distinct', () => {
    expect(FLIGHTS.steps.filter((step) => isDone(step, EMPTY))).toEqual([]);
    expect(new Set(FLIGHTS.steps.map((step) => step.id)).size).toBe(FLIGHTS.steps.length);
  });
});

describe('isDone', () => {
  it('compares a statement without regard to blanks, case and its semicolon', () => {
    const step = { id: 'a', title: '', text: [], sql: 'SHOW  TOPICS;' };
    expect(isDone(step, { ...EMPTY, ran: ['show\ntopics'] })).toBe(true);
    expect(isDone(step, { ...EMPTY, ran: ['SHOW QUERIES;'] })).toBe(false);
  });
});
