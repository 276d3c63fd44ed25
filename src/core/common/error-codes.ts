/**
 * Every error code of the product. A code is stable: it may be documented, searched for and tested against; the words
 * of a message may change. The `kind` says whose move it is:
 *
 * - `user`: the statement or the data is wrong; the hint says what to do.
 * - `unsupported`: the statement is right and Weir does not do it yet.
 * - `storage`: the browser or the disk refused (quota, corruption, lock held elsewhere).
 * - `internal`: a bug in Weir.
 */
export type ErrorKind = 'user' | 'unsupported' | 'storage' | 'internal';

export interface ErrorCodeInfo {
  readonly kind: ErrorKind;
  /** One line for the table of codes in the docs. */
  readonly summary: string;
}

const user = (summary: string): ErrorCodeInfo => ({ kind: 'user', summary });
const unsupported = (summary: string): ErrorCodeInfo => ({ kind: 'unsupported', summary });
const storage = (summary: string): ErrorCodeInfo => ({ kind: 'storage', summary });
const internal = (summary: string): ErrorCodeInfo => ({ kind: 'internal', summary });

export const ERROR_CODES = {
  // general
  INTERNAL: internal('A bug in Weir: an assertion did not hold.'),
  UNSUPPORTED: unsupported('The statement is valid, and Weir does not execute it yet.'),
  UNSUPPORTED_STATEMENT: unsupported('This kind of statement parses, and Weir does not execute it yet.'),

  // sql: text
  SYNTAX: user('The text is not a statement of the dialect.'),
  LITERAL_OUT_OF_RANGE: user('A number literal does not fit its type.'),
  UNDEFINED_VARIABLE: user('A ${variable} is used that no DEFINE has set.'),

  // log and broker
  UNKNOWN_TOPIC: user('The topic does not exist.'),
  UNKNOWN_PARTITION: user('The topic has no such partition.'),
  TOPIC_EXISTS: user('A topic of that name exists.'),
  INVALID_TOPIC: user('The topic name or its settings are not allowed.'),
  OFFSET_OUT_OF_RANGE: user('The offset lies before the log start or beyond the log end.'),
  CORRUPT_BATCH: storage('A stored record batch fails its CRC or cannot be read.'),
  STORAGE_QUOTA: storage('The storage is full; nothing of the write was kept.'),
  STORAGE_LOCKED: storage('Another tab or process owns this workspace.'),
  STORAGE_FAILED: storage('The storage refused a read or a write.'),
} as const satisfies Record<string, ErrorCodeInfo>;

export type ErrorCode = keyof typeof ERROR_CODES;
