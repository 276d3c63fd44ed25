-- Joining by another column than the key repartitions the stream.
-- @ordered
CREATE TABLE T (K INT PRIMARY KEY, NAME STRING) WITH (KAFKA_TOPIC = 't', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM S (K STRING KEY, REF INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM J AS SELECT REF, NAME, S.K AS OLD FROM S JOIN T ON S.REF = T.K;
INSERT INTO T (ROWTIME, K, NAME) VALUES (1, 7, 'seven');
INSERT INTO T (ROWTIME, K, NAME) VALUES (2, 8, 'eight');
INSERT INTO S (ROWTIME, K, REF) VALUES (3, 'a', 7);
INSERT INTO S (ROWTIME, K, REF) VALUES (4, 'b', 7);
INSERT INTO S (ROWTIME, K, REF) VALUES (5, 'a', 8);
INSERT INTO S (ROWTIME, K, REF) VALUES (6, 'a', NULL);
INSERT INTO S (ROWTIME, K, REF) VALUES (7, 'a', 9);
--> topic J
--> 7 | {"NAME":"seven","OLD":"a"} @ 3
--> 7 | {"NAME":"seven","OLD":"b"} @ 4
--> 8 | {"NAME":"eight","OLD":"a"} @ 5
