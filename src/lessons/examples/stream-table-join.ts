import type { Example } from './example.ts';

export const STREAM_TABLE_JOIN: Example = {
  id: 'stream-table-join',
  title: 'Stream and table: orders at the price of their time',
  summary:
    'Each order looks up the price that holds at its time. A price that changes later changes no order that has gone by.',
  panel: 'joins',
  sql: `-- Each order takes the price that its product has at that time.
CREATE TABLE PRODUCTS (ID STRING PRIMARY KEY, NAME STRING, PRICE DECIMAL(6, 2), SINCE BIGINT)
  WITH (KAFKA_TOPIC = 'products', VALUE_FORMAT = 'JSON', PARTITIONS = 1, TIMESTAMP = 'SINCE');

CREATE STREAM ORDERS (ID INTEGER KEY, PRODUCT STRING, QUANTITY INTEGER, TS BIGINT)
  WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON', PARTITIONS = 1, TIMESTAMP = 'TS');

INSERT INTO PRODUCTS VALUES ('t', 'Tea', 4.20, 1000);
INSERT INTO PRODUCTS VALUES ('c', 'Coffee', 7.50, 1000);
INSERT INTO ORDERS VALUES (1, 't', 2, 2000);
INSERT INTO ORDERS VALUES (2, 'c', 1, 3000);
-- Tea becomes dearer between order 1 and order 3.
INSERT INTO PRODUCTS VALUES ('t', 'Tea', 4.80, 4000);
INSERT INTO ORDERS VALUES (3, 't', 2, 5000);
-- No product has this id: a LEFT JOIN keeps the order, with nulls.
INSERT INTO ORDERS VALUES (4, 'x', 1, 6000);

CREATE STREAM PRICED AS
  SELECT O.PRODUCT AS PRODUCT, O.ID AS ORDER_ID, P.NAME, O.QUANTITY, P.PRICE * O.QUANTITY AS TOTAL
  FROM ORDERS O
  LEFT JOIN PRODUCTS P ON O.PRODUCT = P.ID
  EMIT CHANGES;

SELECT * FROM PRICED EMIT CHANGES;
`,
};
