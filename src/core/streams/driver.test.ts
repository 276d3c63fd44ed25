import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from './dsl/streams-builder.ts';
import { describeTopology, topologyText } from './describe.ts';
import { num, store, stringToNumber, stringToString, TestDriver, text } from './testing.ts';

describe('stateless operations', () => {
  it('filters, maps and merges one record at a time, in order', () => {
    const builder = new StreamsBuilder();
    const source = builder.stream('in', stringToNumber);
    const small = source.filter((_key, value) => (value ?? 0) < 10).mapValues((_key, value) => (value ?? 0) * 2);
    const large = source.filterNot((_key, value) => (value ?? 0) < 10);
    small.merge(large).to('out', stringToNumber);
    const driver = new TestDriver(builder.build());
    driver.pipe('in', 'a', 1, 5).pipe('in', 'b', 50, 3).pipe('in', null, 2, 7);
    expect(driver.read('out')).toEqual(['a:2@5', 'b:50@3', 'null:4@7']);
    expect(driver.drops()).toEqual({ filtered: 3 });
  });

  it('flattens in order and keeps timestamps', () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', stringToString)
      .flatMap((key, value) => (value ?? '').split(',').map((part) => [key, part] as const))
      .flatMapValues((_key, value) => [value, `${value}!`])
      .to('out', stringToString);
    const driver = new TestDriver(builder.build());
    expect(driver.pipe('in', 'k', 'x,y', 9).read('out')).toEqual(['k:x@9', 'k:x!@9', 'k:y@9', 'k:y!@9']);
  });

  it('drops records whose extracted timestamp is negative', () => {
    const builder = new StreamsBuilder();
    const timestampExtractor = (record: { readonly value: number | null }): number => (record.value ?? 0) - 10;
    builder.stream('in', { ...stringToNumber, timestampExtractor }).to('out', stringToNumber);
    const driver = new TestDriver(builder.build());
    driver.pipe('in', 'a', 5, 0).pipe('in', 'b', 15, 0);
    expect(driver.read('out')).toEqual(['b:15@5']);
    expect(driver.drops()).toEqual({ 'negative-timestamp': 1 });
  });
});

describe('aggregation of a stream', () => {
  it('repartitions by the new key, drops null keys, and takes the largest timestamp', () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', stringToString)
      .groupBy((_key, value) => (value === 'none' ? null : value), { ...stringToString, name: 'by-value' })
      .count(store('counts', num))
      .toStream()
      .to('out', stringToNumber);
    const topology = builder.build();
    const driver = new TestDriver(topology);
    driver.pipe('in', 'k', 'a', 10).pipe('in', 'k', 'b', 20).pipe('in', 'k', 'a', 5).pipe('in', 'k', 'none', 6);
    expect(driver.read('out')).toEqual(['a:1@10', 'b:1@20', 'a:2@10']);
    expect(driver.drops()).toEqual({ 'null-key': 1 });
    expect(driver.read('app-by-value-repartition')).toEqual(['a:a@10', 'b:b@20', 'a:a@5']);
    expect(topology.subtopologies).toHaveLength(2);
    expect(describeTopology(topology, 'app').topics.map(({ topic, kind }) => `${kind} ${topic}`)).toEqual([
      'repartition app-by-value-repartition',
      'source in',
      'sink out',
      'changelog app-counts-changelog',
    ]);
  });

  it('does not repartition when the key is unchanged, and names nodes as Kafka does', () => {
    const builder = new StreamsBuilder();
    const table = builder
      .stream('in', stringToNumber)
      .filter(() => true)
      .groupByKey(stringToNumber)
      .reduce((sum, value) => sum + value, store('sums', num));
    table.toStream().to('out', stringToNumber);
    const topology = builder.build();
    expect(topologyText(describeTopology(topology))).toBe(`Topologies:
   Sub-topology: 0
    Source: KSTREAM-SOURCE-0000000000 (topics: [in])
      --> KSTREAM-FILTER-0000000001
    Processor: KSTREAM-FILTER-0000000001 (stores: [])
      --> KSTREAM-REDUCE-0000000002
      <-- KSTREAM-SOURCE-0000000000
    Processor: KSTREAM-REDUCE-0000000002 (stores: [sums])
      --> KTABLE-TOSTREAM-0000000003
      <-- KSTREAM-FILTER-0000000001
    Processor: KTABLE-TOSTREAM-0000000003 (stores: [])
      --> KSTREAM-SINK-0000000004
      <-- KSTREAM-REDUCE-0000000002
    Sink: KSTREAM-SINK-0000000004 (topic: out)
      <-- KTABLE-TOSTREAM-0000000003

`);
    const driver = new TestDriver(topology);
    expect(driver.pipe('in', 'a', 3, 1).pipe('in', 'a', 4, 2).read('out')).toEqual(['a:3@1', 'a:7@2']);
  });
});

