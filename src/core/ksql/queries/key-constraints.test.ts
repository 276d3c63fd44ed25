import { describe, expect, it } from 'vitest';
import { BIGINT, INTEGER, VARCHAR, type SqlType } from '../../common/sql-type.ts';
import { createRegistry } from '../../sql/functions/registry.ts';
import { parseExpression } from '../../sql/parse.ts';
import type { AnalyzerContext } from '../analyzer/context.ts';
import { Catalog, type DataSource, type SourceFormat } from '../catalog.ts';
import { Config } from '../config.ts';
import { keyConstraints } from './key-constraints.ts';

const JSON_FORMAT: SourceFormat = {
  format: { name: 'JSON', properties: {} },
  features: new Set(),
  schemaId: undefined,
};

const CONTEXT: AnalyzerContext = {
  catalog: new Catalog(),
  functions: createRegistry(),
  functionContext: { config: {}, nowMs: () => 0, random: () => 0 },
  config: new Config(),
};

function table(...key: readonly (readonly [string, SqlType])[]): DataSource {
  return {
    name: 'T',
    kind: 'TABLE',
    schema: { key: key.map(([name, type]) => ({ name, type })), value: [{ name: 'V', type: BIGINT }], headers: [] },
    topic: 'T',
    partitions: 1,
    key: JSON_FORMAT,
    value: JSON_FORMAT,
    window: undefined,
    timestamp: undefined,
    isSource: false,
    isDerived: true,
    statement: '',
  };
}

const BY_ID = table(['ID', INTEGER]);
const BY_NAME = table(['NAME', VARCHAR]);
const BY_BOTH = table(['ID', INTEGER], ['NAME', VARCHAR]);

const constrain = (where: string, source: DataSource) => keyConstraints(parseExpression(where), source, CONTEXT);
const reason = (where: string, source: DataSource) => {
  const found = constrain(where, source);
  return found.kind === 'scan' ? found.reason : found;
};

describe('keyConstraints', () => {
  it('finds the keys that = and IN fix, with constant expressions', () => {
    expect(constrain('ID = 7', BY_ID)).toEqual({ kind: 'keys', keys: [[7]] });
    expect(constrain('6 + 1 = ID AND V > 3', BY_ID)).toEqual({ kind: 'keys', keys: [[7]] });
    expect(constrain('ID IN (1, 2, 1)', BY_ID)).toEqual({ kind: 'keys', keys: [[1], [2]] });
    expect(constrain('ID = 1 OR ID = 2 AND V = 0', BY_ID)).toEqual({ kind: 'keys', keys: [[1], [2]] });
    expect(constrain('V = 0 AND (ID = 1 OR ID = 2)', BY_ID)).toEqual({ kind: 'keys', keys: [[1], [2]] });
  });

  it('combines the columns of a key', () => {
    expect(constrain("ID IN (1, 2) AND NAME = 'a'", BY_BOTH)).toEqual({
      kind: 'keys',
      keys: [
        [1, 'a'],
        [2, 'a'],
      ],
    });
    expect(reason('ID = 1', BY_BOTH)).toContain('does not bind NAME');
  });

  it('knows ranges of one text key', () => {
    expect(constrain("NAME <= 'm'", BY_NAME)).toEqual({ kind: 'range' });
    expect(reason('ID <= 3', BY_ID)).toContain('single VARCHAR keys');
    expect(reason("NAME > 'a' AND NAME < 'm'", BY_NAME)).toContain('cannot be combined');
    expect(reason("NAME < 'a' OR NAME > 'm'", BY_NAME)).toContain('several ranges');
  });

  it('says why only a scan will do', () => {
    expect(keyConstraints(undefined, BY_ID, CONTEXT)).toMatchObject({ kind: 'scan' });
    expect(reason('V = 3', BY_ID)).toContain('nothing about the key in (V = 3)');
    expect(reason('ID = 1 OR V = 3', BY_ID)).toContain('nothing about the key');
    expect(reason('ID + 1 = 3', BY_ID)).toContain('directly reference');
    expect(reason('ID = V', BY_ID)).toContain('known per row');
    expect(reason('ID <> 3', BY_ID)).toContain("'[`ID` INTEGER KEY]' must use '='");
    expect(reason('ID = 1 AND ID IN (1, 2)', BY_ID)).toContain('cannot be combined');
    expect(reason('ID = 1.5', BY_ID)).toContain('another type');
  });

  it('refuses keys that no row has', () => {
    expect(() => constrain('ID IN (NULL)', BY_ID)).toThrow('ID = NULL finds no row');
    expect(() => constrain("ID IN ('x', 1)", BY_ID)).toThrow("'x' cannot become a key");
  });
});
