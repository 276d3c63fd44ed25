import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexLines } from './hex.ts';
import { prettyValue } from './pretty.ts';

describe('hexLines', () => {
  it('prints sixteen bytes a line with their text', () => {
    const { lines, rest } = hexLines(new TextEncoder().encode('Kafka\u0000 record no 1'));
    expect(lines.map((line) => [line.offset, line.hex.trimEnd(), line.text])).toEqual([
      ['0000', '4b 61 66 6b 61 00 20 72 65 63 6f 72 64 20 6e 6f', 'Kafka. record no'],
      ['0010', '20 31', ' 1'],
    ]);
    expect(rest).toBe(0);
  });
  it('says how much it leaves out', () => {
    expect(hexLines(new Uint8Array(5000)).rest).toBe(904);
  });
});

describe('prettyValue', () => {
  it('indents JSON and keeps its numbers as they are', () => {
    expect(prettyValue('{"a":9007199254740993,"b":[1.10,{}],"c":"x,{y}\\""}')).toBe(
      '{\n  "a": 9007199254740993,\n  "b": [\n    1.10,\n    {}\n  ],\n  "c": "x,{y}\\""\n}',
    );
  });
  it('leaves other texts alone', () => {
    expect(prettyValue('a, b: c')).toBe('a, b: c');
  });
  it('changes no value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(JSON.parse(prettyValue(text)))).toBe(text);
      }),
    );
  });
});
