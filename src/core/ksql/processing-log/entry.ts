/**
 * What a record of the processing log says: ksqlDB's structure, so that its queries over the log run unchanged.
 *
 *     { "level": "ERROR", "logger": "processing.CSAS_A_1.KsqlTopic.Source.deserializer", "time": 1700000000000,
 *       "message": { "type": 0, "deserializationError": { ... }, "recordProcessingError": null, ... } }
 *
 * `type` says which of the five structs is filled: 0 deserializationError, 1 recordProcessingError, 2 productionError,
 * 3 serializationError, 4 kafkaStreamsThreadError. Weir adds to the structs where the record came from (topic, partition,
 * offset), so that it can be found again.
 */
import { Decimal } from 'decimal.js';
import { encodeBase64 } from '../../common/base64.ts';
import type { WeirError, JsonValue } from '../../common/errors.ts';
import { quoteName, type Row } from '../../common/sql-type.ts';
import type { DropReason, RecordMetadata } from '../../streams/processor.ts';
import { Windowed } from '../../streams/record.ts';

/** The row that an expression failed for, and what its columns are called. */
export interface FailedRow {
  readonly columns: readonly { readonly name: string }[];
  readonly row: Row;
}

/** What went wrong with a record, as whoever noticed it tells it. */
export type RecordFailure =
  | {
      readonly kind: 'deserialization';
      readonly error: WeirError;
      readonly origin: RecordMetadata;
      readonly side: 'key' | 'value';
      readonly bytes: Uint8Array;
    }
  /** An expression had no value for the record; NULL stands for it, or the record is left out. */
  | {
      readonly kind: 'expression';
      readonly error: unknown;
      readonly expression: string;
      /** The step of the query, in ksqlDB's words: `Project`, `WhereFilter`. */
      readonly step: string;
      readonly row: FailedRow | undefined;
      readonly origin: RecordMetadata | undefined;
    }
  /** A step left the record out. */
  | {
      readonly kind: 'dropped';
      readonly reason: DropReason;
      readonly detail: string | undefined;
      readonly node: string;
      readonly record: { readonly key: unknown; readonly value: unknown };
      readonly origin: RecordMetadata | undefined;
    }
  /** The query stopped at the record. */
  | { readonly kind: 'fatal'; readonly error: WeirError; readonly origin: RecordMetadata | undefined };

/** The columns of the stream over the log. Names fold as in ksqlDB, whose `topic` is a reserved word there, and so quoted. */
export const LOG_COLUMNS = (() => {
  const at = 'PARTITION INTEGER, OFFSET BIGINT';
  const cause = 'CAUSE ARRAY<VARCHAR>';
  const structs = [
    'TYPE INTEGER',
    `DESERIALIZATIONERROR STRUCT<TARGET VARCHAR, ERRORMESSAGE VARCHAR, RECORDB64 VARCHAR, ${cause}, \`topic\` VARCHAR, ${at}>`,
    `RECORDPROCESSINGERROR STRUCT<ERRORMESSAGE VARCHAR, RECORD VARCHAR, ${cause}, \`topic\` VARCHAR, ${at}>`,
    'PRODUCTIONERROR STRUCT<ERRORMESSAGE VARCHAR>',
    `SERIALIZATIONERROR STRUCT<TARGET VARCHAR, ERRORMESSAGE VARCHAR, RECORD VARCHAR, ${cause}, \`topic\` VARCHAR>`,
    `KAFKASTREAMSTHREADERROR STRUCT<ERRORMESSAGE VARCHAR, THREADNAME VARCHAR, ${cause}>`,
  ];
  return `LOGGER VARCHAR, LEVEL VARCHAR, TIME BIGINT, MESSAGE STRUCT<${structs.join(', ')}>`;
})();

/** A query that shows what is in the log: the message, the place and the record of each entry, whatever its type. */
export function logQuery(stream: string): string {
  const first = (field: string, structs: readonly string[]): string =>
    `COALESCE(${structs.map((struct) => `MESSAGE->${struct}->${field}`).join(', ')})`;
  const placed = ['DESERIALIZATIONERROR', 'RECORDPROCESSINGERROR'];
  const all = [...placed, 'PRODUCTIONERROR', 'SERIALIZATIONERROR', 'KAFKASTREAMSTHREADERROR'];
  return `SELECT
  LEVEL,
  LOGGER,
  ${first('ERRORMESSAGE', all)} AS ERROR,
  ${first('`topic`', [...placed, 'SERIALIZATIONERROR'])} AS \`TOPIC\`,
  ${first('PARTITION', placed)} AS PARTITION,
  ${first('OFFSET', placed)} AS OFFSET,
  COALESCE(FROM_BYTES(TO_BYTES(MESSAGE->DESERIALIZATIONERROR->RECORDB64, 'base64'), 'utf8'),
    MESSAGE->RECORDPROCESSINGERROR->RECORD) AS RECORD
FROM ${quoteName(stream)}
EMIT CHANGES;`;
}

type Fields = Readonly<Record<string, JsonValue>>;

/** Bytes of a record that are shown at most; where the record is found says how to get at the rest. */
const MAX_SHOWN_BYTES = 64 * 1024;

/** The log record's value as JSON text. `includesRows`: false leaves out what the failing records hold. */
export function logEntry(queryId: string, failure: RecordFailure, timeMs: number, includesRows: boolean): string {
  const { level, step, type, error } = described(queryId, failure, includesRows);
  return JSON.stringify({
    level,
    logger: `processing.${queryId}${step === '' ? '' : `.${step}`}`,
    time: timeMs,
    message: {
      type: TYPES.indexOf(type),
      ...Object.fromEntries(TYPES.map((name) => [name, name === type ? error : null])),
    },
  });
}

