import { beforeEach, describe, expect, it } from 'vitest';
import type { StatementResult } from '../../protocol/api.ts';
import { addResults, closeTab, LOG_TAB, shiftSpan, useResults } from './results.ts';

const SPAN = { offset: 0, length: 8, line: 1, column: 1 };
const BASE = { offset: 40, length: 20, line: 3, column: 5 };
const rows = (title: string): StatementResult => ({
  kind: 'rows',
  statement: title,
  span: SPAN,
  title,
  columns: [],
  rows: [],
  notes: [],
  elapsedMs: 1,
});
const status: StatementResult = { kind: 'status', statement: 'CREATE', span: SPAN, message: 'Stream created' };

beforeEach(() => useResults.setState({ running: 0, log: [], tabs: [], active: LOG_TAB }));

describe('shiftSpan', () => {
  it('moves the column on the first line only', () => {
    expect(shiftSpan({ offset: 2, length: 1, line: 1, column: 3 }, BASE)).toMatchObject({
      offset: 42,
      line: 3,
      column: 7,
    });
    expect(shiftSpan({ offset: 9, length: 1, line: 2, column: 3 }, BASE)).toMatchObject({
      offset: 49,
      line: 4,
      column: 3,
    });
  });
});

describe('results', () => {
  it('opens a tab for rows and shows the last answer', () => {
    addResults([status, rows('Topics')], BASE);
    const state = useResults.getState();
    expect(state.tabs.map((tab) => tab.title)).toEqual(['Topics']);
    expect(state.active).toBe(state.tabs[0]?.id);
    addResults([status], BASE);
    expect(useResults.getState().active).toBe(LOG_TAB);
  });

  it('gives up the oldest tabs beyond twelve and says which', () => {
    const dropped = addResults(
      Array.from({ length: 14 }, (_, i) => rows(`t${i}`)),
      BASE,
    );
    expect(dropped.map((tab) => tab.title)).toEqual(['t0', 't1']);
    expect(useResults.getState().tabs).toHaveLength(12);
  });

  it('shows the neighbour of a closed tab', () => {
    addResults([rows('a'), rows('b'), rows('c')], BASE);
    const [a, b, c] = useResults.getState().tabs;
    closeTab(c?.id ?? '');
    expect(useResults.getState().active).toBe(b?.id);
    closeTab(a?.id ?? '');
    expect(useResults.getState().active).toBe(b?.id);
    closeTab(b?.id ?? '');
    expect(useResults.getState().active).toBe(LOG_TAB);
  });
});
