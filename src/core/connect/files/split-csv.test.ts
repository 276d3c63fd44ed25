import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { CsvSplitter, type CsvRecord } from './split-csv.ts';

function split(text: string, cuts: readonly number[] = []): CsvRecord[] {
  const splitter = new CsvSplitter();
  const bounds = [0, ...[...cuts].map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  const records = bounds.slice(1).flatMap((end, i) => splitter.push(text.slice(bounds[i], end)));
  return [...records, ...splitter.end()];
}

const fieldsOf = (text: string, cuts?: readonly number[]) => split(text, cuts).map(({ fields }) => fields);

describe('CsvSplitter', () => {
  it('takes quotes, line breaks in fields, and doubled quotes', () => {
    expect(fieldsOf('a,b\n"x,1","say ""hi"""\n"two\nlines",5" pipe\n')).toEqual([
      ['a', 'b'],
      ['x,1', 'say "hi"'],
      ['two\nlines', '5" pipe'],
    ]);
  });

  it('finds the delimiter in the first record, outside of quotes', () => {
    expect(fieldsOf('"a,b,c";d\n1;2')).toEqual([
      ['a,b,c', 'd'],
      ['1', '2'],
    ]);
    expect(fieldsOf('a\tb\n1,5\t2')[1]).toEqual(['1,5', '2']);
    expect(fieldsOf('a|b\n1|2')[1]).toEqual(['1', '2']);
    expect(fieldsOf('only\n1;2')[1]).toEqual(['1;2']);
  });

  it('counts lines of every kind, blank ones and those in fields too', () => {
    const lines = split('a,b\r\n\r\n"x\r\ny",1\r\n2,3\r4,5\n').map(({ line }) => line);
    expect(lines).toEqual([1, 3, 5, 6]);
  });

  it('tells of a quote that is never closed, and keeps empty fields', () => {
    expect(split('a,b\n1,"x\n2,3')).toEqual([
      { fields: ['a', 'b'], line: 1, isUnclosed: false },
      { fields: ['1', 'x\n2,3'], line: 2, isUnclosed: true },
    ]);
    expect(fieldsOf('a,b\n,\n"",""')).toEqual([
      ['a', 'b'],
      ['', ''],
      ['', ''],
    ]);
    expect(fieldsOf('')).toEqual([]);
  });

  it('reads what was written, however the text is cut', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'ü', '"', ',', ';', '\n', '\r', ' ', '1'), maxLength: 6 });
    const row = fc.tuple(field, field);
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(), { maxLength: 12 }),
        (rows, newline, cuts) => {
          const table = [['name', 'other'], ...rows];
          const text = Papa.unparse(table, { newline, quotes: true });
          expect(fieldsOf(text, cuts)).toEqual(table);
          expect(split(text, cuts)).toEqual(split(text));
        },
      ),
    );
  });
});
