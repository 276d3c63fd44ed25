/** What can be seen of windows and joins: live, and by whoever comes later. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/core/ksql/lowering/keys.ts';
import { JoinRecorder } from '../../src/core/ksql/watch/join-recorder.ts';
import { QueryWatch } from '../../src/core/ksql/watch/query-watch.ts';
import { WindowRecorder } from '../../src/core/ksql/watch/window-recorder.ts';
import { closeTimeMs } from '../../src/core/streams/windows.ts';
import { TestBench } from './test-bench.ts';

const READINGS = `CREATE STREAM readings (sensor STRING KEY, v INTEGER, ts BIGINT)
  WITH (kafka_topic = 'readings', value_format = 'JSON', partitions = 1, timestamp = 'ts');`;

async function bench(...statements: readonly string[]): Promise<TestBench> {
  const made = await TestBench.open();
  for (const statement of statements) await made.run(statement);
  return made;
}

function onlyId({ engine }: TestBench): string {
  const id = engine.planner.queries().at(-1)?.id ?? engine.runner.transients().at(-1)?.id;
  if (id === undefined) throw new Error('no query runs');
  return id;
}

async function watch(made: TestBench, id = onlyId(made)): Promise<QueryWatch> {
  const watchable = made.engine.runner.watchable(id);
  if (watchable === undefined) throw new Error(`${id} does not run`);
  return QueryWatch.open(made.engine.broker, watchable);
}

function windowsOf(watched: QueryWatch): WindowRecorder {
  const recorder = watched.recorders.find((one) => one instanceof WindowRecorder);
  if (recorder === undefined) throw new Error('no windows are watched');
  return recorder;
}

function joinOf(watched: QueryWatch): JoinRecorder {
  const recorder = watched.recorders.find((one) => one instanceof JoinRecorder);
  if (recorder === undefined) throw new Error('no join is watched');
  return recorder;
}

const textOf = (values: readonly unknown[]): string => values.map(String).join();

/** `a@12 -> [10,20) late [0,10)`: where each record went. */
function verdicts(recorder: WindowRecorder): readonly string[] {
  return recorder.ring.changedSince(0).map(({ key, timestampMs, windows, dropped, merged, streamTimeMs }) => {
    const of = (accepted: boolean): readonly string[] =>
      windows.filter((w) => w.accepted === accepted).map(({ window: w }) => `${w.startMs}-${w.endMs}`);
    const parts = [
      `${key === null ? 'null' : textOf(columnsOf(key))}@${timestampMs}`,
      ...of(true),
      ...of(false).map((w) => `late for ${w}`),
      ...(merged > 0 ? [`merged ${merged}`] : []),
      ...(dropped === undefined ? [] : [dropped]),
      `time ${streamTimeMs}`,
    ];
    return parts.join(' ');
  });
}

/** `a 0-10: 2 records, 7; closed`: the windows by key and start. */
function windowTexts(recorder: WindowRecorder): readonly string[] {
  const { operator, streamTimes } = recorder;
  return [...recorder.windows()]
    .map(({ key, window, records, state, task }) => {
      const isClosed = closeTimeMs(operator.windows, window) <= (streamTimes.get(task) ?? -1);
      const results = textOf(operator.resultsOf(state));
      return `${textOf(key)} ${window.startMs}-${window.endMs}: ${records ?? '?'}, ${results}${isClosed ? ', closed' : ''}`;
    })
    .sort();
}

function rows(recorder: JoinRecorder): readonly string[] {
  return recorder.ring.changedSince(0).map((row) => {
    const parts = [
      `${row.isLeft ? 'L' : 'R'} ${row.key === null ? 'null' : textOf(columnsOf(row.key))}@${row.timestampMs}`,
      ...(row.matches.length > 0 ? [`met ${row.matches.join(',')}`] : []),
      ...(row.isWaiting ? ['waits'] : []),
      ...(row.aloneAtMs === undefined ? [] : [`alone at ${row.aloneAtMs}`]),
      ...(row.isExpired ? ['expired'] : []),
      ...(row.dropped === undefined ? [] : [row.dropped]),
    ];
    return parts.join(' ');
  });
}

const read = (sensor: string | null, v: number, ts: number): string =>
  `INSERT INTO readings (sensor, v, ts) VALUES (${sensor === null ? 'NULL' : `'${sensor}'`}, ${v}, ${ts});`;

async function story(statement: string, inserts: readonly string[], isLate: boolean): Promise<QueryWatch> {
  const made = await bench(READINGS, statement);
  const early = isLate ? undefined : await watch(made);
  for (const insert of inserts) await made.run(insert);
  return early ?? watch(made);
}

