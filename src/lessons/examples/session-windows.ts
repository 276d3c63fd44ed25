import type { Example } from './example.ts';

export const SESSION_WINDOWS: Example = {
  id: 'session-windows',
  title: 'Session windows: visits of a web shop',
  summary:
    'Clicks of a person belong to one visit while no more than five minutes pass between them. A late click can join two visits into one.',
  panel: 'windows',
  sql: `-- Visits: clicks of one person with no gap of more than five minutes.
CREATE STREAM CLICKS (PERSON STRING KEY, PAGE STRING, TS BIGINT)
  WITH (KAFKA_TOPIC = 'clicks', VALUE_FORMAT = 'JSON', PARTITIONS = 2, TIMESTAMP = 'TS');

CREATE TABLE VISITS AS
  SELECT PERSON, COUNT(*) AS CLICKS, COLLECT_LIST(PAGE) AS PAGES
  FROM CLICKS
  WINDOW SESSION (5 MINUTES)
  GROUP BY PERSON
  EMIT CHANGES;

INSERT INTO CLICKS VALUES ('ada', 'home', 1700000000000);
INSERT INTO CLICKS VALUES ('ada', 'shoes', 1700000060000);
INSERT INTO CLICKS VALUES ('bo', 'home', 1700000090000);
INSERT INTO CLICKS VALUES ('ada', 'basket', 1700000660000);

-- Ten minutes after 'shoes' Ada has two visits. This late click stands between them and makes them one:
INSERT INTO CLICKS VALUES ('ada', 'sizes', 1700000360000);

SELECT PERSON, WINDOWSTART, WINDOWEND, CLICKS, PAGES FROM VISITS EMIT CHANGES;
`,
};
