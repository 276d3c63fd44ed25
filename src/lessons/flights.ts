import { recordsIn, type Lesson, type LessonState } from './lesson.ts';

export const STARTING_TEXT = `-- Streaming SQL on a Kafka that runs in this tab.
-- Ctrl+Enter runs the statement at the cursor.
-- The lesson at the left begins with two real files.

SHOW TOPICS;
`;

const loaded = (state: LessonState, name: string): boolean => {
  const source = state.sources.get(name);
  return source !== undefined && recordsIn(state.topics.get(source.topic)) > 0;
};
const ran = (state: LessonState, pattern: RegExp): boolean => state.ran.some((statement) => pattern.test(statement));

export const FLIGHTS: Lesson = {
  id: 'flights',
  title: 'Flights: from files to a live table',
  summary: 'Load real data, filter it, join it, aggregate it, and watch the log beneath.',
  end: 'That was the whole way: files, streams, a join, a table, and the log beneath. Now drop a file of your own.',
  steps: [
    {
      id: 'load-flights',
      title: 'Load a stream',
      text: [
        'Twenty thousand flights of 2001, one JSON object each: date, delay, distance, origin, destination.',
        'The import proposes a `CREATE STREAM` with the origin as key. Each flight becomes a record in the topic `flights`; records of the same key go to the same partition.',
      ],
      sample: 'flights-20k.json',
      panel: 'topics',
      check: (state) => loaded(state, 'FLIGHTS'),
    },
    {
      id: 'load-airports',
      title: 'Load a table',
      text: [
        'Airports by their code. A table is a topic read as the latest value for each key: the import proposes `CREATE TABLE` with `IATA` as primary key.',
        'No column says since when a row holds, so the rows get the timestamp 0: a flight of 2001 finds them.',
      ],
      sample: 'airports.csv',
      panel: 'topics',
      check: (state) => loaded(state, 'AIRPORTS'),
    },
    {
      id: 'look',
      title: 'Watch rows go by',
      text: [
        'A push query runs on until it is stopped, or until its `LIMIT`. It starts at the beginning of the log and goes on with what comes.',
      ],
      sql: 'SELECT ORIGIN, DESTINATION, DELAY\n  FROM FLIGHTS\n  EMIT CHANGES\n  LIMIT 50;',
      check: (state) => ran(state, /SELECT[\s\S]*FROM\s+FLIGHTS[\s\S]*EMIT\s+CHANGES/i),
    },
    {
      id: 'filter',
      title: 'Keep the late ones',
      text: [
        'A stream made of a query is a topic of its own, filled for as long as the query runs. In Topics, hover over a record: its key lights up everywhere.',
      ],
      sql: 'CREATE STREAM DELAYED AS\n  SELECT ORIGIN, DESTINATION, DELAY, DISTANCE\n  FROM FLIGHTS\n  WHERE DELAY > 60\n  EMIT CHANGES;',
      panel: 'queries',
      check: (state) => state.sources.has('DELAYED'),
    },
    {
      id: 'join',
      title: 'Give airports their names',
      text: [
        'A stream joined to a table: each flight looks up the row that its origin has at that moment. Both topics must hold equal keys in equal partitions; where they do not, a repartition topic is put between. The topology shows it.',
      ],
      sql: 'CREATE STREAM DELAYED_NAMED AS\n  SELECT D.ORIGIN AS ORIGIN, A.NAME, A.CITY, D.DELAY\n  FROM DELAYED D\n  JOIN AIRPORTS A ON D.ORIGIN = A.IATA\n  EMIT CHANGES;',
      panel: 'topology',
      check: (state) => state.sources.has('DELAYED_NAMED'),
    },
    {
      id: 'aggregate',
      title: 'Count by day and airport',
      text: [
        'A windowed aggregate is a table: one row for each origin and day. Its state lives in a store, and every change of the store is a record in a changelog topic. That is how it comes back after a reload.',
        'A windowed table forgets: `RETENTION` says how long its store keeps a window. Left out, only the last day or two would still be here.',
      ],
      sql: 'CREATE TABLE DELAY_BY_AIRPORT AS\n  SELECT ORIGIN, COUNT(*) AS FLIGHTS, AVG(DELAY) AS AVG_DELAY\n  FROM FLIGHTS\n  WINDOW TUMBLING (SIZE 1 DAY, RETENTION 120 DAYS)\n  GROUP BY ORIGIN\n  EMIT CHANGES;',
      panel: 'tables',
      check: (state) => state.sources.has('DELAY_BY_AIRPORT'),
    },
    {
      id: 'pull',
      title: 'Ask for one key',
      text: ['A pull query asks the table for what it holds now and ends. It needs no `EMIT CHANGES`.'],
      sql: "SELECT * FROM DELAY_BY_AIRPORT\n  WHERE ORIGIN = 'SFO';",
      check: (state) => ran(state, /SELECT(?![\s\S]*EMIT)[\s\S]*FROM\s+DELAY_BY_AIRPORT/i),
    },
    {
      id: 'insert',
      title: 'Add a flight yourself',
      text: [
        'One more record, an hour and a half late. Watch it pass: `flights`, then `DELAYED`, then the table’s row for its day.',
      ],
      sql: "INSERT INTO FLIGHTS (ORIGIN, DATE, DELAY, DISTANCE, DESTINATION)\n  VALUES ('SFO', '2001/03/31 23:00', 90, 337, 'LAX');",
      panel: 'topics',
      check: (state) => ran(state, /INSERT\s+INTO\s+FLIGHTS/i),
    },
    {
      id: 'reload',
      title: 'Reload the page',
      text: [
        'Everything is in the log: the records, the offsets of each query, the changelogs, and the statements themselves. Reload this page: the queries go on where they were.',
      ],
      sql: 'SHOW QUERIES;',
      panel: 'queries',
    },
  ],
};
