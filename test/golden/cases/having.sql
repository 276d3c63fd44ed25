-- HAVING lets a group in when it holds, and deletes it when it holds no more.
CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE T AS SELECT K, SUM(V) AS TOTAL FROM S GROUP BY K HAVING SUM(V) > 5;
INSERT INTO S (ROWTIME, K, V) VALUES (1, 'a', 3);
INSERT INTO S (ROWTIME, K, V) VALUES (2, 'a', 4);
INSERT INTO S (ROWTIME, K, V) VALUES (3, 'b', 1);
INSERT INTO S (ROWTIME, K, V) VALUES (4, 'a', -5);
INSERT INTO S (ROWTIME, K, V) VALUES (5, 'a', 9);
--> topic T
--> a | {"TOTAL":7} @ 2
--> a |  @ 4
--> a | {"TOTAL":11} @ 5
--> pull SELECT * FROM T;
--> ["a",11]
