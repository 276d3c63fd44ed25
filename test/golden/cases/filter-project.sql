-- WHERE drops rows, the SELECT list computes columns, the key and the timestamp go along.
CREATE STREAM S (K STRING KEY, V INT, W STRING) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM BIG AS SELECT K, V * 2 AS DOUBLED, UCASE(W) AS W FROM S WHERE V > 10;
INSERT INTO S (ROWTIME, K, V, W) VALUES (100, 'a', 11, 'x');
INSERT INTO S (ROWTIME, K, V, W) VALUES (101, 'a', 10, 'y');
INSERT INTO S (ROWTIME, K, V, W) VALUES (102, 'b', 50, NULL);
INSERT INTO S (ROWTIME, K, V, W) VALUES (103, 'a', NULL, 'z');
INSERT INTO S (ROWTIME, K, V, W) VALUES (104, 'a', 12, 'zz');
--> topic BIG
--> a | {"DOUBLED":22,"W":"X"} @ 100
--> a | {"DOUBLED":24,"W":"ZZ"} @ 104
--> b | {"DOUBLED":100,"W":null} @ 102
