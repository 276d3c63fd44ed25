-- A paused query does nothing and forgets nothing; a terminated one is gone, its results stay.
CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE T AS SELECT K, COUNT(*) AS N FROM S GROUP BY K;
INSERT INTO S (ROWTIME, K, V) VALUES (1, 'a', 1);
--> topic T
--> a | {"N":1} @ 1
PAUSE CTAS_T_1;
INSERT INTO S (ROWTIME, K, V) VALUES (2, 'a', 2);
INSERT INTO S (ROWTIME, K, V) VALUES (3, 'b', 3);
--> topic T
--> a | {"N":1} @ 1
RESUME CTAS_T_1;
--> topic T
--> a | {"N":1} @ 1
--> a | {"N":2} @ 2
--> b | {"N":1} @ 3
TERMINATE CTAS_T_1;
INSERT INTO S (ROWTIME, K, V) VALUES (4, 'b', 4);
--> topic T
--> a | {"N":1} @ 1
--> a | {"N":2} @ 2
--> b | {"N":1} @ 3
TERMINATE CTAS_T_1;
--> error UNKNOWN_QUERY
