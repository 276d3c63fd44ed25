/** The queries whose windows and joins are looked at, and what has been seen, as the page shows it. */
import { WeirError } from '../core/common/errors.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import { columnsOf, windowOf, type StreamKey } from '../core/ksql/lowering/keys.ts';
import { JoinRecorder, type JoinRecord } from '../core/ksql/watch/join-recorder.ts';
import { QueryWatch, type Recorder } from '../core/ksql/watch/query-watch.ts';
import type { KeyFilter, Recorded } from '../core/ksql/watch/recorder.ts';
import { WindowRecorder, type RecordedWindow, type WindowRecord } from '../core/ksql/watch/window-recorder.ts';
import { TableJoinRecorder, type SqlRow, type TableJoinRecord } from '../core/ksql/watch/table-join-recorder.ts';
import type { Operator, PlacedColumn, TableJoinOperator } from '../core/ksql/lowering/operators.ts';
import { closeTimeMs } from '../core/streams/windows.ts';
import type {
  JoinedRecord,
  JoinWatch,
  LookupRecord,
  OperatorWatch,
  TableJoinWatch,
  WatchedRecord,
  WatchedWindow,
  WatchRequest,
  WindowedRecord,
  WindowWatch,
} from '../protocol/watch.ts';
import type { Cell } from '../protocol/cell.ts';
import { cellOf, cellsOf, keyText } from './cells.ts';

interface Watched {
  readonly number: number;
  readonly watch: QueryWatch;
}

interface Opening {
  /** What its keys have to have in them. */
  readonly find: string;
  readonly watched: Promise<Watched>;
}

export class Watches {
  readonly #engine: Engine;
  readonly #watched = new Map<string, Opening>();
  #count = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Begins to watch the query if nobody did. Who asks for other keys than before begins anew, with the past of those keys: so
   * the last records of one are found among those of many thousands.
   * @throws WeirError UNKNOWN_QUERY, STORE_NOT_READY while it is restored
   */
  async view(request: WatchRequest): Promise<OperatorWatch> {
    const { number, watch } = await this.#of(request.queryId, request.find);
    const isWindow = request.kind === 'window';
    const recorders = watch.recorders.filter(({ operator }) => (operator.kind === 'window') === isWindow);
    const recorder = recorders[request.operator] ?? recorders[0];
    if (recorder === undefined) {
      const what = isWindow ? 'windows' : 'join';
      throw new WeirError('UNKNOWN_QUERY', `The query ${request.queryId} has no ${what}.`, {
        hint: 'EXPLAIN shows what it does.',
        details: { id: request.queryId },
      });
    }
    const { since } = request;
    const isAll = since?.watch !== number;
    const { ring, streamTimes, late } = recorder;
    const base = {
      operators: recorders.map(({ operator }) => operator.text),
      version: { watch: number, change: ring.changes },
      isAll,
      total: ring.total,
      late,
      oldestSeq: ring.oldestSeq,
      tasks: [...streamTimes].map(([partition, streamTimeMs]) => ({ partition, streamTimeMs })),
      isWhole: recorder instanceof TableJoinRecorder ? watch.areTablesWhole : watch.isWhole,
      isInOrder: watch.isInOrder,
    };
    return shown(recorder, isAll ? 0 : since.change, base);
  }

  async stop(queryId: string): Promise<void> {
    const opening = this.#watched.get(queryId);
    this.#watched.delete(queryId);
    (await opening?.watched)?.watch.close();
  }

  async #of(queryId: string, find: string): Promise<Watched> {
    const watchable = this.#engine.runner.watchable(queryId);
    if (watchable === undefined) {
      this.#watched.delete(queryId);
      throw new WeirError('UNKNOWN_QUERY', `There is no query ${queryId}.`, {
        hint: 'SHOW QUERIES lists what runs.',
        details: { id: queryId },
      });
    }
    const known = this.#watched.get(queryId);
    if (known?.find === find) {
      const watched = await known.watched;
      if (watched.watch.watches(watchable)) return watched;
    } else if (known !== undefined) {
      await this.stop(queryId);
    }
    const number = ++this.#count;
    const watched = QueryWatch.open(this.#engine.broker, watchable, (operator) => filterOf(operator, find)).then(
      (watch) => ({ number, watch }),
    );
    const opening: Opening = { find, watched };
    this.#watched.set(queryId, opening);
    try {
      return await watched;
    } catch (error) {
      if (this.#watched.get(queryId) === opening) this.#watched.delete(queryId);
      throw error;
    }
  }
}

function filterOf(operator: Operator, find: string): KeyFilter | undefined {
  if (find === '') return undefined;
  const wanted = find.toLowerCase();
  const columns = meetingKeyOf(operator);
  return (key) => keyOf(key, columns)?.toLowerCase().includes(wanted) === true;
}

/** The key by which an operator's records are told apart: of a join by foreign key the one at which its sides meet. */
function meetingKeyOf(operator: Operator): KeyColumns {
  return operator.kind === 'table-join' && operator.nodes.shape === 'foreign-key' ? operator.rightKey : operator.key;
}

type Base = Pick<
  OperatorWatch,
  'operators' | 'version' | 'isAll' | 'total' | 'late' | 'oldestSeq' | 'tasks' | 'isWhole' | 'isInOrder'
>;

function shown(recorder: Recorder, since: number, base: Base): OperatorWatch {
  if (recorder instanceof WindowRecorder) return windowWatch(recorder, since, base);
  return recorder instanceof JoinRecorder ? joinWatch(recorder, since, base) : tableJoinWatch(recorder, since, base);
}

