/**
 * Records decoded and encoded again, and nothing else, with the library that a Node program takes for the format. What
 * frames Avro and Protobuf (Confluent's: a zero byte, the schema's id, for Protobuf a message index) is read over and copied.
 */
import avsc from 'avsc';
import protobuf from 'protobufjs';
import type { Records } from '../orders.ts';
import { decodeJson, encodeJson, type HandResult } from './codec.ts';

export function recodeJson(records: Records): HandResult {
  let sizeBytes = 0;
  for (let i = 0; i < records.count; i++) sizeBytes += encodeJson(decodeJson<object>(records.value(i))).length;
  return { records: records.count, sizeBytes };
}

const AVRO_FRAME_BYTES = 5;
const PROTOBUF_FRAME_BYTES = 6;

/** avsc, with the record encoded behind the frame into one buffer for all, from which it is copied. */
export function recodeAvro(records: Records, schema: string): HandResult {
  const type = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema);
  const scratch = Buffer.alloc(1 << 16);
  let sizeBytes = 0;
  for (let i = 0; i < records.count; i++) {
    const bytes = asBuffer(records.value(i));
    const { value } = type.decode(bytes, AVRO_FRAME_BYTES) as { readonly value: unknown };
    bytes.copy(scratch, 0, 0, AVRO_FRAME_BYTES);
    const end = type.encode(value, scratch, AVRO_FRAME_BYTES);
    sizeBytes += Buffer.from(scratch.subarray(0, end)).length;
  }
  return { records: records.count, sizeBytes };
}

export function recodeProtobuf(records: Records, schema: string): HandResult {
  const { root } = protobuf.parse(schema, { keepCase: true });
  const type = root.lookupType('ConnectDefault1');
  let sizeBytes = 0;
  for (let i = 0; i < records.count; i++) {
    const bytes = asBuffer(records.value(i));
    const message = type.decode(bytes.subarray(PROTOBUF_FRAME_BYTES));
    const body = type.encode(message).finish();
    const framed = Buffer.allocUnsafe(PROTOBUF_FRAME_BYTES + body.length);
    bytes.copy(framed, 0, 0, PROTOBUF_FRAME_BYTES);
    framed.set(body, PROTOBUF_FRAME_BYTES);
    sizeBytes += framed.length;
  }
  return { records: records.count, sizeBytes };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
