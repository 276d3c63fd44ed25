import type { Example } from './example.ts';

export const OUT_OF_ORDER: Example = {
  id: 'out-of-order',
  title: 'Out of order: which records are late',
  summary:
    'Records come in another order than that in which they happened. A window takes them until stream time has passed its end and its grace period; the panel Windows shows what that means for each of them.',
  panel: 'windows',
  sql: `-- Readings of two sensors over a bad line: they come in the order below, which is not that of their times.
CREATE STREAM READINGS (SENSOR STRING KEY, CELSIUS DOUBLE, TS BIGINT)
  WITH (KAFKA_TOPIC = 'readings', VALUE_FORMAT = 'JSON', PARTITIONS = 1, TIMESTAMP = 'TS');

-- A window of half a minute stays open for another 15 seconds of stream time.
CREATE TABLE AVERAGES AS
  SELECT SENSOR, COUNT(*) AS READINGS, AVG(CELSIUS) AS CELSIUS
  FROM READINGS
  WINDOW TUMBLING (SIZE 30 SECONDS, GRACE PERIOD 15 SECONDS)
  GROUP BY SENSOR
  EMIT CHANGES;

-- The first windows begin at 22:13:30.
INSERT INTO READINGS VALUES ('attic', 19.0, 1700000012000);
INSERT INTO READINGS VALUES ('cellar', 11.0, 1700000018000);
INSERT INTO READINGS VALUES ('attic', 21.0, 1700000042000);
-- Out of order, 14 seconds behind stream time, but the window is open still: it counts.
INSERT INTO READINGS VALUES ('attic', 20.0, 1700000028000);
-- This one moves stream time to 22:14:20. So the first windows are closed, for both sensors.
INSERT INTO READINGS VALUES ('cellar', 12.0, 1700000060000);
-- Late: its window is closed. It is not counted, and the panel says by how much it missed.
INSERT INTO READINGS VALUES ('attic', 35.0, 1700000030000);
-- Out of order by as much, but in a window that is open.
INSERT INTO READINGS VALUES ('cellar', 10.0, 1700000041000);
-- No key, no group.
INSERT INTO READINGS (CELSIUS, TS) VALUES (50.0, 1700000061000);
INSERT INTO READINGS VALUES ('attic', 22.0, 1700000075000);

SELECT SENSOR, WINDOWSTART, READINGS, CELSIUS FROM AVERAGES EMIT CHANGES;
`,
};
