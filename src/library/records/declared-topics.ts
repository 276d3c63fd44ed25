/** What a script says of topics, read without running it. */
import { formatExpression } from '../../core/sql/format-expression.ts';
import { parseScript, type ParsedStatement } from '../../core/sql/parse.ts';
import type { Variables } from '../../core/sql/variables.ts';

/** Statements as far as they parse; the errors come when they are executed. */
export function parseLeniently(sql: string, variables?: Variables): readonly ParsedStatement[] {
  return parseScript(sql, { testStatements: true, variables }).statements;
}

/** The topics that the statements name in CREATE STREAM and CREATE TABLE, with their number of partitions where they say it. */
export function topicsOfStatements(
  statements: readonly string[],
  variables?: Variables,
): ReadonlyMap<string, number | undefined> {
  const topics = new Map<string, number | undefined>();
  for (const { statement } of statements.flatMap((sql) => parseLeniently(sql, variables))) {
    if (statement.kind !== 'createSource') continue;
    const property = (name: string): string | undefined => {
      const found = statement.properties.find((p) => p.name.toUpperCase() === name);
      if (found === undefined) return undefined;
      const { value } = found;
      return value.kind === 'string' ? value.value : formatExpression(value);
    };
    const partitions = Number(property('PARTITIONS'));
    const topic = property('KAFKA_TOPIC') ?? statement.name.name;
    if (!topics.has(topic)) topics.set(topic, Number.isInteger(partitions) && partitions > 0 ? partitions : undefined);
  }
  return topics;
}
