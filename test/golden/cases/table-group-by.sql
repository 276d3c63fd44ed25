-- Grouping a table: a row that moves leaves its old group before it joins the new one.
-- @ordered
CREATE TABLE P (K STRING PRIMARY KEY, CITY STRING, AGE INT) WITH (KAFKA_TOPIC = 'p', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE CITIES AS SELECT CITY, COUNT(*) AS N, SUM(AGE) AS AGES FROM P GROUP BY CITY;
INSERT INTO P (ROWTIME, K, CITY, AGE) VALUES (1, 'ann', 'Ulm', 30);
INSERT INTO P (ROWTIME, K, CITY, AGE) VALUES (2, 'bob', 'Ulm', 40);
INSERT INTO P (ROWTIME, K, CITY, AGE) VALUES (3, 'ann', 'Bonn', 31);
INSERT INTO P (ROWTIME, K, CITY, AGE) VALUES (4, 'bob', 'Bonn', 41);
--> pull SELECT * FROM CITIES;
--> ["Ulm",0,0]
--> ["Bonn",2,72]
