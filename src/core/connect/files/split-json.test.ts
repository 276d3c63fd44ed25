import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonSplitter, type JsonPiece } from './split-json.ts';

function split(text: string, cuts: readonly number[] = []): { pieces: JsonPiece[]; rest: JsonPiece | undefined } {
  const splitter = new JsonSplitter();
  const bounds = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  const pieces = bounds.slice(1).flatMap((end, i) => splitter.push(text.slice(bounds[i], end)));
  return { pieces, rest: splitter.end() };
}

const texts = (text: string) => split(text).pieces.map((piece) => piece.text);

describe('JsonSplitter', () => {
  it('finds what JSON.parse finds, however the text is cut', () => {
    const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }), { maxLength: 5 });
    const layout = fc.constantFrom<(rows: readonly unknown[]) => string>(
      (all) => JSON.stringify(all),
      (all) => JSON.stringify(all, null, 2),
      (all) => all.map((row) => JSON.stringify(row)).join('\n'),
      (all) => all.map((row) => JSON.stringify(row)).join('\r\n') + '\r\n',
    );
    fc.assert(
      fc.property(rows, layout, fc.array(fc.nat(), { maxLength: 20 }), (all, write, cuts) => {
        const { pieces, rest } = split(write(all), cuts);
        expect(pieces.map(({ text }): unknown => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(all)));
        expect(rest).toBeUndefined();
      }),
    );
  });

  it('says on which line an element begins', () => {
    expect(split('[\n{"a":\n1},\n\n{"b":2}]').pieces.map(({ line }) => line)).toEqual([2, 5]);
  });

  it('ends a broken element where the next begins', () => {
    expect(texts('{"a": 1\n{"b":2}\n{"c":3}')).toEqual(['{"a": 1', '{"b":2}', '{"c":3}']);
    expect(texts('{"a": "open\n{"b":2}\n')).toEqual(['{"a": "open', '{"b":2}']);
    expect(texts('{"a": "open\\\n{"b":2}\n')).toEqual(['{"a": "open\\', '{"b":2}']);
    // Behind the colon an object may well begin; the one after it shows that the first was not closed.
    expect(texts('{"a":\n{"b":2}\n{"c":3}')).toEqual(['{"a":\n{"b":2}', '{"c":3}']);
  });

  it('hands out the element that the text ends in', () => {
    expect(split('[{"a":1},\n{"b":').rest).toEqual({ text: '{"b":', line: 2 });
  });
});
