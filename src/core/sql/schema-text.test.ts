import { describe, expect, it } from 'vitest';
import { refusal } from '../common/testing.ts';
import { formatSchema } from '../common/schema.ts';
import { BIGINT, decimal, formatType } from '../common/sql-type.ts';
import { parseType } from './parse.ts';
import { parseSchemaText } from './schema-text.ts';
import { resolveTypeName } from './types.ts';

describe('parseSchemaText', () => {
  it.each([
    '`ID` BIGINT KEY, `NAME` STRING, `v x` ARRAY<MAP<STRING, STRUCT<`a` INTEGER, `B` DECIMAL(4, 2)>>>',
    "`K` STRING KEY, `V` BYTES, `H` ARRAY<STRUCT<`KEY` STRING, `VALUE` BYTES>> HEADERS, `X` BYTES HEADER('x')",
    '',
  ])('reads what formatSchema prints: %s', (text) => {
    expect(formatSchema(parseSchemaText(text))).toBe(text);
  });

  it('reads it as people write it', () => {
    const schema = parseSchemaText('id int primary key, d DECIMAL(9,3)');
    expect(formatSchema(schema)).toBe('`ID` INTEGER KEY, `D` DECIMAL(9, 3)');
    expect(schema.value).toEqual([{ name: 'D', type: decimal(9, 3) }]);
  });
});

describe('resolveTypeName', () => {
  it('resolves custom types inside others', () => {
    const type = resolveTypeName(parseType('ARRAY<money>'), (name) => (name === 'MONEY' ? BIGINT : undefined));
    expect(formatType(type)).toBe('ARRAY<BIGINT>');
  });

  it.each([
    ['STRNG', 'UNKNOWN_TYPE', 'STRNG', 'STRING'],
    ['ARRAY', 'UNKNOWN_TYPE', 'ARRAY', 'ARRAY<INT>'],
    ['DECIMAL', 'INVALID_TYPE', 'DECIMAL', 'DECIMAL(10, 2)'],
    ['DECIMAL(0, 0)', 'INVALID_TYPE', 'DECIMAL(0, 0)', ''],
    ['DECIMAL(2, 3)', 'INVALID_TYPE', 'DECIMAL(2, 3)', ''],
  ])('%s is refused', (text, code, culprit, hint) => {
    const error = refusal(() => resolveTypeName(parseType(text)));
    expect(error).toMatchObject({ code, span: { offset: 0, length: text.length } });
    expect(error.message).toContain(culprit);
    expect(error.hint).toContain(hint);
  });
});