function windowWatch(recorder: WindowRecorder, since: number, base: Base): WindowWatch {
  const { operator, ring } = recorder;
  const { windows, spec, emitFinal, results } = operator;
  return {
    ...base,
    kind: 'window',
    type: spec === 'tumbling' ? 'TUMBLING' : spec === 'hopping' ? 'HOPPING' : 'SESSION',
    sizeMs: windows.kind === 'time' ? windows.sizeMs : windows.inactivityGapMs,
    advanceMs: windows.kind === 'time' ? windows.advanceMs : windows.inactivityGapMs,
    graceMs: windows.graceMs,
    emitFinal,
    results: results.map(({ name }) => name),
    records: ring.changedSince(since).map((record) => windowedRecord(record, operator.key)),
    windows: [...recorder.windows()]
      .filter(({ changedAt }) => changedAt > since)
      .map((window) => watchedWindow(window, operator)),
    oldestWindowChange: recorder.oldestWindowChange,
  };
}

type KeyColumns = Parameters<typeof keyText>[1];

function windowedRecord(record: WindowRecord, columns: KeyColumns): WindowedRecord {
  const { windows, merged, streamTimeMs, dropped } = record;
  const of = (accepted: boolean) => windows.filter((w) => w.accepted === accepted).map(({ window }) => window);
  return {
    ...watchedRecord(record, columns),
    streamTimeMs,
    dropped,
    accepted: of(true),
    lateFor: of(false),
    merged,
  };
}

function watchedWindow(recorded: RecordedWindow, operator: WindowRecorder['operator']): WatchedWindow {
  const { key, window, task, records, state, changedAt } = recorded;
  const columns = operator.results.map(({ name, type }) => ({ name, type, role: 'value' as const }));
  return {
    key: keyText(key, operator.key) ?? '',
    task,
    startMs: window.startMs,
    endMs: window.endMs,
    closesAtMs: closeTimeMs(operator.windows, window),
    records,
    cells: cellsOf(operator.resultsOf(state), columns),
    changedAt,
  };
}

function joinWatch(recorder: JoinRecorder, since: number, base: Base): JoinWatch {
  const { operator, ring } = recorder;
  const { type, windows, isExchanged, left, right, key } = operator;
  return {
    ...base,
    kind: 'join',
    type,
    left,
    right,
    beforeMs: isExchanged ? windows.afterMs : windows.beforeMs,
    afterMs: isExchanged ? windows.beforeMs : windows.afterMs,
    graceMs: windows.graceMs,
    isEager: windows.unmatched === 'eager',
    records: ring.changedSince(since).map((record) => joinedRecord(record, isExchanged, key)),
  };
}

function joinedRecord(record: JoinRecord, isExchanged: boolean, columns: KeyColumns): JoinedRecord {
  const { isLeft, matches, isWaiting, aloneAtMs, isExpired, streamTimeMs, dropped } = record;
  return {
    ...watchedRecord(record, columns),
    streamTimeMs,
    dropped,
    side: isLeft === isExchanged ? 'right' : 'left',
    matches: [...matches],
    isWaiting,
    aloneAtMs,
    isExpired,
  };
}

function tableJoinWatch(recorder: TableJoinRecorder, since: number, base: Base): TableJoinWatch {
  const { operator, ring } = recorder;
  const { type, left, right, columns, nodes } = operator;
  const names = (list: readonly PlacedColumn[]): readonly string[] => list.map(({ name }) => name);
  return {
    ...base,
    kind: 'table-join',
    shape: nodes.shape,
    type,
    left,
    right,
    columns: { left: names(columns.left), right: names(columns.right), result: names(columns.result) },
    records: ring.changedSince(since).map((record) => lookupRecord(record, operator)),
  };
}

function lookupRecord(record: TableJoinRecord, operator: TableJoinOperator): LookupRecord {
  const { side, arrival, ownKey, row, lookup, told, movedTo, dropped } = record;
  const { columns, key, rightKey, nodes } = operator;
  const isForeign = nodes.shape === 'foreign-key';
  const cells = (one: SqlRow, of: LookupRecord['side']): readonly Cell[] =>
    columns[of].map(({ index, type }) => cellOf(one[index] ?? null, type));
  const other = side === 'left' ? 'right' : 'left';
  return {
    ...watchedRecord(record, meetingKeyOf(operator)),
    streamTimeMs: record.timestampMs,
    dropped,
    side,
    arrival,
    ownKey: isForeign && side !== 'right' ? (keyOf(ownKey, key) ?? undefined) : undefined,
    row: row === null ? undefined : cells(row, side),
    found:
      lookup === undefined
        ? undefined
        : lookup.row === null
          ? 'nothing'
          : { timestampMs: lookup.timestampMs, row: cells(lookup.row, other) },
    told: told?.map((one) => keyOf(one, key) ?? ''),
    movedTo: movedTo === undefined ? undefined : keyOf(movedTo, rightKey),
  };
}

function watchedRecord(record: Recorded, columns: KeyColumns): Omit<WatchedRecord, 'streamTimeMs' | 'dropped'> {
  const { seq, task, topic, partition, offset, timestampMs, key } = record;
  return { seq, task, topic, partition, offset, timestampMs, key: keyOf(key, columns) };
}

/** A windowed key has its window's start behind it, as records of its topic are shown. */
function keyOf(key: StreamKey | null, columns: KeyColumns): string | null {
  if (key === null) return null;
  const text = keyText(columnsOf(key), columns);
  const window = windowOf(key);
  return window === undefined || text === null ? text : `${text} @ ${new Date(window.startMs).toISOString()}`;
}
