/**
 * Confluent's frame around data whose schema is in a registry: a zero byte, the schema's id (4 bytes, big-endian), the
 * payload.
 */
import { Mismatch } from './serde-errors.ts';

export const FRAME_HEADER_BYTES = 5;

export function frame(schemaId: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  writeFrameHeader(bytes, schemaId);
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

function writeFrameHeader(bytes: Uint8Array, schemaId: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setInt32(1, schemaId);
}

/** The schema id, or undefined when the bytes cannot be framed ones. */
export function framedSchemaId(bytes: Uint8Array): number | undefined {
  if (bytes.length < FRAME_HEADER_BYTES || bytes[0] !== 0) return undefined;
  return ((bytes[1] ?? 0) << 24) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0);
}

/** @throws Mismatch */
export function requireFrame(bytes: Uint8Array): number {
  const id = framedSchemaId(bytes);
  if (id !== undefined) return id;
  throw new Mismatch(
    'the bytes do not start with a zero byte and a schema id',
    'They were not written with a schema of the registry. Is the format of the topic another one, such as JSON?',
  );
}
