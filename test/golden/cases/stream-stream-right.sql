-- RIGHT JOIN of streams: a right row without a match comes out when its time has passed, with its own timestamp.
-- @one-partition
-- @ordered
CREATE STREAM A (K STRING KEY, X INT) WITH (KAFKA_TOPIC = 'a', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM B (K STRING KEY, Y INT) WITH (KAFKA_TOPIC = 'b', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM J AS SELECT B.K AS K, X, Y FROM A RIGHT JOIN B WITHIN (2 SECONDS, 5 SECONDS) GRACE PERIOD 1 SECOND ON A.K = B.K;
INSERT INTO B (ROWTIME, K, Y) VALUES (1000, 'p', 1);
INSERT INTO B (ROWTIME, K, Y) VALUES (2000, 'q', 2);
INSERT INTO A (ROWTIME, K, X) VALUES (3000, 'q', 20);
INSERT INTO A (ROWTIME, K, X) VALUES (3500, 'p', 10);
--> topic J
--> q | {"X":20,"Y":2} @ 3000
INSERT INTO B (ROWTIME, K, Y) VALUES (9000, 'q', 3);
--> topic J
--> p | {"X":null,"Y":1} @ 1000
--> q | {"X":20,"Y":2} @ 3000
