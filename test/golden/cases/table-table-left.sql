-- LEFT keeps the left rows that have no partner.
CREATE TABLE A (K STRING PRIMARY KEY, X INT) WITH (KAFKA_TOPIC = 'a', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE B (K STRING PRIMARY KEY, Y INT) WITH (KAFKA_TOPIC = 'b', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE J AS SELECT A.K AS K, X, Y FROM A LEFT JOIN B ON A.K = B.K;
INSERT INTO A (ROWTIME, K, X) VALUES (1, 'p', 1);
INSERT INTO B (ROWTIME, K, Y) VALUES (2, 'p', 10);
INSERT INTO B (ROWTIME, K, Y) VALUES (3, 'q', 20);
INSERT INTO A (ROWTIME, K, X) VALUES (4, 'q', 2);
INSERT INTO A (ROWTIME, K, X) VALUES (5, 'r', 3);
--> topic J
--> p | {"X":1,"Y":null} @ 1
--> p | {"X":1,"Y":10} @ 2
--> q | {"X":2,"Y":20} @ 4
--> r | {"X":3,"Y":null} @ 5