/** In place of the entries beyond a commit's bound. */
export function omittedEntry(queryId: string, count: number, timeMs: number): string {
  return JSON.stringify({
    level: 'WARN',
    logger: `processing.${queryId}`,
    time: timeMs,
    message: {
      type: TYPES.indexOf('recordProcessingError'),
      ...Object.fromEntries(TYPES.map((name) => [name, null])),
      recordProcessingError: {
        errorMessage: `${count} more records failed in the same commit, and are not listed one by one.`,
        record: null,
        cause: [],
        topic: null,
        partition: null,
        offset: null,
      },
    },
  });
}

/** By index: the field `type` of a message. */
const TYPES = [
  'deserializationError',
  'recordProcessingError',
  'productionError',
  'serializationError',
  'kafkaStreamsThreadError',
] as const;

interface Described {
  readonly level: 'ERROR' | 'WARN';
  readonly step: string;
  readonly type: (typeof TYPES)[number];
  readonly error: Fields;
}

function described(queryId: string, failure: RecordFailure, includesRows: boolean): Described {
  switch (failure.kind) {
    case 'deserialization': {
      const { error, origin, side, bytes } = failure;
      const isCut = bytes.length > MAX_SHOWN_BYTES;
      return {
        level: 'ERROR',
        step: 'KsqlTopic.Source.deserializer',
        type: 'deserializationError',
        error: {
          target: side,
          errorMessage: error.message,
          recordB64: includesRows ? encodeBase64(isCut ? bytes.subarray(0, MAX_SHOWN_BYTES) : bytes) : null,
          cause: [
            ...causesOf(error),
            ...(isCut ? [`The first ${MAX_SHOWN_BYTES} of ${bytes.length} bytes are shown.`] : []),
          ],
          ...place(origin),
        },
      };
    }
    case 'expression': {
      const { error, expression, step, row, origin } = failure;
      return {
        level: 'ERROR',
        step,
        type: 'recordProcessingError',
        error: {
          errorMessage: `${expression}: ${messageOf(error)}`,
          record: row === undefined || !includesRows ? null : shownRow(row),
          cause: causesOf(error),
          ...place(origin),
        },
      };
    }
    case 'dropped': {
      const { reason, detail, node, record, origin } = failure;
      const shown = includesRows ? JSON.stringify([plain(record.key), plain(record.value)]) : null;
      return {
        level: 'WARN',
        step: node,
        type: 'recordProcessingError',
        error: {
          errorMessage: `The record is left out: ${REASONS[reason] ?? reason}.`,
          record: shown !== null && shown.length > MAX_SHOWN_BYTES ? shown.slice(0, MAX_SHOWN_BYTES) : shown,
          cause: detail === undefined ? [] : [detail],
          ...place(origin),
        },
      };
    }
    case 'fatal':
      return fatal(queryId, failure.error, failure.origin);
  }
}

function fatal(queryId: string, error: WeirError, origin: RecordMetadata | undefined): Described {
  const at =
    origin === undefined ? [] : [`The record in process: ${origin.topic}-${origin.partition}@${origin.offset}.`];
  const cause = [...causesOf(error), ...at];
  if (error.code === 'SERIALIZATION') {
    const { topic, side } = error.details;
    return {
      level: 'ERROR',
      step: 'serializer',
      type: 'serializationError',
      error: { target: side ?? null, errorMessage: error.message, record: null, cause, topic: topic ?? null },
    };
  }
  if (error.kind === 'storage' || error.code === 'RECORD_TOO_LARGE' || error.code === 'UNKNOWN_TOPIC') {
    return { level: 'ERROR', step: '', type: 'productionError', error: { errorMessage: error.message } };
  }
  return {
    level: 'ERROR',
    step: '',
    type: 'kafkaStreamsThreadError',
    error: { errorMessage: error.message, threadName: queryId, cause },
  };
}

const REASONS: Readonly<Partial<Record<DropReason, string>>> = {
  'null-key': 'its key is null',
  'null-value': 'its value is null',
  'null-join-key': 'what it is joined by is null',
  'null-foreign-key': 'its foreign key is null',
  'negative-timestamp': 'it has no timestamp, or a negative one',
  late: 'it came too late, its window has closed',
  'expired-in-store': 'it came too late, it is older than the window store keeps',
};

function place(origin: RecordMetadata | undefined): Fields {
  return { topic: origin?.topic ?? null, partition: origin?.partition ?? null, offset: origin?.offset ?? null };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function causesOf(error: unknown): readonly string[] {
  const causes: string[] = [];
  for (let at = error; at instanceof Error && at.cause !== undefined && causes.length < 10; at = at.cause) {
    causes.push(messageOf(at.cause));
  }
  return causes;
}

function shownRow({ columns, row }: FailedRow): string {
  const text = JSON.stringify(Object.fromEntries(columns.map(({ name }, i) => [name, plain(row[i] ?? null)])));
  return text.length > MAX_SHOWN_BYTES ? text.slice(0, MAX_SHOWN_BYTES) : text;
}

/** Any value that rows and keys are made of, for people to read: types are not known here. */
function plain(value: unknown): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return encodeBase64(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return [...value].map(([key, entry]) => [plain(key), plain(entry)]);
  if (value instanceof Windowed) return plain(value.key);
  if (value instanceof Decimal) return value.toFixed();
  return typeof value === 'bigint' ? value.toString() : null;
}
