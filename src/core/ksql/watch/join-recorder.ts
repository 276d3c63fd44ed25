/** What a join of two streams did with the last rows of either side: whom they met, and which came out alone. */
import { NO_TIMESTAMP } from '../../streams/record.ts';
import type { TraceEvent } from '../../streams/runtime/tracer.ts';
import type { JoinNote, UnmatchedNote } from '../../streams/trace-note.ts';
import type { StreamKey } from '../lowering/keys.ts';
import type { JoinOperator } from '../lowering/operators.ts';
import { keyId, keyOf, NOT_KEPT, OperatorRecorder, Recorded, type Taken } from './recorder.ts';

export class JoinRecord extends Recorded {
  /** Of the topology's left side: see `JoinOperator.isExchanged`. */
  readonly isLeft: boolean;
  /** The join's stream time with this row, in ms. */
  readonly streamTimeMs: number;
  /** Timestamps of the rows of the other side that it was joined with, in the order in which that came. */
  readonly matches: number[] = [];
  /** It will come out alone, unless a partner comes. */
  isWaiting = false;
  /** The stream time at which it came out without a partner. */
  aloneAtMs: number | undefined;
  /** It came too late to be kept: rows of the other side that come after it do not meet it. */
  isExpired = false;

  constructor(taken: Taken, isLeft: boolean, streamTimeMs: number) {
    super(taken);
    this.isLeft = isLeft;
    this.streamTimeMs = streamTimeMs;
  }
}

export class JoinRecorder extends OperatorRecorder<JoinOperator, JoinRecord> {
  readonly #rows = new Map<string, JoinRecord[]>();
  #current: JoinRecord | undefined;

  trace(event: TraceEvent): void {
    const { verdict, note, node, reason } = event;
    const { buffers, joins } = this.operator;
    if (verdict === 'enter') {
      if (node === buffers[0] || node === buffers[1]) this.#begin(event, node === buffers[0]);
      return;
    }
    const record = this.#current;
    if (record === undefined) return;
    if (note?.kind === 'unmatched') this.#release(record.task, note);
    else if (note?.kind === 'join') this.#noteJoin(record, note);
    else if (verdict === 'drop' && reason === 'expired-in-store') {
      record.isExpired = true;
      if (record.seq !== NOT_KEPT) this.late++;
    } else if (verdict === 'drop' && reason !== 'no-match' && (node === joins[0] || node === joins[1])) {
      record.dropped = reason;
    }
  }

  #begin(event: TraceEvent, isLeft: boolean): void {
    const record = this.add(event, keyOf(event), (taken) => {
      const streamTimeMs = Math.max(this.streamTimes.get(taken.task) ?? NO_TIMESTAMP, taken.timestampMs);
      return new JoinRecord(taken, isLeft, streamTimeMs);
    });
    this.streamTimes.set(record.task, record.streamTimeMs);
    this.#current = record;
    if (record.key === null || record.seq === NOT_KEPT) return;
    const id = rowId(record.task, isLeft, record.key, record.timestampMs);
    const rows = this.#rows.get(id);
    if (rows === undefined) this.#rows.set(id, [record]);
    else rows.push(record);
  }

  #noteJoin(record: JoinRecord, note: JoinNote): void {
    record.matches.push(...note.matches);
    record.isWaiting = note.outcome === 'waiting';
    if (note.outcome === 'alone') record.aloneAtMs = note.streamTimeMs;
    const { key } = record;
    if (key === null) return;
    for (const timestampMs of new Set(note.matches)) {
      for (const partner of this.#rows.get(rowId(record.task, !record.isLeft, key, timestampMs)) ?? []) {
        if (partner.isExpired) continue;
        partner.matches.push(record.timestampMs);
        partner.isWaiting = false;
        this.ring.touch(partner);
      }
    }
  }

  #release(task: number, note: UnmatchedNote): void {
    const rows = this.#rows.get(rowId(task, note.isLeft, note.key as StreamKey, note.timestampMs)) ?? [];
    for (const row of rows) {
      if (!row.isWaiting) continue;
      row.isWaiting = false;
      row.aloneAtMs = note.streamTimeMs;
      this.ring.touch(row);
    }
  }

  protected override forget(record: JoinRecord): void {
    if (record.key === null) return;
    const id = rowId(record.task, record.isLeft, record.key, record.timestampMs);
    const rest = this.#rows.get(id)?.filter((row) => row !== record) ?? [];
    if (rest.length === 0) this.#rows.delete(id);
    else this.#rows.set(id, rest);
  }
}

function rowId(task: number, isLeft: boolean, key: StreamKey, timestampMs: number): string {
  return `${task}${isLeft ? 'l' : 'r'}${timestampMs}:${keyId(key)}`;
}
