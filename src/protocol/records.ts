/**
 * A topic's records, as a list shows them and in full.
 */
export interface ReadRecordsRequest {
  readonly topic: string;
  readonly partition: number;
  /** First offset to return. */
  readonly from: number;
  readonly limit: number;
}

/** A record for display. `key` and `value` are decoded by the source's formats, or guessed. */
export interface RecordView {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly keyText: string | null;
  readonly valueText: string | null;
  readonly keySizeBytes: number;
  readonly valueSizeBytes: number;
  /** A stable hash of the key bytes, for its colour; -1 for a null key. */
  readonly keyHash: number;
  readonly tombstone: boolean;
  readonly control?: 'commit' | 'abort' | undefined;
}

/** One record in full, for the inspector. */
export interface RecordDetail extends RecordView {
  readonly keyBytes: Uint8Array | null;
  readonly valueBytes: Uint8Array | null;
  readonly keyFormat: string;
  readonly valueFormat: string;
  readonly headers: readonly { readonly key: string; readonly text: string; readonly bytes: Uint8Array | null }[];
  readonly batch: {
    readonly baseOffset: number;
    readonly records: number;
    readonly sizeBytes: number;
    readonly crc: string;
  };
}
