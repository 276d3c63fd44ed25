/**
 * Schemas as text, the form that `formatSchema` prints and DESCRIBE shows:
 * ``` `ID` BIGINT KEY, `NAME` STRING, `H` ARRAY<STRUCT<`KEY` STRING, `VALUE` BYTES>> HEADERS```.
 */
import type { Column, HeaderColumn, LogicalSchema } from '../common/schema.ts';
import type { ColumnDefinition } from './ast.ts';
import { parseColumns } from './parse.ts';
import { resolveTypeName, type CustomTypes } from './types.ts';

/** @throws WeirError SYNTAX, UNKNOWN_TYPE, INVALID_TYPE */
export function parseSchemaText(text: string): LogicalSchema {
  return schemaOf(parseColumns(text));
}

/** The schema that column definitions describe. @throws WeirError UNKNOWN_TYPE, INVALID_TYPE */
export function schemaOf(columns: readonly ColumnDefinition[], customTypes?: CustomTypes): LogicalSchema {
  const key: Column[] = [];
  const value: Column[] = [];
  const headers: HeaderColumn[] = [];
  for (const { name, type: typeName, constraint } of columns) {
    const type = resolveTypeName(typeName, customTypes);
    switch (constraint?.kind) {
      case 'KEY':
      case 'PRIMARY KEY':
        key.push({ name, type });
        break;
      case 'HEADERS':
        headers.push({ name, type, header: undefined });
        break;
      case 'HEADER':
        headers.push({ name, type, header: constraint.key });
        break;
      case undefined:
        value.push({ name, type });
    }
  }
  return { key, value, headers };
}
