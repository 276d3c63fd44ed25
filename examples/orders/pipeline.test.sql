--@test: an item's total grows with each order
RUN SCRIPT 'pipeline.sql';

INSERT INTO orders (item, price, quantity, sold) VALUES ('tea', 3.50, 2, '2024-03-01T10:00:00');
ASSERT VALUES totals (item, orders, total) VALUES ('tea', 1, 7.00);

INSERT INTO orders (item, price, quantity, sold) VALUES ('tea', 3.50, 1, '2024-03-01T10:30:00');
ASSERT VALUES totals (item, orders, total) VALUES ('tea', 2, 10.50);

--@test: hours are counted apart
RUN SCRIPT 'pipeline.sql';

INSERT INTO orders (item, price, quantity, sold) VALUES ('jam', 4.00, 3, '1970-01-01T00:59:59');
INSERT INTO orders (item, price, quantity, sold) VALUES ('jam', 4.00, 5, '1970-01-01T01:00:00');
ASSERT VALUES hourly (item, windowstart, windowend, sold) VALUES ('jam', 0, 3600000, 3);
ASSERT VALUES hourly (item, windowstart, windowend, sold) VALUES ('jam', 3600000, 7200000, 5);

--@test: big orders have a stream of their own
RUN SCRIPT 'pipeline.sql';

INSERT INTO orders (item, price, quantity, sold) VALUES ('tea', 3.50, 2, '2024-03-01T10:00:00');
INSERT INTO orders (item, price, quantity, sold) VALUES ('pot', 25.00, 4, '2024-03-01T10:00:00');
ASSERT VALUES big_orders (item, amount) VALUES ('pot', 100.00);

--@test: an order of a price that is none is refused
--@expected.error: TYPE_MISMATCH
RUN SCRIPT 'pipeline.sql';

INSERT INTO orders (item, price, quantity) VALUES ('tea', 'much', 2);
