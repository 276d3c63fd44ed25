import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  array,
  BIGINT,
  DATE,
  DOUBLE,
  INTEGER,
  map,
  struct,
  TIME,
  TIMESTAMP,
  VARCHAR,
  type SqlType,
  type SqlValue,
} from '../../common/sql-type.ts';
import { jsonFunctions } from './json.ts';
import { JsonScanner, parseJsonPath } from './json-path.ts';
import { jsonWriter, writeNumber } from './json-text.ts';
import { caller, testContext } from './test-call.ts';

const call = caller(jsonFunctions);

describe('functions of JSON', () => {
  it.each<[string, SqlValue[], SqlValue]>([
    ['EXTRACTJSONFIELD', ['{"a": {"b": [1, 2.50, "x"]}}', '$.a.b[1]'], '2.50'],
    ['EXTRACTJSONFIELD', ['{"a": {"b": [1, 2.50, "x"]}}', '$.a.b[2]'], 'x'],
    ['EXTRACTJSONFIELD', ['{"a": {"b": [1, 2.50, "x"]}}', '$.a.b[3]'], null],
    ['EXTRACTJSONFIELD', ['{"a": [1]}', '$.a[-1]'], null],
    ['EXTRACTJSONFIELD', ['{"a": [1]}', '$.a.b'], null],
    ['EXTRACTJSONFIELD', ['{"a": 1}', '$.a.b'], null],
    ['EXTRACTJSONFIELD', ['{"a": {"b" : [ 1 , {"c":null} ] } }', '$.a'], '{"b":[1,{"c":null}]}'],
    ['EXTRACTJSONFIELD', ['{"a": null}', '$.a'], 'null'],
    ['EXTRACTJSONFIELD', ['{"a": 9223372036854775808}', '$.a'], '9223372036854775808'],
    ['EXTRACTJSONFIELD', ['{"a\\u0062": "x\\n\\u00e9"}', '$.ab'], 'x\né'],
    ['EXTRACTJSONFIELD', ['{"a b": {"c-d": 1}}', '$["a b"].c-d'], '1'],
    ['EXTRACTJSONFIELD', ['{"a": 1, "a": 2}', '$.a'], '2'],
    ['EXTRACTJSONFIELD', ['{"0": "x"}', '$[0]'], 'x'],
    ['EXTRACTJSONFIELD', [' [true] ', '$'], '[true]'],
    ['EXTRACTJSONFIELD', [null, '$.a'], null],
    ['IS_JSON_STRING', ['[1, 2]'], true],
    ['IS_JSON_STRING', ['"a"'], true],
    ['IS_JSON_STRING', ['null'], true],
    ['IS_JSON_STRING', ['abc'], false],
    ['IS_JSON_STRING', [''], false],
    ['IS_JSON_STRING', [null], false],
    ['JSON_ARRAY_LENGTH', ['["Red", [1, 2]]'], 2],
    ['JSON_ARRAY_LENGTH', ['{"a": 1}'], null],
    ['JSON_ARRAY_LENGTH', [''], null],
    ['JSON_CONCAT', ['{"a": 1}', '{"b": 2}', '{"a": {"x": 3}}'], '{"a":{"x":3},"b":2}'],
    ['JSON_CONCAT', ['[1, 2]', '{"a": 1}', '4'], '[1,2,{"a":1},4]'],
    ['JSON_CONCAT', ['null', 'null'], '[null,null]'],
    ['JSON_CONCAT', ['1', '', '2'], null],
    ['JSON_CONCAT', ['1', null], null],
    ['JSON_CONCAT', [], null],
    ['JSON_ITEMS', ['[{"a": 1}, "b", 1.0]'], ['{"a":1}', '"b"', '1.0']],
    ['JSON_KEYS', ['{"b": 1, "a": {"c": 1}}'], ['b', 'a']],
    ['JSON_KEYS', ['[1]'], null],
    [
      'JSON_RECORDS',
      ['{"a": "x", "b": 2}'],
      new Map([
        ['a', 'x'],
        ['b', '2'],
      ]),
    ],
    ['JSON_RECORDS', ['{}'], new Map()],
    ['JSON_RECORDS', ['3'], null],
  ])('%s%j', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  it('looks for values of their own kind', () => {
    const contains = (text: string | null, value: SqlValue, type: SqlType): SqlValue => {
      const fn = jsonFunctions.find((f) => f.name === 'JSON_ARRAY_CONTAINS');
      if (fn?.kind !== 'scalar') throw new Error('JSON_ARRAY_CONTAINS is missing');
      const evaluate = fn.signatures[0]?.bind([VARCHAR, type], testContext, VARCHAR) as (
        ...args: SqlValue[]
      ) => SqlValue;
      return evaluate(text, value);
    };
    expect(contains('[1, 2]', 2, INTEGER)).toBe(true);
    expect(contains('[9223372036854775807]', 9223372036854775807n, BIGINT)).toBe(true);
    expect(contains('[1.5]', 1.5, DOUBLE)).toBe(true);
    expect(contains('[1.0]', 1, INTEGER)).toBe(false);
    expect(contains('["1"]', 1, INTEGER)).toBe(false);
    expect(contains('["a", null]', null, VARCHAR)).toBe(true);
    expect(contains('[["a"]]', 'a', VARCHAR)).toBe(false);
    expect(contains('{"a": 1}', 'a', VARCHAR)).toBe(false);
    expect(contains('[1', 1, INTEGER)).toBe(false);
    expect(contains(null, 1, INTEGER)).toBeNull();
  });

  it('says what is not JSON and what is not a path', () => {
    for (const text of ['', '{', '{"a" 1}', '[1,]', '{"a": 01}', '"\\x"', '[1] x', '"a\nb"', 'tru']) {
      expect(() => call('EXTRACTJSONFIELD', text, '$.a'), text).toThrow('is not JSON');
    }
    expect(() => call('JSON_KEYS', '{a}')).toThrow("JSON_KEYS: '{a}' is not JSON");
    expect(() => call('JSON_ITEMS', '{}')).toThrow('JSON_ITEMS');
    for (const path of ['', 'a', '$a', '$.', '$[', '$..a', '$["a]'])
      expect(() => parseJsonPath(path), path).toThrow('JSON path');
  });

  it('finds by path what the language finds', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.array(fc.oneof(fc.string(), fc.nat(3).map(String)), { maxLength: 3 }),
        (text, steps) => {
          const range = new JsonScanner(text).find(steps);
          let node: unknown = JSON.parse(text);
          for (const step of steps) {
            const isContainer =
              typeof node === 'object' &&
              node !== null &&
              Object.hasOwn(node, step) &&
              !(Array.isArray(node) && !/^\d+$/.test(step));
            node = isContainer ? (node as Record<string, unknown>)[step] : undefined;
          }
          expect(range === undefined ? undefined : JSON.parse(text.slice(range.start, range.end))).toEqual(node);
        },
      ),
    );
  });
});

