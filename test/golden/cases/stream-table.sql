-- A stream looks up the table's row of that moment; LEFT keeps records without one.
-- @ordered
CREATE TABLE T (K STRING PRIMARY KEY, NAME STRING) WITH (KAFKA_TOPIC = 't', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM J AS SELECT S.K AS K, V, NAME FROM S LEFT JOIN T ON S.K = T.K;
CREATE STREAM I AS SELECT S.K AS K, V, NAME FROM S JOIN T ON S.K = T.K;
INSERT INTO S (ROWTIME, K, V) VALUES (1, 'a', 1);
INSERT INTO T (ROWTIME, K, NAME) VALUES (2, 'a', 'Ann');
INSERT INTO S (ROWTIME, K, V) VALUES (3, 'a', 2);
INSERT INTO T (ROWTIME, K, NAME) VALUES (4, 'a', 'Anna');
INSERT INTO S (ROWTIME, K, V) VALUES (5, 'a', 3);
INSERT INTO S (ROWTIME, K, V) VALUES (6, 'b', 4);
--> topic J
--> a | {"V":1,"NAME":null} @ 1
--> a | {"V":2,"NAME":"Ann"} @ 3
--> a | {"V":3,"NAME":"Anna"} @ 5
--> b | {"V":4,"NAME":null} @ 6
--> topic I
--> a | {"V":2,"NAME":"Ann"} @ 3
--> a | {"V":3,"NAME":"Anna"} @ 5
