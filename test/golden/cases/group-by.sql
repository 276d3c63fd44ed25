-- Aggregates over all records of a key; NULLs count for COUNT(*) alone.
CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE T AS SELECT K, COUNT(*) AS N, COUNT(V) AS NV, SUM(V) AS TOTAL, MIN(V) AS LOW, MAX(V) AS HIGH FROM S GROUP BY K;
INSERT INTO S (ROWTIME, K, V) VALUES (1, 'a', 3);
INSERT INTO S (ROWTIME, K, V) VALUES (2, 'b', 5);
INSERT INTO S (ROWTIME, K, V) VALUES (3, 'a', NULL);
INSERT INTO S (ROWTIME, K, V) VALUES (4, 'a', -1);
--> topic T
--> a | {"N":1,"NV":1,"TOTAL":3,"LOW":3,"HIGH":3} @ 1
--> a | {"N":2,"NV":1,"TOTAL":3,"LOW":3,"HIGH":3} @ 3
--> a | {"N":3,"NV":2,"TOTAL":2,"LOW":-1,"HIGH":3} @ 4
--> b | {"N":1,"NV":1,"TOTAL":5,"LOW":5,"HIGH":5} @ 2
--> pull SELECT * FROM T;
--> ["a",3,2,2,-1,3]
--> ["b",1,1,5,5,5]
--> pull SELECT N FROM T WHERE K = 'a';
--> [3]
