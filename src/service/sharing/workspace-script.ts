/**
 * The statements that make a workspace what it is: those of its command topic, in their order, without what was dropped
 * or terminated since. The properties and variables that a statement was executed with stand before it as SET and DEFINE.
 *
 * A stream or table whose query was terminated gets nothing more: it is declared over its topic, and its records are given
 * as those of any topic that no query writes.
 */
import { commandTopic, readCommands, type CommandRecord } from '../../core/ksql/engine/command-log.ts';
import type { Engine } from '../../core/ksql/engine/engine.ts';
import type { Statement } from '../../core/sql/ast.ts';
import { parseStatement } from '../../core/sql/parse.ts';
import { declarationOf } from './declaration.ts';

interface Kept {
  readonly command: CommandRecord;
  readonly statement: Statement;
}

/** Statements as text, each with its semicolon. */
export async function workspaceScript(engine: Engine): Promise<readonly string[]> {
  const topic = commandTopic(engine.config.get('ksql.service.id'));
  const unreadable = new Set(engine.skippedCommands.map(({ sequence }) => sequence));
  const processingLog = engine.config.get('ksql.logging.processing.stream.name');
  const kept: Kept[] = [];
  for (const command of await readCommands(engine.broker, topic)) {
    if ('error' in command || unreadable.has(command.sequence)) continue;
    const statement = parseStatement(command.statement, { variables: new Map(Object.entries(command.variables)) });
    // Every workspace makes its own.
    if (statement.kind === 'createSource' && statement.name.name === processingLog) continue;
    if (!isEnd(statement)) kept.push({ command, statement });
    else {
      const left = kept.filter((entry) => !ends(statement, entry));
      kept.splice(0, kept.length, ...left);
    }
  }
  return withSettings(withoutTerminated(kept, engine));
}

function withoutTerminated(kept: readonly Kept[], engine: Engine): readonly CommandRecord[] {
  const { planner } = engine;
  const fed = new Set(planner.queries().flatMap(({ sink, createsSink }) => (createsSink ? [sink] : [])));
  const declared = new Set<string>();
  return kept.flatMap(({ command, statement }) => {
    if (statement.kind !== 'createAsSelect' && statement.kind !== 'alterSource') return [command];
    const { name } = statement.name;
    const source = planner.catalog.source(name);
    if (source?.isDerived !== true || fed.has(name)) return [command];
    if (declared.has(name)) return [];
    declared.add(name);
    return [{ ...command, statement: declarationOf(source) }];
  });
}

type End = Extract<Statement, { kind: 'dropSource' | 'dropType' | 'queryControl' }>;

/** PAUSE and RESUME leave nothing behind that a new workspace needs. */
const isEnd = (statement: Statement): statement is End =>
  statement.kind === 'dropSource' || statement.kind === 'dropType' || statement.kind === 'queryControl';

function ends(end: End, { command, statement }: Kept): boolean {
  switch (end.kind) {
    case 'dropType':
      return statement.kind === 'createType' && statement.name.name === end.name.name;
    case 'dropSource':
      switch (statement.kind) {
        case 'createSource':
        case 'createAsSelect':
        case 'alterSource':
          return statement.name.name === end.name.name;
        case 'insertSelect':
          return statement.target.name === end.name.name;
        default:
          return false;
      }
    case 'queryControl':
      // A query's id ends in the sequence number of its statement. A source whose query has ended keeps its statement.
      return (
        end.action === 'TERMINATE' &&
        statement.kind === 'insertSelect' &&
        (end.query === undefined || end.query.name.endsWith(`_${command.sequence}`))
      );
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function withSettings(commands: readonly CommandRecord[]): string[] {
  const lines: string[] = [];
  let properties: Readonly<Record<string, string>> = {};
  const variables = new Map<string, string>();
  for (const { statement, config, variables: own } of commands) {
    for (const name of Object.keys(properties)) if (config[name] === undefined) lines.push(`UNSET '${name}';`);
    for (const [name, value] of Object.entries(config)) {
      if (properties[name] !== value) lines.push(`SET '${name}' = ${quoted(value)};`);
    }
    properties = config;
    for (const [name, value] of Object.entries(own)) {
      if (!statement.includes(`\${${name}}`) || variables.get(name) === value) continue;
      variables.set(name, value);
      lines.push(`DEFINE ${name} = ${quoted(value)};`);
    }
    lines.push(statement.trimEnd().endsWith(';') ? statement.trim() : `${statement.trim()};`);
  }
  return lines;
}
