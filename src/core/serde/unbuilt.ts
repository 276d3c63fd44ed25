import { WeirError } from '../common/errors.ts';
import type { Format, FormatName } from './format.ts';
import { NO_PROPERTIES, WRAP_AND_UNWRAP } from './format-support.ts';

/** Stands in for a format that is known by name and not built yet. */
export function unbuiltFormat(name: FormatName): Format {
  const refuse = (): never => {
    throw new WeirError('UNSUPPORTED', `The format ${name} is not built yet.`);
  };
  return {
    name,
    supportsSchemaInference: name !== 'PROTOBUF_NOSR',
    supportsFeatures: WRAP_AND_UNWRAP,
    supportedProperties: NO_PROPERTIES,
    validate: refuse,
    serde: refuse,
  };
}
