/** Each line: what the writer has, what the reader has, and the rules that the reader breaks, under Avro's own names. */
import { expect, it } from 'vitest';
import { avroRefused } from './avro-compatibility.ts';

const imports: ReadonlyMap<string, string> = new Map();
const record = (name: string, ...fields: string[]): string =>
  `{"type":"record",${name.includes('{') ? name.slice(1, -1) : `"name":"${name}"`},"fields":[${fields.join(',')}]}`;
const X = '{"name":"x","type":"int"}';
const colors = (...symbols: string[]): string => `{"type":"enum","name":"Color","symbols":${JSON.stringify(symbols)}}`;
const linked = (name: string, type: string): string =>
  record(name, `{"name":"v","type":"${type}"}`, `{"name":"next","type":["null","${name}"],"default":null}`);

it.each<[writer: string, reader: string, ...rules: string[]]>([
  ['"int"', '"long"'],
  ['"int"', '"float"'],
  ['"long"', '"double"'],
  ['"string"', '"bytes"'],
  ['"bytes"', '"string"'],
  ['"long"', '"int"', 'TYPE_MISMATCH'],
  ['"double"', '"float"', 'TYPE_MISMATCH'],
  ['{"type":"array","items":"int"}', '{"type":"array","items":"long"}'],
  ['{"type":"map","values":"long"}', '{"type":"map","values":"int"}', 'TYPE_MISMATCH'],
  ['"int"', '["null","long"]'],
  ['["null","int"]', '"int"', 'TYPE_MISMATCH'],
  ['["null","int"]', '["long","null","string"]'],
  ['["null","int","string"]', '["null","int"]', 'MISSING_UNION_BRANCH'],
  // records: by bare name or alias, fields by name or alias
  [record('R', X), record('R', X, '{"name":"y","type":"int"}'), 'READER_FIELD_MISSING_DEFAULT_VALUE'],
  [record('R', X), record('R', X, '{"name":"y","type":"int","default":0}')],
  [record('R', X), record('R')],
  [record('R', X), record('R', '{"name":"z","type":"int","aliases":["x"]}')],
  [record('R', X), record('S', X), 'NAME_MISMATCH'],
  [record('a.R', X), record('b.R', X)],
  [record('a.R', X), record('{"name":"b.S","aliases":["a.R"]}', X)],
  [record('a.R', X), record('{"name":"S","namespace":"a","aliases":["R"]}', X)],
  [record('a.R', X), record('{"name":"b.S","aliases":["R"]}', X), 'NAME_MISMATCH'],
  [record('R', X), `["null",${record('S', X)}]`, 'NAME_MISMATCH'],
  [linked('N', 'int'), linked('N', 'long')],
  [linked('N', 'long'), linked('N', 'int'), 'TYPE_MISMATCH'],
  [colors('R', 'G'), colors('R', 'G', 'B')],
  [colors('R', 'G'), colors('R'), 'MISSING_ENUM_SYMBOLS'],
  [colors('R', 'G'), '{"type":"enum","name":"Color","symbols":["R"],"default":"R"}'],
  [colors('R'), '{"type":"enum","name":"Colour","symbols":["R"]}', 'NAME_MISMATCH'],
  ['{"type":"fixed","name":"F","size":2}', '{"type":"fixed","name":"F","size":3}', 'FIXED_SIZE_MISMATCH'],
  ['{"type":"fixed","name":"F","size":2}', '{"type":"fixed","name":"G","size":2}', 'NAME_MISMATCH'],
  // an enum's default symbol stands for the field's default
  [record('R'), record('R', '{"name":"c","type":{"type":"enum","name":"C","symbols":["A"],"default":"A"}}')],
])('%s -> %s', (writer, reader, ...broken) => {
  const found = avroRefused({ type: 'AVRO', schema: reader, imports }, { type: 'AVRO', schema: writer, imports });
  expect(found.map(({ rule }) => rule)).toEqual(broken);
});
