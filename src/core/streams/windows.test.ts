import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmitStrategy } from './dsl/api.ts';
import { StreamsBuilder } from './dsl/streams-builder.ts';
import { sessionWindowedSerde, timeWindowedSerde } from './serde.ts';
import { num, store, stringToNumber, TestDriver, text } from './testing.ts';
import { firstWindowStart, sessionWindows, timeWindows, type SessionWindows, type TimeWindows } from './windows.ts';

function timeWindowed(windows: TimeWindows, emit: EmitStrategy = 'onWindowUpdate'): TestDriver {
  const builder = new StreamsBuilder();
  builder
    .stream('in', stringToNumber)
    .groupByKey(stringToNumber)
    .windowedBy(windows)
    .emitStrategy(emit)
    .aggregate(
      () => 0,
      (_key, value, sum) => sum + value,
      store('sums', num),
    )
    .toStream()
    .to('out', { keySerde: timeWindowedSerde(text, windows.sizeMs), valueSerde: num });
  return new TestDriver(builder.build(), windows.sizeMs);
}

function sessionWindowed(windows: SessionWindows, emit: EmitStrategy = 'onWindowUpdate'): TestDriver {
  const builder = new StreamsBuilder();
  builder
    .stream('in', stringToNumber)
    .groupByKey(stringToNumber)
    .windowedBySession(windows)
    .emitStrategy(emit)
    .aggregate(
      () => 0,
      (_key, value, sum) => sum + value,
      (_key, left, right) => left + right,
      store('sums', num),
    )
    .toStream()
    .to('out', { keySerde: sessionWindowedSerde(text), valueSerde: num });
  return new TestDriver(builder.build(), 'session');
}

