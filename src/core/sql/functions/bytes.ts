/**
 * Functions between text and bytes, between bytes and numbers, and hashes.
 *
 * Four encodings have names: `hex`, `utf8`, `ascii` and `base64`. Text is encoded *to* bytes with one, and bytes are
 * written *as* text with one. What ASCII cannot say becomes `?` in bytes and U+FFFD in text.
 */
import { md5 } from '@noble/hashes/legacy.js';
import { decodeBase64, decodeHex, encodeBase64, encodeHex } from '../../common/base64.ts';
import type { SqlFunction } from './function.ts';
import { functionFailed, quoted } from './failure.ts';
import { example, scalar, strict } from './signature.ts';

const CATEGORY = 'STRING';
const NUMBERS = 'CONVERSIONS';

export const bytesFunctions: readonly SqlFunction[] = [
  fromBytes('BIGINT_FROM_BYTES', 'BIGINT', 8, "'AAAAASoF8gA='", '5000000000', (view, little) => {
    const value = view.getBigInt64(0, little);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }),
  fromBytes('DOUBLE_FROM_BYTES', 'DOUBLE', 8, "'QICsQAAAAAA='", '533.53125', (view, little) =>
    view.getFloat64(0, little),
  ),
  fromBytes('INT_FROM_BYTES', 'INT', 4, "'AAAH5A=='", '2020', (view, little) => view.getInt32(0, little)),
  scalar(
    'ENCODE',
    CATEGORY,
    'Rewrites a text from one encoding in another: hex, utf8, ascii or base64.',
    [
      example("ENCODE('4578616d706C6521', 'hex', 'utf8')", 'Example!'),
      example("ENCODE('Weir', 'utf8', 'hex')", '57656972'),
    ],
    [
      strict(
        'str STRING, inputEncoding STRING, outputEncoding STRING -> STRING',
        (text: string, from: string, to: string) => {
          const source = encoding('ENCODE', from);
          const target = encoding('ENCODE', to);
          const bytes = source === ENCODINGS.hex ? decodeHexLiteral(text) : source.toBytes(text);
          if (bytes === undefined) throw notEncoded('ENCODE', text, from);
          return target === ENCODINGS.hex ? encodeHex(bytes) : target.toText(bytes);
        },
      ),
    ],
  ),
  scalar(
    'FROM_BYTES',
    CATEGORY,
    'Writes bytes as text in an encoding: hex, utf8, ascii or base64.',
    [example("FROM_BYTES(TO_BYTES('Weir', 'utf8'), 'base64')", 'V2Vpcg==')],
    [
      strict('value BYTES, encoding STRING -> STRING', (value: Uint8Array, name: string) =>
        encoding('FROM_BYTES', name).toText(value),
      ),
    ],
  ),
  scalar(
    'MD5',
    CATEGORY,
    'Gives the MD5 hash of a text in hexadecimal digits.',
    [example("MD5('r1')", '7c92cf1eee8d99cc85f8355a3d6e4b86')],
    [strict('s STRING -> STRING', (text: string) => encodeHex(md5(utf8Encoder.encode(text))))],
  ),
  scalar(
    'TO_BYTES',
    CATEGORY,
    'Reads the bytes that a text stands for in an encoding: hex, utf8, ascii or base64.',
    [example("TO_BYTES('57656972', 'hex')", 'V2Vpcg==')],
    [
      strict('value STRING, encoding STRING -> BYTES', (text: string, name: string) => {
        const bytes = encoding('TO_BYTES', name).toBytes(text);
        if (bytes === undefined) throw notEncoded('TO_BYTES', text, name);
        return bytes;
      }),
    ],
  ),
];

interface Encoding {
  /** `undefined` where the text is not of the encoding. */
  readonly toBytes: (text: string) => Uint8Array | undefined;
  readonly toText: (bytes: Uint8Array) => string;
}

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const ENCODINGS = {
  hex: { toBytes: decodeHex, toText: (bytes: Uint8Array) => encodeHex(bytes).toUpperCase() },
  utf8: {
    toBytes: (text: string) => utf8Encoder.encode(text),
    toText: (bytes: Uint8Array) => utf8Decoder.decode(bytes),
  },
  ascii: { toBytes: encodeAscii, toText: decodeAscii },
  base64: { toBytes: decodeBase64, toText: encodeBase64 },
} as const satisfies Record<string, Encoding>;

const ENCODING_NAMES = Object.keys(ENCODINGS);

function encoding(fn: string, name: string): Encoding {
  switch (name.toLowerCase()) {
    case 'hex':
      return ENCODINGS.hex;
    case 'utf8':
      return ENCODINGS.utf8;
    case 'ascii':
      return ENCODINGS.ascii;
    case 'base64':
      return ENCODINGS.base64;
    default:
      throw functionFailed(fn, `${quoted(name)} is not an encoding`, {
        hint: `Use one of ${ENCODING_NAMES.join(', ')}.`,
      });
  }
}

function notEncoded(fn: string, text: string, name: string): Error {
  return functionFailed(fn, `${quoted(text)} is not ${name} text`);
}

/** Hexadecimal as literals write it: `0x1F` (a digit may be missing in front), `X'1F'`, `x'1F'`, or bare digits. */
function decodeHexLiteral(text: string): Uint8Array | undefined {
  if (text.startsWith('0x')) {
    const digits = text.slice(2);
    return decodeHex(digits.length % 2 === 0 ? digits : `0${digits}`);
  }
  const literal = /^[Xx]'(.*)'$/s.exec(text);
  return decodeHex(literal?.[1] ?? text);
}

const REPLACEMENT_BYTE = 0x3f;

function encodeAscii(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  let length = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    out[length++] = code < 0x80 ? code : REPLACEMENT_BYTE;
  }
  return out.subarray(0, length);
}

function decodeAscii(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : '\ufffd';
  return text;
}

/** A function that reads a number from exactly as many bytes as the number has. */
function fromBytes(
  name: string,
  type: string,
  sizeBytes: number,
  base64Example: string,
  result: string,
  read: (view: DataView, littleEndian: boolean) => number | bigint,
): SqlFunction {
  const evaluate = (value: Uint8Array, byteOrder: string): number | bigint => {
    if (value.length !== sizeBytes) {
      throw functionFailed(name, `a ${type} has ${sizeBytes} bytes, and it was given ${value.length}`);
    }
    return read(new DataView(value.buffer, value.byteOffset, value.byteLength), isLittleEndian(name, byteOrder));
  };
  return scalar(
    name,
    NUMBERS,
    `Reads a ${type} from its ${sizeBytes} bytes, in the byte order BIG_ENDIAN unless told LITTLE_ENDIAN.`,
    [example(`${name}(TO_BYTES(${base64Example}, 'base64'))`, result)],
    [
      strict(`value BYTES -> ${type}`, (value: Uint8Array) => evaluate(value, 'BIG_ENDIAN')),
      strict(`value BYTES, byteOrder STRING -> ${type}`, evaluate),
    ],
  );
}

function isLittleEndian(fn: string, byteOrder: string): boolean {
  const order = byteOrder.toUpperCase();
  if (order === 'LITTLE_ENDIAN') return true;
  if (order === 'BIG_ENDIAN') return false;
  throw functionFailed(fn, `${quoted(byteOrder)} is not a byte order`, { hint: 'Use BIG_ENDIAN or LITTLE_ENDIAN.' });
}
