/** The formats by name: the one place that lists them. */
import { WeirError } from '../common/errors.ts';
import { avroFormat } from './avro.ts';
import { delimitedFormat } from './delimited.ts';
import type { Format, FormatInfo, FormatName, PersistenceSchema } from './format.ts';
import { jsonFormat } from './json.ts';
import { jsonSrFormat } from './json-sr.ts';
import { kafkaFormat } from './kafka.ts';
import { noneFormat } from './none.ts';
import { protobufFormat, protobufNosrFormat } from './protobuf.ts';

export const FORMATS: Readonly<Record<FormatName, Format>> = {
  JSON: jsonFormat,
  JSON_SR: jsonSrFormat,
  AVRO: avroFormat,
  PROTOBUF: protobufFormat,
  PROTOBUF_NOSR: protobufNosrFormat,
  DELIMITED: delimitedFormat,
  KAFKA: kafkaFormat,
  NONE: noneFormat,
};

export const FORMAT_NAMES: readonly FormatName[] = [
  'JSON',
  'JSON_SR',
  'AVRO',
  'PROTOBUF',
  'PROTOBUF_NOSR',
  'DELIMITED',
  'KAFKA',
  'NONE',
];

/** The format of a name, written in any case. @throws WeirError UNKNOWN_FORMAT */
export function formatByName(name: string): Format {
  const upper = name.toUpperCase();
  const known = FORMAT_NAMES.find((candidate) => candidate === upper);
  if (known !== undefined) return FORMATS[known];
  throw new WeirError('UNKNOWN_FORMAT', `There is no format '${name}'.`, {
    hint: `The formats are ${FORMAT_NAMES.join(', ')}.`,
    details: { format: name },
  });
}

export function formatOf(info: FormatInfo): Format {
  return FORMATS[info.name];
}

/**
 * Refuses properties that the format does not take and columns that it cannot hold.
 * @throws WeirError INVALID_FORMAT_PROPERTY, FORMAT_MISFIT
 */
export function validateFormat(info: FormatInfo, schema: PersistenceSchema): void {
  const format = formatOf(info);
  const foreign = Object.keys(info.properties).filter((name) => !format.supportedProperties.has(name));
  if (foreign.length > 0) {
    throw new WeirError('INVALID_FORMAT_PROPERTY', `${info.name} does not take the property ${foreign.join(', ')}.`, {
      hint:
        format.supportedProperties.size === 0
          ? `${info.name} takes no properties of its own.`
          : `It takes ${[...format.supportedProperties].join(', ')}.`,
      details: { format: info.name, properties: foreign },
    });
  }
  format.validate(schema, info);
}
