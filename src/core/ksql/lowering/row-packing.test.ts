import { describe, expect, it } from 'vitest';
import { array, BIGINT, BOOLEAN, decimal, DOUBLE, INTEGER, struct, VARCHAR, type Row } from '../../common/sql-type.ts';
import { NoChangelog } from '../../streams/runtime/changelog-writer.ts';
import { keyValueStoreBuilder } from '../../streams/state/key-value-store.ts';
import type { KeyValueStore } from '../../streams/state/store.ts';
import { ENTRY_OVERHEAD_BYTES, type RuntimeStore } from '../../streams/state/store-builder.ts';
import { SchemaRegistry } from '../../serde/schema-registry.ts';
import { sqlKeys, type SqlKey } from './keys.ts';
import { rowPacking } from './row-packing.ts';
import { internalValueSerde, sqlKeySerde } from './serdes.ts';

type Table = KeyValueStore<SqlKey, Row> & RuntimeStore;

const ID = [{ name: 'ID', type: VARCHAR }];
const types = [
  INTEGER,
  BIGINT,
  DOUBLE,
  BOOLEAN,
  VARCHAR,
  struct([
    { name: 'S', type: VARCHAR },
    { name: 'N', type: BIGINT },
  ]),
];
const columns = types.map((type) => ({ type }));

describe('row packing', () => {
  it('is not for values that grow in place, nor for keys with several bytes for one value', () => {
    expect(rowPacking(ID, [{ type: array(INTEGER) }])).toBeUndefined();
    expect(rowPacking(ID, [{ type: struct([{ name: 'A', type: array(INTEGER) }]) }])).toBeUndefined();
    expect(rowPacking(ID, [{ type: decimal(4, 2) }])).toBeUndefined();
    expect(rowPacking([{ name: 'ID', type: DOUBLE }], columns)).toBeUndefined();
    expect(rowPacking([{ name: 'ID', type: struct([]) }], columns)).toBeUndefined();
  });

  it('keeps a table in less than its objects take, through changes and a restart', () => {
    const many = 2_000;
    const key = [{ name: 'K', type: INTEGER }];
    const state = [
      { name: 'N', type: BIGINT },
      {
        name: 'MEAN',
        type: struct([
          { name: 'SUM', type: DOUBLE },
          { name: 'COUNT', type: BIGINT },
        ]),
      },
      { name: 'TEXT', type: VARCHAR },
    ];
    const target = { topic: 't', registry: new SchemaRegistry() };
    const builder = keyValueStoreBuilder<SqlKey, Row>({
      name: 's',
      keys: sqlKeys([INTEGER]),
      keySerde: sqlKeySerde(
        key,
        { format: { name: 'KAFKA', properties: {} }, features: new Set(), schemaId: undefined },
        target,
      ),
      valueSerde: internalValueSerde(state, target),
      packing: rowPacking(key, state),
      logging: true,
    });
    const open = (): Table => builder.build({ notesChanges: true, packedFromEntries: many }) as Table;
    const shown = (table: Table): unknown[] => [...table.all()].map((e) => [e.key, e.value, e.timestamp]);
    const table = open();
    const change = (k: number, timestamp: number): void => {
      const [n = 0, mean = [0.5, 0]] = table.get([k])?.value ?? [];
      const [sum = 0, count = 0] = mean as Row;
      table.put([k], [Number(n) + 1, [Number(sum) + k, Number(count) + 1], `${k} at ${timestamp}`], timestamp);
    };
    for (let k = 0; k < many; k++) change(k, k);
    table.flush(new NoChangelog());
    table.settle();
    // Fewer than an entry of objects is said to take beside its key and value.
    expect(table.size().memoryBytes).toBeLessThan(many * ENTRY_OVERHEAD_BYTES);
    for (let k = 0; k < many; k += 2) change(k, many + k);
    table.flush(new NoChangelog());
    const wanted = Array.from({ length: many }, (_, k) =>
      k % 2 === 1
        ? [[k], [1, [0.5 + k, 1], `${k} at ${k}`], k]
        : [[k], [2, [0.5 + 2 * k, 2], `${k} at ${many + k}`], many + k],
    );
    expect(shown(table)).toEqual(wanted);
    const again = open();
    for (const { key: bytes, value, timestamp } of table.dump()) again.restore(bytes, value, timestamp);
    again.settle();
    expect(shown(again)).toEqual(wanted);
    expect(again.get([7])).toEqual({ value: [1, [7.5, 1], '7 at 7'], timestamp: 7 });
  });
});
