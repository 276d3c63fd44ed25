/** What a statement's text says plainly about where its rows come from. */
import type { ColumnInfo, SourceInfo } from '../../protocol/api.ts';
import type { ClientState } from '../../client/state.ts';
import { useEngine } from '../app/engine.tsx';

function sourceOf(state: ClientState, statement: string): SourceInfo | undefined {
  const from = /\bFROM\s+[`"]?(\w+)/i.exec(statement)?.[1];
  return from === undefined ? undefined : (state.sources.get(from.toUpperCase()) ?? state.sources.get(from));
}

/** The topic that rows come from: `FROM source` without a join, `PRINT topic`. */
export function useTopicOf(statement: string): string | undefined {
  const printed = /^\s*PRINT\s+[`'"]?([^\s;`'"]+)/i.exec(statement)?.[1];
  const derived = /\b(JOIN|GROUP\s+BY|PARTITION\s+BY)\b/i.test(statement);
  return useEngine((s) => {
    if (printed !== undefined) return s.topics.has(printed) ? printed : undefined;
    return derived ? undefined : sourceOf(s, statement)?.topic;
  });
}

/** The column that holds the key: the answer's own, or the one that has the name of the source's key. */
export function useKeyColumn(statement: string, columns: readonly ColumnInfo[]): number {
  const source = useEngine((s) => sourceOf(s, statement));
  const own = columns.findIndex((column) => column.role === 'key');
  if (own >= 0) return own;
  if (/^\s*PRINT\b/i.test(statement)) return columns.findIndex((column) => column.name.toLowerCase() === 'key');
  const key = source?.columns.find((column) => column.role === 'key')?.name;
  return columns.findIndex((column) => column.name === key);
}
