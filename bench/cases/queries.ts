/** The queries that are measured. */
import { CountSum } from '../hand/count-sum.ts';
import { emitFinal } from '../hand/emit-final.ts';
import { filterProject } from '../hand/filter-project.ts';
import { foreignKeyJoin } from '../hand/foreign-key-join.ts';
import { hopping } from '../hand/hopping.ts';
import { session } from '../hand/session.ts';
import { streamStreamJoin } from '../hand/stream-stream-join.ts';
import { StreamTableJoin } from '../hand/stream-table-join.ts';
import { tableTableJoin } from '../hand/table-table-join.ts';
import { Tumbling } from '../hand/tumbling.ts';
import type { BenchCase } from './case.ts';
import { queryCase, type QueryCase } from './query-case.ts';
import { CUSTOMERS, ORDERS } from './sources.ts';

const PLACED = `(ID STRING PRIMARY KEY, CUSTOMER STRING, PRODUCT STRING, PRICE DOUBLE)
  WITH (KAFKA_TOPIC = 'placed', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON');`;

const totals = (window: string, emit: string): string =>
  `CREATE TABLE RESULT AS SELECT CUSTOMER, COUNT(*) AS ORDERS, SUM(PRICE) AS TOTAL FROM ORDERS
    ${window} GROUP BY CUSTOMER EMIT ${emit};`;

export const QUERY_CASES: readonly QueryCase[] = [
  {
    name: 'filter + project',
    topics: ({ orders }) => ({ orders }),
    sources: ORDERS,
    query: `CREATE STREAM RESULT AS SELECT CUSTOMER, ORDER_ID, PRODUCT, QUANTITY * PRICE AS TOTAL FROM ORDERS
      WHERE QUANTITY * PRICE > 100 EMIT CHANGES;`,
    hand: ({ orders }) => filterProject(orders),
  },
  {
    name: 'COUNT, SUM by key',
    topics: ({ orders }) => ({ orders }),
    sources: ORDERS,
    query: totals('', 'CHANGES'),
    hand: ({ orders }) => new CountSum().run(orders),
  },
  {
    name: 'COUNT, SUM by key, tumbling',
    topics: ({ orders }) => ({ orders }),
    sources: ORDERS,
    query: totals('WINDOW TUMBLING (SIZE 1 HOUR)', 'CHANGES'),
    hand: ({ orders }) => new Tumbling().run(orders),
  },
  {
    name: 'COUNT, SUM by key, hopping (4x)',
    topics: ({ orders }) => ({ orders }),
    sources: ORDERS,
    query: totals('WINDOW HOPPING (SIZE 1 HOUR, ADVANCE BY 15 MINUTES)', 'CHANGES'),
    hand: ({ orders }) => hopping(orders),
  },
  {
    name: 'COUNT, SUM by key, session',
    topics: ({ orders }) => ({ orders }),
    sources: ORDERS,
    query: totals('WINDOW SESSION (10 MINUTES)', 'CHANGES'),
    hand: ({ orders }) => session(orders),
  },
  {
    name: 'COUNT, SUM, tumbling, EMIT FINAL',
    topics: ({ orders }) => ({ orders }),
    sources: ORDERS,
    query: totals('WINDOW TUMBLING (SIZE 1 HOUR, GRACE PERIOD 1 MINUTE)', 'FINAL'),
    hand: ({ orders }) => emitFinal(orders),
  },
  {
    name: 'stream-table join',
    topics: ({ orders, customers }) => ({ orders, customers }),
    sources: ORDERS + CUSTOMERS,
    query: `CREATE STREAM RESULT AS SELECT O.CUSTOMER, O.ORDER_ID, O.PRICE, C.NAME, C.CITY FROM ORDERS O
      JOIN CUSTOMERS C ON O.CUSTOMER = C.ID EMIT CHANGES;`,
    hand: ({ orders, customers }) => new StreamTableJoin(customers).run(orders),
  },
  {
    name: 'stream-stream join',
    topics: ({ placed, payments }) => ({ placed, payments }),
    sources: `CREATE STREAM PLACED ${PLACED.replace('PRIMARY KEY', 'KEY')}
      CREATE STREAM PAYMENTS (ID STRING KEY, AMOUNT DOUBLE, METHOD STRING)
        WITH (KAFKA_TOPIC = 'payments', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON');`,
    query: `CREATE STREAM RESULT AS SELECT O.ID, O.CUSTOMER, O.PRODUCT, O.PRICE, P.METHOD FROM PLACED O
      JOIN PAYMENTS P WITHIN 10 MINUTES GRACE PERIOD 1 MINUTE ON O.ID = P.ID EMIT CHANGES;`,
    hand: ({ placed, payments }) => streamStreamJoin(placed, payments),
  },
  {
    name: 'table-table join',
    topics: ({ orders, customers }) => ({ orders, customers }),
    sources: `CREATE TABLE LATEST (CUSTOMER STRING PRIMARY KEY, ORDER_ID BIGINT, PRODUCT STRING, QUANTITY INT, PRICE DOUBLE,
        STATUS STRING) WITH (KAFKA_TOPIC = 'orders', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON');
      ${CUSTOMERS}`,
    query: `CREATE TABLE RESULT AS SELECT O.CUSTOMER, O.ORDER_ID, O.PRICE, C.NAME, C.CITY FROM LATEST O
      JOIN CUSTOMERS C ON O.CUSTOMER = C.ID EMIT CHANGES;`,
    hand: ({ orders, customers }) => tableTableJoin(orders, customers),
  },
  {
    name: 'foreign-key join',
    topics: ({ placed, customers }) => ({ placed, customers }),
    sources: `CREATE TABLE PLACED ${PLACED} ${CUSTOMERS}`,
    query: `CREATE TABLE RESULT AS SELECT O.ID, O.PRODUCT, O.PRICE, C.NAME, C.CITY FROM PLACED O
      JOIN CUSTOMERS C ON O.CUSTOMER = C.ID EMIT CHANGES;`,
    hand: ({ placed, customers }) => foreignKeyJoin(placed, customers),
  },
];

export const QUERIES: readonly BenchCase[] = QUERY_CASES.map(queryCase);