describe('time windows', () => {
  it('puts a record into all windows that contain it, earliest first, none before the epoch', () => {
    const driver = timeWindowed(timeWindows(10, 5, 100));
    expect(driver.pipe('in', 'a', 1, 3).read('out')).toEqual(['a[0,10]:1@3']);
    expect(driver.pipe('in', 'a', 2, 12).read('out')).toEqual(['a[5,15]:2@12', 'a[10,20]:2@12']);
    expect(driver.pipe('in', 'a', 4, 7).read('out')).toEqual(['a[0,10]:5@7', 'a[5,15]:6@12']);
  });

  it('takes late records within grace and counts those beyond it', () => {
    const driver = timeWindowed(timeWindows(10, 10, 5));
    driver.pipe('in', 'a', 1, 0).pipe('in', 'a', 1, 14).pipe('in', 'a', 1, 9);
    expect(driver.read('out')).toEqual(['a[0,10]:1@0', 'a[10,20]:1@14', 'a[0,10]:2@9']);
    // Stream time 15 closes [0, 10): its end is no longer beyond 15 - 5.
    driver.pipe('in', 'b', 1, 15).pipe('in', 'a', 1, 9).pipe('in', null, 1, 16);
    expect(driver.read('out')).toEqual(['b[10,20]:1@15']);
    expect(driver.drops()).toEqual({ late: 1, 'null-key': 1 });
  });

  it('emits finally when the window closes: by start, then by key, with the last timestamp', () => {
    const driver = timeWindowed(timeWindows(10, 10, 0), 'onWindowClose');
    driver.pipe('in', 'b', 1, 2).pipe('in', 'a', 2, 5).pipe('in', 'b', 4, 1);
    expect(driver.read('out')).toEqual([]);
    expect(driver.pipe('in', 'z', 0, 10).read('out')).toEqual(['a[0,10]:2@5', 'b[0,10]:5@2']);
    expect(driver.pipe('in', 'z', 0, 19).read('out')).toEqual([]);
    expect(driver.pipe('in', 'z', 0, 20).read('out')).toEqual(['z[10,20]:0@19']);
  });

  it('forgets windows beyond the retention, emitted or not', () => {
    const driver = timeWindowed(timeWindows(10, 10, 5), 'onWindowClose');
    driver.pipe('in', 'a', 1, 0).pipe('in', 'a', 1, 1000);
    expect(driver.read('out')).toEqual([]);
    expect(driver.driver.store('sums').approximateEntries()).toBe(1);
  });

  it('agrees with a naive model', () => {
    const input = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b'), value: fc.integer({ min: 1, max: 9 }), time: fc.nat(60) }),
      { maxLength: 60 },
    );
    const shape = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }), fc.nat(20));
    fc.assert(
      fc.property(input, shape, (records, [advanceMs, factor, graceMs]) => {
        const sizeMs = advanceMs * factor;
        const driver = timeWindowed(timeWindows(sizeMs, advanceMs, graceMs));
        const expected: string[] = [];
        const sums = new Map<string, { sum: number; time: number }>();
        let streamTime = -1;
        for (const { key, value, time } of records) {
          driver.pipe('in', key, value, time);
          streamTime = Math.max(streamTime, time);
          for (let start = 0; start <= time; start += advanceMs) {
            if (time >= start + sizeMs || start + sizeMs <= streamTime - graceMs) continue;
            const id = `${key}[${start},${start + sizeMs}]`;
            const window = sums.get(id) ?? { sum: 0, time: 0 };
            window.sum += value;
            window.time = Math.max(window.time, time);
            sums.set(id, window);
            expected.push(`${id}:${window.sum}@${window.time}`);
          }
        }
        expect(driver.read('out')).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('starts at the first window that contains the time', () => {
    expect(firstWindowStart(timeWindows(10, 3, 0), 20)).toBe(12);
    expect(firstWindowStart(timeWindows(10, 3, 0), 0)).toBe(0);
    expect(() => timeWindows(3, 10)).toThrow(/advance/);
  });
});

describe('session windows', () => {
  it('merges: a tombstone per swallowed session, oldest first, then the merged one, at the session ends', () => {
    const driver = sessionWindowed(sessionWindows(10, 100));
    expect(driver.pipe('in', 'a', 1, 0).read('out')).toEqual(['a[0,0]:1@0']);
    expect(driver.pipe('in', 'a', 2, 20).read('out')).toEqual(['a[20,20]:2@20']);
    expect(driver.pipe('in', 'a', 4, 10).read('out')).toEqual(['a[0,0]:null@0', 'a[20,20]:null@20', 'a[0,20]:7@20']);
    expect(driver.pipe('in', 'a', 8, 5).read('out')).toEqual(['a[0,20]:null@20', 'a[0,20]:15@20']);
    expect(driver.pipe('in', 'a', 1, 31).read('out')).toEqual(['a[31,31]:1@31']);
  });

  it('finds a session no more when stream time has gone on by gap and grace', () => {
    const driver = sessionWindowed(sessionWindows(2, 0));
    driver.pipe('in', 'a', 1, 500).pipe('in', 'b', 2, 502).read('out');
    expect(driver.pipe('in', 'a', 4, 502).read('out')).toEqual(['a[502,502]:4@502']);
  });

  it('has the headers of the record that closes a session, and else none', () => {
    const headers = [{ key: 'h', value: new Uint8Array([1]) }];
    const headersOut = (emit: EmitStrategy): number[] => {
      const { driver } = sessionWindowed(sessionWindows(2, 0), emit);
      for (const timestamp of [1, 2, 9]) {
        driver.pipe('in', { key: text.serialize('a'), value: num.serialize(1), timestamp, headers });
      }
      return driver.read('out').map((record) => record.headers.length);
    };
    expect(headersOut('onWindowUpdate')).toEqual([0, 0, 0, 0]);
    expect(headersOut('onWindowClose')).toEqual([1]);
  });

  it('says nothing of a session that grows in place', () => {
    const driver = sessionWindowed(sessionWindows(10, 100));
    expect(driver.pipe('in', 'a', 1, 7).pipe('in', 'a', 2, 7).read('out')).toEqual(['a[7,7]:1@7', 'a[7,7]:3@7']);
  });

  it('drops what is late even when merged', () => {
    const driver = sessionWindowed(sessionWindows(10, 5));
    driver.pipe('in', 'a', 1, 100).pipe('in', 'a', 1, 84).pipe('in', 'a', 1, 85).pipe('in', 'b', 1, 84);
    expect(driver.read('out')).toEqual(['a[100,100]:1@100', 'a[85,85]:1@85']);
    expect(driver.drops()).toEqual({ late: 2 });
  });

  it('emits finally when the gap and the grace have passed', () => {
    const driver = sessionWindowed(sessionWindows(10, 0), 'onWindowClose');
    driver.pipe('in', 'a', 1, 0).pipe('in', 'a', 2, 8).pipe('in', 'b', 4, 18);
    expect(driver.read('out')).toEqual([]);
    expect(driver.pipe('in', 'b', 8, 19).read('out')).toEqual(['a[0,8]:3@8']);
    expect(driver.pipe('in', 'c', 1, 100).read('out')).toEqual(['b[18,19]:12@19']);
  });

  it('agrees with a naive model', () => {
    const input = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), time: fc.nat(200) }), { maxLength: 40 });
    fc.assert(
      fc.property(input, fc.integer({ min: 1, max: 20 }), (records, gapMs) => {
        const driver = sessionWindowed(sessionWindows(gapMs, 1000));
        for (const { key, time } of records) driver.pipe('in', key, 1, time);
        const table = new Map<string, string>();
        for (const line of driver.read('out')) {
          const [id = '', value = ''] = line.split(':');
          if (value.startsWith('null')) expect(table.delete(id)).toBe(true);
          else table.set(id, value);
        }
        const expected = new Map<string, string>();
        for (const key of ['a', 'b']) {
          const times = records.filter((record) => record.key === key).map(({ time }) => time);
          times.sort((a, b) => a - b);
          for (let i = 0; i < times.length;) {
            let j = i + 1;
            while (j < times.length && (times[j] ?? 0) - (times[j - 1] ?? 0) <= gapMs) j++;
            const end = times[j - 1] ?? 0;
            expected.set(`${key}[${times[i] ?? 0},${end}]`, `${j - i}@${end}`);
            i = j;
          }
        }
        expect([...table].sort()).toEqual([...expected].sort());
      }),
      { numRuns: 200 },
    );
  });
});
