-- DROP takes a source's own query along and is refused while others use it; a topic that comes again is empty.
CREATE STREAM S (K STRING KEY, V INT) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM OUT AS SELECT K, V FROM S;
INSERT INTO S (ROWTIME, K, V) VALUES (1, 'a', 1);
DROP STREAM S;
--> error SOURCE_IN_USE
DROP STREAM OUT DELETE TOPIC;
CREATE STREAM OUT AS SELECT K, V + 1 AS V FROM S;
--> topic OUT
--> a | {"V":2} @ 1
DROP STREAM OUT;
DROP STREAM S DELETE TOPIC;
DROP STREAM S;
--> error UNKNOWN_SOURCE
CREATE STREAM S (K STRING KEY, V STRING) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
INSERT INTO S (ROWTIME, K, V) VALUES (5, 'a', 'new');
--> topic S
--> a | {"V":"new"} @ 5
