/**
 * What ran and what came of it. Every statement leaves an entry in the log; one with rows also gets a tab. Spans of
 * answers count from the start of the text that was sent: `baseOffset` is where that stood in the editor.
 */
import { create } from 'zustand';
import type { StatementResult, WireError } from '../../protocol/api.ts';
import type { Span } from '../../core/common/position.ts';

export interface LogEntry {
  readonly id: number;
  readonly at: number;
  readonly statement: string;
  /** In the editor's text. */
  readonly span: Span;
  readonly outcome:
    | { readonly kind: 'status'; readonly message: string }
    | { readonly kind: 'rows'; readonly count: number; readonly elapsedMs: number; readonly tab: string }
    | { readonly kind: 'subscription'; readonly tab: string }
    | { readonly kind: 'error'; readonly error: WireError };
}

export interface ResultTab {
  readonly id: string;
  readonly title: string;
  readonly result: Extract<StatementResult, { kind: 'rows' | 'subscription' }>;
}

export const LOG_TAB = 'log';
const MAX_LOG = 500;
const MAX_TABS = 12;

export interface Results {
  /** How many parts of the text are being executed. */
  readonly running: number;
  readonly log: readonly LogEntry[];
  readonly tabs: readonly ResultTab[];
  readonly active: string;
}

export const useResults = create<Results>(() => ({ running: 0, log: [], tabs: [], active: LOG_TAB }));

/** `span`, which counts from the start of a part, as it counts in the whole. */
export function shiftSpan(span: Span, base: Span): Span {
  return {
    offset: span.offset + base.offset,
    length: span.length,
    line: span.line + base.line - 1,
    column: span.line === 1 ? span.column + base.column - 1 : span.column,
  };
}

function shiftError(error: WireError, base: Span): WireError {
  return {
    ...error,
    span: error.span === undefined ? undefined : shiftSpan(error.span, base),
    rewrite: error.rewrite === undefined ? undefined : { ...error.rewrite, span: shiftSpan(error.rewrite.span, base) },
  };
}

/** The name of a tab: the first words that tell one statement from another. */
export function titleOf(result: ResultTab['result']): string {
  if (result.kind === 'rows') return result.title;
  const from = /\bFROM\s+([\w.`"]+)/i.exec(result.statement)?.[1];
  const print = /^\s*PRINT\s+([^\s;]+)/i.exec(result.statement)?.[1];
  if (print !== undefined) return `PRINT ${print.replaceAll(/['`"]/g, '')}`;
  return from === undefined ? 'Query' : from.replaceAll(/[`"]/g, '');
}

let nextId = 1;

/** Returns the tabs that had to go to keep their number small. */
export function addResults(answers: readonly StatementResult[], base: Span): readonly ResultTab[] {
  const state = useResults.getState();
  const log = [...state.log];
  const tabs = [...state.tabs];
  let active = LOG_TAB;
  for (const answer of answers) {
    const id = nextId++;
    const entry = { id, at: Date.now(), statement: answer.statement, span: shiftSpan(answer.span, base) };
    const tab = `result-${id}`;
    switch (answer.kind) {
      case 'status':
        log.push({ ...entry, outcome: { kind: 'status', message: answer.message } });
        active = LOG_TAB;
        break;
      case 'rows':
        log.push({ ...entry, outcome: { kind: 'rows', count: answer.rows.length, elapsedMs: answer.elapsedMs, tab } });
        tabs.push({ id: tab, title: titleOf(answer), result: answer });
        active = tab;
        break;
      case 'subscription':
        log.push({ ...entry, outcome: { kind: 'subscription', tab } });
        tabs.push({ id: tab, title: titleOf(answer), result: answer });
        active = tab;
        break;
      case 'error':
        log.push({ ...entry, outcome: { kind: 'error', error: shiftError(answer.error, base) } });
        active = LOG_TAB;
        break;
    }
  }
  const dropped = tabs.splice(0, Math.max(0, tabs.length - MAX_TABS));
  useResults.setState({ log: log.slice(-MAX_LOG), tabs, active });
  return dropped;
}

export function addFailure(statement: string, base: Span, error: WireError): void {
  useResults.setState((state) => ({
    log: [
      ...state.log,
      { id: nextId++, at: Date.now(), statement, span: base, outcome: { kind: 'error' as const, error } },
    ].slice(-MAX_LOG),
    active: LOG_TAB,
  }));
}

export function closeTab(id: string): ResultTab | undefined {
  const { tabs, active } = useResults.getState();
  const index = tabs.findIndex((tab) => tab.id === id);
  const closed = tabs[index];
  if (closed === undefined) return undefined;
  const rest = tabs.filter((tab) => tab.id !== id);
  const neighbour = rest[Math.min(index, rest.length - 1)]?.id ?? LOG_TAB;
  useResults.setState({ tabs: rest, active: active === id ? neighbour : active });
  return closed;
}

export const showTab = (id: string): void => useResults.setState({ active: id });
export const resetResults = (): void => useResults.setState({ running: 0, log: [], tabs: [], active: LOG_TAB });
export const clearLog = (): void => useResults.setState({ log: [] });
