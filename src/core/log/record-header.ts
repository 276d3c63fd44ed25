/** A header of a record: a name and bytes. Names may repeat. */
export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}
