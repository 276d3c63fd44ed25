-- FULL OUTER keeps the rows of both sides.
CREATE TABLE A (K STRING PRIMARY KEY, X INT) WITH (KAFKA_TOPIC = 'a', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE B (K STRING PRIMARY KEY, Y INT) WITH (KAFKA_TOPIC = 'b', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE J AS SELECT ROWKEY AS K, X, Y FROM A FULL OUTER JOIN B ON A.K = B.K;
INSERT INTO A (ROWTIME, K, X) VALUES (1, 'p', 1);
INSERT INTO B (ROWTIME, K, Y) VALUES (2, 'q', 20);
INSERT INTO A (ROWTIME, K, X) VALUES (3, 'q', 2);
--> topic J
--> p | {"X":1,"Y":null} @ 1
--> q | {"X":null,"Y":20} @ 2
--> q | {"X":2,"Y":20} @ 3
--> pull SELECT * FROM J;
--> ["p",1,null]
--> ["q",2,20]
