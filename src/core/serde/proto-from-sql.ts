/**
 * The Protobuf schema of a sink's columns, as Connect's ProtobufData makes it for ksqlDB: a message per record, nested
 * messages for structs (`ConnectDefault2` ...), `map` for maps, and messages of Google's and Confluent's types for
 * dates, times, timestamps and decimals. NULLABLE_REPRESENTATION chooses how a scalar can be null: not at all (default),
 * as an `optional` field (OPTIONAL; messages are marked as well, though they can be absent anyway), or as a wrapper message
 * (WRAPPER; within arrays and maps too).
 */
import { WeirError } from '../common/errors.ts';
import { formatType, quoteName, type SqlType, type StructField } from '../common/sql-type.ts';
import type { FormatInfo, PersistenceSchema } from './format.ts';
import { formatProperty, refuseNonStringMapKeys, schemaFullName } from './format-support.ts';

export const NULLABLE_PROPERTIES: readonly string[] = ['NULLABLE_REPRESENTATION', 'PROTOBUF_NULLABLE_REPRESENTATION'];
const DEFAULT_MESSAGE = 'ConnectDefault1';

type Nullability = 'none' | 'optional' | 'wrapper';

/** @throws WeirError FORMAT_MISFIT, INVALID_FORMAT_PROPERTY */
export function protoSchemaText(schema: PersistenceSchema, info: FormatInfo): string {
  refuseNonStringMapKeys(info.name, schema);
  const fullName = schemaFullName(info, schema.isKey) ?? DEFAULT_MESSAGE;
  const dot = fullName.lastIndexOf('.');
  const writer = new ProtoWriter(nullability(info, schema.isKey));
  const body = writer.message(fullName.slice(dot + 1), schema.columns, '');
  const head = ['syntax = "proto3";'];
  if (dot >= 0) head.push(`package ${fullName.slice(0, dot)};`);
  const imports = [...writer.imports].sort().map((name) => `import "${name}";`);
  return `${head.join('\n')}\n\n${imports.length === 0 ? '' : `${imports.join('\n')}\n\n`}${body}`;
}

function nullability(info: FormatInfo, isKey: boolean): Nullability {
  const text = formatProperty(info, isKey, ...NULLABLE_PROPERTIES);
  switch (text?.toUpperCase()) {
    case undefined:
      return 'none';
    case 'OPTIONAL':
      return 'optional';
    case 'WRAPPER':
      return 'wrapper';
    default:
      throw new WeirError('INVALID_FORMAT_PROPERTY', `'${text ?? ''}' is not a nullable representation.`, {
        hint: "Write 'OPTIONAL' or 'WRAPPER'.",
        details: { property: 'NULLABLE_REPRESENTATION', value: text ?? '' },
      });
  }
}

interface FieldText {
  readonly type: string;
  readonly options: string;
}

class ProtoWriter {
  readonly imports = new Set<string>();
  private readonly nullable: Nullability;
  private messageCount = 1;

  constructor(nullable: Nullability) {
    this.nullable = nullable;
  }

  message(name: string, fields: readonly StructField[], indent: string): string {
    const nested: string[] = [];
    const lines = fields.map((field, i) => `${indent}  ${this.field(field, i + 1, nested, `${indent}  `)}\n`);
    return `${indent}message ${name} {\n${lines.join('')}${nested.map((text) => `\n${text}`).join('')}${indent}}\n`;
  }

  private field(field: StructField, id: number, nested: string[], indent: string): string {
    requireProtoName(field.name);
    const { type } = field;
    if (type.kind === 'MAP') {
      const value = this.item(type.value, field, nested, indent);
      return `map<string, ${value.type}> ${field.name} = ${id}${value.options};`;
    }
    if (type.kind === 'ARRAY') {
      const element = this.item(type.element, field, nested, indent);
      return `repeated ${element.type} ${field.name} = ${id}${element.options};`;
    }
    const item = this.item(type, field, nested, indent);
    const optional = this.nullable === 'optional' ? 'optional ' : '';
    return `${optional}${item.type} ${field.name} = ${id}${item.options};`;
  }

  private item(type: SqlType, field: StructField, nested: string[], indent: string): FieldText {
    const scalar = (name: string): FieldText => {
      if (this.nullable !== 'wrapper') return { type: name, options: '' };
      this.imports.add('google/protobuf/wrappers.proto');
      return { type: `google.protobuf.${WRAPPERS[name] ?? 'StringValue'}`, options: '' };
    };
    const imported = (file: string, name: string, options = ''): FieldText => {
      this.imports.add(file);
      return { type: name, options };
    };
    switch (type.kind) {
      case 'BOOLEAN':
        return scalar('bool');
      case 'INTEGER':
        return scalar('int32');
      case 'BIGINT':
        return scalar('int64');
      case 'DOUBLE':
        return scalar('double');
      case 'VARCHAR':
        return scalar('string');
      case 'BYTES':
        return scalar('bytes');
      case 'TIMESTAMP':
        return imported('google/protobuf/timestamp.proto', 'google.protobuf.Timestamp');
      case 'DATE':
        return imported('google/type/date.proto', 'google.type.Date');
      case 'TIME':
        return imported('google/type/timeofday.proto', 'google.type.TimeOfDay');
      case 'DECIMAL': {
        this.imports.add('confluent/meta.proto');
        const parameter = (key: string, value: number): string =>
          `${indent}    {\n${indent}      value: "${value}",\n${indent}      key: "${key}"\n${indent}    }`;
        return imported(
          'confluent/type/decimal.proto',
          'confluent.type.Decimal',
          ` [(confluent.field_meta) = {\n${indent}  params: [\n${parameter('precision', type.precision)},\n` +
            `${parameter('scale', type.scale)}\n${indent}  ]\n${indent}}]`,
        );
      }
      case 'STRUCT': {
        const name = `ConnectDefault${++this.messageCount}`;
        nested.push(this.message(name, type.fields, indent));
        return { type: name, options: '' };
      }
      case 'ARRAY':
      case 'MAP':
        throw new WeirError(
          'FORMAT_MISFIT',
          `PROTOBUF holds no arrays or maps of arrays or maps: ${quoteName(field.name)} is ${formatType(field.type)}.`,
          {
            hint: 'Put a STRUCT in between, or use another format.',
            details: { format: 'PROTOBUF', column: field.name, type: formatType(field.type) },
          },
        );
    }
  }
}

const WRAPPERS: Readonly<Record<string, string>> = {
  bool: 'BoolValue',
  int32: 'Int32Value',
  int64: 'Int64Value',
  double: 'DoubleValue',
  string: 'StringValue',
  bytes: 'BytesValue',
};

function requireProtoName(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  throw new WeirError('FORMAT_MISFIT', `Protobuf does not allow the field name ${quoteName(name)}.`, {
    hint: 'A name is a word of letters, digits and underscores that starts with no digit.',
    details: { format: 'PROTOBUF', name },
  });
}
