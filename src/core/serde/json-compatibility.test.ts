/** Each line: what the writer has, what the reader has, and the rules that the reader breaks, as Confluent's registry names them. */
import { describe, expect, it } from 'vitest';
import { jsonRefused } from './json-compatibility.ts';

const NO_IMPORTS: ReadonlyMap<string, string> = new Map();

function rules(writer: string, reader: string, imports = NO_IMPORTS, readerImports = imports): readonly string[] {
  return jsonRefused(
    { type: 'JSON', schema: reader, imports: readerImports },
    { type: 'JSON', schema: writer, imports },
  ).map(({ rule }) => rule);
}

const A = '"a":{"type":"integer"}';
const B = '"b":{"type":"string"}';
const B_DEFAULT = '"b":{"type":"string","default":""}';
const object = (properties: string, ...more: string[]): string =>
  `{"type":"object","properties":{${properties}}${more.map((part) => `,${part}`).join('')}}`;
const closed = (properties: string, ...more: string[]): string =>
  object(properties, '"additionalProperties":false', ...more);

type Case = readonly [writer: string, reader: string, ...rules: string[]];

describe.each<[string, readonly Case[]]>([
  [
    'types',
    [
      ['{"type":"integer"}', '{"type":"number"}'],
      ['{"type":"number"}', '{"type":"integer"}', 'TYPE_NARROWED'],
      ['{"type":"integer"}', '{"type":"string"}', 'TYPE_CHANGED'],
      ['{"type":"integer"}', '{}'],
      ['{"type":"integer"}', 'true'],
      ['false', '{"type":"integer"}'],
      ['{"type":"string","title":"a","format":"email"}', '{"type":"string","description":"b"}'],
      ['{"type":"string"}', '{"type":["string","null"]}'],
      ['{"type":["string","null"]}', '{"type":"string"}', 'TYPE_CHANGED'],
      ['{"type":["string","null","integer"]}', '{"type":["null","string"]}', 'SUM_TYPE_NARROWED'],
    ],
  ],
  [
    'strings',
    [
      ['{"type":"string","maxLength":5}', '{"type":"string","maxLength":9}'],
      ['{"type":"string","maxLength":9}', '{"type":"string","maxLength":5}', 'MAX_LENGTH_DECREASED'],
      ['{"type":"string"}', '{"type":"string","maxLength":5}', 'MAX_LENGTH_ADDED'],
      ['{"type":"string","maxLength":5}', '{"type":"string"}'],
      ['{"type":"string","minLength":1}', '{"type":"string","minLength":2}', 'MIN_LENGTH_INCREASED'],
      ['{"type":"string","minLength":2}', '{"type":"string","minLength":1}'],
      ['{"type":"string"}', '{"type":"string","minLength":1}', 'MIN_LENGTH_ADDED'],
      ['{"type":"string"}', '{"type":"string","pattern":"^a"}', 'PATTERN_ADDED'],
      ['{"type":"string","pattern":"^b"}', '{"type":"string","pattern":"^a"}', 'PATTERN_CHANGED'],
      ['{"type":"string","pattern":"^b"}', '{"type":"string"}'],
      ['{"minLength":2}', '{"minLength":3}', 'MIN_LENGTH_INCREASED'],
    ],
  ],
  [
    'numbers',
    [
      ['{"type":"number","maximum":10}', '{"type":"number","maximum":20}'],
      ['{"type":"number","maximum":20}', '{"type":"number","maximum":10}', 'MAXIMUM_DECREASED'],
      ['{"type":"number"}', '{"type":"number","minimum":10}', 'MINIMUM_ADDED'],
      ['{"type":"number","minimum":1}', '{"type":"number","minimum":1.5}', 'MINIMUM_INCREASED'],
      ['{"type":"number"}', '{"type":"number","exclusiveMinimum":0}', 'EXCLUSIVE_MINIMUM_ADDED'],
      [
        '{"type":"number","exclusiveMaximum":3}',
        '{"type":"number","exclusiveMaximum":2}',
        'EXCLUSIVE_MAXIMUM_DECREASED',
      ],
      ['{"type":"number"}', '{"type":"number","multipleOf":2}', 'MULTIPLE_OF_ADDED'],
      ['{"type":"number","multipleOf":4}', '{"type":"number","multipleOf":2}'],
      ['{"type":"number","multipleOf":0.3}', '{"type":"number","multipleOf":0.1}'],
      ['{"type":"number","multipleOf":2}', '{"type":"number","multipleOf":4}', 'MULTIPLE_OF_EXPANDED'],
      ['{"type":"number","multipleOf":2}', '{"type":"number","multipleOf":3}', 'MULTIPLE_OF_CHANGED'],
    ],
  ],
  [
    'enumerations',
    [
      ['{"enum":["x"]}', '{"enum":["x","y"]}'],
      ['{"enum":["x","y"]}', '{"enum":["x"]}', 'ENUM_ARRAY_NARROWED'],
      ['{"enum":["x"]}', '{"enum":["z"]}', 'ENUM_ARRAY_CHANGED'],
      ['{"const":1}', '{"const":1}'],
      ['{"const":1}', '{"enum":[1,2]}'],
      ['{"const":1}', '{"const":2}', 'ENUM_ARRAY_CHANGED'],
      ['{"type":"string","enum":["x"]}', '{"type":"string","enum":["x","y"]}'],
      ['{"type":"string","enum":["x","y"]}', '{"type":"string","enum":["x"]}', 'ENUM_ARRAY_NARROWED'],
      ['{"type":"string","enum":["x"]}', '{"type":"string"}'],
      ['{"type":"string"}', '{"type":"string","enum":["x"]}', 'TYPE_CHANGED'],
    ],
  ],
  [
    'arrays',
    [
      ['{"type":"array","items":{"type":"integer"}}', '{"type":"array","items":{"type":"number"}}'],
      ['{"type":"array","items":{"type":"number"}}', '{"type":"array","items":{"type":"integer"}}', 'TYPE_NARROWED'],
      ['{"type":"array"}', '{"type":"array","items":{"type":"integer"}}', 'SCHEMA_ADDED'],
      ['{"type":"array","items":{"type":"integer"}}', '{"type":"array"}'],
      ['{"type":"array"}', '{"type":"array","maxItems":3}', 'MAX_ITEMS_ADDED'],
      ['{"type":"array","minItems":1}', '{"type":"array","minItems":2}', 'MIN_ITEMS_INCREASED'],
      ['{"type":"array"}', '{"type":"array","uniqueItems":true}', 'UNIQUE_ITEMS_ADDED'],
      ['{"type":"array","uniqueItems":true}', '{"type":"array"}'],
      [
        '{"type":"array","items":[{"type":"integer"},{"type":"string"}],"additionalItems":false}',
        '{"type":"array","items":[{"type":"integer"}],"additionalItems":false}',
        'ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL',
      ],
      [
        '{"type":"array","items":[{"type":"integer"}],"additionalItems":false}',
        '{"type":"array","items":[{"type":"integer"},{"type":"string"}],"additionalItems":false}',
      ],
      [
        '{"type":"array","items":[{"type":"integer"}]}',
        '{"type":"array","items":[{"type":"integer"}],"additionalItems":false}',
        'ADDITIONAL_ITEMS_REMOVED',
      ],
      [
        '{"type":"array","items":[{"type":"number"}]}',
        '{"type":"array","items":[{"type":"integer"}]}',
        'TYPE_NARROWED',
      ],
    ],
  ],
  [
    'required',
    [
      [object(A), object(A, '"required":["a"]'), 'REQUIRED_ATTRIBUTE_ADDED'],
      [object(A, '"required":["a"]'), object(A)],
      [object(B), object(B_DEFAULT, '"required":["b"]')],
    ],
  ],
  [
    'content models',
    [
      [object(A), object(`${A},${B}`), 'PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL'],
      [object(A), object(`${A},"b":{}`)],
      [object(`${A},${B}`), object(A)],
      [closed(A), closed(`${A},${B}`)],
      [closed(A), object(`${A},${B}`)],
      [closed(A), closed(`${A},${B}`, '"required":["b"]'), 'REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL'],
      [closed(A), closed(`${A},${B_DEFAULT}`, '"required":["b"]')],
      [closed(`${A},${B}`), closed(A), 'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL'],
      [closed(`${A},"b":false`), closed(A)],
      [closed(`${A},${B}`), object(A, '"additionalProperties":{"type":"string"}')],
      [
        closed(`${A},${B}`),
        object(A, '"additionalProperties":{"type":"integer"}'),
        'PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
      ],
      [closed(`${A},${B}`), closed(A, '"patternProperties":{"^b":{"type":"string"}}')],
      [
        object(A, '"additionalProperties":{"type":"string"}'),
        object(`${A},${B}`, '"additionalProperties":{"type":"string"}'),
      ],
      [
        object(A, '"additionalProperties":{"type":"integer"}'),
        object(`${A},${B}`, '"additionalProperties":{"type":"integer"}'),
        'PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
      ],
      [object(A), closed(A), 'ADDITIONAL_PROPERTIES_REMOVED'],
      [closed(A), object(A)],
      [object(A), object(A, '"additionalProperties":{"type":"string"}'), 'ADDITIONAL_PROPERTIES_NARROWED'],
      [object(A, '"additionalProperties":{"type":"string"}'), object(A)],
      [
        object(A, '"additionalProperties":{"type":"string"}'),
        object(A, '"additionalProperties":{"type":"integer"}'),
        'TYPE_CHANGED',
      ],
      [object(A), object(A, '"maxProperties":3'), 'MAX_PROPERTIES_ADDED'],
      [object(A, '"minProperties":1'), object(A, '"minProperties":2'), 'MIN_PROPERTIES_INCREASED'],
    ],
  ],
  [
    'dependencies',
    [
      [object(A), object(A, '"dependencies":{"a":["b"]}'), 'DEPENDENCY_ARRAY_ADDED'],
      [object(A, '"dependencies":{"a":["b"]}'), object(A)],
      [
        object(A, '"dependencies":{"a":["b"]}'),
        object(A, '"dependencies":{"a":["b","c"]}'),
        'DEPENDENCY_ARRAY_EXTENDED',
      ],
      [object(A, '"dependencies":{"a":["b","c"]}'), object(A, '"dependencies":{"a":["b"]}')],
      [object(A, '"dependencies":{"a":["c"]}'), object(A, '"dependencies":{"a":["b"]}'), 'DEPENDENCY_ARRAY_CHANGED'],
      [object(A), object(A, '"dependentSchemas":{"a":{"required":["b"]}}'), 'DEPENDENCY_SCHEMA_ADDED'],
    ],
  ],
  [
    'combinations',
    [
      ['{"oneOf":[{"type":"null"},{"type":"integer"}]}', '{"oneOf":[{"type":"number"},{"type":"null"}]}'],
      [
        '{"oneOf":[{"type":"null"},{"type":"integer"}]}',
        '{"oneOf":[{"type":"string"},{"type":"null"}]}',
        'TYPE_CHANGED',
      ],
      ['{"oneOf":[{"type":"null"},{"type":"integer"}]}', '{"anyOf":[{"type":"null"},{"type":"integer"}]}'],
      [
        '{"anyOf":[{"type":"null"},{"type":"integer"}]}',
        '{"oneOf":[{"type":"null"},{"type":"integer"}]}',
        'COMBINED_TYPE_CHANGED',
      ],
      ['{"type":"integer"}', '{"oneOf":[{"type":"null"},{"type":"integer"}]}'],
      ['{"type":"boolean"}', '{"oneOf":[{"type":"null"},{"type":"integer"}]}', 'TYPE_CHANGED'],
      ['{"oneOf":[{"type":"null"},{"type":"integer"}]}', '{"type":"integer"}', 'TYPE_CHANGED'],
      ['{"oneOf":[{"type":"integer"}]}', '{"type":"integer"}'],
      [
        '{"oneOf":[{"type":"null"},{"type":"integer"},{"type":"string"}]}',
        '{"oneOf":[{"type":"null"},{"type":"integer"}]}',
        'SUM_TYPE_NARROWED',
      ],
      [
        '{"oneOf":[{"type":"null"},{"type":"integer"}]}',
        '{"oneOf":[{"type":"null"},{"type":"integer"},{"type":"string"}]}',
      ],
      // the integer could go to the number, which the number needs
      [
        '{"anyOf":[{"type":"integer"},{"type":"number"}]}',
        '{"anyOf":[{"type":"number"},{"type":"integer"},{"type":"string"}]}',
      ],
      [
        '{"anyOf":[{"type":"boolean"},{"type":"null"}]}',
        '{"anyOf":[{"type":"string"},{"type":"integer"}]}',
        'COMBINED_TYPE_SUBSCHEMAS_CHANGED',
      ],
      [
        '{"allOf":[{"minimum":1},{"maximum":9}]}',
        '{"allOf":[{"minimum":1},{"maximum":9},{"multipleOf":2}]}',
        'PRODUCT_TYPE_EXTENDED',
      ],
      ['{"allOf":[{"minimum":1},{"maximum":9},{"multipleOf":2}]}', '{"allOf":[{"maximum":9},{"minimum":1}]}'],
      ['{"allOf":[{"type":"string"},{"maxLength":9}]}', '{"maxLength":9}'],
      ['{"not":{"type":"string"}}', '{"not":{"type":"string","maxLength":3}}'],
      ['{"not":{"type":"string","maxLength":3}}', '{"not":{"type":"string"}}', 'NOT_TYPE_EXTENDED'],
    ],
  ],
  [
    'references',
    [
      [
        '{"$ref":"#/definitions/N","definitions":{"N":{"type":"object","properties":{"n":{"$ref":"#/definitions/N"}}}}}',
        '{"$ref":"#/definitions/N","definitions":{"N":{"type":"object","properties":{"n":{"$ref":"#/definitions/N"}}}}}',
      ],
      [
        object('"o":{"$ref":"#/$defs/O"}', '"$defs":{"O":{"type":"integer"}}'),
        object('"o":{"$ref":"#o"}', '"$defs":{"O":{"$id":"#o","type":"string"}}'),
        'TYPE_CHANGED',
      ],
      ['{"$ref":"#"}', '{"type":"integer"}', 'TYPE_CHANGED'],
    ],
  ],
])('%s', (_, cases) => {
  it.each(cases)('%s -> %s', (writer, reader, ...broken) => {
    expect(rules(writer, reader)).toEqual(broken);
  });
});

