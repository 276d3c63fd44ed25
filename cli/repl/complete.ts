/** Completion with Tab: the language service's suggestions as readline takes them. */
import { suggest, type Suggestion } from '../../src/core/sql/language/suggestions.ts';
import type { CatalogNames } from '../../src/core/sql/language/catalog-names.ts';
import { formatType } from '../../src/core/common/sql-type.ts';
import type { Engine } from '../../src/core/ksql/engine/engine.ts';
import { writeName } from '../../src/core/sql/format-expression.ts';
import { functionInfos, sourceInfo, topicRole } from '../../src/service/infos.ts';

/** What is there to be named in the engine at present. */
export async function namesOf(engine: Engine): Promise<CatalogNames> {
  const { planner, runner, broker } = engine;
  const topics = await broker.listTopics();
  return {
    sources: new Map(planner.catalog.sources().map((source) => [source.name, sourceInfo(source, engine)])),
    topics: new Map(topics.map((topic) => [topic.topic, { name: topic.topic, role: topicRole(topic, engine) }])),
    queries: new Map(planner.queries().map(({ id }) => [id, { id, state: runner.status(id).state }])),
    types: planner.catalog.types().map(({ name, type }) => ({ name, type: formatType(type) })),
    functions: functionInfos(engine.functions),
  };
}

/** As readline wants it: what may stand in place of the second, which ends at the cursor. */
export type Completions = [hits: string[], prefix: string];

/**
 * @param text all that has been typed of the statement
 * @param offset of the cursor in it
 */
export function completionsAt(text: string, offset: number, names: CatalogNames): Completions {
  const { prefix, inQuotes, replace, suggestions } = suggest(text, offset, names);
  const typed = prefix.toUpperCase();
  const quote = inQuotes ? text.charAt(replace.offset - 1) : '';
  const isClosed = text.charAt(replace.offset + replace.length) === quote;
  const isLower = prefix === prefix.toLowerCase() && /[a-z]/.test(prefix);
  const hits = suggestions
    // All functions are too many to choose from when nothing has been typed of the name.
    .filter(({ kind }) => kind !== 'function' || prefix !== '')
    .toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .flatMap((suggestion) => {
      const hit = beginsWith(typed, suggestion);
      if (hit === undefined) return [];
      if (inQuotes) return [isClosed ? hit : hit + quote];
      return [isLower && !isCased(suggestion) ? hit.toLowerCase() : hit];
    });
  return [[...new Set(hits)], prefix];
}

/** What is to be written if the suggestion is one for what has been typed; a column may be given by its name alone. */
function beginsWith(typed: string, { kind, name, text }: Suggestion): string | undefined {
  if (text.toUpperCase().startsWith(typed)) return text;
  return kind === 'column' && name.toUpperCase().startsWith(typed) ? writeName(name) : undefined;
}

/** Does the case of the letters matter? Else they are given in that of what has been typed. */
function isCased({ kind, text }: Suggestion): boolean {
  return kind === 'topic' || kind === 'sessionProperty' || kind === 'value' || /[`']/.test(text);
}
