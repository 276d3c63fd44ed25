/** What a script says of topics, read without running it. */
import { formatExpression } from '../../core/sql/format-expression.ts';
import type { Statement } from '../../core/sql/ast.ts';
import { parseScript, type ParsedStatement } from '../../core/sql/parse.ts';
import type { Variables } from '../../core/sql/variables.ts';

/** Statements as far as they parse; the errors come when they are executed. */
export function parseLeniently(sql: string, variables?: Variables): readonly ParsedStatement[] {
  return parseScript(sql, { testStatements: true, variables }).statements;
}

/** A CREATE STREAM or CREATE TABLE. */
export interface DeclaredSource {
  readonly name: string;
  readonly topic: string;
  /** Where the statement says it. */
  readonly partitions: number | undefined;
  /** AS SELECT: a query makes the topic. */
  readonly isDerived: boolean;
}

export function declaredSources(statements: readonly ParsedStatement[]): readonly DeclaredSource[] {
  return statements.flatMap(({ statement }) => declaredSource(statement) ?? []);
}

/** Undefined for a statement that declares none. */
export function declaredSource(statement: Statement): DeclaredSource | undefined {
  if (statement.kind !== 'createSource' && statement.kind !== 'createAsSelect') return undefined;
  const property = (name: string): string | undefined => {
    const found = statement.properties.find((p) => p.name.toUpperCase() === name);
    if (found === undefined) return undefined;
    const { value } = found;
    return value.kind === 'string' ? value.value : formatExpression(value);
  };
  const partitions = Number(property('PARTITIONS'));
  return {
    name: statement.name.name,
    topic: property('KAFKA_TOPIC') ?? statement.name.name,
    partitions: Number.isInteger(partitions) && partitions > 0 ? partitions : undefined,
    isDerived: statement.kind === 'createAsSelect',
  };
}

/** The topics that statements take for granted: of each the number of partitions where one says it. */
export function topicsOfStatements(
  statements: readonly string[],
  variables?: Variables,
): ReadonlyMap<string, number | undefined> {
  const topics = new Map<string, number | undefined>();
  for (const source of declaredSources(statements.flatMap((sql) => parseLeniently(sql, variables)))) {
    if (!source.isDerived && !topics.has(source.topic)) topics.set(source.topic, source.partitions);
  }
  return topics;
}
