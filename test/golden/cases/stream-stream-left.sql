-- A left record that finds no partner comes out alone, when the window and its grace are over.
-- @one-partition
-- @ordered
CREATE STREAM L (K STRING KEY, A INT) WITH (KAFKA_TOPIC = 'l', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM R (K STRING KEY, B INT) WITH (KAFKA_TOPIC = 'r', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM J AS SELECT L.K AS K, A, B FROM L LEFT JOIN R WITHIN 10 SECONDS GRACE PERIOD 1 SECOND ON L.K = R.K;
INSERT INTO L (ROWTIME, K, A) VALUES (1000, 'x', 1);
INSERT INTO L (ROWTIME, K, A) VALUES (2000, 'y', 2);
INSERT INTO R (ROWTIME, K, B) VALUES (3000, 'y', 10);
--> topic J
--> y | {"A":2,"B":10} @ 3000
INSERT INTO R (ROWTIME, K, B) VALUES (60000, 'z', 20);
INSERT INTO L (ROWTIME, K, A) VALUES (60000, 'z', 3);
--> topic J
--> x | {"A":1,"B":null} @ 1000
--> y | {"A":2,"B":10} @ 3000
--> z | {"A":3,"B":20} @ 60000
