/**
 * How a store keeps values as bytes in its own memory, where the garbage collector has nothing to mark and a row is one or two
 * lines of the processor's cache rather than an object for each part. What is read back equals what was written.
 *
 * Unlike a serde it is never seen outside: it may be whatever is read and written fastest.
 */
export interface Packing<V> {
  /** Bytes that `pack` will write; -1 for a value that is better kept as it is. */
  sizeOf(value: V): number;
  pack(value: V, memory: Memory, at: number): void;
  unpack(memory: Memory, at: number): V;
}

/** The same bytes twice: for bytes one by one, and for numbers. */
export class Memory {
  readonly bytes: Uint8Array;
  readonly view: DataView;

  constructor(sizeBytes: number) {
    this.bytes = new Uint8Array(sizeBytes);
    this.view = new DataView(this.bytes.buffer);
  }
}
