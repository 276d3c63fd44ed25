-- CASE takes the first branch that holds; CAST converts between numbers and texts.
CREATE STREAM S (K INT KEY, V DOUBLE, T STRING) WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM OUT AS SELECT K,
    CASE WHEN V < 10 THEN 'low' WHEN V < 100 THEN 'middle' ELSE 'high' END AS LEVEL,
    CAST(V AS INT) AS I, CAST(T AS BIGINT) + 1 AS N, CAST(K AS STRING) AS TK
  FROM S;
INSERT INTO S (ROWTIME, K, V, T) VALUES (1, 1, 9.9, '41');
INSERT INTO S (ROWTIME, K, V, T) VALUES (2, 2, 10.0, '9007199254740993');
INSERT INTO S (ROWTIME, K, V, T) VALUES (3, 3, 1000.5, 'no number');
INSERT INTO S (ROWTIME, K, V, T) VALUES (4, 4, NULL, NULL);
--> topic OUT
--> 1 | {"LEVEL":"low","I":9,"N":42,"TK":"1"} @ 1
--> 2 | {"LEVEL":"middle","I":10,"N":9007199254740994,"TK":"2"} @ 2
--> 3 | {"LEVEL":"high","I":1000,"N":null,"TK":"3"} @ 3
--> 4 | {"LEVEL":"high","I":null,"N":null,"TK":"4"} @ 4
