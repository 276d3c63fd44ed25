/**
 * Running a task's past again, for a tracer that came too late to see it.
 *
 * The records that the task has processed are read from the log anew, at most so many of each partition, and go through a
 * copy of the task that is cut off behind the nodes of interest: it has stores of its own and writes nothing. A task of one
 * partition takes them in the order of their offsets, as it did. One of several takes them in the order that the task
 * remembers (`taken-order.ts`); what is older than its memory goes by time, as it does when a task finds its partitions full.
 */
import type { BrokerApi } from '../../broker/api.ts';
import { toWeirError } from '../../broker/partition-error.ts';
import { consumedBatches } from '../../clients/fetched-records.ts';
import { assert } from '../../common/errors.ts';
import type { Subtopology, Topology } from '../topology.ts';
import { PartitionBuffer } from './partition-buffer.ts';
import type { RecordCollector } from './record-collector.ts';
import type { StreamTask } from './stream-task.ts';
import { TaskGraph } from './task-graph.ts';
import type { Tracer } from './tracer.ts';

export interface ReplayOptions {
  readonly broker: BrokerApi;
  readonly applicationId: string;
  /** The task's topology, or one that was built the same. */
  readonly topology: Topology;
  readonly task: StreamTask;
  /** What is to be seen: these nodes and what lies before them is run. */
  readonly nodes: ReadonlySet<string>;
  readonly tracer: Tracer;
  /** Of one partition. */
  readonly maxRecords: number;
  /** What leads to these nodes is run from its beginning, as far as it is no longer than `maxRows`. */
  readonly tables: ReadonlySet<string>;
  readonly maxRows: number;
  /** The last records, whose order is asked for. */
  readonly lastRecords: number;
}

export interface Replay {
  readonly records: number;
  /** Everything that the task has ever read was run. */
  readonly isWhole: boolean;
  /** Of `tables` everything. */
  readonly areTablesWhole: boolean;
  /** The last records were taken in the order of then. */
  readonly isInOrder: boolean;
}

const FETCH_BYTES = 1024 * 1024;

const NOWHERE: RecordCollector = { sink: () => () => undefined };

export async function replayTask(options: ReplayOptions): Promise<Replay> {
  const { applicationId, topology, task, nodes, tracer } = options;
  const whole = topology.subtopologies.find(({ id }) => id === task.graph.subtopology.id);
  assert(whole !== undefined, `the topology has the subtopology of task ${task.taskId}`);
  const graph = new TaskGraph({
    applicationId,
    topology,
    subtopology: upTo(whole, nodes, topology),
    partition: task.partition,
    collector: NOWHERE,
    logging: false,
    onError: () => undefined,
  });
  graph.attachTracer(tracer);
  const sides: Side[] = [];
  const tableSources = new Set(upTo(whole, options.tables, topology).sources.map(({ name }) => name));
  for (const [index, live] of task.buffers.entries()) {
    if (!graph.sourceTopics.includes(live.topic)) continue;
    const isTable = tableSources.has(graph.source(live.topic).node.name);
    sides.push(await load(options, graph, index, live, isTable));
  }
  const result = run(sides, task, options.lastRecords);
  graph.close();
  return result;
}

/** One partition: what of it is run, `[offset of the first batch, end)`. */
interface Side {
  readonly index: number;
  readonly buffer: PartitionBuffer;
  readonly end: number;
  readonly isTable: boolean;
  readonly isWhole: boolean;
}

async function load(
  { broker, maxRecords, maxRows }: ReplayOptions,
  graph: TaskGraph,
  index: number,
  live: PartitionBuffer,
  isTable: boolean,
): Promise<Side> {
  const { topic, partition, position: end } = live;
  const listed = await broker.listOffsets({ partitions: [{ topic, partition, at: 'earliest' }] });
  const logStart = listed.partitions[0]?.offset ?? 0;
  const from = Math.max(live.readFrom, logStart, end - (isTable ? maxRows : maxRecords));
  const buffer = new PartitionBuffer(topic, partition, from, graph.source(topic), () => undefined);
  for (let offset = from; offset < end;) {
    const { partitions } = await broker.fetch({ partitions: [{ topic, partition, offset, maxBytes: FETCH_BYTES }] });
    const [fetched] = partitions;
    if (fetched === undefined) break;
    if (fetched.error !== null) throw toWeirError(fetched.error);
    for (const { records, from: first } of consumedBatches(fetched, offset)) buffer.add(records, first);
    if (fetched.nextOffset <= offset) break;
    offset = fetched.nextOffset;
  }
  return { index, buffer, end, isTable, isWhole: live.isReadWhole && from <= live.readFrom };
}

function run(sides: readonly Side[], task: StreamTask, lastRecords: number): Replay {
  const order = task.taken?.toArray() ?? [];
  let records = 0;
  /** Since the last one that was taken by time. */
  let inOrder = sides.length > 1 ? 0 : Infinity;
  let isInOrder = true;
  const takeUntil = (limitOf: (side: Side) => number): void => {
    for (let next = oldest(sides, limitOf); next !== undefined; next = oldest(sides, limitOf)) {
      const record = next.buffer.peek();
      if (record === undefined) return;
      next.buffer.processHead(record);
      records++;
      if (sides.length === 1) continue;
      isInOrder = false;
      inOrder = 0;
    }
  };
  const remembered = new Map<number, number>();
  for (const { buffer, offset } of order) if (!remembered.has(buffer)) remembered.set(buffer, offset);
  takeUntil((side) => Math.min(side.end, remembered.get(side.index) ?? side.end));
  for (const { buffer: index, offset } of order) {
    const side = sides.find((one) => one.index === index);
    const record = side?.buffer.peek();
    if (side === undefined || record === undefined || side.buffer.headOffset !== offset) continue;
    side.buffer.processHead(record);
    records++;
    inOrder++;
  }
  takeUntil((side) => side.end);
  return {
    records,
    isWhole: sides.every((side) => side.isWhole),
    areTablesWhole: sides.every((side) => side.isWhole || !side.isTable),
    isInOrder: isInOrder || inOrder >= lastRecords,
  };
}

/** The side with the smallest timestamp next, of those whose next record lies before its limit. */
function oldest(sides: readonly Side[], limitOf: (side: Side) => number): Side | undefined {
  let best: Side | undefined;
  let bestMs = Infinity;
  for (const side of sides) {
    const record = side.buffer.peek();
    if (record === undefined || side.buffer.headOffset >= limitOf(side)) continue;
    if (record.timestamp < bestMs) {
      best = side;
      bestMs = record.timestamp;
    }
  }
  return best;
}

/** The part of a subtopology that leads to these nodes, with the stores that it uses. */
function upTo(whole: Subtopology, nodes: ReadonlySet<string>, topology: Topology): Subtopology {
  const kept = new Set<string>();
  const keep = (name: string): void => {
    if (kept.has(name)) return;
    kept.add(name);
    const node = whole.nodes.find((one) => one.name === name);
    if (node !== undefined && node.kind !== 'source') node.parents.forEach(keep);
  };
  for (const node of whole.nodes) if (nodes.has(node.name)) keep(node.name);
  const isKept = ({ name }: { readonly name: string }): boolean => kept.has(name);
  return {
    id: whole.id,
    nodes: whole.nodes.filter(isKept),
    stores: whole.stores.filter((store) => topology.storeUsers.get(store.name)?.some((user) => kept.has(user))),
    sources: whole.sources.filter(isKept),
    sinks: [],
  };
}
