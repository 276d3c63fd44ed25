-- Orders of a shop, what each item sells for in all, and the orders that deserve a look.
CREATE STREAM orders (item VARCHAR KEY, price DECIMAL(9, 2), quantity INT, sold TIMESTAMP)
WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON', TIMESTAMP = 'sold');

CREATE TABLE totals AS
SELECT item, COUNT(*) AS orders, SUM(price * quantity) AS total
FROM orders
GROUP BY item
EMIT CHANGES;

CREATE TABLE hourly AS
SELECT item, SUM(quantity) AS sold
FROM orders
WINDOW TUMBLING (SIZE 1 HOUR)
GROUP BY item
EMIT CHANGES;

CREATE STREAM big_orders AS
SELECT item, price * quantity AS amount FROM orders WHERE price * quantity >= 100 EMIT CHANGES;