describe('tables', () => {
  it('takes the order of the topic over event time, and drops null keys', () => {
    const builder = new StreamsBuilder();
    builder
      .table('in', stringToString, { keys: store('t', text).keys, name: 't' })
      .toStream()
      .to('out', stringToString);
    const driver = new TestDriver(builder.build());
    driver.pipe('in', 'a', 'x', 10).pipe('in', 'a', 'y', 5).pipe('in', null, 'z', 6).pipe('in', 'a', null, 7);
    expect(driver.read('out')).toEqual(['a:x@10', 'a:y@5', 'a:null@7']);
    expect(driver.drops()).toEqual({ 'null-key': 1 });
  });

  it('filters: no tombstone for what was not there, if old values are known', () => {
    const run = (name: string | undefined): string[] => {
      const builder = new StreamsBuilder();
      builder
        .table('in', stringToNumber, { keys: store('t', num).keys, name })
        .filter((_key, value) => value > 10)
        .toStream()
        .to('out', stringToNumber);
      const driver = new TestDriver(builder.build());
      driver.pipe('in', 'a', 1, 1).pipe('in', 'a', 20, 2).pipe('in', 'a', 5, 3).pipe('in', 'a', null, 4);
      return driver.read('out');
    };
    expect(run('materialized')).toEqual(['a:20@2', 'a:null@3']);
    expect(run(undefined)).toEqual(['a:null@1', 'a:20@2', 'a:null@3', 'a:null@4']);
  });

  it('regroups: one result for a row that stays; for one that moves, out of the old group first, then into the new', () => {
    const builder = new StreamsBuilder();
    builder
      .table('in', stringToString, { keys: store('t', text).keys })
      .groupBy((key, region) => [region === '' ? null : region, key], { ...stringToString, name: 'by-region' })
      .aggregate(
        () => '',
        (_key, user, users) => users + user,
        (_key, user, users) => users.replace(user, ''),
        store('users', text),
      )
      .toStream()
      .to('out', stringToString);
    const driver = new TestDriver(builder.build());
    driver.pipe('in', 'A', 'r0', 1).pipe('in', 'B', 'r0', 2).pipe('in', 'A', 'r1', 3).pipe('in', 'A', 'r1', 0);
    driver.pipe('in', 'B', null, 9).pipe('in', 'C', '', 10);
    expect(driver.read('out')).toEqual(['r0:A@1', 'r0:AB@2', 'r0:B@3', 'r1:A@3', 'r1:A@3', 'r0:@9']);
  });

  it('keeps old aggregates apart when they are changed in place', () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', stringToNumber)
      .groupByKey(stringToNumber)
      .aggregate(
        () => ({ sum: 0 }),
        (_key, value, aggregate) => {
          aggregate.sum += value;
          return aggregate;
        },
        {
          ...store('sums', { serialize: () => new Uint8Array(), deserialize: () => ({ sum: 0 }) }),
          copy: (aggregate) => ({ ...aggregate }),
        },
      )
      .groupBy((_key, { sum }) => ['all', sum], { ...stringToNumber, name: 'all' })
      .aggregate(
        () => 0,
        (_key, value, total) => total + value,
        (_key, value, total) => total - value,
        store('total', num),
      )
      .toStream()
      .to('out', stringToNumber);
    const driver = new TestDriver(builder.build());
    driver.pipe('in', 'a', 1, 1).pipe('in', 'b', 10, 2).pipe('in', 'a', 5, 3);
    expect(driver.read('out')).toEqual(['all:1@1', 'all:11@2', 'all:16@3']);
  });
});
