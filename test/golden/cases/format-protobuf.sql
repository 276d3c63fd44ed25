-- PROTOBUF knows no NULL of most types: a missing number is 0.
CREATE STREAM S (K STRING KEY, V INT, T STRING, A ARRAY<BIGINT>) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'PROTOBUF');
CREATE STREAM OUT WITH (VALUE_FORMAT = 'JSON') AS SELECT K, V, T, A FROM S;
INSERT INTO S (ROWTIME, K, V, T, A) VALUES (1, 'a', 1, 'x', ARRAY[1, 2]);
INSERT INTO S (ROWTIME, K) VALUES (2, 'b');
--> topic OUT
--> a | {"V":1,"T":"x","A":[1,2]} @ 1
--> b | {"V":0,"T":"","A":[]} @ 2
