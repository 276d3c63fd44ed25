-- RIGHT JOIN of tables: a result for each right row, with the left one where there is one.
-- @ordered
CREATE TABLE A (K STRING PRIMARY KEY, X INT) WITH (KAFKA_TOPIC = 'a', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE B (K STRING PRIMARY KEY, Y INT) WITH (KAFKA_TOPIC = 'b', PARTITIONS = ${partitions}, VALUE_FORMAT = 'JSON');
CREATE TABLE R AS SELECT B.K AS K, X, Y FROM A RIGHT JOIN B ON A.K = B.K;
INSERT INTO A (ROWTIME, K, X) VALUES (1, 'p', 1);
INSERT INTO B (ROWTIME, K, Y) VALUES (2, 'p', 10);
INSERT INTO B (ROWTIME, K, Y) VALUES (3, 'q', 20);
INSERT INTO A (ROWTIME, K, X) VALUES (4, 'r', 3);
INSERT INTO A (ROWTIME, K, X) VALUES (5, 'q', 2);
--> topic R
--> p | {"X":1,"Y":10} @ 2
--> q | {"X":null,"Y":20} @ 3
--> q | {"X":2,"Y":20} @ 5
--> pull SELECT * FROM R;
--> ["p",1,10]
--> ["q",2,20]
