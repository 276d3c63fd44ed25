-- Structs, arrays and maps: reaching in, building anew, counting from the end.
CREATE STREAM S (K STRING KEY, P STRUCT<NAME STRING, AGE INT>, A ARRAY<INT>, M MAP<STRING, DOUBLE>)
  WITH (KAFKA_TOPIC = 's', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE STREAM OUT AS SELECT K, P->NAME AS NAME, A[1] AS FIRST, A[-1] AS LAST, M['x'] AS X,
    STRUCT(AGE := P->AGE + 1, SIZE_ := ARRAY_LENGTH(A)) AS NEXT, ARRAY[P->AGE, A[1]] AS BOTH
  FROM S;
INSERT INTO S (ROWTIME, K, P, A, M) VALUES (1, 'a', STRUCT(NAME := 'Ann', AGE := 30), ARRAY[1, 2, 3], MAP('x' := 0.5));
INSERT INTO S (ROWTIME, K, P, A, M) VALUES (2, 'b', STRUCT(NAME := 'Bob', AGE := 40), ARRAY[7], MAP('y' := 1.5));
INSERT INTO S (ROWTIME, K) VALUES (3, 'c');
--> topic OUT
--> a | {"NAME":"Ann","FIRST":1,"LAST":3,"X":0.5,"NEXT":{"AGE":31,"SIZE_":3},"BOTH":[30,1]} @ 1
--> b | {"NAME":"Bob","FIRST":7,"LAST":7,"X":null,"NEXT":{"AGE":41,"SIZE_":1},"BOTH":[40,7]} @ 2
--> c | {"NAME":null,"FIRST":null,"LAST":null,"X":null,"NEXT":{"AGE":null,"SIZE_":null},"BOTH":[null,null]} @ 3
