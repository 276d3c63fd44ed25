import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KStream, KTable } from './dsl/api.ts';
import { StreamsBuilder } from './dsl/streams-builder.ts';
import { store, stringToString, TestDriver, text, textKeys } from './testing.ts';
import { joinWindows, type JoinWindows } from './windows.ts';

type Kind = 'join' | 'leftJoin' | 'outerJoin';
const joiner = (_key: string | null, left: string | null, right: string | null): string => `${left}+${right}`;

function streams(kind: Kind, windows: JoinWindows): TestDriver {
  const builder = new StreamsBuilder();
  const left: KStream<string, string> = builder.stream('left', stringToString);
  const right: KStream<string, string> = builder.stream('right', stringToString);
  const joined = { keys: textKeys, keySerde: text, leftSerde: text, rightSerde: text };
  left[kind](right, joiner, windows, joined).to('out', stringToString);
  return new TestDriver(builder.build());
}

describe('stream-stream joins', () => {
  it('matches within before and after, in the order of the other side, at the larger time', () => {
    const driver = streams('join', joinWindows(5, 10, 100));
    driver.pipe('right', 'a', 'r3', 3).pipe('right', 'a', 'r1', 1).pipe('right', 'b', 'r2', 2);
    expect(driver.pipe('left', 'a', 'l6', 6).read('out')).toEqual(['a:l6+r1@6', 'a:l6+r3@6']);
    expect(driver.pipe('left', 'a', 'l9', 9).read('out')).toEqual([]);
    expect(driver.pipe('right', 'a', 'r16', 16).read('out')).toEqual(['a:l6+r16@16', 'a:l9+r16@16']);
    expect(driver.pipe('right', 'a', 'r17', 17).read('out')).toEqual(['a:l9+r17@17']);
    driver.pipe('left', null, 'x', 17).pipe('left', 'a', null, 17);
    expect(driver.drops()).toEqual({ 'no-match': 4, 'null-join-key': 1, 'null-value': 1 });
  });

  it('a row without a key comes out at once where unmatched rows do, and moves stream time', () => {
    const left = streams('leftJoin', joinWindows(10, 10, 5));
    expect(left.pipe('left', null, 'l', 1).pipe('right', null, 'r', 1).read('out')).toEqual(['null:l+null@1']);
    left.pipe('left', 'a', 'l', 2).pipe('left', null, 'm', 99).read('out');
    expect(left.pipe('left', 'b', 'late', 50).read('out')).toEqual(['b:late+null@50']);
    const outer = streams('outerJoin', joinWindows(10, 10, 5));
    expect(outer.pipe('left', null, 'l', 1).pipe('right', null, 'r', 1).read('out')).toEqual([
      'null:l+null@1',
      'null:null+r@1',
    ]);
    expect(left.drops()).toEqual({ 'null-join-key': 1 });
  });

  it('without a grace period unmatched rows come out at once, and matches follow', () => {
    const driver = streams('leftJoin', joinWindows(10, 10));
    expect(driver.pipe('left', 'a', 'l0', 0).read('out')).toEqual(['a:l0+null@0']);
    expect(driver.pipe('right', 'a', 'r5', 5).read('out')).toEqual(['a:l0+r5@5']);
    expect(driver.pipe('right', 'b', 'r6', 6).read('out')).toEqual([]);
  });

  it('with a grace period unmatched rows come out once, when their window has closed, by time', () => {
    const driver = streams('outerJoin', joinWindows(10, 10, 5));
    driver.pipe('left', 'b', 'l1', 1).pipe('right', 'c', 'r1', 1).pipe('left', 'a', 'l0', 0).pipe('left', 'd', 'l2', 2);
    driver.pipe('left', 'b', 'm1', 1).pipe('right', 'd', 'r9', 9);
    expect(driver.read('out')).toEqual(['d:l2+r9@9']);
    // l0's window is open as long as stream time has not passed 0 + 10 + 5.
    expect(driver.pipe('left', 'z', 'l15', 15).read('out')).toEqual([]);
    expect(driver.pipe('left', 'z', 'l16', 16).read('out')).toEqual(['a:l0+null@0']);
    expect(driver.pipe('right', 'y', 'r17', 17).read('out')).toEqual(['c:null+r1@1', 'b:l1+null@1', 'b:m1+null@1']);
    expect(driver.driver.store('KSTREAM-OUTERSHARED-0000000004-store').approximateEntries()).toBe(3);
  });

  it('a row that is too late to wait comes out at once', () => {
    const driver = streams('leftJoin', joinWindows(10, 10, 5));
    driver.pipe('left', 'a', 'l100', 100);
    expect(driver.pipe('left', 'b', 'l50', 50).read('out')).toEqual(['b:l50+null@50']);
  });

  it('a row out of order beyond its window comes out at once although a match may follow within grace', () => {
    const driver = streams('outerJoin', joinWindows(0, 0, 100));
    driver.pipe('right', 'a', 'r1', 1).pipe('right', 'a', 'r0', 0).pipe('left', 'a', 'l0', 0);
    expect(driver.read('out')).toEqual(['a:null+r0@0', 'a:l0+r0@0']);
  });

  it('does not match rows beyond the retention of their own side', () => {
    const driver = streams('join', joinWindows(10, 10, 5));
    driver.pipe('left', 'z', 'l100', 100).pipe('left', 'a', 'l70', 70).pipe('right', 'a', 'r70', 70);
    expect(driver.read('out')).toEqual([]);
    expect(driver.drops()).toMatchObject({ 'expired-in-store': 1 });
    // Kept is what is younger than the retention, which is 10 + 10 + 5.
    expect(driver.pipe('left', 'b', 'l75', 75).pipe('right', 'b', 'r75', 75).read('out')).toEqual([]);
    expect(driver.pipe('left', 'c', 'l76', 76).pipe('right', 'c', 'r76', 76).read('out')).toEqual(['c:l76+r76@76']);
  });

  it('matches rows of the same time even with nothing before, after and of grace', () => {
    const driver = streams('join', joinWindows(0, 0, 0));
    expect(driver.pipe('left', 'a', 'l5', 5).pipe('right', 'a', 'r5', 5).read('out')).toEqual(['a:l5+r5@5']);
  });

  it('joins a stream with itself: each pair in both orders, each row with itself', () => {
    const builder = new StreamsBuilder();
    const stream = builder.stream('in', stringToString);
    const joined = { keys: textKeys, keySerde: text, leftSerde: text, rightSerde: text };
    stream.join(stream, joiner, joinWindows(5, 5, 0), joined).to('out', stringToString);
    const driver = new TestDriver(builder.build());
    expect(driver.pipe('in', 'a', 'x', 1).read('out')).toEqual(['a:x+x@1']);
    expect(driver.pipe('in', 'a', 'y', 2).read('out')).toEqual(['a:y+x@2', 'a:x+y@2', 'a:y+y@2']);
  });

  it('agrees with a nested loop', () => {
    const input = fc.array(fc.record({ left: fc.boolean(), key: fc.constantFrom('a', 'b', 'c'), time: fc.nat(100) }), {
      maxLength: 60,
    });
    const kinds = fc.constantFrom<Kind>('join', 'leftJoin', 'outerJoin');
    fc.assert(
      fc.property(input, kinds, fc.nat(20), fc.nat(20), (records, kind, beforeMs, afterMs) => {
        // A grace beyond all times: nothing is late, and unmatched rows come out when the last record closes all windows.
        const driver = streams(kind, joinWindows(beforeMs, afterMs, 200));
        // Out of order, Kafka lets a row go unmatched once stream time is past its window, grace or not.
        if (kind !== 'join') records.sort((a, b) => a.time - b.time);
        const rows = records.map((record, index) => ({ ...record, name: `${record.left ? 'l' : 'r'}${index}` }));
        for (const { left, key, name, time } of rows) driver.pipe(left ? 'left' : 'right', key, name, time);
        driver.pipe('left', 'end', 'end', 1000);
        const expected: string[] = [];
        const matched = new Set<string>();
        for (const l of rows.filter((row) => row.left)) {
          for (const r of rows.filter((row) => !row.left && row.key === l.key)) {
            if (r.time < l.time - beforeMs || r.time > l.time + afterMs) continue;
            expected.push(`${l.key}:${l.name}+${r.name}@${Math.max(l.time, r.time)}`);
            matched.add(l.name).add(r.name);
          }
        }
        for (const { left, key, name, time } of rows.filter((row) => !matched.has(row.name))) {
          if (left && kind !== 'join') expected.push(`${key}:${name}+null@${time}`);
          if (!left && kind === 'outerJoin') expected.push(`${key}:null+${name}@${time}`);
        }
        expect(driver.read('out').sort()).toEqual(expected.sort());
      }),
      { numRuns: 200 },
    );
  });
});

