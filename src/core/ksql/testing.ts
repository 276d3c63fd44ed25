/** For tests: a planner over an empty catalog, to which statements are given as text. */
import type { WeirError } from '../common/errors.ts';
import { formatSchema } from '../common/schema.ts';
import { refusal } from '../common/testing.ts';
import { SchemaRegistry } from '../serde/schema-registry.ts';
import { createRegistry } from '../sql/functions/registry.ts';
import { formatExpression } from '../sql/formatter.ts';
import { parseStatement } from '../sql/parse.ts';
import type { AnalyzedQuery } from './analyzer/query.ts';
import { Config } from './config.ts';
import { isCommand, Planner, type Command } from './planner.ts';

export class TestPlanner {
  readonly registry = new SchemaRegistry();
  readonly planner: Planner;
  readonly #config: Config;
  readonly #partitions = new Map<string, number>();
  #sequence = 0;

  /** @param statements run first */
  constructor(statements: readonly string[] = [], config: Readonly<Record<string, string>> = {}) {
    this.#config = new Config(config);
    this.planner = new Planner({
      functions: createRegistry(),
      functionContext: { config: {}, nowMs: () => 0, random: () => 0 },
      registry: this.registry,
      topicPartitions: (topic) => this.#partitions.get(topic),
    });
    for (const statement of statements) this.run(statement);
  }

  run(text: string): Command {
    const statement = parseStatement(text);
    if (!isCommand(statement)) throw new Error(`no command: ${text}`);
    const command = this.planner.plan(statement, text, this.#sequence++, this.#config);
    if (command.createTopic !== undefined) {
      this.#partitions.set(command.createTopic.topic, command.createTopic.partitions);
    }
    this.planner.apply(command);
    return command;
  }

  /** The schema of the stream or table that the statement makes. */
  schemaOf(text: string): string {
    const { put } = this.run(text);
    return put === undefined ? '' : formatSchema(put.schema);
  }

  analyze(text: string): AnalyzedQuery {
    const statement = parseStatement(text);
    if (statement.kind !== 'query') throw new Error(`no query: ${text}`);
    return this.planner.analyze(statement, this.#config);
  }

  /** `name: expression` for each item of the SELECT list. */
  outputsOf(text: string): readonly string[] {
    return this.analyze(text).outputs.map((output) => `${output.name}: ${formatExpression(output.expression)}`);
  }

  /** The error that the statement is refused with, and the part of its text that it points at. */
  refusal(text: string): { readonly code: string; readonly at: string | undefined; readonly error: WeirError } {
    const error = refusal(() => (/^SELECT/i.test(text) ? this.analyze(text) : this.run(text)));
    const { span } = error;
    return { code: error.code, at: span && text.slice(span.offset, span.offset + span.length), error };
  }
}
