/**
 * What a join that looks up tables did with the last rows of either side: what the other side held when each came, and what
 * came out. The order that counts is that in which the rows came, not their time, so each has its number in it.
 *
 * The rows of a foreign-key join are kept by the foreign key, where both sides meet: a left row that refers to another row than
 * before leaves one place for the other. It is answered by another task, later: the answers to one row come in the order in
 * which it asked.
 */
import type { SqlValue } from '../../common/sql-type.ts';
import type { SubscriptionMessage } from '../../streams/processors/foreign-key-messages.ts';
import { Change } from '../../streams/record.ts';
import type { TraceEvent } from '../../streams/runtime/tracer.ts';
import type { LookupNote, ReferNote } from '../../streams/trace-note.ts';
import type { StreamKey } from '../lowering/keys.ts';
import type { TableJoinNodes, TableJoinOperator } from '../lowering/operators.ts';
import { keyId, keyOf, NOT_KEPT, OperatorRecorder, Recorded, type Taken } from './recorder.ts';

export type SqlRow = readonly SqlValue[];

export class TableJoinRecord extends Recorded {
  /** As the statement has them. */
  readonly side: 'left' | 'right' | 'result';
  /** The task that saw it: within one the order is certain. */
  readonly taskId: string;
  /** Its place in the order in which the rows came. */
  arrival: number;
  /** Of the row itself; `key` is where both sides meet. */
  readonly ownKey: StreamKey | null;
  /** Null: deleted. */
  readonly row: SqlRow | null;
  /** What the other side held. Undefined: it was not asked, or has not answered yet. */
  lookup: { readonly row: SqlRow | null; readonly timestampMs: number } | undefined;
  /** Rows that refer to this one, which were told of it: their keys, the first of them. */
  told: readonly StreamKey[] | undefined;
  /** The row refers to another one from here on. */
  readonly movedTo: StreamKey | null | undefined;

  constructor(
    taken: Taken,
    side: TableJoinRecord['side'],
    taskId: string,
    arrival: number,
    ownKey: StreamKey | null,
    row: SqlRow | null,
    movedTo: StreamKey | null | undefined,
  ) {
    super(taken);
    this.side = side;
    this.taskId = taskId;
    this.arrival = arrival;
    this.ownKey = ownKey;
    this.row = row;
    this.movedTo = movedTo;
  }
}

export class TableJoinRecorder extends OperatorRecorder<TableJoinOperator, TableJoinRecord> {
  #arrivals = 0;
  #current: TableJoinRecord | undefined;
  /** Left rows of a foreign-key join: what they refer to, by their own key. */
  readonly #references = new Map<string, { readonly key: StreamKey | null; readonly seq: number }>();
  /** Those that have asked and were not answered, by both keys. */
  readonly #asking = new Map<string, TableJoinRecord[]>();

  trace(event: TraceEvent): void {
    const { nodes } = this.operator;
    switch (nodes.shape) {
      case 'stream-table':
        return this.#traceStreamTable(event, nodes);
      case 'table-table':
        return this.#traceTables(event, nodes);
      case 'foreign-key':
        return this.#traceForeignKey(event, nodes);
    }
  }

  /** Brings the past of several tasks, which were heard one after the other, into one order: by time. */
  mergePast(): void {
    const byTask = new Map<string, TableJoinRecord[]>();
    for (const record of this.ring.changedSince(0)) {
      const records = byTask.get(record.taskId);
      if (records === undefined) byTask.set(record.taskId, [record]);
      else records.push(record);
    }
    if (byTask.size < 2) return;
    const tasks = [...byTask.values()].map((records) => ({ records, next: 0 }));
    const first = Math.min(...tasks.map(({ records }) => records[0]?.arrival ?? Infinity));
    for (let arrival = first; ; arrival++) {
      let earliest: { readonly records: readonly TableJoinRecord[]; next: number } | undefined;
      let earliestMs = Infinity;
      for (const task of tasks) {
        const next = task.records[task.next];
        if (next === undefined) continue;
        // A result has the time of what it came of, and comes after it.
        const ms = next.timestampMs + (next.side === 'result' ? 0.5 : 0);
        if (ms >= earliestMs) continue;
        earliest = task;
        earliestMs = ms;
      }
      const was = earliest?.records[earliest.next]?.arrival;
      if (earliest === undefined || was === undefined) break;
      // The result of a join by key has the place of the row that it came of.
      for (let record = earliest.records[earliest.next]; record?.arrival === was;) {
        record.arrival = arrival;
        record = earliest.records[++earliest.next];
      }
      this.#arrivals = Math.max(this.#arrivals, arrival + 1);
    }
  }

