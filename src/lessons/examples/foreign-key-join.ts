import type { Example } from './example.ts';

export const FOREIGN_KEY_JOIN: Example = {
  id: 'foreign-key-join',
  title: 'Foreign keys: employees and their departments',
  summary:
    'A table joined to a table by a column that is not its key. When a department moves, the rows of all its people change.',
  panel: 'joins',
  sql: `-- Two tables, joined by a column of the first that is the key of the second.
CREATE TABLE DEPARTMENTS (ID STRING PRIMARY KEY, NAME STRING, FLOOR INTEGER)
  WITH (KAFKA_TOPIC = 'departments', VALUE_FORMAT = 'JSON', PARTITIONS = 1);

CREATE TABLE EMPLOYEES (ID INTEGER PRIMARY KEY, NAME STRING, DEPARTMENT STRING)
  WITH (KAFKA_TOPIC = 'employees', VALUE_FORMAT = 'JSON', PARTITIONS = 1);

CREATE TABLE DESKS AS
  SELECT E.ID AS ID, E.NAME, D.NAME AS DEPARTMENT, D.FLOOR
  FROM EMPLOYEES E
  JOIN DEPARTMENTS D ON E.DEPARTMENT = D.ID
  EMIT CHANGES;

INSERT INTO DEPARTMENTS VALUES ('dev', 'Development', 2);
INSERT INTO DEPARTMENTS VALUES ('ops', 'Operations', 1);
INSERT INTO EMPLOYEES VALUES (1, 'Ada', 'dev');
INSERT INTO EMPLOYEES VALUES (2, 'Bo', 'dev');
INSERT INTO EMPLOYEES VALUES (3, 'Cleo', 'ops');

-- Development moves to the fifth floor: two desks change by one record.
INSERT INTO DEPARTMENTS VALUES ('dev', 'Development', 5);

SELECT * FROM DESKS EMIT CHANGES;
`,
};
