-- Aggregates of a table that can be undone, with HAVING: rows move between groups and go.
-- @ordered
CREATE TABLE B (K INT PRIMARY KEY, G STRING, V INT) WITH (KAFKA_TOPIC = 'b', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE LIVE AS SELECT K, G, V FROM B WHERE V > 0;
CREATE TABLE T AS SELECT G, COUNT(*) AS N, SUM(V) AS TOTAL, AVG(V) AS MEAN FROM LIVE GROUP BY G HAVING COUNT(*) > 0;
INSERT INTO B (ROWTIME, K, G, V) VALUES (1, 1, 'x', 10);
INSERT INTO B (ROWTIME, K, G, V) VALUES (2, 2, 'x', 20);
INSERT INTO B (ROWTIME, K, G, V) VALUES (3, 3, 'y', 5);
--> pull SELECT * FROM T;
--> ["x",2,30,15.0]
--> ["y",1,5,5.0]
INSERT INTO B (ROWTIME, K, G, V) VALUES (4, 2, 'y', 21);
INSERT INTO B (ROWTIME, K, G, V) VALUES (5, 1, 'x', 0);
--> pull SELECT * FROM T;
--> ["y",2,26,13.0]
INSERT INTO B (ROWTIME, K, G, V) VALUES (6, 1, 'y', 4);
--> pull SELECT * FROM T;
--> ["y",3,30,10.0]