describe.each([
  ['live', false],
  ['afterwards', true],
])('windows, watched %s', (_when, isLate) => {
  it('tumbling: what comes out of order is taken until the window and its grace are past', async () => {
    const watched = await story(
      `CREATE TABLE sums AS SELECT sensor, SUM(v) AS s FROM readings
         WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 5 SECONDS) GROUP BY sensor EMIT CHANGES;`,
      [
        read('a', 1, 1_000),
        read('a', 2, 12_000),
        read('a', 4, 9_000),
        read('b', 8, 15_000),
        read('a', 16, 8_000),
        read(null, 1, 16_000),
      ],
      isLate,
    );
    const recorder = windowsOf(watched);
    expect(verdicts(recorder)).toEqual([
      'a@1000 0-10000 time 1000',
      'a@12000 10000-20000 time 12000',
      'a@9000 0-10000 time 12000',
      'b@15000 10000-20000 time 15000',
      'a@8000 late for 0-10000 time 15000',
      'null@16000 null-key time 15000',
    ]);
    expect(windowTexts(recorder)).toEqual(['a 0-10000: 2, 5, closed', 'a 10000-20000: 1, 2', 'b 10000-20000: 1, 8']);
    expect(recorder.late).toBe(1);
    expect(recorder.ring.changedSince(0).map((r) => [r.topic, r.partition, r.offset])).toEqual(
      [0, 1, 2, 3, 4, 5].map((offset) => ['readings', 0, offset]),
    );
    expect(watched.isWhole && watched.isInOrder).toBe(true);
  });

  it('hopping: one record can be late for one window and not for the next', async () => {
    const watched = await story(
      `CREATE TABLE counts AS SELECT sensor, COUNT(*) AS n FROM readings
         WINDOW HOPPING (SIZE 10 SECONDS, ADVANCE BY 5 SECONDS, GRACE PERIOD 0 SECONDS) GROUP BY sensor EMIT CHANGES;`,
      [read('a', 1, 7_000), read('a', 1, 11_000), read('a', 1, 8_000)],
      isLate,
    );
    expect(verdicts(windowsOf(watched))).toEqual([
      'a@7000 0-10000 5000-15000 time 7000',
      'a@11000 5000-15000 10000-20000 time 11000',
      'a@8000 5000-15000 late for 0-10000 time 11000',
    ]);
    expect(windowTexts(windowsOf(watched))).toEqual([
      'a 0-10000: 1, 1, closed',
      'a 10000-20000: 1, 1',
      'a 5000-15000: 3, 3',
    ]);
  });

  it('session: a record between two sessions makes them one; one before the close makes none', async () => {
    const watched = await story(
      `CREATE TABLE visits AS SELECT sensor, COUNT(*) AS n FROM readings
         WINDOW SESSION (5 SECONDS, GRACE PERIOD 10 SECONDS) GROUP BY sensor EMIT CHANGES;`,
      [read('a', 1, 1_000), read('a', 1, 9_000), read('a', 1, 5_000), read('a', 1, 40_000), read('a', 1, 20_000)],
      isLate,
    );
    const recorder = windowsOf(watched);
    expect(verdicts(recorder)).toEqual([
      'a@1000 1000-1000 time 1000',
      'a@9000 9000-9000 time 9000',
      'a@5000 1000-9000 merged 2 time 9000',
      'a@40000 40000-40000 time 40000',
      'a@20000 late for 20000-20000 time 40000',
    ]);
    expect(windowTexts(recorder)).toEqual(['a 1000-9000: 3, 3, closed', 'a 40000-40000: 1, 1']);
  });

  it('EMIT FINAL: windows fill without a word', async () => {
    const watched = await story(
      `CREATE TABLE finals AS SELECT sensor, COUNT(*) AS n FROM readings
         WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 1 SECONDS) GROUP BY sensor EMIT FINAL;`,
      [read('a', 1, 1_000), read('a', 1, 2_000), read('a', 1, 11_000), read('a', 1, 3_000)],
      isLate,
    );
    expect(verdicts(windowsOf(watched)).at(-1)).toBe('a@3000 late for 0-10000 time 11000');
    expect(windowTexts(windowsOf(watched))).toEqual(['a 0-10000: 2, 2, closed', 'a 10000-20000: 1, 1']);
    expect(windowsOf(watched).operator.emitFinal).toBe(true);
  });

  it('behind a repartition the records are those of the repartition topic', async () => {
    const watched = await story(
      `CREATE TABLE by_value AS SELECT v, COUNT(*) AS n FROM readings
         WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 0 SECONDS) WHERE v > 0 GROUP BY v EMIT CHANGES;`,
      [read('a', 1, 1_000), read('a', 0, 2_000), read('b', 1, 11_000), read('c', 1, 4_000)],
      isLate,
    );
    expect(verdicts(windowsOf(watched))).toEqual([
      '1@1000 0-10000 time 1000',
      '1@11000 10000-20000 time 11000',
      '1@4000 late for 0-10000 time 11000',
    ]);
    expect(windowsOf(watched).ring.changedSince(0)[0]?.topic).toMatch(/-repartition$/);
  });
});

