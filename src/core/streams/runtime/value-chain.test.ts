import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../dsl/streams-builder.ts';
import { store, stringToNumber, stringToString, num, TestDriver } from '../testing.ts';
import type { Topology } from '../topology.ts';

/** A stream that is mapped three times, counted, and mapped twice as a table. */
function mapped(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('in', stringToNumber)
    .mapValues((_key, value) => (value ?? 0) + 1, 'plus')
    .mapValues((_key, value) => (value === 3 ? null : value), 'some')
    .mapValues((key, value, record) => (value === null ? null : `${key}${value}${record.value}`), 'told')
    .filter((_key, value) => value !== null, 'known')
    .groupByKey(stringToString)
    .count(store('counts', num))
    .mapValues((_key, count) => (count > 2 ? null : count * 10), undefined, 'tens')
    .mapValues((key, tens) => `${key}=${tens}`, undefined, 'text')
    .toStream('rows')
    .mapValues((_key, row) => row?.toUpperCase() ?? null, 'upper')
    .to('out', stringToString);
  return builder.build();
}

const pipeAll = (driver: TestDriver): TestDriver =>
  driver.pipe('in', 'a', 1, 10).pipe('in', 'a', 2, 11).pipe('in', 'a', 4, 12).pipe('in', 'a', 5, 13);

const forwarded = (driver: TestDriver): Record<string, number> =>
  Object.fromEntries(driver.driver.nodeMetrics().map((node) => [node.node, node.forwarded]));

describe('processors that only map values', () => {
  const OUT = ['a:A=10@10', 'a:A=20@12', 'a:null@13'];

  it('run as one, and are counted one by one', () => {
    const driver = pipeAll(new TestDriver(mapped()));
    expect(driver.read('out')).toEqual(OUT);
    expect(forwarded(driver)).toMatchObject({
      plus: 4,
      some: 4,
      told: 4,
      known: 3,
      tens: 3,
      text: 3,
      rows: 3,
      upper: 3,
    });
  });

  it('show a tracer the record of each, whichever nodes it listens to', () => {
    const nodes = ['plus', 'some', 'told', 'tens', 'text', 'rows', 'upper'];
    for (let wanted = 0; wanted < 1 << nodes.length; wanted++) {
      const listened = nodes.filter((_, i) => (wanted & (1 << i)) !== 0);
      const driver = new TestDriver(mapped());
      const seen: string[] = [];
      driver.driver.attachTracer({
        wants: (node) => listened.includes(node),
        trace: ({ node, verdict }) => {
          if (verdict === 'enter') seen.push(node);
        },
      });
      expect(pipeAll(driver).read('out')).toEqual(OUT);
      const counts = Object.fromEntries(listened.map((node) => [node, seen.filter((one) => one === node).length]));
      const expected = { plus: 4, some: 4, told: 4, tens: 3, text: 3, rows: 3, upper: 3 };
      expect(counts).toEqual(Object.fromEntries(Object.entries(expected).filter(([node]) => listened.includes(node))));
    }
  });
});