describe('stream-table joins', () => {
  const run = (kind: 'joinTable' | 'leftJoinTable'): TestDriver => {
    const builder = new StreamsBuilder();
    const table = builder
      .table('table', stringToString, { keys: textKeys })
      .mapValues((_key, value) => (value === 'hidden' ? null : value.toUpperCase()));
    builder
      .stream('in', stringToString)
      [kind](table, joiner, { keySerde: text, leftSerde: text })
      .to('out', stringToString);
    return new TestDriver(builder.build());
  };

  it('looks up the row as of now, at the time of the stream record', () => {
    const driver = run('joinTable');
    driver.pipe('in', 'a', 'early', 1).pipe('table', 'a', 'x', 50).pipe('in', 'a', 'late', 2);
    driver.pipe('table', 'a', null, 0).pipe('in', 'a', 'gone', 3).pipe('in', null, 'n', 4).pipe('in', 'a', null, 5);
    expect(driver.read('out')).toEqual(['a:late+X@2']);
    expect(driver.drops()).toEqual({ 'no-match': 2, 'null-join-key': 1, 'null-value': 1 });
  });

  it('keeps unmatched rows in a left join', () => {
    const driver = run('leftJoinTable');
    driver.pipe('in', 'a', '1', 1).pipe('table', 'a', 'hidden', 2).pipe('in', 'a', '2', 2).pipe('table', 'a', 'x', 3);
    expect(driver.pipe('in', 'a', '3', 3).read('out')).toEqual(['a:1+null@1', 'a:2+null@2', 'a:3+X@3']);
    expect(driver.pipe('in', null, '4', 4).read('out')).toEqual(['null:4+null@4']);
  });
});

