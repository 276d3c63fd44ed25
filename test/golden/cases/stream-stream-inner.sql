-- Records of one key join when their times are within the distance, whichever side comes first.
CREATE STREAM L (K STRING KEY, A INT) WITH (KAFKA_TOPIC = 'l', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM R (K STRING KEY, B INT) WITH (KAFKA_TOPIC = 'r', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM J AS SELECT L.K AS K, A, B FROM L JOIN R WITHIN 10 SECONDS GRACE PERIOD 1 DAY ON L.K = R.K;
INSERT INTO L (ROWTIME, K, A) VALUES (1000, 'x', 1);
INSERT INTO R (ROWTIME, K, B) VALUES (5000, 'x', 10);
INSERT INTO R (ROWTIME, K, B) VALUES (12000, 'x', 20);
INSERT INTO L (ROWTIME, K, A) VALUES (13000, 'x', 2);
INSERT INTO R (ROWTIME, K, B) VALUES (13000, 'y', 30);
INSERT INTO L (ROWTIME, K, A) VALUES (13500, 'y', 3);
INSERT INTO L (ROWTIME, K, A) VALUES (90000, 'y', 4);
--> topic J
--> x | {"A":1,"B":10} @ 5000
--> x | {"A":2,"B":10} @ 13000
--> x | {"A":2,"B":20} @ 13000
--> y | {"A":3,"B":30} @ 13500
