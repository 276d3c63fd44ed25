-- Custom types, variables and session properties are remembered with the statements that they were used in.
DEFINE topic = 's';
CREATE TYPE ADDRESS AS STRUCT<CITY STRING, ZIP INT>;
CREATE STREAM S (K STRING KEY, HOME ADDRESS) WITH (KAFKA_TOPIC = '${topic}', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
SET 'ksql.persistence.default.format.value' = 'DELIMITED';
CREATE STREAM T (K STRING KEY, A INT, B INT) WITH (KAFKA_TOPIC = 't', PARTITIONS = ${partitions});
UNSET 'ksql.persistence.default.format.value';
CREATE STREAM OUT AS SELECT K, HOME->CITY AS CITY FROM S;
DROP TYPE ADDRESS;
INSERT INTO S (ROWTIME, K, HOME) VALUES (1, 'a', STRUCT(CITY := 'Ulm', ZIP := 89073));
INSERT INTO T (ROWTIME, K, A, B) VALUES (2, 'a', 1, 2);
--> topic OUT
--> a | {"CITY":"Ulm"} @ 1
--> topic T
--> a | 1,2 @ 2
--> pull SELECT K, A + B AS TOTAL FROM T;
--> ["a",3]
