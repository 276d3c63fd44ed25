import { describe, expect, it } from 'vitest';
import { WeirError } from '../../core/common/errors.ts';
import { judgeError, quotedParts } from './expected-error.ts';

describe('quotedParts', () => {
  it.each<readonly [string, readonly string[]]>([
    ['No column \'A\' and no `B C`, not "d"', ['A', 'B C', 'd']],
    ["It can't, doesn't and won't; the columns' types don't fit", []],
    ["Can't find 'X Y'", ['X Y']],
    ["the table's key 'K'.", ['K']],
    ["WITH ('TAB','SPACE')", ['TAB', 'SPACE']],
    ["expected HEADER('h')", ['h']],
    ["value 'it's so' ends", ["it's so"]],
    ['a `tick``ed` name', ['tick`ed']],
    ['STRUCT<`F` INTEGER, `G` STRING>', ['F', 'G']],
    ['key `K`: https://example.com/x?y=1', ['K']],
    ["example: ';'", [';']],
    ['nothing', []],
  ])('%s', (message, parts) => {
    expect(quotedParts(message)).toEqual(parts);
  });
});

describe('judgeError', () => {
  const error = new WeirError('UNKNOWN_COLUMN', 'There is no column Price.', { details: { table: 'T "x"' } });

  it('takes an error that names what is quoted, in its message or its details, in any case', () => {
    expect(judgeError(error, "column 'PRICE' of `t` cannot be resolved")).toBeUndefined();
    expect(judgeError(error, 'no quotes at all')).toBeUndefined();
    expect(judgeError(error, 'source `T "x"`')).toBeUndefined();
  });

  it('says what is not named', () => {
    expect(judgeError(error, "column 'PRICES' and 'COST'")).toContain('<PRICES>, <COST>');
  });

  it('does not look at hints', () => {
    const hinted = new WeirError('UNKNOWN_COLUMN', 'No such column.', { hint: 'Did you mean PRICE?' });
    expect(judgeError(hinted, "column 'PRICE'")).toBeDefined();
  });

  it('looks at what precedes the statement that the message repeats', () => {
    expect(judgeError(error, "column 'PRICE'\nStatement: SELECT 'other'")).toBeUndefined();
  });

  it('refuses errors that are not the user s', () => {
    expect(judgeError(new WeirError('UNSUPPORTED', 'Price'), "'Price'")).toContain('not supported');
    expect(judgeError(new WeirError('UNSUPPORTED_STATEMENT', 'Price'), "'Price'")).toContain('not supported');
    expect(judgeError(new WeirError('INTERNAL', 'Price'), "'Price'")).toContain("not a user's error");
    expect(judgeError(new TypeError('Price'), "'Price'")).toContain('crashed');
  });
});
