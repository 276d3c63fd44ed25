-- CREATE SOURCE TABLE keeps a topic for pull queries; it cannot be written to.
CREATE TABLE W (K STRING PRIMARY KEY, V INT) WITH (KAFKA_TOPIC = 't', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE SOURCE TABLE T (K STRING PRIMARY KEY, V INT) WITH (KAFKA_TOPIC = 't', VALUE_FORMAT = 'JSON');
INSERT INTO W (ROWTIME, K, V) VALUES (1, 'a', 1);
INSERT INTO W (ROWTIME, K, V) VALUES (2, 'b', 2);
INSERT INTO W (ROWTIME, K, V) VALUES (3, 'a', 3);
--> pull SELECT * FROM T;
--> ["a",3]
--> ["b",2]
--> pull SELECT V FROM T WHERE K IN ('b', 'z');
--> [2]
INSERT INTO T (K, V) VALUES ('c', 1);
--> error READ_ONLY_SOURCE
