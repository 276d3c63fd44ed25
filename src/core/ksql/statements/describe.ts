/** DESCRIBE and EXPLAIN. */
import { WeirError } from '../../common/errors.ts';
import { formatType, type Row } from '../../common/sql-type.ts';
import type { DropReason } from '../../streams/processor.ts';
import type { BrokerApi } from '../../broker/api.ts';
import type { Describe } from '../../sql/ast.ts';
import { grid, type Note, type RowsOutput } from '../output.ts';
import type { Planner } from '../planner.ts';
import type { StoreStatus } from '../../streams/runtime/store-status.ts';
import { kindWord } from '../catalog.ts';

export interface QueryStatus {
  readonly state: 'RUNNING' | 'PAUSED' | 'ERROR' | 'RESTORING';
  readonly consumed: number;
  readonly produced: number;
  readonly lag: number;
  readonly error: WeirError | undefined;
  readonly skipped: Readonly<Partial<Record<DropReason, number>>>;
  readonly stores: readonly StoreStatus[];
}

export interface DescribeContext {
  readonly planner: Planner;
  readonly broker: BrokerApi;
  readonly queryStatus: (id: string) => QueryStatus;
  /** Records a second. */
  readonly queryRates: (id: string) => { readonly consumed: number; readonly produced: number };
}

export async function describe(statement: Describe, context: DescribeContext): Promise<RowsOutput> {
  try {
    return await describeSource(statement.name.name, statement.extended, context);
  } catch (error) {
    throw error instanceof WeirError ? error.at(statement.name.span) : error;
  }
}

export async function describeSource(name: string, extended: boolean, context: DescribeContext): Promise<RowsOutput> {
  const source = context.planner.catalog.require(name);
  const keyWord = source.kind === 'TABLE' ? '(primary key)' : '(key)';
  const window = source.window === undefined ? '' : ` (Window type: ${source.window.type})`;
  const { schema } = source;
  const rows: Row[] = [
    ...schema.key.map((c): Row => [c.name, `${typeText(c.type)}  ${keyWord}${window}`]),
    ...schema.value.map((c): Row => [c.name, typeText(c.type)]),
    ...schema.headers.map((c): Row => [
      c.name,
      `${typeText(c.type)}  ${c.header === undefined ? '(headers)' : `(header('${c.header}'))`}`,
    ]),
  ];
  const notes = extended ? await details(name, context) : [];
  return grid(name, ['Field', 'Type'], rows, notes);
}

/** DESCRIBE writes VARCHAR(STRING), as ksqlDB does. */
function typeText(type: Parameters<typeof formatType>[0]): string {
  return type.kind === 'VARCHAR' ? 'VARCHAR(STRING)' : formatType(type);
}

async function details(name: string, context: DescribeContext): Promise<readonly Note[]> {
  const { planner, broker } = context;
  const source = planner.catalog.require(name);
  const [topic] = await broker.describeTopics([source.topic]);
  const queryLines = (ids: readonly string[]): string =>
    ids
      .map((id) => {
        const status = context.queryStatus(id);
        return `${id} (${status.state}): ${planner.query(id)?.statement ?? ''}`;
      })
      .join('\n');
  const readers = planner.readersOf(name);
  const writers = planner.writersOf(name);
  const notes: Note[] = [
    {
      title: 'Source',
      text: [
        `Name                 : ${source.name}`,
        `Type                 : ${source.kind}`,
        `Timestamp field      : ${source.timestamp?.column ?? 'Not set - using <ROWTIME>'}`,
        `Key format           : ${source.key.format.name}`,
        `Value format         : ${source.value.format.name}`,
        `Kafka topic          : ${source.topic} (partitions: ${topic?.partitions.length ?? source.partitions}, replication: ${topic?.replicationFactor ?? 1})`,
        `Statement            : ${source.statement}`,
      ].join('\n'),
    },
  ];
  if (readers.length > 0)
    notes.push({
      title: `Queries that read from this ${kindWord(source.kind).toUpperCase()}`,
      text: queryLines(readers),
    });
  if (writers.length > 0)
    notes.push({
      title: `Queries that write from this ${kindWord(source.kind).toUpperCase()}`,
      text: queryLines(writers),
    });
  const records = topic?.partitions.reduce((sum, p) => sum + p.highWatermark - p.logStartOffset, 0) ?? 0;
  const bytes = topic?.partitions.reduce((sum, p) => sum + p.sizeBytes, 0) ?? 0;
  const last = topic?.partitions.reduce((max, p) => Math.max(max, p.maxTimestampMs), -1) ?? -1;
  notes.push({
    title: 'Local runtime statistics',
    text: [
      `messages in topic: ${records}   bytes: ${bytes}   last message: ${last < 0 ? 'n/a' : new Date(last).toISOString()}`,
      ...[...new Set([...writers, ...readers])].map((id) => statistics(id, context)),
    ].join('\n'),
  });
  const stores = [...new Set([...writers, ...readers])].flatMap((id) =>
    context.queryStatus(id).stores.map((s) => storeLine(id, s)),
  );
  if (stores.length > 0) notes.push({ title: 'State stores', text: stores.join('\n') });
  const groups = await groupLines(source.topic, broker);
  if (groups !== '') notes.push({ title: 'Consumer groups', text: groups });
  return notes;
}

export function statistics(id: string, context: Pick<DescribeContext, 'queryStatus' | 'queryRates'>): string {
  const { consumed, produced, lag, skipped, error } = context.queryStatus(id);
  const rates = context.queryRates(id);
  const reasons = Object.entries(skipped).map(([reason, count]) => `${reason}: ${count}`);
  return [
    `${id}: consumed ${consumed} (${rates.consumed}/s)`,
    `produced ${produced} (${rates.produced}/s)`,
    `lag ${lag}`,
    ...(reasons.length === 0 ? [] : [`skipped (${reasons.join(', ')})`]),
    ...(error === undefined ? [] : [`failed: ${error.message}`]),
  ].join(', ');
}

function storeLine(query: string, store: StoreStatus): string {
  const { name, kind, entries, memoryBytes, spilledBytes, restored, toRestore } = store;
  const progress = restored < toRestore ? `, restored ${restored} of ${toRestore}` : '';
  return `${query} ${name} (${kind}): entries ${entries}, bytes in memory ${memoryBytes}, bytes spilled ${spilledBytes}${progress}`;
}

async function groupLines(topic: string, broker: BrokerApi): Promise<string> {
  const [description] = await broker.describeTopics([topic]);
  const lines: string[] = [];
  for (const group of await broker.listGroups()) {
    const { partitions } = await broker.offsetFetch({ groupId: group.groupId });
    const own = partitions.filter((p) => p.topic === topic && p.offset >= 0);
    if (own.length === 0) continue;
    lines.push(group.groupId);
    for (const p of own) {
      const end = description?.partitions[p.partition]?.highWatermark ?? p.offset;
      lines.push(`  partition ${p.partition}: offset ${p.offset}, end ${end}, lag ${end - p.offset}`);
    }
  }
  return lines.join('\n');
}
