CREATE STREAM orders (item VARCHAR KEY, price DOUBLE, quantity INT)
WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON');

CREATE STREAM big_orders AS
SELECT item, price * quantity AS amount FROM orders WHERE price * quantity >= 100 EMIT CHANGES;

CREATE TABLE big_counts AS
SELECT item, COUNT(*) AS n FROM big_orders WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY item EMIT CHANGES;
