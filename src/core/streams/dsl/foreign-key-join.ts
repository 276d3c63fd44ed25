/** Wires a foreign-key join: the topology is drawn in processors/foreign-key-join.ts. */
import { WeirError } from '../../common/errors.ts';
import {
  ForeignTableJoinProcessor,
  ResponseJoinProcessor,
  SubscriptionJoinProcessor,
  SubscriptionReceiveProcessor,
  SubscriptionSendProcessor,
} from '../processors/foreign-key-join.ts';
import { responseSerde, subscriptionSerde, type ResponseMessage } from '../processors/foreign-key-messages.ts';
import { PassThroughProcessor } from '../processors/stateless.ts';
import { TableSource, valueIsRow } from '../processors/table-source.ts';
import { keyValueStoreBuilder } from '../state/key-value-store.ts';
import { subscriptionStoreBuilder } from '../state/subscription-store.ts';
import type { ForeignKeyJoined, KTable, Materialized } from './api.ts';
import type { InternalBuilder, TableParts } from './internal-builder.ts';

const PREFIX = 'KTABLE-FK-JOIN-';
const SEND = 'SUBSCRIPTION-REGISTRATION';
const ANSWER = 'SUBSCRIPTION-JOIN';
const TELL = 'FOREIGN-TABLE-JOIN';
const OUTPUT = 'OUTPUT';

export function addForeignKeyJoin<K, KO, V, VO, R>(
  builder: InternalBuilder,
  left: TableParts<K, V>,
  right: TableParts<KO, VO>,
  foreignKey: (key: K, value: V) => KO | null,
  joiner: (left: V, right: VO | null) => R | null,
  joined: ForeignKeyJoined<K, KO, V, VO, R>,
  leftJoin: boolean,
  materialized: Materialized<K, R> | undefined,
): KTable<K, R> {
  const { topology } = builder;
  const { name, keys, keySerde, leftSerde, foreignKeys, foreignKeySerde, rightSerde } = joined;
  const nameOf = (suffix: string): string =>
    name === undefined ? builder.newName(`${PREFIX}${suffix}-`) : `${name}-${suffix}`;

  left.processor.enableSendingOldValues(true);
  const send = nameOf(SEND);
  builder.processor(send, () => new SubscriptionSendProcessor({ foreignKey, foreignKeys, leftSerde, leftJoin }), [
    left.nodeName,
  ]);
  const subscriptions = builder.through({
    kind: 'subscription',
    partitions: undefined,
    topic: `${send}-topic`,
    parent: send,
    keySerde: foreignKeySerde,
    valueSerde: subscriptionSerde(keySerde),
    partitioner: undefined,
    reason: `${left.nodeName} asks for rows of ${right.nodeName} by their key`,
  });
  builder.copartition(new Set([subscriptions]), right.sources);

  const receive = nameOf('SUBSCRIPTION-RECEIVE');
  const storeName =
    name === undefined ? builder.newStoreName(`${PREFIX}SUBSCRIPTION-`) : `${name}-SUBSCRIPTION-STATE-STORE`;
  builder.processor(receive, () => new SubscriptionReceiveProcessor(storeName), [subscriptions]);
  const subscriptionJoin = nameOf(ANSWER);
  const rightView = right.processor.view();
  builder.processor(
    subscriptionJoin,
    () => new SubscriptionJoinProcessor(rightView.create()),
    [receive],
    rightView.storeNames,
  );
  const foreignJoin = nameOf(TELL);
  builder.processor(foreignJoin, () => new ForeignTableJoinProcessor(storeName), [right.nodeName]);
  topology.addStore(
    subscriptionStoreBuilder({ name: storeName, keys, keySerde, foreignKeys, foreignKeySerde, logging: true }),
    [receive, foreignJoin],
  );
  const merge = nameOf('SUBSCRIPTION-RESPONSE');
  builder.processor(merge, () => new PassThroughProcessor(), [subscriptionJoin, foreignJoin]);
  const responses = builder.through({
    kind: 'subscription',
    partitions: undefined,
    topic: `${merge}-topic`,
    parent: merge,
    keySerde,
    valueSerde: responseSerde(rightSerde),
    // An answer goes to the partition that asked, whatever partitioned the left table.
    partitioner: { partition: (_key: unknown, response: ResponseMessage<VO>) => response.partition },
    reason: `${right.nodeName} answers to the rows of ${left.nodeName} that refer to it`,
  });
  const sources = builder.copartition(new Set([responses]), left.sources);

  const resolve = nameOf('SUBSCRIPTION-RESPONSE-RESOLVER');
  const leftView = left.processor.view();
  builder.processor(
    resolve,
    () => new ResponseJoinProcessor(leftView.create(), { leftSerde, joiner, leftJoin }),
    [responses],
    leftView.storeNames,
  );
  const output = nameOf(OUTPUT);
  const resultStore =
    materialized?.name ?? (name === undefined ? builder.newStoreName(PREFIX) : `${name}-OUTPUT-store`);
  const processor = new TableSource<K, R, R>(resultStore, valueIsRow, () => {
    const valueSerde = materialized?.valueSerde ?? joined.resultSerde;
    if (valueSerde === undefined) {
      throw new WeirError('INVALID_TOPOLOGY', `The result of ${output} must be kept, and no serde was given for it.`);
    }
    const { packing, layoutVersion, logging = true } = materialized ?? {};
    topology.addStore(
      keyValueStoreBuilder({ name: resultStore, keys, keySerde, valueSerde, packing, layoutVersion, logging }),
      [output],
    );
  });
  builder.processor(output, processor.supplier, [resolve]);
  if (materialized !== undefined) processor.materialize();
  const queryableStoreName = (): string | undefined => processor.queryableStoreName;
  return builder.handles.table({ nodeName: output, sources, processor, queryableStoreName });
}

/** The nodes of a foreign-key join that was given a name: where rows ask, are answered, are told, and where results come out. */
export function namedForeignKeyNodes(name: string): {
  readonly send: string;
  readonly answer: string;
  readonly tell: string;
  readonly output: string;
} {
  return {
    send: `${name}-${SEND}`,
    answer: `${name}-${ANSWER}`,
    tell: `${name}-${TELL}`,
    output: `${name}-${OUTPUT}`,
  };
}
