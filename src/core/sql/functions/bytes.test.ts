import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SqlValue } from '../../common/sql-type.ts';
import { bytesFunctions } from './bytes.ts';
import { caller } from './test-call.ts';

const call = caller(bytesFunctions);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('functions of bytes', () => {
  it.each<[string, SqlValue[], SqlValue]>([
    ['TO_BYTES', ['57656972', 'hex'], bytes(0x57, 0x65, 0x69, 0x72)],
    ['TO_BYTES', ['aB', 'HEX'], bytes(0xab)],
    ['TO_BYTES', ['é?', 'ascii'], bytes(0x3f, 0x3f)],
    ['TO_BYTES', ['é', 'utf8'], bytes(0xc3, 0xa9)],
    ['TO_BYTES', [null, 'utf8'], null],
    ['FROM_BYTES', [bytes(0xab, 1), 'hex'], 'AB01'],
    ['FROM_BYTES', [bytes(0x41, 0xc3), 'ascii'], 'A\ufffd'],
    ['FROM_BYTES', [bytes(0xc3, 0xa9), 'utf8'], 'é'],
    ['FROM_BYTES', [bytes(0xef, 0xbb, 0xbf, 0x41), 'utf8'], '\ufeffA'],
    ['ENCODE', ['4578616d706C6521', 'hex', 'ascii'], 'Example!'],
    ['ENCODE', ["x'4578616d706C6521'", 'hex', 'base64'], 'RXhhbXBsZSE='],
    ['ENCODE', ['0x', 'hex', 'utf8'], ''],
    ['ENCODE', ["X''", 'hex', 'utf8'], ''],
    ['ENCODE', ['0x578616d706C6521', 'hex', 'utf8'], '\u0005xample!'],
    ['ENCODE', ['zpXOu867zqzOtM6x', 'base64', 'hex'], 'ce95cebbcebbceacceb4ceb1'],
    ['ENCODE', ['zpXOu867zqzOtM6x', 'base64', 'ascii'], '\ufffd'.repeat(12)],
    ['ENCODE', ['Ελλάδα', 'utf8', 'base64'], 'zpXOu867zqzOtM6x'],
    ['ENCODE', [null, 'hex', 'ascii'], null],
    ['MD5', [''], 'd41d8cd98f00b204e9800998ecf8427e'],
    ['MD5', ['r1'], '7c92cf1eee8d99cc85f8355a3d6e4b86'],
    ['INT_FROM_BYTES', [bytes(0, 0, 7, 228)], 2020],
    ['INT_FROM_BYTES', [bytes(228, 7, 0, 0), 'little_endian'], 2020],
    ['INT_FROM_BYTES', [bytes(255, 255, 255, 255)], -1],
    ['BIGINT_FROM_BYTES', [bytes(0, 0, 0, 1, 42, 5, 242, 0)], 5000000000],
    ['BIGINT_FROM_BYTES', [bytes(127, 255, 255, 255, 255, 255, 255, 255)], 9223372036854775807n],
    ['DOUBLE_FROM_BYTES', [bytes(64, 128, 172, 64, 0, 0, 0, 0)], 533.53125],
  ])('%s%j', (name, args, expected) => {
    expect(call(name, ...args)).toEqual(expected);
  });

  it.each<[string, SqlValue[], string]>([
    ['ENCODE', ['0x0x', 'hex', 'ascii'], "'0x0x'"],
    ['ENCODE', ["X'", 'hex', 'ascii'], "X'"],
    ['ENCODE', ["x'578616d706C6521'", 'hex', 'ascii'], '578616d706C6521'],
    ['ENCODE', ['578616d706C6521', 'hex', 'ascii'], '578616d706C6521'],
    ['ENCODE', ['a', 'utf7', 'ascii'], "'utf7' is not an encoding"],
    ['TO_BYTES', ['!', 'base64'], "'!' is not base64"],
    ['INT_FROM_BYTES', [bytes(1)], 'it was given 1'],
    ['INT_FROM_BYTES', [bytes(1, 2, 3, 4), 'MIDDLE'], "'MIDDLE'"],
  ])('%s%j fails', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message);
  });

  it('gives back the bytes from every encoding that can hold them', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom('hex', 'base64'), (value, encoding) => {
        const text = call('FROM_BYTES', new Uint8Array(value), encoding);
        expect(call('TO_BYTES', text, encoding)).toEqual(new Uint8Array(value));
      }),
    );
  });
});
