import { describe, expect, it } from 'vitest';
import type { ScratchFile } from '../core/ports/scratch.ts';
import { MemoryScratch } from './scratch-memory.ts';
import { openNodeScratch } from './scratch-node.ts';

const adapters: readonly (readonly [string, () => ScratchFile])[] = [
  ['memory', () => new MemoryScratch()],
  ['a file of Node', () => openNodeScratch()],
];

describe.each(adapters)('scratch room in %s', (_name, open) => {
  const read = (file: ScratchFile, at: number, length: number): number[] => {
    const into = new Uint8Array(length);
    file.read(into, at);
    return [...into];
  };

  it('gives back what was written where', () => {
    const file = open();
    file.write(Uint8Array.of(1, 2, 3, 4), 0);
    file.write(Uint8Array.of(9, 8), 100);
    file.write(Uint8Array.of(7), 2);
    expect(read(file, 0, 4)).toEqual([1, 2, 7, 4]);
    expect(read(file, 99, 3)).toEqual([0, 9, 8]);
    file.close();
  });

  it('refuses to read what was not written, or was given back', () => {
    const file = open();
    file.write(Uint8Array.of(1, 2, 3), 0);
    expect(() => read(file, 2, 2)).toThrow(expect.objectContaining({ code: 'STORAGE_FAILED' }));
    file.truncate(1);
    expect(() => read(file, 0, 2)).toThrow(expect.objectContaining({ code: 'STORAGE_FAILED' }));
    expect(read(file, 0, 1)).toEqual([1]);
    file.close();
  });

  it('is of no use once it is closed', () => {
    const file = open();
    file.write(Uint8Array.of(1), 0);
    file.close();
    expect(() => read(file, 0, 1)).toThrow();
    expect(() => file.write(Uint8Array.of(1), 0)).toThrow();
  });
});

it('says which folder it cannot use', () => {
  expect(() => openNodeScratch('/does/not/exist')).toThrow(/\/does\/not\/exist/);
});