describe('references to other documents', () => {
  const order = object('"item":{"$ref":"item.json"}');
  const withItem = (text: string): ReadonlyMap<string, string> => new Map([['item.json', text]]);

  it('are followed on both sides', () => {
    expect(rules(order, order, withItem('{"type":"integer"}'), withItem('{"type":"number"}'))).toEqual([]);
    expect(rules(order, order, withItem('{"type":"integer"}'), withItem('{"type":"string"}'))).toEqual([
      'TYPE_CHANGED',
    ]);
  });

  it('lead to a document by its $id, and by a name beside that of the schema', () => {
    const beside = object('"item":{"$ref":"item.json#/definitions/I"}', '"$id":"http://example.com/order.json"');
    const item = '{"$id":"http://example.com/item.json","definitions":{"I":{"type":"integer"}}}';
    expect(rules(beside, beside, new Map([['whatever', item]]))).toEqual([]);
  });
});

it('says where, what was and what is', () => {
  const [found] = jsonRefused(
    { type: 'JSON', schema: object('"a":{"type":"integer","maximum":5}'), imports: NO_IMPORTS },
    { type: 'JSON', schema: object('"a":{"type":"integer","maximum":9}'), imports: NO_IMPORTS },
  );
  expect(found).toEqual({
    rule: 'MAXIMUM_DECREASED',
    path: '#/properties/a/maximum',
    reason: "the reader's maximum is 5, the writer has 9",
  });
});
