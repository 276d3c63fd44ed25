/**
 * The command topic: every statement that changed the catalog or the queries, in order. Start-up replays it.
 *
 * A record's key is JSON text as in ksqlDB (`"stream/DELAYED/create"`), its value the statement's text with the session's
 * properties and variables that it was executed with. A statement's offset is its sequence number, part of query ids.
 */
import { WeirError } from '../../common/errors.ts';
import type { BrokerApi, ProduceBatch } from '../../broker/api.ts';
import { RecordBatchBuilder } from '../../log/record-batch-builder.ts';
import { decodeRecords } from '../../log/record-columns.ts';

export interface CommandRecord {
  /** Offset in the command topic. */
  readonly sequence: number;
  readonly statement: string;
  readonly config: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
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
    if (fetched.error !== null)
      throw new WeirError(fetched.error.code, fetched.error.message, { hint: fetched.error.hint ?? undefined });
    for (const bytes of fetched.batches) {
      const records = decodeRecords(bytes);
      for (let i = records.firstIndexAt(offset); i < records.count; i++)
        visit(records.offset(i), records.key(i), records.value(i));
    }
    if (fetched.nextOffset <= offset) return;
    offset = fetched.nextOffset;
  }
}

export async function readCommands(broker: BrokerApi, topic: string): Promise<readonly CommandRecord[]> {
  const commands: CommandRecord[] = [];
  await readAll(broker, topic, (sequence, _key, value) => {
    if (value === null) return;
    commands.push({ sequence, ...decodeCommand(decoder.decode(value), topic, sequence) });
  });
  return commands;
}

function decodeCommand(text: string, topic: string, offset: number): Omit<CommandRecord, 'sequence'> {
  const parsed: unknown = JSON.parse(text);
  if (
    typeof parsed !== 'object' ||
    parsed === null ||
    !('statement' in parsed) ||
    typeof parsed.statement !== 'string'
  ) {
    throw new WeirError('CORRUPT_BATCH', `The command at offset ${offset} of ${topic} cannot be read.`, {
      details: { topic, partition: 0, offset },
    });
  }
  return {
    statement: parsed.statement,
    config: 'config' in parsed ? texts(parsed.config) : {},
    variables: 'variables' in parsed ? texts(parsed.variables) : {},
  };
}

function texts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]): [string, string] => [name, String(text)]));
}
