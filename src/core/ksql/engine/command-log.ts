/**
 * The command topic: every statement that changed the catalog or the queries, in order. Start-up replays it.
 *
 * A record's key is JSON text as in ksqlDB (`"stream/DELAYED/create"`), its value the statement's text with the session's
 * properties and variables that it was executed with, and what its planning was answered from outside of the catalog.
 * A statement's offset is its sequence number, part of query ids.
 */
import { WeirError } from '../../common/errors.ts';
import { toWeirError } from '../../broker/partition-error.ts';
import type { BrokerApi, ProduceBatch } from '../../broker/api.ts';
import { RecordBatchBuilder } from '../../log/record-batch-builder.ts';
import { decodeRecords } from '../../log/record-columns.ts';
import { parseStatement } from '../../sql/parse.ts';
import type { CommandStatement } from '../planner.ts';
import type { PlanningAnswers } from './planning-environment.ts';

export interface CommandRecord {
  /** Offset in the command topic. */
  readonly sequence: number;
  readonly statement: string;
  readonly config: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** Undefined for those that are not planned: TERMINATE, PAUSE, RESUME. */
  readonly answers?: PlanningAnswers | undefined;
}

/** A record that is no command: written by a newer version, or by somebody else. */
export interface UnreadableCommand {
  readonly sequence: number;
  readonly text: string;
  readonly error: WeirError;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function commandTopic(serviceId: string): string {
  return `_confluent-ksql-${serviceId}_command_topic`;
}

export function encodeCommand(
  topic: string,
  key: string,
  command: Omit<CommandRecord, 'sequence'>,
  nowMs: number,
): ProduceBatch {
  const builder = new RecordBatchBuilder();
  builder.append(encoder.encode(JSON.stringify(key)), encoder.encode(JSON.stringify(command)), nowMs);
  return { topic, partition: 0, records: builder.build() };
}

/** Every record of a partition, from its start to its end: for the engine's own small topics. */
export async function readAll(
  broker: BrokerApi,
  topic: string,
  visit: (offset: number, key: Uint8Array | null, value: Uint8Array | null) => void,
): Promise<void> {
  let offset =
    (await broker.listOffsets({ partitions: [{ topic, partition: 0, at: 'earliest' }] })).partitions[0]?.offset ?? 0;
  for (;;) {
    const { partitions } = await broker.fetch({ partitions: [{ topic, partition: 0, offset }] });
    const [fetched] = partitions;
    if (fetched === undefined) return;
    if (fetched.error !== null) throw toWeirError(fetched.error);
    for (const bytes of fetched.batches) {
      const records = decodeRecords(bytes);
      for (let i = records.firstIndexAt(offset); i < records.count; i++)
        visit(records.offset(i), records.key(i), records.value(i));
    }
    if (fetched.nextOffset <= offset) return;
    offset = fetched.nextOffset;
  }
}

export async function readCommands(
  broker: BrokerApi,
  topic: string,
): Promise<readonly (CommandRecord | UnreadableCommand)[]> {
  const commands: (CommandRecord | UnreadableCommand)[] = [];
  await readAll(broker, topic, (sequence, _key, value) => {
    if (value === null) return;
    const text = decoder.decode(value);
    const command = decodeCommand(text);
    commands.push(
      command === undefined ? { sequence, text, error: unreadable(topic, sequence) } : { sequence, ...command },
    );
  });
  return commands;
}

function decodeCommand(text: string): Omit<CommandRecord, 'sequence'> | undefined {
  const parsed = parseObject(text);
  if (typeof parsed?.['statement'] !== 'string') return undefined;
  const answers = asObject(parsed['answers']);
  return {
    statement: parsed['statement'],
    config: texts(parsed['config']),
    variables: texts(parsed['variables']),
    ...(answers !== undefined && {
      answers: {
        topics: numbers(answers['topics']),
        latest: numbers(answers['latest']),
        registered: numbers(answers['registered']),
      },
    }),
  };
}

function unreadable(topic: string, offset: number): WeirError {
  return new WeirError('CORRUPT_BATCH', `The command at offset ${offset} of ${topic} cannot be read.`, {
    hint: 'It may have been written by a newer Weir: reload the page to get the newest version.',
    details: { topic, partition: 0, offset },
  });
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}

function texts(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(value) ?? {});
  return Object.fromEntries(entries.map(([name, text]): [string, string] => [name, String(text)]));
}

function numbers(value: unknown): Readonly<Record<string, number>> {
  const entries = Object.entries(asObject(value) ?? {});
  return Object.fromEntries(entries.map(([name, number]): [string, number] => [name, Number(number)]));
}

/** The key of a statement's record, as in ksqlDB's command topic. */
export function commandKey(statement: CommandStatement): string {
  switch (statement.kind) {
    case 'createSource':
    case 'createAsSelect':
      return `${statement.sourceKind.toLowerCase()}/${statement.name.name}/create`;
    case 'insertSelect':
      return `stream/${statement.target.name}/insert`;
    case 'dropSource':
      return `${statement.sourceKind.toLowerCase()}/${statement.name.name}/drop`;
    case 'alterSource':
      return `${statement.sourceKind.toLowerCase()}/${statement.name.name}/alter`;
    case 'createType':
      return `type/${statement.name.name}/create`;
    case 'dropType':
      return `type/${statement.name.name}/drop`;
  }
}

/** The source that a recorded statement creates or drops. */
export function sourceOf(command: CommandRecord | UnreadableCommand): { name: string; isDrop: boolean } | undefined {
  if ('error' in command) return undefined;
  try {
    const statement = parseStatement(command.statement, { variables: new Map(Object.entries(command.variables)) });
    if (statement.kind === 'dropSource') return { name: statement.name.name, isDrop: true };
    if (statement.kind === 'createSource' || statement.kind === 'createAsSelect') {
      return { name: statement.name.name, isDrop: false };
    }
    return undefined;
  } catch {
    return undefined;
  }
}
