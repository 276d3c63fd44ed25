/**
 * What the two sides of a foreign-key join say to each other, after Kafka's layouts (version 1):
 *
 *     SubscriptionWrapper: version 1 byte (high bit: no hash) | instruction 1 byte
 *         | hash 16 bytes | primary key | partition 4 bytes
 *     SubscriptionResponseWrapper: version 1 byte (high bit: no hash) | foreign row present 1 byte
 *         | hash 16 bytes | foreign value | partition 4 bytes
 *
 * One byte more than Kafka's tells an absent foreign row from an empty one. A batch of messages is read by handing the primary
 * keys or foreign values in it, as stretches of its bytes, to their own serde.
 */
import { type ByteSpans, readUint32 } from '../../common/bytes.ts';
import { assert, WeirError } from '../../common/errors.ts';
import { TextOutput } from '../../common/text-output.ts';
import { readRowHash, ROW_HASH_BYTES, type RowHash } from '../row-hash.ts';
import { readSpansWith, writeWith, type Serde } from '../serde.ts';

/** In the order of Kafka's codes. */
export const INSTRUCTIONS = [
  'DELETE_KEY_NO_PROPAGATE',
  'DELETE_KEY_AND_PROPAGATE',
  'PROPAGATE_NULL_IF_NO_FK_VAL_AVAILABLE',
  'PROPAGATE_ONLY_IF_FK_VAL_AVAILABLE',
] as const;
export type Instruction = (typeof INSTRUCTIONS)[number];

export class SubscriptionMessage<K> {
  readonly hash: RowHash | null;
  readonly instruction: Instruction;
  readonly primaryKey: K;
  readonly partition: number;

  constructor(hash: RowHash | null, instruction: Instruction, primaryKey: K, partition: number) {
    this.hash = hash;
    this.instruction = instruction;
    this.primaryKey = primaryKey;
    this.partition = partition;
  }
}

export class ResponseMessage<VO> {
  readonly hash: RowHash | null;
  readonly foreignValue: VO | null;
  readonly partition: number;

  constructor(hash: RowHash | null, foreignValue: VO | null, partition: number) {
    this.hash = hash;
    this.foreignValue = foreignValue;
    this.partition = partition;
  }
}

const VERSION = 1;
const NO_HASH = 0x80;
const HEAD_BYTES = 2;
const PARTITION_BYTES = 4;
/** Its own, for a part may be written to the shared one. */
const output = new TextOutput();

export function subscriptionSerde<K>(keySerde: Serde<K>): Serde<SubscriptionMessage<K>> {
  return messageSerde(
    keySerde,
    ({ hash, instruction, primaryKey, partition }, out) => {
      out.byte(hash === null ? VERSION | NO_HASH : VERSION);
      out.byte(INSTRUCTIONS.indexOf(instruction));
      hash?.write(out);
      writeWith(keySerde, primaryKey, out);
      out.int32(partition);
    },
    (bytes, start, end, primaryKey) => {
      const instruction = INSTRUCTIONS[bytes[start + 1] as number];
      assert(instruction !== undefined && primaryKey !== null, 'a subscription has an instruction and a primary key');
      return new SubscriptionMessage(hashAt(bytes, start), instruction, primaryKey, partitionAt(bytes, end));
    },
    () => true,
  );
}

export function responseSerde<VO>(valueSerde: Serde<VO>): Serde<ResponseMessage<VO>> {
  return messageSerde(
    valueSerde,
    ({ hash, foreignValue, partition }, out) => {
      out.byte(hash === null ? VERSION | NO_HASH : VERSION);
      out.byte(foreignValue === null ? 0 : 1);
      hash?.write(out);
      if (foreignValue !== null) writeWith(valueSerde, foreignValue, out);
      out.int32(partition);
    },
    (bytes, start, end, foreignValue) =>
      new ResponseMessage(hashAt(bytes, start), foreignValue, partitionAt(bytes, end)),
    (bytes, start) => bytes[start + 1] === 1,
  );
}

/**
 * @param write appends a message
 * @param read the message of `bytes[start, end)`, of which the part that is the inner serde's has been read
 * @param hasInner whether there is one
 */
function messageSerde<M, T>(
  inner: Serde<T>,
  write: (message: M, out: TextOutput) => void,
  read: (bytes: Uint8Array, start: number, end: number, part: T | null) => M,
  hasInner: (bytes: Uint8Array, start: number) => boolean,
): Serde<M> {
  const parts: (T | null | WeirError)[] = [];
  let starts = new Int32Array(0);
  let lengths = new Int32Array(0);
  return {
    write(message, out) {
      write(message, out);
      return true;
    },
    serialize(message) {
      output.begin();
      write(message, output);
      return output.finish();
    },
    deserialize(bytes) {
      const part = hasInner(bytes, 0)
        ? inner.deserialize(bytes.subarray(innerStart(bytes, 0), bytes.length - PARTITION_BYTES))
        : null;
      return read(bytes, 0, bytes.length, part);
    },
    deserializeSpans(spans: ByteSpans, from, to, out) {
      const { bytes } = spans;
      const count = to - from;
      if (starts.length < count) {
        starts = new Int32Array(count);
        lengths = new Int32Array(count);
      }
      for (let i = 0; i < count; i++) {
        const start = spans.starts[from + i] as number;
        const length = spans.lengths[from + i] as number;
        const partStart = innerStart(bytes, start);
        starts[i] = partStart;
        lengths[i] = length < 0 || !hasInner(bytes, start) ? -1 : start + length - PARTITION_BYTES - partStart;
      }
      readSpansWith(inner, { bytes, starts, lengths }, 0, count, parts);
      out.length = count;
      for (let i = 0; i < count; i++) {
        const start = spans.starts[from + i] as number;
        const length = spans.lengths[from + i] as number;
        const part = parts[i] as T | null | WeirError;
        if (length < 0) out[i] = null;
        else out[i] = part instanceof WeirError ? part : read(bytes, start, start + length, part);
      }
    },
  };
}

function innerStart(bytes: Uint8Array, start: number): number {
  return start + HEAD_BYTES + (((bytes[start] as number) & NO_HASH) === 0 ? ROW_HASH_BYTES : 0);
}

function hashAt(bytes: Uint8Array, start: number): RowHash | null {
  return ((bytes[start] as number) & NO_HASH) === 0 ? readRowHash(bytes, start + HEAD_BYTES) : null;
}

function partitionAt(bytes: Uint8Array, end: number): number {
  return readUint32(bytes, end - PARTITION_BYTES);
}
