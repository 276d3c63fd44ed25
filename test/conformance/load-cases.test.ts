import { describe, expect, it } from 'vitest';
import { parseJson, writeJson } from '../../src/core/common/values/json-lossless.ts';
import { objectOf } from '../../src/library/records/json-reading.ts';
import { expandCase } from './load-cases.ts';

const expand = (json: string) => expandCase('file.json', objectOf(parseJson(json)));

describe('expandCase', () => {
  it('makes one case of one without replacements', () => {
    const cases = expand('{"name": "a", "statements": ["S;"]}');
    expect(cases.map(({ name, isEnabled }) => [name, isEnabled])).toEqual([['a', true]]);
  });

  it('replaces formats and configs throughout the case, in every combination', () => {
    const cases = expand(
      '{"name": "a", "format": ["X", "Y"], "config": ["1", "2"], "statements": ["{FORMAT} {CONFIG} {FORMAT}"], "topics": [{"valueFormat": "{FORMAT}"}]}',
    );
    expect(cases.map(({ name }) => name)).toEqual(['a - X - 1', 'a - X - 2', 'a - Y - 1', 'a - Y - 2']);
    expect(cases.map(({ body }) => writeJson(body.get('statements') ?? null))).toEqual([
      '["X 1 X"]',
      '["X 2 X"]',
      '["Y 1 Y"]',
      '["Y 2 Y"]',
    ]);
    expect(writeJson(cases[3]?.body.get('topics') ?? null)).toBe('[{"valueFormat":"Y"}]');
  });

  it('keeps the digits of numbers', () => {
    const [only] = expand('{"name": "a", "format": ["X"], "inputs": [{"value": 10.1234512345123451234}]}');
    expect(writeJson(only?.body.get('inputs') ?? null)).toBe('[{"value":10.1234512345123451234}]');
  });

  it('tells which cases are switched off', () => {
    expect(expand('{"name": "a", "enabled": false}')[0]?.isEnabled).toBe(false);
  });
});