describe('table-table joins', () => {
  const run = (kind: Kind): string[][] => {
    const builder = new StreamsBuilder();
    const left: KTable<string, string> = builder.table('left', stringToString, { keys: textKeys });
    const right: KTable<string, string> = builder.table('right', stringToString, { keys: textKeys });
    left[kind](right, joiner).toStream().to('out', stringToString);
    const driver = new TestDriver(builder.build());
    const steps: (readonly [string, string | null, number])[] = [
      ['left', null, 0],
      ['left', 'A', 10],
      ['right', 'a', 5],
      ['left', 'B', 20],
      ['right', null, 30],
      ['right', null, 35],
      ['left', null, 1],
      ['right', 'b', 40],
      ['right', null, 50],
    ];
    return steps.map(([topic, value, time]) => driver.pipe(topic, 'k', value, time).read('out'));
  };

  it('inner: a result while both rows are there, tombstones when one goes', () => {
    expect(run('join')).toEqual([[], [], ['k:A+a@10'], ['k:B+a@20'], ['k:null@30'], ['k:null@35'], [], [], []]);
  });

  it('left: a result while the left row is there', () => {
    expect(run('leftJoin')).toEqual([
      [],
      ['k:A+null@10'],
      ['k:A+a@10'],
      ['k:B+a@20'],
      ['k:B+null@30'],
      ['k:B+null@35'],
      ['k:null@1'],
      [],
      [],
    ]);
  });

  it('outer: a result while either row is there', () => {
    expect(run('outerJoin')).toEqual([
      [],
      ['k:A+null@10'],
      ['k:A+a@10'],
      ['k:B+a@20'],
      ['k:B+null@30'],
      ['k:B+null@35'],
      ['k:null@1'],
      ['k:null+b@40'],
      ['k:null@50'],
    ]);
  });

  it('sends old values through a join to an aggregation that subtracts', () => {
    const builder = new StreamsBuilder();
    const left = builder.table('left', stringToString, { keys: textKeys });
    const right = builder.table('right', stringToString, { keys: textKeys });
    left
      .join(right, joiner, store('joined', text))
      .groupBy((_key, value) => ['all', value], { ...stringToString, name: 'all' })
      .aggregate(
        () => '',
        (_key, value, all) => `${all}(${value})`,
        (_key, value, all) => all.replace(`(${value})`, ''),
        store('all', text),
      )
      .toStream()
      .to('out', stringToString);
    const driver = new TestDriver(builder.build());
    driver.pipe('left', 'x', 'A', 1).pipe('right', 'x', 'a', 2).pipe('left', 'y', 'B', 3).pipe('right', 'y', 'b', 4);
    driver.pipe('left', 'x', 'C', 5).pipe('right', 'y', null, 6);
    expect(driver.read('out')).toEqual(['all:(A+a)@2', 'all:(A+a)(B+b)@4', 'all:(B+b)(C+a)@5', 'all:(C+a)@6']);
  });
});

