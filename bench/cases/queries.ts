/** The queries that are measured. */
import { countSum } from '../hand/count-sum.ts';
import { filterProject } from '../hand/filter-project.ts';
import { streamStreamJoin } from '../hand/stream-stream-join.ts';
import { streamTableJoin } from '../hand/stream-table-join.ts';
import { tumbling } from '../hand/tumbling.ts';
import type { BenchCase } from './case.ts';
import { queryCase } from './query-case.ts';

const ORDERS = `CREATE STREAM ORDERS (CUSTOMER STRING KEY, ORDER_ID BIGINT, PRODUCT STRING, QUANTITY INT, PRICE DOUBLE,
  STATUS STRING) WITH (KAFKA_TOPIC = 'orders', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON');`;

export const QUERIES: readonly BenchCase[] = [
  queryCase({
    name: 'filter + project',
    topics: ({ orders }) => ({ orders }),
    sources: ORDERS,
    query: `CREATE STREAM RESULT AS SELECT CUSTOMER, ORDER_ID, PRODUCT, QUANTITY * PRICE AS TOTAL FROM ORDERS
      WHERE QUANTITY * PRICE > 100 EMIT CHANGES;`,
    hand: ({ orders }) => filterProject(orders),
  }),
  queryCase({
    name: 'COUNT, SUM by key',
    topics: ({ orders }) => ({ orders }),
    sources: ORDERS,
    query: `CREATE TABLE RESULT AS SELECT CUSTOMER, COUNT(*) AS ORDERS, SUM(PRICE) AS TOTAL FROM ORDERS
      GROUP BY CUSTOMER EMIT CHANGES;`,
    hand: ({ orders }) => countSum(orders),
  }),
  queryCase({
    name: 'COUNT, SUM by key, tumbling',
    topics: ({ orders }) => ({ orders }),
    sources: ORDERS,
    query: `CREATE TABLE RESULT AS SELECT CUSTOMER, COUNT(*) AS ORDERS, SUM(PRICE) AS TOTAL FROM ORDERS
      WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY CUSTOMER EMIT CHANGES;`,
    hand: ({ orders }) => tumbling(orders),
  }),
  queryCase({
    name: 'stream-table join',
    topics: ({ orders, customers }) => ({ orders, customers }),
    sources: `${ORDERS}
      CREATE TABLE CUSTOMERS (ID STRING PRIMARY KEY, NAME STRING, CITY STRING, LEVEL INT)
        WITH (KAFKA_TOPIC = 'customers', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON');`,
    query: `CREATE STREAM RESULT AS SELECT O.CUSTOMER, O.ORDER_ID, O.PRICE, C.NAME, C.CITY FROM ORDERS O
      JOIN CUSTOMERS C ON O.CUSTOMER = C.ID EMIT CHANGES;`,
    hand: ({ orders, customers }) => streamTableJoin(orders, customers),
  }),
  queryCase({
    name: 'stream-stream join',
    topics: ({ placed, payments }) => ({ placed, payments }),
    sources: `CREATE STREAM PLACED (ID STRING KEY, CUSTOMER STRING, PRODUCT STRING, PRICE DOUBLE)
        WITH (KAFKA_TOPIC = 'placed', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON');
      CREATE STREAM PAYMENTS (ID STRING KEY, AMOUNT DOUBLE, METHOD STRING)
        WITH (KAFKA_TOPIC = 'payments', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON');`,
    query: `CREATE STREAM RESULT AS SELECT O.ID, O.CUSTOMER, O.PRODUCT, O.PRICE, P.METHOD FROM PLACED O
      JOIN PAYMENTS P WITHIN 10 MINUTES GRACE PERIOD 1 MINUTE ON O.ID = P.ID EMIT CHANGES;`,
    hand: ({ placed, payments }) => streamStreamJoin(placed, payments),
  }),
];
