-- Several grouping columns make a key of several columns, and the records are repartitioned by it.
-- @ordered
CREATE STREAM S (K STRING KEY, A STRING, B INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE T WITH (KEY_FORMAT = 'JSON') AS SELECT A, B, COUNT(*) AS N FROM S GROUP BY A, B;
INSERT INTO S (ROWTIME, K, A, B) VALUES (1, 'p', 'x', 1);
INSERT INTO S (ROWTIME, K, A, B) VALUES (2, 'q', 'x', 1);
INSERT INTO S (ROWTIME, K, A, B) VALUES (3, 'p', 'x', 2);
INSERT INTO S (ROWTIME, K, A, B) VALUES (4, 'r', 'y', 1);
--> topic T
--> {"A":"x","B":1} | {"N":1} @ 1
--> {"A":"x","B":1} | {"N":2} @ 2
--> {"A":"x","B":2} | {"N":1} @ 3
--> {"A":"y","B":1} | {"N":1} @ 4
--> pull SELECT * FROM T WHERE A = 'x' AND B = 1;
--> ["x",1,2]
