-- A table function makes a row of each element; two of them go side by side.
CREATE STREAM S (K STRING KEY, A ARRAY<INT>, B ARRAY<STRING>) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM OUT AS SELECT K, EXPLODE(A) AS N, EXPLODE(B) AS T FROM S;
INSERT INTO S (ROWTIME, K, A, B) VALUES (1, 'a', ARRAY[1, 2, 3], ARRAY['x', 'y']);
INSERT INTO S (ROWTIME, K, A, B) VALUES (2, 'b', ARRAY[9], ARRAY['z']);
INSERT INTO S (ROWTIME, K) VALUES (3, 'c');
--> topic OUT
--> a | {"N":1,"T":"x"} @ 1
--> a | {"N":2,"T":"y"} @ 1
--> a | {"N":3,"T":null} @ 1
--> b | {"N":9,"T":"z"} @ 2
