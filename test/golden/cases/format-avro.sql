-- AVRO: a schema is registered for the columns, and another source infers its columns from it.
CREATE STREAM S (K STRING KEY, V INT, M MAP<STRING, INT>, D DECIMAL(6, 2)) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'AVRO');
CREATE STREAM AGAIN (K STRING KEY) WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'AVRO');
CREATE STREAM OUT WITH (VALUE_FORMAT = 'JSON') AS SELECT K, V + 1 AS V, M['x'] AS X, D FROM AGAIN;
INSERT INTO S (ROWTIME, K, V, M, D) VALUES (1, 'a', 1, MAP('x' := 5), 12.34);
INSERT INTO S (ROWTIME, K) VALUES (2, 'b');
--> topic OUT
--> a | {"V":2,"X":5,"D":12.34} @ 1
--> b | {"V":null,"X":null,"D":null} @ 2
