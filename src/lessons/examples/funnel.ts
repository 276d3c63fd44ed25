import type { Example } from './example.ts';

export const FUNNEL: Example = {
  id: 'funnel',
  title: 'Funnel: from the first look to the payment',
  summary:
    'Two streams joined within a time: who paid no more than half an hour after looking, and how many that are for each campaign.',
  panel: 'joins',
  sql: `-- Who paid within half an hour of looking, by campaign.
CREATE STREAM LOOKS (PERSON STRING KEY, CAMPAIGN STRING, TS BIGINT)
  WITH (KAFKA_TOPIC = 'looks', VALUE_FORMAT = 'JSON', PARTITIONS = 1, TIMESTAMP = 'TS');

CREATE STREAM PAYMENTS (PERSON STRING KEY, AMOUNT DOUBLE, TS BIGINT)
  WITH (KAFKA_TOPIC = 'payments', VALUE_FORMAT = 'JSON', PARTITIONS = 1, TIMESTAMP = 'TS');

CREATE STREAM CONVERSIONS AS
  SELECT L.PERSON AS PERSON, L.CAMPAIGN AS CAMPAIGN, P.AMOUNT AS AMOUNT
  FROM LOOKS L
  JOIN PAYMENTS P WITHIN 30 MINUTES GRACE PERIOD 1 DAY ON L.PERSON = P.PERSON
  EMIT CHANGES;

CREATE TABLE CAMPAIGNS AS
  SELECT CAMPAIGN, COUNT(*) AS PAID, SUM(AMOUNT) AS REVENUE
  FROM CONVERSIONS
  GROUP BY CAMPAIGN
  EMIT CHANGES;

INSERT INTO LOOKS VALUES ('ada', 'mail', 1700000000000);
INSERT INTO LOOKS VALUES ('bo', 'mail', 1700000030000);
INSERT INTO LOOKS VALUES ('cleo', 'poster', 1700000060000);
INSERT INTO PAYMENTS VALUES ('ada', 20.0, 1700000600000);
INSERT INTO PAYMENTS VALUES ('cleo', 35.5, 1700001200000);
-- An hour after the look: too late to count.
INSERT INTO PAYMENTS VALUES ('bo', 99.0, 1700003630000);

SELECT * FROM CAMPAIGNS EMIT CHANGES;
`,
};
