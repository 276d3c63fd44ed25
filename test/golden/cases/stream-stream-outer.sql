-- Both sides come out alone when they find no partner.
-- @one-partition
-- @ordered
CREATE STREAM L (K STRING KEY, A INT) WITH (KAFKA_TOPIC = 'l', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM R (K STRING KEY, B INT) WITH (KAFKA_TOPIC = 'r', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM J AS SELECT ROWKEY AS K, A, B FROM L FULL OUTER JOIN R WITHIN 10 SECONDS GRACE PERIOD 0 SECONDS ON L.K = R.K;
INSERT INTO L (ROWTIME, K, A) VALUES (1000, 'x', 1);
INSERT INTO R (ROWTIME, K, B) VALUES (2000, 'y', 10);
INSERT INTO L (ROWTIME, K, A) VALUES (3000, 'y', 2);
INSERT INTO R (ROWTIME, K, B) VALUES (4000, 'z', 20);
INSERT INTO L (ROWTIME, K, A) VALUES (70000, 'w', 3);
INSERT INTO R (ROWTIME, K, B) VALUES (70000, 'w', 30);
--> topic J
--> w | {"A":3,"B":30} @ 70000
--> x | {"A":1,"B":null} @ 1000
--> y | {"A":2,"B":10} @ 3000
--> z | {"A":null,"B":20} @ 4000
