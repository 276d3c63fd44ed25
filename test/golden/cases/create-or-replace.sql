-- CREATE OR REPLACE goes on where the query before it stopped.
CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM OUT AS SELECT K, V FROM S;
INSERT INTO S (ROWTIME, K, V) VALUES (1, 'a', 1);
INSERT INTO S (ROWTIME, K, V) VALUES (2, 'b', 2);
--> topic OUT
--> a | {"V":1} @ 1
--> b | {"V":2} @ 2
CREATE OR REPLACE STREAM OUT AS SELECT K, V, V * 100 AS W FROM S WHERE V > 3;
INSERT INTO S (ROWTIME, K, V) VALUES (3, 'a', 3);
INSERT INTO S (ROWTIME, K, V) VALUES (4, 'b', 4);
--> topic OUT
--> a | {"V":1} @ 1
--> b | {"V":2} @ 2
--> b | {"V":4,"W":400} @ 4
