import { useEngine } from '../app/engine.tsx';

/** The topic that a statement's rows come from, where its text says so plainly: `FROM source`, `PRINT topic`. */
export function useTopicOf(statement: string): string | undefined {
  const printed = /^\s*PRINT\s+[`'"]?([^\s;`'"]+)/i.exec(statement)?.[1];
  const from = /\bFROM\s+[`"]?(\w+)/i.exec(statement)?.[1];
  const joined = /\bJOIN\b/i.test(statement);
  return useEngine((s) => {
    if (printed !== undefined) return s.topics.has(printed) ? printed : undefined;
    if (from === undefined || joined) return undefined;
    return (s.sources.get(from.toUpperCase()) ?? s.sources.get(from))?.topic;
  });
}
