import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextOutput } from '../common/text-output.ts';
import { Change, Windowed } from './record.ts';
import { changeSerde, sessionWindowedSerde, timeWindowedSerde, windowedKeys, writeWith } from './serde.ts';
import { text, textKeys } from './testing.ts';

const times = fc.nat(Number.MAX_SAFE_INTEGER - 1000);
const bytesOf = (bytes: Uint8Array | null): Uint8Array => bytes ?? new Uint8Array();

describe('windowed keys', () => {
  it('are the key and the start, big-endian, for time windows', () => {
    const bytes = timeWindowedSerde(text, 10).serialize(new Windowed('a', { startMs: 0x0102, endMs: 0x010c }));
    expect([...bytesOf(bytes)]).toEqual([34, 97, 34, 0, 0, 0, 0, 0, 0, 1, 2]);
  });

  it('are the key, the end and the start for sessions', () => {
    const bytes = sessionWindowedSerde(text).serialize(new Windowed('a', { startMs: 1, endMs: 2 }));
    expect([...bytesOf(bytes)]).toEqual([34, 97, 34, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('read back as written', () => {
    fc.assert(
      fc.property(fc.string(), times, fc.nat(1000), (key, startMs, sizeMs) => {
        const windowed = new Windowed(key, { startMs, endMs: startMs + sizeMs });
        const time = timeWindowedSerde(text, sizeMs);
        const session = sessionWindowedSerde(text);
        for (const serde of [time, session]) {
          const output = new TextOutput();
          output.ascii('before');
          expect(writeWith(serde, windowed, output)).toBe(true);
          expect(output.buffer.slice(6, output.length)).toEqual(serde.serialize(windowed));
        }
        expect(time.deserialize(bytesOf(time.serialize(windowed)))).toEqual(windowed);
        expect(session.deserialize(bytesOf(session.serialize(windowed)))).toEqual(windowed);
      }),
    );
    expect(() => sessionWindowedSerde(text).deserialize(new Uint8Array(15))).toThrow(/15 bytes are too few/);
  });

  it('are equal when their bytes are: a time window by its start, a session by both ends', () => {
    const a = new Windowed('k', { startMs: 0, endMs: 5 });
    const b = new Windowed('k', { startMs: 0, endMs: 9 });
    const time = windowedKeys(textKeys, 'time');
    const session = windowedKeys(textKeys, 'session');
    expect(time.id(a)).toBe(time.id(b));
    expect(session.id(a)).not.toBe(session.id(b));
  });
});

describe('changes', () => {
  it('read back as written: new, old, or both', () => {
    const serde = changeSerde(text);
    const value = fc.option(fc.string());
    fc.assert(
      fc.property(value, value, (newValue, oldValue) => {
        fc.pre(newValue !== null || oldValue !== null);
        const change = new Change(newValue, oldValue);
        expect(serde.deserialize(bytesOf(serde.serialize(change)))).toEqual(change);
      }),
    );
  });
});
