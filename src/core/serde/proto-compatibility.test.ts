/** Each line: what the writer has, what the reader has, and the rules that the reader breaks, as Confluent's registry names them. */
import { expect, it } from 'vitest';
import { protoRefused } from './proto-compatibility.ts';

const NO_IMPORTS: ReadonlyMap<string, string> = new Map();
const proto3 = (text: string): string => `syntax="proto3"; ${text}`;

function rules(writer: string, reader: string, imports = NO_IMPORTS, readerImports = imports): readonly string[] {
  const to = { type: 'PROTOBUF', schema: reader, imports: readerImports } as const;
  return protoRefused(to, { type: 'PROTOBUF', schema: writer, imports }).map(({ rule }) => rule);
}

it.each<[writer: string, reader: string, ...rules: string[]]>([
  ['message A {int32 a=1;}', 'message A {int64 a=1; string b=2;}'],
  ['message A {int32 a=1;}', 'message A {sint32 a=1;}', 'FIELD_SCALAR_KIND_CHANGED'],
  ['message A {int32 a=1;}', 'message A {string a=1;}', 'FIELD_SCALAR_KIND_CHANGED'],
  ['message A {string a=1;}', 'message A {bytes b=1;}'],
  ['message A {}', 'message B {}', 'MESSAGE_REMOVED'],
  ['message A { message N {} }', 'message A {}', 'MESSAGE_REMOVED'],
  ['package p; message A {} ', 'package q; message A {}'],
  ['package p; message A { N n = 1; } message N {}', 'package q.r; message A { N n = 1; } message N {}'],
  ['message A { N n = 1; } message N {}', 'message A {} message N {}'],
  [
    'message A { N n = 1; } message N {} message O {}',
    'message A { O n = 1; } message N {} message O {}',
    'FIELD_KIND_CHANGED',
  ],
  ['message A { int32 a = 1; }', 'message A { repeated int32 a = 1; }', 'FIELD_NUMERIC_LABEL_CHANGED'],
  ['message A { string a = 1; }', 'message A { repeated string a = 1; }'],
  ['message A { map<string, int32> a = 1; }', 'message A { map<string, int64> a = 1; }'],
  ['message A { map<string, int32> a = 1; }', 'message A { map<int32, int32> a = 1; }', 'FIELD_SCALAR_KIND_CHANGED'],
  ['message A { enum E { X = 0; } E e = 1; }', 'message A { enum E { Y = 0; Z = 1; } E e = 1; }'],
  // oneofs
  ['message A { oneof o { int32 a = 1; } }', 'message A {}'],
  [
    'message A { oneof o { int32 a = 1; int32 b = 2; } }',
    'message A { oneof o { int32 a = 1; } }',
    'ONEOF_FIELD_REMOVED',
  ],
  [
    'message A { oneof o { int32 a = 1; int32 b = 2; } }',
    'message A { oneof o { int32 a = 1; } int32 b = 2; }',
    'ONEOF_FIELD_REMOVED',
  ],
  ['message A { oneof o { int32 a = 1; } }', 'message A { oneof o { int32 a = 1; int32 b = 2; } }'],
  ['message A { int32 a = 1; }', 'message A { oneof o { int32 a = 1; int32 b = 2; } }'],
  [
    'message A { int32 a = 1; int32 b = 2; }',
    'message A { oneof o { int32 a = 1; int32 b = 2; } }',
    'MULTIPLE_FIELDS_MOVED_TO_ONEOF',
  ],
  [
    'message A { oneof o { int32 a = 1; } int32 b = 2; }',
    'message A { oneof o { int32 a = 1; int32 b = 2; } }',
    'FIELDS_MOVED_TO_EXISTING_ONEOF',
  ],
  // recursion ends
  ['message A { A a = 1; int32 b = 2; }', 'message A { A a = 1; int64 b = 2; }'],
])('%s -> %s', (writer, reader, ...broken) => {
  expect(rules(proto3(writer), proto3(reader))).toEqual(broken);
});

it('required fields neither come nor go', () => {
  expect(rules('message A {}', 'message A { required int32 a = 1; }')).toEqual(['REQUIRED_FIELD_ADDED']);
  expect(rules('message A { required int32 a = 1; }', 'message A {}')).toEqual(['REQUIRED_FIELD_REMOVED']);
  expect(rules('message A {}', 'message A { optional int32 a = 1; }')).toEqual([]);
});

it('imported messages count', () => {
  const text = proto3('import "n.proto"; message A { N n = 1; }');
  const withN = (fields: string): ReadonlyMap<string, string> =>
    new Map([['n.proto', proto3(`message N { ${fields} }`)]]);
  expect(rules(text, text, withN('int32 x = 1;'), withN('int64 x = 1;'))).toEqual([]);
  expect(rules(text, text, withN('int32 x = 1;'), withN('string x = 1;'))).toEqual(['FIELD_SCALAR_KIND_CHANGED']);
});
