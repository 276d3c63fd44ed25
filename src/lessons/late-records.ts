import { recordsIn, type Lesson, type LessonState } from './lesson.ts';

const rowsOut = (state: LessonState, source: string): number => {
  const topic = state.sources.get(source)?.topic;
  return topic === undefined ? 0 : recordsIn(state.topics.get(topic));
};

const sale = (amount: number, time: string): string =>
  `INSERT INTO SALES (SHOP, AMOUNT, SOLD)\n  VALUES ('park', ${amount}, '2024-05-01T${time}');`;

export const LATE_RECORDS: Lesson = {
  id: 'late-records',
  title: 'Late records: grace and final results',
  summary: 'Type records in the wrong order, and see which a window still takes, and when its result is final.',
  end: 'A window waits for stream time, not for the clock; grace is how long it waits for the late ones; EMIT FINAL keeps quiet until then. The example “Out of order” in the palette goes on from here.',
  steps: [
    {
      id: 'stream',
      title: 'Sales, with the time at which they happened',
      text: [
        'A record has a time. With `TIMESTAMP` it is that of a column: when the sale happened, and not when it came in.',
      ],
      sql: "CREATE STREAM SALES (SHOP STRING KEY, AMOUNT INTEGER, SOLD TIMESTAMP)\n  WITH (KAFKA_TOPIC = 'sales', VALUE_FORMAT = 'JSON',\n    PARTITIONS = 1, TIMESTAMP = 'SOLD');",
      panel: 'topics',
      check: (state) => state.sources.has('SALES'),
    },
    {
      id: 'window',
      title: 'Count them by the minute',
      text: [
        'A window takes the records of one minute. Records come out of order, so it waits for them a little longer: `GRACE PERIOD` says how long.',
        'The panel Windows at the right shows what happens from here on.',
      ],
      sql: 'CREATE TABLE PER_MINUTE AS\n  SELECT SHOP, COUNT(*) AS SALES, SUM(AMOUNT) AS TOTAL\n  FROM SALES\n  WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 20 SECONDS)\n  GROUP BY SHOP\n  EMIT CHANGES;',
      panel: 'windows',
      check: (state) => state.sources.has('PER_MINUTE'),
    },
    {
      id: 'first',
      title: 'A first sale',
      text: [
        'It opens the window from 12:00 to 12:01. The blue line is stream time: the latest time of any record so far. Windows know no other clock.',
      ],
      sql: sale(4, '12:00:10'),
      panel: 'windows',
    },
    {
      id: 'next-minute',
      title: 'One in the next minute',
      text: [
        'Stream time is now 12:01:05, so the first window is over. It is open still, for its grace lasts until 12:01:20: the hatched stretch before the line is where windows that are over are still open.',
      ],
      sql: sale(3, '12:01:05'),
      panel: 'windows',
    },
    {
      id: 'out-of-order',
      title: 'Out of order, but in time',
      text: [
        'This sale is 15 seconds behind stream time. Its window is in its grace, so it counts: a diamond, and the window’s figures change.',
      ],
      sql: sale(6, '12:00:50'),
      panel: 'windows',
    },
    {
      id: 'close',
      title: 'Move time on',
      text: [
        'Stream time passes 12:01:20. The first window is closed for good, and loses its colour: its result will not change any more.',
      ],
      sql: sale(5, '12:01:25'),
      panel: 'windows',
    },
    {
      id: 'late',
      title: 'Too late',
      text: [
        'Only five seconds younger than the one that counted, but its window is closed: a grey cross, with how late it was. Point at it to read which grace period would have let it in.',
        'Nothing failed: the record is in the topic, and Queries counts it as skipped.',
      ],
      sql: sale(9, '12:00:55'),
      panel: 'windows',
      check: (state) => [...state.queries.values()].some(({ skipped }) => (skipped.late ?? 0) > 0),
    },
    {
      id: 'final',
      title: 'Only final results',
      text: [
        'With `EMIT CHANGES` each record that counts puts out a new row. `EMIT FINAL` puts out one row for each window, once it has closed.',
        'It reads the same records. The window of 12:00 is out; that of 12:01 has a dashed line: it is held back.',
      ],
      sql: 'CREATE TABLE FINAL_PER_MINUTE AS\n  SELECT SHOP, COUNT(*) AS SALES, SUM(AMOUNT) AS TOTAL\n  FROM SALES\n  WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 20 SECONDS)\n  GROUP BY SHOP\n  EMIT FINAL;',
      panel: 'windows',
      check: (state) => state.sources.has('FINAL_PER_MINUTE'),
    },
    {
      id: 'watch-final',
      title: 'See what has come out',
      text: ['One row so far: two sales, 10 in all. The late one is not in it. The query goes on and waits.'],
      sql: 'SELECT SHOP, SALES, TOTAL\n  FROM FINAL_PER_MINUTE\n  EMIT CHANGES;',
      panel: 'windows',
      check: (state) =>
        state.ran.some((statement) => /SELECT[\s\S]*FROM\s+FINAL_PER_MINUTE[\s\S]*EMIT/i.test(statement)),
    },
    {
      id: 'release',
      title: 'Let the next one out',
      text: [
        'A sale at 12:02:20 moves stream time to the end of the grace of 12:01. That window closes, and its row comes out: the tab FINAL_PER_MINUTE of the results has two now.',
        'Without that sale it would wait for ever: no record, no time. It is why the last result of EMIT FINAL seems to be missing.',
      ],
      sql: sale(1, '12:02:20'),
      panel: 'windows',
      check: (state) => rowsOut(state, 'FINAL_PER_MINUTE') >= 2,
    },
  ],
};
