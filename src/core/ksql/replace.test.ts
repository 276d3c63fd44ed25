import { describe, expect, it } from 'vitest';
import { TestPlanner } from './testing.ts';

const SOURCES = [
  "CREATE STREAM a (id INT KEY, v INT, w INT) WITH (kafka_topic='a', value_format='JSON', partitions=1);",
  "CREATE STREAM other (id INT KEY, v INT, w INT) WITH (kafka_topic='o', value_format='JSON', partitions=1);",
  "CREATE TABLE t (id INT PRIMARY KEY, x INT) WITH (kafka_topic='t', value_format='JSON', partitions=1);",
];

const upgrade = (old: string, next: string): string | undefined => {
  const planner = new TestPlanner([...SOURCES, old]);
  const replacing = next.replace('CREATE', 'CREATE OR REPLACE');
  try {
    planner.run(replacing);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('CREATE OR REPLACE', () => {
  it.each([
    ['CREATE STREAM b AS SELECT id, v FROM a;', 'CREATE STREAM b AS SELECT id, v FROM a WHERE v > 0;'],
    ['CREATE STREAM b AS SELECT id, v FROM a;', 'CREATE STREAM b AS SELECT id, v + 1 AS v, w FROM a;'],
    [
      'CREATE TABLE b AS SELECT id, COUNT(v) AS n FROM a GROUP BY id;',
      'CREATE TABLE b AS SELECT id, COUNT(v) AS n FROM a WHERE v > 0 GROUP BY id;',
    ],
    [
      "CREATE STREAM c (id INT KEY, v INT) WITH (kafka_topic='c', value_format='JSON', partitions=1);",
      "CREATE STREAM c (id INT KEY, v INT, w INT) WITH (kafka_topic='c', value_format='JSON');",
    ],
  ])('takes %s to %s', (old, next) => {
    expect(upgrade(old, next)).toBeUndefined();
  });

  it.each([
    [
      'CREATE STREAM b AS SELECT id, v, w FROM a;',
      'CREATE STREAM b AS SELECT id, w, v FROM a;',
      '[`V` INTEGER, `W` INTEGER]',
    ],
    ['CREATE STREAM b AS SELECT id, v FROM a;', 'CREATE STREAM b AS SELECT id, w FROM a;', '[`V` INTEGER]'],
    [
      'CREATE STREAM b AS SELECT id, v FROM a;',
      'CREATE STREAM b AS SELECT id, v FROM a PARTITION BY v;',
      '`ID` INTEGER KEY',
    ],
    ['CREATE STREAM b AS SELECT id, v FROM a;', 'CREATE STREAM b AS SELECT id, v FROM other;', 'its sources are [A]'],
    [
      'CREATE STREAM b AS SELECT id, v FROM a;',
      "CREATE STREAM b WITH (value_format='AVRO') AS SELECT id, v FROM a;",
      'its value format is JSON',
    ],
    [
      'CREATE STREAM b AS SELECT a.id, v, x FROM a JOIN t ON a.id = t.id;',
      'CREATE STREAM b AS SELECT a.id, v, x FROM a JOIN t ON a.id = t.id WHERE v > 0;',
      'it joins',
    ],
    [
      'CREATE TABLE b AS SELECT id, COUNT(v) AS n FROM a GROUP BY id;',
      'CREATE TABLE b AS SELECT id, COUNT(v) AS n, SUM(v) AS s FROM a GROUP BY id;',
      'its aggregates are [COUNT(A.V)]',
    ],
    [
      'CREATE TABLE b AS SELECT id, COUNT(v) AS n FROM a GROUP BY id;',
      'CREATE TABLE b AS SELECT id, COUNT(v) AS n FROM a WHERE w > 0 GROUP BY id;',
      'its aggregation reads',
    ],
    [
      'CREATE TABLE b AS SELECT id, COUNT(v) AS n FROM a WINDOW TUMBLING (SIZE 1 SECOND) GROUP BY id;',
      'CREATE TABLE b AS SELECT id, COUNT(v) AS n FROM a WINDOW TUMBLING (SIZE 1 SECOND) WHERE v > 0 GROUP BY id;',
      'over windows',
    ],
    [
      "CREATE STREAM c (id INT KEY, v INT) WITH (kafka_topic='c', value_format='JSON', partitions=1);",
      "CREATE STREAM c (id INT KEY, k INT KEY, v INT) WITH (kafka_topic='c', key_format='KAFKA', value_format='JSON');",
      'KAFKA',
    ],
    [
      "CREATE STREAM c (id INT KEY, v INT) WITH (kafka_topic='c', format='JSON', partitions=1);",
      "CREATE STREAM c (id INT KEY, k INT KEY, v INT) WITH (kafka_topic='c', format='JSON');",
      '[`K` INTEGER KEY]',
    ],
  ])('refuses to take %s to %s', (old, next, reason) => {
    expect(upgrade(old, next)).toContain(reason);
  });
});
