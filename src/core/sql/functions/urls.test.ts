import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SqlValue } from '../../common/sql-type.ts';
import { caller } from './test-call.ts';
import { urlFunctions } from './urls.ts';

const call = caller(urlFunctions);

describe('functions of URLs', () => {
  it.each<[string, SqlValue[], SqlValue]>([
    ['URL_ENCODE_PARAM', ['?foo $bar'], '%3Ffoo+%24bar'],
    ['URL_ENCODE_PARAM', ['é*-_.~'], '%C3%A9*-_.%7E'],
    ['URL_DECODE_PARAM', ['%3Ffoo+%24bar'], '?foo $bar'],
    ['URL_DECODE_PARAM', ['%C3%A9%ff'], 'é\ufffd'],
    ['URL_EXTRACT_FRAGMENT', ['http://www.test.com/?query#frag%20ment'], 'frag ment'],
    ['URL_EXTRACT_FRAGMENT', ['http://www.nofragment.com'], null],
    ['URL_EXTRACT_HOST', ['https://user@docs.example.com:80/'], 'docs.example.com'],
    ['URL_EXTRACT_HOST', ['http://[::1]:80/'], '[::1]'],
    ['URL_EXTRACT_HOST', ['http://10.0.0.1/'], '10.0.0.1'],
    ['URL_EXTRACT_HOST', ['/relative/path'], null],
    ['URL_EXTRACT_PARAMETER', ['http://www.test.com/?one=a&two=b&three', 'two'], 'b'],
    ['URL_EXTRACT_PARAMETER', ['http://www.test.com/?one=a&two=b&three', 'three'], ''],
    ['URL_EXTRACT_PARAMETER', ['http://www.test.com/?one=a=c', 'one'], 'a=c'],
    ['URL_EXTRACT_PARAMETER', ['http://www.test.com/?one=a', 'two'], null],
    ['URL_EXTRACT_PARAMETER', ['http://www.test.com/', 'two'], null],
    ['URL_EXTRACT_PATH', ['http://www.test.com?query#fragment'], ''],
    ['URL_EXTRACT_PATH', ['http://test@confluent.io:8080/nested/path?query&jobs'], '/nested/path'],
    ['URL_EXTRACT_PATH', ['mailto:me@example.com'], null],
    ['URL_EXTRACT_PORT', ['http://test@confluent.io'], null],
    ['URL_EXTRACT_PORT', ['http://test@confluent.io:8080/nested'], 8080],
    ['URL_EXTRACT_PROTOCOL', ['https://a.b'], 'https'],
    ['URL_EXTRACT_PROTOCOL', ['www.confluent.io'], null],
    ['URL_EXTRACT_QUERY', ['http://www.test.com/path?q1&q2'], 'q1&q2'],
    ['URL_EXTRACT_QUERY', ['http://test@confluent.io:8080/path'], null],
  ])('%s%j', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  it('refuses what is no URL and names it', () => {
    for (const text of ['http://a b', 'http://a/%zz', 'http:', '1http://a']) {
      expect(() => call('URL_EXTRACT_HOST', text), text).toThrow(`'${text}' is not a URL`);
    }
    expect(() => call('URL_DECODE_PARAM', 'a%4')).toThrow("'%4'");
  });

  it('decodes what it encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(call('URL_DECODE_PARAM', call('URL_ENCODE_PARAM', text))).toBe(text);
      }),
    );
  });
});
