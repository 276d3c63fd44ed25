/**
 * The Avro schema of a sink's columns, as ksqlDB makes it through Connect's AvroData: a record with a union of null and
 * the type per column, null by default; nested records named after their path (`KsqlDataSourceSchema_ADDRESS`); maps as
 * arrays of MapEntry records, since their keys are nullable strings; Connect's names on logical types. An unwrapped
 * column is its bare type, not null.
 */
import { WeirError } from '../common/errors.ts';
import { quoteName, type SqlType, type StructField } from '../common/sql-type.ts';
import type { FormatInfo, PersistenceSchema } from './format.ts';
import { refuseNonStringMapKeys, schemaFullName, unwrappedColumn } from './format-support.ts';

const KSQL_NAMESPACE = 'io.confluent.ksql.avro_schemas';
const DEFAULT_AVRO_NAME = `${KSQL_NAMESPACE}.KsqlDataSourceSchema`;

/**
 * The full name of the key schema of a stream or table: `DelayByAirportKey`, in ksqlDB's namespace, for DELAY_BY_AIRPORT.
 * Each has a name of its own so that classes generated from several topics' schemas do not clash (ksqlDB #6465).
 */
export function avroKeySchemaName(sourceName: string): string {
  const camel = sourceName
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
  return `${KSQL_NAMESPACE}.${camel}Key`;
}

type Json = string | number | null | readonly Json[] | { readonly [name: string]: Json };

/** @throws WeirError FORMAT_MISFIT for names that Avro does not allow, INVALID_FORMAT_PROPERTY */
export function avroSchemaText(schema: PersistenceSchema, info: FormatInfo): string {
  refuseNonStringMapKeys('AVRO', schema);
  const fullName = schemaFullName(info, schema.isKey) ?? DEFAULT_AVRO_NAME;
  const bare = unwrappedColumn(schema);
  return JSON.stringify(bare === undefined ? record(schema.columns, fullName) : avroType(bare.type, fullName));
}

function record(fields: readonly StructField[], fullName: string): Json {
  const dot = fullName.lastIndexOf('.');
  return {
    type: 'record',
    name: fullName.slice(dot + 1),
    ...(dot < 0 ? {} : { namespace: fullName.slice(0, dot) }),
    fields: fields.map((field) => ({
      name: requireAvroName(field.name),
      type: ['null', avroType(field.type, `${fullName}_${field.name}`)],
      default: null,
    })),
    'connect.name': fullName,
  };
}

function avroType(type: SqlType, name: string): Json {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INTEGER':
      return 'int';
    case 'BIGINT':
      return 'long';
    case 'DOUBLE':
      return 'double';
    case 'VARCHAR':
      return 'string';
    case 'BYTES':
      return 'bytes';
    case 'DATE':
      return connectLogical('int', 'Date', 'date');
    case 'TIME':
      return connectLogical('int', 'Time', 'time-millis');
    case 'TIMESTAMP':
      return connectLogical('long', 'Timestamp', 'timestamp-millis');
    case 'DECIMAL':
      return {
        type: 'bytes',
        scale: type.scale,
        precision: type.precision,
        'connect.version': 1,
        'connect.parameters': { scale: String(type.scale), 'connect.decimal.precision': String(type.precision) },
        'connect.name': 'org.apache.kafka.connect.data.Decimal',
        logicalType: 'decimal',
      };
    case 'ARRAY':
      return { type: 'array', items: ['null', avroType(type.element, name)] };
    case 'MAP': {
      const dot = name.lastIndexOf('.');
      return {
        type: 'array',
        items: {
          type: 'record',
          name: name.slice(dot + 1),
          ...(dot < 0 ? {} : { namespace: name.slice(0, dot) }),
          fields: [
            { name: 'key', type: ['null', avroType(type.key, `${name}_KEY`)], default: null },
            { name: 'value', type: ['null', avroType(type.value, `${name}_VALUE`)], default: null },
          ],
          'connect.internal.type': 'MapEntry',
        },
        'connect.internal.type': 'MapEntry',
      };
    }
    case 'STRUCT':
      return record(type.fields, name);
  }
}

function connectLogical(type: string, connectName: string, logicalType: string): Json {
  return {
    type,
    'connect.version': 1,
    'connect.name': `org.apache.kafka.connect.data.${connectName}`,
    logicalType,
  };
}

const AVRO_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function requireAvroName(name: string): string {
  if (AVRO_NAME.test(name)) return name;
  throw new WeirError(
    'FORMAT_MISFIT',
    `Avro does not allow the name ${quoteName(name)}: '${name}' is not a word of letters, digits and underscores that starts with no digit.`,
    {
      hint: 'Give the column another name, or use another format.',
      details: { format: 'AVRO', name },
    },
  );
}
