/** The NONE format: no columns, no bytes. It is the key format of streams without a key. */
import { WeirError } from '../common/errors.ts';
import type { Format, RowSerde } from './format.ts';
import { describeColumns, NO_FEATURES, NO_PROPERTIES } from './format-support.ts';

export const noneFormat: Format = {
  name: 'NONE',
  supportsSchemaInference: false,
  supportsFeatures: NO_FEATURES,
  supportedProperties: NO_PROPERTIES,
  validate(schema) {
    if (schema.columns.length === 0) return;
    throw new WeirError(
      'FORMAT_MISFIT',
      `The format 'NONE' is for no columns at all, and there are: ${describeColumns(schema)}.`,
      {
        hint: schema.isKey ? 'Give a KEY_FORMAT such as KAFKA or JSON.' : 'Give a VALUE_FORMAT such as JSON.',
        details: { format: 'NONE', columns: describeColumns(schema) },
      },
    );
  },
  serde: () => NONE_SERDE,
};

/** Whatever bytes stand there are not looked at. */
const NONE_SERDE: RowSerde = {
  serialize: () => null,
  deserialize: () => null,
  deserializeBatch(values, out) {
    out.length = values.length;
    out.fill(null);
  },
};
