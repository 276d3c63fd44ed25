import { describe, expect, it } from 'vitest';
import { prettySchema } from './schema-text.ts';

describe('prettySchema', () => {
  it('puts each field of an Avro record on its line', () => {
    const schema = '{"type":"record","name":"R","fields":[{"name":"a","type":["null","long"],"default":null}]}';
    expect(prettySchema('AVRO', schema)).toBe(
      [
        '{',
        '  "type": "record",',
        '  "name": "R",',
        '  "fields": [',
        '    { "name": "a", "type": ["null", "long"], "default": null }',
        '  ]',
        '}',
      ].join('\n'),
    );
  });
  it('keeps numbers as they are written, and what it cannot read', () => {
    expect(prettySchema('JSON', '{"maximum":9223372036854775807}')).toBe('{\n  "maximum": 9223372036854775807\n}');
    expect(prettySchema('AVRO', '"int"')).toBe('"int"');
    expect(prettySchema('AVRO', '{}')).toBe('{}');
    expect(prettySchema('AVRO', '{"broken')).toBe('{"broken');
    expect(prettySchema('PROTOBUF', 'syntax = "proto3";\n')).toBe('syntax = "proto3";');
  });
});