it('a push query is watched as well, and its rows are not doubled by it', async () => {
  const made = await bench(READINGS);
  const { outputs } = await made.execute(
    'SELECT sensor, COUNT(*) FROM readings WINDOW TUMBLING (SIZE 10 SECONDS) GROUP BY sensor EMIT CHANGES;',
  );
  const [output] = outputs;
  if (output?.kind !== 'subscription') throw new Error('a push query answers with a subscription');
  for (const insert of [read('a', 1, 1_000), read('a', 1, 2_000)]) await made.run(insert);
  const watched = await watch(made, output.subscription.id);
  expect(verdicts(windowsOf(watched))).toHaveLength(2);
  await made.run(read('a', 1, 3_000));
  expect(verdicts(windowsOf(watched)).at(-1)).toBe('a@3000 0-10000 time 3000');
  expect(output.subscription.total).toBe(3);
});

it('a watch goes on where the past ended, and ends without a trace', async () => {
  const made = await bench(
    READINGS,
    `CREATE TABLE sums AS SELECT sensor, SUM(v) AS s FROM readings
       WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 0 SECONDS) GROUP BY sensor EMIT CHANGES;`,
    read('a', 1, 11_000),
  );
  const watched = await watch(made);
  await made.run(read('a', 2, 5_000));
  await made.run(read('a', 4, 12_000));
  expect(verdicts(windowsOf(watched)).slice(1)).toEqual([
    'a@5000 late for 0-10000 time 11000',
    'a@12000 10000-20000 time 12000',
  ]);
  expect(windowTexts(windowsOf(watched))).toEqual(['a 10000-20000: 2, 5']);
  watched.close();
  await made.run(read('a', 8, 13_000));
  expect(windowsOf(watched).ring.total).toBe(3);
  expect(watched.watches(made.engine.runner.watchable(onlyId(made)))).toBe(true);
  await made.reopen();
  expect(watched.watches(made.engine.runner.watchable(onlyId(made)))).toBe(false);
});

it('after a restart the past is read from the log, and the windows from their store', async () => {
  const made = await bench(
    READINGS,
    `CREATE TABLE sums AS SELECT sensor, SUM(v) AS s FROM readings
       WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 0 SECONDS) GROUP BY sensor EMIT CHANGES;`,
    ...[read('a', 1, 1_000), read('a', 2, 11_000), read('a', 4, 2_000)],
  );
  await made.reopen();
  await made.settle();
  const watched = await watch(made);
  expect(verdicts(windowsOf(watched)).at(-1)).toBe('a@2000 late for 0-10000 time 11000');
  expect(windowTexts(windowsOf(watched))).toContain('a 10000-20000: 1, 2');
  expect(watched.isWhole).toBe(true);
});

it('a query that began at the end of its topic does not show what it never read', async () => {
  const made = await bench(READINGS, read('a', 1, 1_000));
  await made.run("SET 'auto.offset.reset' = 'latest';");
  await made.run(
    'CREATE TABLE sums AS SELECT sensor, SUM(v) AS s FROM readings WINDOW TUMBLING (SIZE 10 SECONDS) GROUP BY sensor EMIT CHANGES;',
  );
  await made.run(read('a', 2, 2_000));
  const watched = await watch(made);
  expect(verdicts(windowsOf(watched))).toEqual(['a@2000 0-10000 time 2000']);
  expect(watched.isWhole).toBe(true);
  await made.reopen();
  await made.settle();
  const later = await watch(made);
  expect(verdicts(windowsOf(later))).toEqual([]);
  expect(windowTexts(windowsOf(later))).toEqual(['a 0-10000: ?, 2']);
  expect(later.isWhole).toBe(false);
});

const SIDES = [
  `CREATE STREAM orders (id STRING KEY, item STRING, ts BIGINT)
     WITH (kafka_topic = 'orders', value_format = 'JSON', partitions = 1, timestamp = 'ts');`,
  `CREATE STREAM payments (id STRING KEY, amount INTEGER, ts BIGINT)
     WITH (kafka_topic = 'payments', value_format = 'JSON', partitions = 1, timestamp = 'ts');`,
];
const order = (id: string | null, ts: number): string =>
  `INSERT INTO orders (id, item, ts) VALUES (${id === null ? 'NULL' : `'${id}'`}, 'x', ${ts});`;
