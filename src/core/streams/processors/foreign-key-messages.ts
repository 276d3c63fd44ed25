/**
 * What the two sides of a foreign-key join say to each other, after Kafka's layouts (version 1):
 *
 *     SubscriptionWrapper: version 1 byte (high bit: no hash) | instruction 1 byte
 *         | hash 16 bytes | primary key | partition 4 bytes
 *     SubscriptionResponseWrapper: version 1 byte (high bit: no hash) | foreign row present 1 byte
 *         | hash 16 bytes | foreign value | partition 4 bytes
 *
 * The hash tells whether the left row is still the one that asked. Kafka takes Murmur3 of 128 bits; only this join reads
 * it, so here it is four murmur2 words over the row's bytes, each with another prefix.
 */
import { bytesEqual, EMPTY_BYTES, readUint32, writeInt32 } from '../../common/bytes.ts';
import { assert } from '../../common/errors.ts';
import { murmur2 } from '../../common/murmur2.ts';
import type { Serde } from '../serde.ts';

/** In the order of Kafka's codes. */
export const INSTRUCTIONS = [
  'DELETE_KEY_NO_PROPAGATE',
  'DELETE_KEY_AND_PROPAGATE',
  'PROPAGATE_NULL_IF_NO_FK_VAL_AVAILABLE',
  'PROPAGATE_ONLY_IF_FK_VAL_AVAILABLE',
] as const;
export type Instruction = (typeof INSTRUCTIONS)[number];

export interface SubscriptionMessage<K> {
  readonly hash: Uint8Array | null;
  readonly instruction: Instruction;
  readonly primaryKey: K;
  readonly partition: number;
}

export interface ResponseMessage<VO> {
  readonly hash: Uint8Array | null;
  readonly foreignValue: VO | null;
  readonly partition: number;
}

const VERSION = 1;
const NO_HASH = 0x80;
const HASH_BYTES = 16;

export function subscriptionSerde<K>(keySerde: Serde<K>): Serde<SubscriptionMessage<K>> {
  return {
    serialize({ hash, instruction, primaryKey, partition }) {
      const key = keySerde.serialize(primaryKey) ?? EMPTY_BYTES;
      const hashBytes = hash ?? EMPTY_BYTES;
      const bytes = new Uint8Array(2 + hashBytes.length + key.length + 4);
      bytes[0] = hash === null ? VERSION | NO_HASH : VERSION;
      bytes[1] = INSTRUCTIONS.indexOf(instruction);
      bytes.set(hashBytes, 2);
      bytes.set(key, 2 + hashBytes.length);
      writeInt32(bytes, bytes.length - 4, partition);
      return bytes;
    },
    deserialize(bytes) {
      const hashEnd = ((bytes[0] ?? 0) & NO_HASH) === 0 ? 2 + HASH_BYTES : 2;
      const instruction = INSTRUCTIONS[bytes[1] ?? -1];
      const primaryKey = keySerde.deserialize(bytes.subarray(hashEnd, bytes.length - 4));
      assert(instruction !== undefined && primaryKey !== null, 'a subscription has an instruction and a primary key');
      return {
        hash: hashEnd === 2 ? null : bytes.slice(2, hashEnd),
        instruction,
        primaryKey,
        partition: readPartition(bytes),
      };
    },
  };
}

export function responseSerde<VO>(valueSerde: Serde<VO>): Serde<ResponseMessage<VO>> {
  return {
    serialize({ hash, foreignValue, partition }) {
      const hashBytes = hash ?? EMPTY_BYTES;
      // One byte more than Kafka tells an absent foreign row from an empty one.
      const value = foreignValue === null ? null : (valueSerde.serialize(foreignValue) ?? EMPTY_BYTES);
      const bytes = new Uint8Array(2 + hashBytes.length + (value ?? EMPTY_BYTES).length + 4);
      bytes[0] = hash === null ? VERSION | NO_HASH : VERSION;
      bytes[1] = value === null ? 0 : 1;
      bytes.set(hashBytes, 2);
      if (value !== null) bytes.set(value, 2 + hashBytes.length);
      writeInt32(bytes, bytes.length - 4, partition);
      return bytes;
    },
    deserialize(bytes) {
      const hashEnd = ((bytes[0] ?? 0) & NO_HASH) === 0 ? 2 + HASH_BYTES : 2;
      return {
        hash: hashEnd === 2 ? null : bytes.slice(2, hashEnd),
        foreignValue: bytes[1] === 1 ? valueSerde.deserialize(bytes.subarray(hashEnd, bytes.length - 4)) : null,
        partition: readPartition(bytes),
      };
    },
  };
}

/** The hash of a row, null for none. */
export function hashOf<V>(serde: Serde<V>, value: V | null): Uint8Array | null {
  if (value === null) return null;
  const bytes = serde.serialize(value) ?? EMPTY_BYTES;
  const salted = new Uint8Array(bytes.length + 1);
  salted.set(bytes, 1);
  const hash = new Uint8Array(HASH_BYTES);
  for (let word = 0; word < 4; word++) {
    salted[0] = word;
    writeInt32(hash, 4 * word, murmur2(salted));
  }
  return hash;
}

export function sameHash(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return bytesEqual(a, b);
}

function readPartition(bytes: Uint8Array): number {
  return readUint32(bytes, bytes.length - 4);
}
