-- PARTITION BY gives the records another key and brings those of one key together.
CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM OUT AS SELECT V, K AS OLD FROM S PARTITION BY V;
INSERT INTO S (ROWTIME, K, V) VALUES (1, 'a', 7);
INSERT INTO S (ROWTIME, K, V) VALUES (2, 'b', 8);
INSERT INTO S (ROWTIME, K, V) VALUES (3, 'a', 9);
--> topic OUT
--> 7 | {"OLD":"a"} @ 1
--> 8 | {"OLD":"b"} @ 2
--> 9 | {"OLD":"a"} @ 3