const payment = (id: string, ts: number): string => `INSERT INTO payments (id, amount, ts) VALUES ('${id}', 1, ${ts});`;
const joined = (type: string): string =>
  `CREATE STREAM paid AS SELECT ${type === 'FULL' ? 'ROWKEY' : 'o.id'} AS id, p.amount FROM orders o ${type} JOIN payments p
     WITHIN 10 SECONDS GRACE PERIOD 5 SECONDS ON o.id = p.id EMIT CHANGES;`;

describe.each([
  ['live', false],
  ['afterwards', true],
])('joins, watched %s', (_when, isLate) => {
  async function joinStory(type: string, inserts: readonly string[]): Promise<QueryWatch> {
    const made = await bench(...SIDES, joined(type));
    const early = isLate ? undefined : await watch(made);
    for (const insert of inserts) await made.run(insert);
    return early ?? watch(made);
  }

  it('INNER: who met whom, and who met nobody', async () => {
    const watched = await joinStory('INNER', [
      order('a', 1_000),
      payment('a', 9_000),
      payment('b', 9_500),
      order('a', 30_000),
      order(null, 30_001),
    ]);
    expect(rows(joinOf(watched))).toEqual([
      'L a@1000 met 9000',
      'R a@9000 met 1000',
      'R b@9500',
      'L a@30000',
      'L null@30001 null-join-key',
    ]);
    expect(watched.isInOrder).toBe(true);
  });

  it('LEFT: a row waits, and comes out alone when stream time has passed its window and grace', async () => {
    const inserts = [order('a', 1_000), order('b', 2_000), payment('b', 3_000), payment('c', 17_000)];
    expect(rows(joinOf(await joinStory('LEFT', inserts)))).toEqual([
      'L a@1000 alone at 17000',
      'L b@2000 met 3000',
      'R b@3000 met 2000',
      'R c@17000',
    ]);
    // A late partner finds the row no more waiting, but still there.
    expect(rows(joinOf(await joinStory('LEFT', [...inserts, payment('a', 5_000)]))).slice(0, 1)).toEqual([
      'L a@1000 met 5000 alone at 17000',
    ]);
  });

  it('LEFT: what comes too late to be kept meets what is there, and nothing that comes after it', async () => {
    const watched = await joinStory('LEFT', [
      order('b', 49_000),
      payment('b', 50_000),
      payment('a', 10_000),
      order('a', 11_000),
      payment('a', 49_000),
      order('a', 48_000),
    ]);
    expect(rows(joinOf(watched))).toEqual([
      'L b@49000 met 50000',
      'R b@50000 met 49000',
      'R a@10000 expired',
      'L a@11000 alone at 50000 expired',
      'R a@49000 met 48000',
      'L a@48000 met 49000',
    ]);
  });

  it('FULL: rows of either side come out alone', async () => {
    const watched = await joinStory('FULL', [order('a', 1_000), payment('b', 2_000), order('c', 40_000)]);
    expect(rows(joinOf(watched))).toEqual(['L a@1000 alone at 40000', 'R b@2000 alone at 40000', 'L c@40000 waits']);
  });

  it('RIGHT: the sides are exchanged below, and said to be', async () => {
    const watched = await joinStory('RIGHT', [order('a', 1_000), payment('a', 2_000), payment('b', 3_000)]);
    const { operator } = joinOf(watched);
    expect(rows(joinOf(watched))).toEqual(['R a@1000 met 2000', 'L a@2000 met 1000', 'L b@3000 waits']);
    expect([operator.isExchanged, operator.left, operator.right]).toEqual([true, 'O', 'P']);
  });
});

it('a join read from the log after a restart says that its order is not known', async () => {
  const made = await bench(...SIDES, joined('LEFT'), order('a', 1_000), payment('a', 2_000));
  await made.reopen();
  await made.settle();
  const watched = await watch(made);
  expect(watched.isInOrder).toBe(false);
  expect(rows(joinOf(watched))).toEqual(['L a@1000 met 2000', 'R a@2000 met 1000']);
});

it('who comes later is told the same story, whatever came in whatever order', async () => {
  const inputs = fc.array(fc.record({ isOrder: fc.boolean(), id: fc.constantFrom('a', 'b'), ts: fc.nat(60_000) }), {
    minLength: 1,
    maxLength: 14,
  });
  await fc.assert(
    fc.asyncProperty(inputs, fc.constantFrom('INNER', 'LEFT', 'FULL'), async (events, type) => {
      const made = await bench(...SIDES, joined(type));
      const live = await watch(made);
      for (const { isOrder, id, ts } of events) await made.run(isOrder ? order(id, ts) : payment(id, ts));
      const seen = rows(joinOf(live));
      live.close();
      const later = await watch(made);
      expect(rows(joinOf(later))).toEqual(seen);
      expect(later.isInOrder && later.isWhole).toBe(true);
    }),
    { numRuns: 25 },
  );
});
