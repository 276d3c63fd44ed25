/** PRINT: a topic's records as they are, decoded by its source's formats where it has one, else by a guess. */
import { WeirError } from '../../common/errors.ts';
import { didYouMean } from '../../common/nearest.ts';
import { BIGINT, INTEGER, VARCHAR } from '../../common/sql-type.ts';
import { Consumer } from '../../clients/consumer.ts';
import type { Print } from '../../sql/ast.ts';
import { writeText } from '../../sql/format-expression.ts';
import type { Engine } from '../engine/engine.ts';
import { ReaderPace } from './reader-pace.ts';
import { decodeForDisplay } from './record-text.ts';
import { Subscription } from './subscription.ts';
import type { OutputColumn } from '../output.ts';

const COLUMNS: readonly OutputColumn[] = [
  { name: 'rowtime', type: BIGINT, role: 'value' },
  { name: 'key', type: VARCHAR, role: 'value' },
  { name: 'value', type: VARCHAR, role: 'value' },
  { name: 'partition', type: INTEGER, role: 'value' },
  { name: 'offset', type: BIGINT, role: 'value' },
];

const KEY_COLUMNS = [{ name: 'key', type: VARCHAR }];

export async function openPrint(engine: Engine, statement: Print): Promise<Subscription> {
  const topics = await engine.broker.listTopics();
  const topic =
    topics.find((t) => t.topic === statement.topic) ??
    topics.find((t) => t.topic.toUpperCase() === statement.topic.toUpperCase());
  if (topic === undefined) {
    throw new WeirError('UNKNOWN_TOPIC', `There is no topic ${statement.topic}.`, {
      span: statement.topicSpan,
      ...didYouMean(
        statement.topic,
        topics.map((t) => t.topic),
        'SHOW TOPICS lists what there is.',
        (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : writeText(name)),
      ),
      details: { topic: statement.topic },
    });
  }
  const id = engine.runner.nextTransientId('print', topic.topic);
  const subscription = new Subscription(id, COLUMNS, statement.limit, KEY_COLUMNS);
  const consumer = new Consumer(engine.broker, { clientId: id, maxBytes: 256 * 1024 });
  const partitions = topic.partitions.map((p) => ({ topic: topic.topic, partition: p.partition }));
  consumer.assign(partitions);
  if (statement.fromBeginning) await consumer.seekToBeginning(partitions);
  else await consumer.seekToEnd(partitions);
  let seen = 0;
  engine.runner.startReader({
    id,
    subscription,
    statement: `PRINT ${topic.topic}`,
    sources: [],
    pace: new ReaderPace(),
    close: () => consumer.close(),
    step: async () => {
      const batches = await consumer.poll();
      for (const { partition, records, from } of batches) {
        for (let i = from; i < records.count; i++) {
          if (statement.interval !== undefined && seen++ % statement.interval !== 0) continue;
          const text = decodeForDisplay(engine, topic.topic, records.key(i), records.value(i));
          subscription.add({
            kind: records.value(i) === null ? '-D' : '+I',
            key: text.key === null ? null : [text.key],
            row: [records.timestampMs(i), text.key, text.value, partition, records.offset(i)],
            timestampMs: records.timestampMs(i),
            partition,
            offset: records.offset(i),
          });
        }
      }
      return batches.length > 0;
    },
  });
  return subscription;
}
