import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { documentToZip, folderName, zipToDocument } from './archive.ts';
import { readDocument, type WorkspaceDocument } from './document.ts';
import { documentToHash, hashToDocument, MAX_DOCUMENT_BYTES } from './link.ts';

const DOCUMENT: WorkspaceDocument = {
  version: 1,
  name: 'Späte Flüge',
  text: 'SELECT * FROM s EMIT CHANGES; -- für später',
  content: {
    statements: ["CREATE STREAM s (a INT) WITH (kafka_topic = 's', value_format = 'JSON');", 'DROP STREAM s;'],
    functions: [
      { name: 'TWICE', kind: 'scalar', signature: 'x BIGINT -> BIGINT', description: '', source: 'export {}' },
    ],
    topics: [{ name: 's', partitions: 3, cleanupPolicy: 'delete', records: 1 }],
    inputs: '{"inputs": [\n  {"topic":"s","key":null,"value":{"a":1},"timestamp":0}\n]}\n',
  },
};

describe('a workspace on its way', () => {
  it('comes out of a link as it went in', () => {
    expect(hashToDocument(documentToHash(DOCUMENT))).toEqual({ kind: 'workspace', document: DOCUMENT });
    expect(hashToDocument('#code/abc')).toBeUndefined();
  });

  it('comes out of a zip with the same text, records, topics and functions', () => {
    const statements = [`${DOCUMENT.content.statements.join('\n\n')}\n`];
    const read = zipToDocument(documentToZip(DOCUMENT, '{"outputs": []}'), 'x.weir.zip');
    expect(read).toEqual({ ...DOCUMENT, content: { ...DOCUMENT.content, statements } });
  });

  it("is read from a folder of ksqlDB's test runner as well", () => {
    const folder = { 'statements.sql': strToU8('SHOW STREAMS;'), 'notes.txt': strToU8('none of ours') };
    expect(zipToDocument(zipSync({ orders: folder }), 'orders.zip')).toMatchObject({
      name: 'orders',
      text: 'SHOW STREAMS;',
      content: { statements: ['SHOW STREAMS;'], inputs: '{"inputs": []}', topics: [], functions: [] },
    });
  });

  it('is refused when it is cut, no zip, no workspace, of a newer version, or swells too far', () => {
    const hash = documentToHash(DOCUMENT);
    const bomb = documentToHash({ ...DOCUMENT, text: 'A'.repeat(MAX_DOCUMENT_BYTES) });
    const newer = documentToHash({ ...DOCUMENT, version: 2 } as unknown as WorkspaceDocument);
    for (const bad of [hash.slice(0, -9), '#workspace/', bomb, newer]) {
      expect(hashToDocument(bad)?.kind, bad.slice(0, 30)).toBe('unreadable');
    }
    expect(zipToDocument(strToU8('no zip'), 'a.zip')).toBeUndefined();
    expect(zipToDocument(zipSync({ 'weir.json': strToU8('{}') }), 'a.zip')).toBeUndefined();
    const broken = { 'statements.sql': strToU8('SHOW STREAMS;'), 'weir.json': strToU8('{') };
    expect(zipToDocument(zipSync(broken), 'a.zip')).toBeUndefined();
  });

  it('keeps nothing that it does not know, and refuses what has another shape', () => {
    const text = (change: object): string => JSON.stringify({ ...DOCUMENT, ...change });
    expect(readDocument(text({ evil: true }))).toEqual(DOCUMENT);
    const { content } = DOCUMENT;
    const topic = { name: 's', partitions: 1e9, cleanupPolicy: 'delete', records: 0 };
    for (const change of [
      { text: 1 },
      { content: null },
      { content: { ...content, statements: [1] } },
      { content: { ...content, functions: {} } },
      { content: { ...content, topics: [topic] } },
      { content: { ...content, functions: [{ name: 'F' }] } },
    ]) {
      expect(readDocument(text(change)), JSON.stringify(change)).toBeUndefined();
    }
  });

  it('has a folder whose name any system takes', () => {
    expect([folderName('Späte Flüge'), folderName('../..'), folderName('a b')]).toEqual([
      'Sp-te-Fl-ge',
      'workspace',
      'a-b',
    ]);
  });
});
