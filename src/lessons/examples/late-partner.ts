import type { Example } from './example.ts';

export const LATE_PARTNER: Example = {
  id: 'late-partner',
  title: 'Late partners: orders that nobody paid in time',
  summary:
    'A LEFT JOIN of two streams: an order waits for its payment until stream time has passed the time to pay and its grace, and comes out alone then. The panel Joins shows who met whom.',
  panel: 'joins',
  sql: `-- Orders are to be paid within ten minutes.
CREATE STREAM ORDERS (ID STRING KEY, ITEM STRING, TS BIGINT)
  WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON', PARTITIONS = 1, TIMESTAMP = 'TS');

CREATE STREAM PAYMENTS (ID STRING KEY, AMOUNT DOUBLE, TS BIGINT)
  WITH (KAFKA_TOPIC = 'payments', VALUE_FORMAT = 'JSON', PARTITIONS = 1, TIMESTAMP = 'TS');

-- A payment may come up to two minutes of stream time late.
CREATE STREAM PAID AS
  SELECT O.ID AS ID, O.ITEM AS ITEM, P.AMOUNT AS AMOUNT
  FROM ORDERS O
  LEFT JOIN PAYMENTS P WITHIN (0 SECONDS, 10 MINUTES) GRACE PERIOD 2 MINUTES ON O.ID = P.ID
  EMIT CHANGES;

INSERT INTO ORDERS VALUES ('o1', 'tea', 1700000000000);
INSERT INTO ORDERS VALUES ('o2', 'cake', 1700000060000);
INSERT INTO PAYMENTS VALUES ('o1', 4.5, 1700000300000);
-- The payment came before its order did: each side waits for the other.
INSERT INTO PAYMENTS VALUES ('o3', 3.0, 1700000400000);
INSERT INTO ORDERS VALUES ('o3', 'jam', 1700000350000);
-- Stream time moves on past the time of o2 and its grace: o2 comes out alone.
INSERT INTO ORDERS VALUES ('o4', 'milk', 1700000800000);
-- More than thirteen minutes after its order: not within ten.
INSERT INTO PAYMENTS VALUES ('o4', 1.2, 1700001600000);

SELECT * FROM PAID EMIT CHANGES;

-- And now the payment of o2, made in time, but late to come: select what follows the dashes, and run it. The order has
-- stopped waiting.
-- INSERT INTO PAYMENTS VALUES ('o2', 7.0, 1700000500000);
`,
};