describe('JSON text', () => {
  it.each([
    ['1', '1'],
    ['-0', '0'],
    ['1.50', '1.50'],
    ['-0.0', '0.0'],
    ['1e3', '1E+3'],
    ['1.2e3', '1.2E+3'],
    ['12e-1', '1.2'],
    ['0.00000012', '1.2E-7'],
    ['0.000001', '0.000001'],
    ['0e5', '0E+5'],
  ])('prints %s as %s', (source, expected) => {
    expect(writeNumber(source)).toBe(expected);
  });

  it('writes values of every type', () => {
    const type = struct([
      { name: 'A', type: array(DOUBLE) },
      { name: 'M', type: map(INTEGER, VARCHAR) },
      { name: 'D', type: DATE },
      { name: 'T', type: TIME },
      { name: 'TS', type: TIMESTAMP },
    ]);
    const value = [[1, 1e10, Number.NaN], new Map([[1, 'é"\u001f']]), 1000, 60220000, 0];
    expect(jsonWriter(type)(value)).toBe(
      '{"A":[1.0,1.0E10,"NaN"],"M":{"1":"é\\"\\u001F"},"D":"1972-09-27","T":"16:43:40","TS":"1970-01-01T00:00:00.000"}',
    );
    expect(jsonWriter(type)([null, null, null, null, null])).toBe('{"A":null,"M":null,"D":null,"T":null,"TS":null}');
    expect(jsonWriter(type)(null)).toBe('null');
  });
});
