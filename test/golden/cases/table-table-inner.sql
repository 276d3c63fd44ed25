-- Two tables joined: each change of either side is a change of the result.
CREATE TABLE A (K STRING PRIMARY KEY, X INT) WITH (KAFKA_TOPIC = 'a', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE B (K STRING PRIMARY KEY, Y INT) WITH (KAFKA_TOPIC = 'b', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE J AS SELECT A.K AS K, X, Y FROM A JOIN B ON A.K = B.K;
INSERT INTO A (ROWTIME, K, X) VALUES (1, 'p', 1);
INSERT INTO B (ROWTIME, K, Y) VALUES (2, 'p', 10);
INSERT INTO A (ROWTIME, K, X) VALUES (3, 'p', 2);
INSERT INTO B (ROWTIME, K, Y) VALUES (4, 'q', 20);
--> topic J
--> p | {"X":1,"Y":10} @ 2
--> p | {"X":2,"Y":10} @ 3
--> pull SELECT * FROM J;
--> ["p",2,10]
