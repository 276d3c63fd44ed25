/**
 * How a store keeps values as bytes in its own memory, where the garbage collector has nothing to mark and a row is one or two
 * lines of the processor's cache rather than an object for each part. What is read back equals what was written.
 *
 * A value goes to the changelog and to snapshots as it stands, behind a marker. A changelog has both, packed values and
 * serialized ones: of when the store was small, and of those that are better not packed.
 */
import type { Serde } from '../serde.ts';

export interface Packing<V> {
  /** Stands before a packed value outside the store's memory; no serialized value begins with it. */
  readonly marker: number;
  /** Bytes that `pack` will write; -1 for a value that is better kept as it is. */
  sizeOf(value: V): number;
  pack(value: V, memory: Memory, at: number): void;
  /** Bytes of the value that was packed there. */
  sizeAt(memory: Memory, at: number): number;
  unpack(memory: Memory, at: number): V;
}

/** The same bytes twice: for bytes one by one, and for numbers. */
export class Memory {
  readonly bytes: Uint8Array;
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/** Reads packed values, too. */
export function alsoPacked<V>(serde: Serde<V>, packing: Packing<V>): Serde<V> {
  return {
    serialize: (value) => serde.serialize(value),
    ...(serde.write !== undefined && { write: serde.write.bind(serde) }),
    deserialize: (bytes) =>
      bytes[0] === packing.marker ? packing.unpack(new Memory(bytes), 1) : serde.deserialize(bytes),
  };
}
