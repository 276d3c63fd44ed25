import type { QueryInfo } from '../../../protocol/api.ts';

/** What a query is called where people read it: a push query by what it reads, not by the engine's number for it. */
export function queryName(query: Pick<QueryInfo, 'id' | 'kind' | 'sources' | 'statement'>): string {
  if (query.kind === 'PERSISTENT') return query.id;
  const number = /_(\d+)$/.exec(query.id)?.[1];
  const suffix = number === undefined ? '' : ` #${number}`;
  const printed = /^\s*PRINT\s+(\S+)/i.exec(query.statement)?.[1];
  return printed === undefined
    ? `Push query on ${query.sources.join(', ')}${suffix}`
    : `PRINT ${printed.replaceAll(/[`'";]/g, '')}${suffix}`;
}

/** PRINT reads a topic and has no topology. */
export const hasTopology = (query: Pick<QueryInfo, 'kind' | 'statement'>): boolean =>
  query.kind === 'PERSISTENT' || !/^\s*PRINT\b/i.test(query.statement);
