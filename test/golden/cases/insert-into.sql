-- Two queries write into one stream.
CREATE STREAM A (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 'a', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM B (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 'b', PARTITIONS = ${partitions}, VALUE_FORMAT = 'DELIMITED');
CREATE STREAM ALL_ AS SELECT K, V, 'a' AS FROM_ FROM A;
INSERT INTO ALL_ SELECT K, V * 10 AS V, 'b' AS FROM_ FROM B;
INSERT INTO A (ROWTIME, K, V) VALUES (1, 'x', 1);
INSERT INTO B (ROWTIME, K, V) VALUES (2, 'y', 2);
INSERT INTO A (ROWTIME, K, V) VALUES (3, 'x', 3);
INSERT INTO B (ROWTIME, K, V) VALUES (4, 'y', 4);
--> topic ALL_
--> x | {"V":1,"FROM_":"a"} @ 1
--> x | {"V":3,"FROM_":"a"} @ 3
--> y | {"V":20,"FROM_":"b"} @ 2
--> y | {"V":40,"FROM_":"b"} @ 4
