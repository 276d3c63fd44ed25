/** What a new subject's schema may look like, in each language of schemas. */
import type { SchemaType } from '../../../protocol/api.ts';

export const EXAMPLES: Readonly<Record<SchemaType, string>> = {
  AVRO: `{
  "type": "record",
  "name": "Order",
  "fields": [
    { "name": "ITEM", "type": "string" },
    { "name": "AMOUNT", "type": ["null", "double"], "default": null }
  ]
}`,
  PROTOBUF: `syntax = "proto3";

message Order {
  string ITEM = 1;
  optional double AMOUNT = 2;
}`,
  JSON: `{
  "type": "object",
  "properties": {
    "ITEM": { "type": "string" },
    "AMOUNT": { "type": "number" }
  },
  "required": ["ITEM"],
  "additionalProperties": false
}`,
};
