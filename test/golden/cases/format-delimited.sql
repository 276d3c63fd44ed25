-- DELIMITED: quoted where it must be, an empty field is NULL.
CREATE STREAM S (K STRING KEY, A INT, B STRING, C DOUBLE) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'DELIMITED');
CREATE STREAM PIPES WITH (VALUE_FORMAT = 'DELIMITED', VALUE_DELIMITER = '|') AS SELECT K, A, B, C FROM S;
CREATE STREAM OUT WITH (VALUE_FORMAT = 'JSON') AS SELECT K, A, B, C FROM PIPES;
INSERT INTO S (ROWTIME, K, A, B, C) VALUES (1, 'a', 1, 'plain', 0.5);
INSERT INTO S (ROWTIME, K, A, B, C) VALUES (2, 'b', 2, 'with, comma | pipe and "quote"', 1.0);
INSERT INTO S (ROWTIME, K, A) VALUES (3, 'c', 3);
--> topic OUT
--> a | {"A":1,"B":"plain","C":0.5} @ 1
--> b | {"A":2,"B":"with, comma | pipe and \"quote\"","C":1.0} @ 2
--> c | {"A":3,"B":null,"C":null} @ 3