  #traceStreamTable(event: TraceEvent, nodes: Extract<TableJoinNodes, { readonly shape: 'stream-table' }>): void {
    const { node, verdict, note, record } = event;
    if (node === nodes.table) {
      if (note?.kind === 'change') this.#addRow(event, 'right', keyOf(event), note.row as SqlRow | null);
    } else if (verdict === 'enter') {
      this.#current = this.#addRow(event, 'left', keyOf(event), record.value as SqlRow | null);
    } else {
      this.#noteLookup(event);
    }
  }

  #traceTables(event: TraceEvent, nodes: Extract<TableJoinNodes, { readonly shape: 'table-table' }>): void {
    const { node, verdict, record } = event;
    if (verdict !== 'enter') {
      this.#noteLookup(event);
    } else if (node === nodes.result) {
      this.#addRow(event, 'result', keyOf(event), newRow(record.value), { arrival: this.#current?.arrival });
    } else {
      this.#current = this.#addRow(event, node === nodes.left ? 'left' : 'right', keyOf(event), newRow(record.value));
    }
  }

  #traceForeignKey(event: TraceEvent, nodes: Extract<TableJoinNodes, { readonly shape: 'foreign-key' }>): void {
    const { node, verdict, note, record, reason } = event;
    switch (node) {
      case nodes.send:
        if (note?.kind === 'refer') this.#refer(event, note);
        else if (verdict === 'drop' && this.#current !== undefined) this.#current.dropped = reason;
        return;
      case nodes.answer:
        if (note?.kind === 'lookup') this.#answer(record.key as StreamKey | null, event, note);
        return;
      case nodes.tell:
        if (verdict === 'enter') this.#current = this.#addRow(event, 'right', keyOf(event), newRow(record.value));
        else if (note?.kind === 'tell' && this.#current !== undefined) {
          this.#current.told = note.primaryKeys as readonly StreamKey[];
        }
        return;
      case nodes.output: {
        const ownKey = keyOf(event);
        if (note?.kind !== 'change' || ownKey === null) return;
        const reference = this.#references.get(keyId(ownKey));
        // A row that is drawn no more has no place.
        if (reference !== undefined)
          this.#addRow(event, 'result', reference.key, note.row as SqlRow | null, { ownKey });
        return;
      }
    }
  }

  #refer(event: TraceEvent, { from, to }: ReferNote): void {
    const ownKey = keyOf(event);
    const row = newRow(event.record.value);
    const [before, after] = [from as StreamKey | null, to as StreamKey | null];
    const isMoved = before !== null && (after === null || keyId(before) !== keyId(after));
    if (isMoved) {
      const movedTo = row === null ? undefined : after;
      this.#current = this.#addRow(event, 'left', before, null, { ownKey, movedTo });
      if (row === null) return this.#keepReference(before, this.#current);
    }
    this.#current = this.#addRow(event, 'left', after, row, { ownKey });
    this.#keepReference(after, this.#current);
    if (ownKey === null || row === null || this.#current.seq === NOT_KEPT) return;
    const id = askId(ownKey, after);
    const asking = this.#asking.get(id);
    if (asking === undefined) this.#asking.set(id, [this.#current]);
    else asking.push(this.#current);
  }

  #keepReference(key: StreamKey | null, { ownKey, seq }: TableJoinRecord): void {
    if (ownKey === null) return;
    // Of a row that is not kept nothing is drawn, its results included.
    if (seq === NOT_KEPT) this.#references.delete(keyId(ownKey));
    else this.#references.set(keyId(ownKey), { key, seq });
  }

  #answer(key: StreamKey | null, { record }: TraceEvent, note: LookupNote): void {
    const { primaryKey } = record.value as SubscriptionMessage<StreamKey>;
    const id = askId(primaryKey, key);
    const asking = this.#asking.get(id);
    const asked = asking?.shift();
    if (asking?.length === 0) this.#asking.delete(id);
    if (asked === undefined) return;
    asked.lookup = lookupOf(note);
    this.ring.touch(asked);
  }

  #noteLookup({ note, verdict, reason }: TraceEvent): void {
    const record = this.#current;
    if (record === undefined) return;
    if (note?.kind === 'lookup') record.lookup = lookupOf(note);
    else if (verdict === 'drop' && reason !== 'no-match') record.dropped = reason;
  }

  #addRow(
    event: TraceEvent,
    side: TableJoinRecord['side'],
    key: StreamKey | null,
    row: SqlRow | null,
    more: {
      readonly ownKey?: StreamKey | null;
      readonly movedTo?: StreamKey | null | undefined;
      readonly arrival?: number | undefined;
    } = {},
  ): TableJoinRecord {
    const { ownKey = key, movedTo } = more;
    const arrival = more.arrival ?? this.#arrivals++;
    const { taskId } = event;
    return this.add(event, key, (taken) => new TableJoinRecord(taken, side, taskId, arrival, ownKey, row, movedTo));
  }

  /** The sides of a foreign-key join lie in different tasks: their partitions say nothing of where they meet. */
  protected override taskOf(event: TraceEvent): number {
    return this.operator.nodes.shape === 'foreign-key' ? 0 : super.taskOf(event);
  }

  protected override forget(record: TableJoinRecord): void {
    const { ownKey, key, seq, side } = record;
    if (this.operator.nodes.shape !== 'foreign-key' || side !== 'left' || ownKey === null) return;
    if (this.#references.get(keyId(ownKey))?.seq === seq) this.#references.delete(keyId(ownKey));
    const id = askId(ownKey, key);
    const rest = this.#asking.get(id)?.filter((one) => one !== record) ?? [];
    if (rest.length === 0) this.#asking.delete(id);
    else this.#asking.set(id, rest);
  }
}

function newRow(value: unknown): SqlRow | null {
  return value instanceof Change ? (value as Change<SqlRow>).newValue : null;
}

function lookupOf({ row, timestampMs }: LookupNote): TableJoinRecord['lookup'] {
  return { row: row as SqlRow | null, timestampMs };
}

function askId(ownKey: StreamKey, key: StreamKey | null): string {
  return `${keyId(ownKey)} ${key === null ? '' : keyId(key)}`;
}