describe('foreign-key joins', () => {
  const run = (kind: 'foreignKeyJoin' | 'foreignKeyLeftJoin'): TestDriver => {
    const builder = new StreamsBuilder();
    const left = builder.table('left', stringToString, { keys: textKeys });
    const right = builder.table('right', stringToString, { keys: textKeys });
    // A left value is "foreign key/text"; "/text" has none.
    const foreignKey = (_key: string, value: string): string | null => value.split('/')[0] || null;
    const joined = {
      keys: textKeys,
      keySerde: text,
      leftSerde: text,
      foreignKeys: textKeys,
      foreignKeySerde: text,
      rightSerde: text,
    };
    left[kind](right, foreignKey, (l, r) => `${l}+${r}`, joined, store('result', text))
      .toStream()
      .to('out', stringToString);
    return new TestDriver(builder.build());
  };

  it('inner: follows changes of both sides and of the foreign key', () => {
    const driver = run('foreignKeyJoin');
    expect(driver.pipe('left', 'a', 'x/1', 1).read('out')).toEqual([]);
    expect(driver.pipe('right', 'x', 'X', 2).read('out')).toEqual(['a:x/1+X@2']);
    expect(driver.pipe('left', 'b', 'x/2', 1).read('out')).toEqual(['b:x/2+X@2']);
    expect(driver.pipe('right', 'x', 'XX', 5).read('out')).toEqual(['a:x/1+XX@5', 'b:x/2+XX@5']);
    expect(driver.pipe('left', 'a', 'y/1', 6).read('out')).toEqual(['a:null@6']);
    expect(driver.pipe('right', 'y', 'Y', 7).read('out')).toEqual(['a:y/1+Y@7']);
    expect(driver.pipe('right', 'x', null, 8).read('out')).toEqual(['b:null@8']);
    expect(driver.pipe('left', 'b', null, 9).read('out')).toEqual(['b:null@9']);
    expect(driver.pipe('left', 'a', null, 10).read('out')).toEqual(['a:null@10']);
    expect(driver.pipe('right', 'y', 'YY', 11).read('out')).toEqual([]);
    expect(driver.driver.store('result').approximateEntries()).toBe(0);
  });

  it('left: keeps rows without a match, and those without a foreign key', () => {
    const driver = run('foreignKeyLeftJoin');
    expect(driver.pipe('left', 'a', 'x/1', 1).read('out')).toEqual(['a:x/1+null@1']);
    expect(driver.pipe('left', 'b', '/2', 2).read('out')).toEqual(['b:/2+null@2']);
    expect(driver.pipe('right', 'x', 'X', 3).read('out')).toEqual(['a:x/1+X@3']);
    expect(driver.pipe('right', 'x', null, 4).read('out')).toEqual(['a:x/1+null@4']);
    expect(driver.pipe('left', 'a', '/1', 5).read('out')).toEqual(['a:/1+null@5']);
    expect(driver.pipe('right', 'x', 'XX', 6).read('out')).toEqual([]);
    expect(driver.pipe('left', 'b', null, 7).read('out')).toEqual(['b:null@7']);
    expect(driver.drops()).toEqual({});
  });

  it('inner: has nothing to take back of a row that changes and refers to what is not there', () => {
    const driver = run('foreignKeyJoin');
    driver.pipe('left', 'a', 'x/1', 1);
    expect(driver.pipe('left', 'a', 'x/2', 2).read('out')).toEqual([]);
    expect(driver.pipe('left', 'a', 'y/2', 3).read('out')).toEqual(['a:null@3']);
    expect(driver.pipe('left', 'a', 'y/3', 4).read('out')).toEqual([]);
  });

  it('left: a deletion has its own time, an inner one not before its match', () => {
    for (const [kind, deleted] of [
      ['foreignKeyLeftJoin', 'a:null@6'],
      ['foreignKeyJoin', 'a:null@9'],
    ] as const) {
      const driver = run(kind);
      driver.pipe('right', 'x', 'X', 9).pipe('left', 'a', 'x/1', 5).read('out');
      expect(driver.pipe('left', 'a', null, 6).read('out')).toEqual([deleted]);
    }
  });

  it('inner: leaves out rows without a foreign key, and takes back what they had', () => {
    const driver = run('foreignKeyJoin');
    driver.pipe('right', 'x', 'X', 1);
    expect(driver.pipe('left', 'a', '/1', 2).read('out')).toEqual([]);
    expect(driver.pipe('left', 'a', 'x/1', 3).read('out')).toEqual(['a:x/1+X@3']);
    expect(driver.pipe('left', 'a', '/2', 4).read('out')).toEqual(['a:null@4']);
    expect(driver.pipe('right', 'x', 'XX', 5).read('out')).toEqual([]);
    expect(driver.pipe('left', 'a', null, 6).read('out')).toEqual([]);
    expect(driver.drops()).toEqual({ 'null-foreign-key': 2 });
  });

  it('agrees with a look-up, after any changes', () => {
    const change = fc.record({
      left: fc.boolean(),
      key: fc.constantFrom('a', 'b', 'c'),
      foreignKey: fc.constantFrom('x', 'y', ''),
      value: fc.option(fc.nat(3)),
    });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 40 }),
        fc.constantFrom('foreignKeyJoin' as const, 'foreignKeyLeftJoin' as const),
        (changes, kind) => {
          const driver = run(kind);
          const left = new Map<string, string>();
          const right = new Map<string, string>();
          const result = new Map<string, string>();
          for (const { left: isLeft, key, foreignKey, value } of changes) {
            const table = isLeft ? left : right;
            const id = isLeft ? key : foreignKey;
            const row = isLeft ? `${foreignKey}/${value}` : `r${value}`;
            if (value === null) table.delete(id);
            else table.set(id, row);
            driver.pipe(isLeft ? 'left' : 'right', id, value === null ? null : row, 0);
            for (const line of driver.read('out')) {
              const [resultKey = '', resultValue = ''] = line.replace('@0', '').split(':');
              if (resultValue === 'null') result.delete(resultKey);
              else result.set(resultKey, resultValue);
            }
            const expected = [...left].flatMap(([k, l]) => {
              const r = l.startsWith('/') ? undefined : right.get(l.split('/')[0] ?? '');
              return r === undefined && kind === 'foreignKeyJoin' ? [] : [`${k}:${l}+${r ?? null}`];
            });
            expect([...result].map(([k, v]) => `${k}:${v}`).sort()).toEqual(expected.sort());
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
