/**
 * Which properties SET, UNSET and ALTER SYSTEM take, and which values. Besides those that Weir reads (`config.ts`) these are
 * the reference's own and the clients' of Kafka: they are kept and shown, so that scripts written for a server run.
 */
import { WeirError } from '../common/errors.ts';
import { nearest } from '../common/nearest.ts';
import type { Span } from '../common/position.ts';
import { writeText } from '../sql/format-expression.ts';
import { FORMAT_NAMES } from '../serde/registry.ts';
import { CONFIG_DEFAULTS } from './config.ts';

/** Properties of the reference that change nothing here. */
const KSQL_NAMES = [
  'ksql.cast.strings.preserve.nulls',
  'ksql.create.or.replace.enabled',
  'ksql.fail.on.deserialization.error',
  'ksql.fail.on.production.error',
  'ksql.json_sr.converter.deserializer.enabled',
  'ksql.lambdas.enabled',
  'ksql.nested.error.set.null',
  'ksql.rowpartition.rowoffset.enabled',
  'ksql.runtime.feature.shared.enabled',
  'ksql.source.table.materialization.enabled',
  'ksql.suppress.buffer.size.bytes',
  'ksql.transient.prefix',
  'ksql.variable.substitution.enable',
];

/** Families of the reference whose members are taken by their prefix. */
const KSQL_FAMILIES =
  /^ksql\.(functions|query|udf|udfs|metrics|persistence|security|internal|connect|endpoint|websocket)\../;

/** Properties of Kafka Streams, consumers and producers. */
const KAFKA_NAMES = `acceptable.recovery.lag acks allow.auto.create.topics application.server auto.commit.interval.ms
  auto.offset.reset batch.size buffer.memory buffered.records.per.partition cache.max.bytes.buffering check.crcs client.id
  client.rack commit.interval.ms compression.type connections.max.idle.ms default.api.timeout.ms
  default.deserialization.exception.handler default.key.serde default.production.exception.handler
  default.timestamp.extractor default.value.serde delivery.timeout.ms enable.auto.commit enable.idempotence
  fetch.max.bytes fetch.max.wait.ms fetch.min.bytes group.instance.id heartbeat.interval.ms interceptor.classes
  isolation.level linger.ms max.block.ms max.in.flight.requests.per.connection max.partition.fetch.bytes
  max.poll.interval.ms max.poll.records max.request.size max.task.idle.ms max.warmup.replicas metadata.max.age.ms
  metrics.num.samples metrics.recording.level metrics.sample.window.ms num.standby.replicas num.stream.threads
  partition.assignment.strategy partitioner.class poll.ms probing.rebalance.interval.ms processing.guarantee
  receive.buffer.bytes reconnect.backoff.max.ms reconnect.backoff.ms repartition.purge.interval.ms replication.factor
  request.timeout.ms retries retry.backoff.ms rocksdb.config.setter send.buffer.bytes session.timeout.ms
  state.cleanup.delay.ms state.dir statestore.cache.max.bytes task.timeout.ms topology.optimization transaction.timeout.ms
  upgrade.from window.size.ms windowstore.changelog.additional.retention.ms`.split(/\s+/);

const isOwn = (name: string): name is keyof typeof CONFIG_DEFAULTS => Object.hasOwn(CONFIG_DEFAULTS, name);

/** Fixed when the engine is opened. */
const FIXED = /^ksql\.(service\.id|logging\..*)$/;

/** The name under which a property is held: those of Kafka may be written with the reference's prefix. */
export function settingName(name: string): string {
  return name === 'ksql.streams.auto.offset.reset' ? 'auto.offset.reset' : name;
}

/** @throws WeirError UNKNOWN_SETTING */
export function checkSettingName(name: string, span: Span): void {
  const bare = name.replace(/^ksql\.streams\.((main\.|restore\.|global\.)?consumer\.|producer\.|admin\.|topic\.)?/, '');
  const isKafkas = KAFKA_NAMES.includes(bare) || (bare !== name && bare.startsWith('__'));
  if (isOwn(name) || KSQL_NAMES.includes(name) || KSQL_FAMILIES.test(name) || isKafkas) return;
  const close = nearest(name, [...Object.keys(CONFIG_DEFAULTS), ...KSQL_NAMES, ...KAFKA_NAMES])[0];
  throw new WeirError(
    'UNKNOWN_SETTING',
    `'${name}' is not a property of ksqlDB, Kafka Streams, consumers or producers.`,
    {
      span,
      hint: close === undefined ? 'SHOW PROPERTIES lists those that Weir reads.' : `Did you mean '${close}'?`,
      instead: close === undefined ? undefined : writeText(close),
      details: { name, ...(close === undefined ? {} : { close }) },
    },
  );
}

/** `name = value` and where they stand. */
export interface Setting {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: string;
  readonly valueSpan: Span;
}

/** @throws WeirError UNKNOWN_SETTING, INVALID_SETTING */
export function checkSetting({ name, nameSpan, value, valueSpan }: Setting): void {
  checkSettingName(name, nameSpan);
  const refuse = (wanted: string, choices: readonly string[] = []): WeirError => {
    const close = nearest(value, choices)[0];
    return new WeirError('INVALID_SETTING', `The property '${name}' cannot be '${value}': it is ${wanted}.`, {
      span: valueSpan,
      hint:
        close === undefined
          ? `SET '${name}' = '${isOwn(name) ? CONFIG_DEFAULTS[name] : '...'}'; sets its default.`
          : `Did you mean '${close}'?`,
      instead: close === undefined ? undefined : writeText(close),
      details: { name, value },
    });
  };
  if (name === 'auto.offset.reset') {
    if (!/^(earliest|latest)$/i.test(value)) throw refuse("'earliest' or 'latest'", ['earliest', 'latest']);
    return;
  }
  if (!isOwn(name) || value === CONFIG_DEFAULTS[name]) return;
  if (name.startsWith('ksql.persistence.default.format.')) {
    if (!FORMAT_NAMES.some((format) => format === value.toUpperCase()))
      throw refuse(`one of ${FORMAT_NAMES.join(', ')}`, FORMAT_NAMES);
    return;
  }
  const isFlag = /^(true|false)$/.test(CONFIG_DEFAULTS[name]) || name === 'ksql.persistence.wrap.single.values';
  if (isFlag && !/^(true|false)$/i.test(value)) throw refuse("'true' or 'false'", ['true', 'false']);
  const isNumber = /\.(partitions|replicas|threads|ms|limit)$/.test(name);
  if (isNumber && !/^-?\d+$/.test(value)) throw refuse('a whole number');
}

/** @throws WeirError UNKNOWN_SETTING, INVALID_SETTING */
export function checkSystemSetting(setting: Setting): void {
  checkSetting(setting);
  const { name, nameSpan, value } = setting;
  if (!FIXED.test(name)) return;
  throw new WeirError(
    'INVALID_SETTING',
    `The property '${name}' cannot be altered: it is fixed when the engine is opened.`,
    {
      span: nameSpan,
      hint: 'Open the engine with another value.',
      details: { name, value },
    },
  );
}
