/**
 * Session and server properties: those that Weir reads, with the reference's names and defaults. `SET` may give others,
 * which are kept and shown.
 *
 * `ksql.plugins.rocksdb.cache.size` is what one state store may hold in memory, in bytes; a larger one goes on in the scratch
 * file. `ksql.streams.commit.interval.ms` is how long records that a query has processed may wait for their commit while there
 * are more to process; 0 commits every step. SET gives the queries that are created afterwards others.
 */
import { WeirError } from '../common/errors.ts';

export const CONFIG_DEFAULTS = {
  'auto.offset.reset': 'latest',
  'ksql.persistence.default.format.key': 'KAFKA',
  'ksql.persistence.default.format.value': '',
  'ksql.persistence.wrap.single.values': '',
  'ksql.output.topic.name.prefix': '',
  'ksql.internal.topic.replicas': '1',
  'ksql.service.id': 'default_',
  'ksql.sink.partitions': '',
  'ksql.sink.replicas': '',
  'ksql.timestamp.throw.on.invalid': 'false',
  'ksql.functions.collect_list.limit': '',
  'ksql.functions.collect_set.limit': '',
  'ksql.functions.substring.legacy.args': 'false',
  'ksql.plugins.rocksdb.cache.size': String(256 * 1024 * 1024),
  'ksql.assert.topic.default.timeout.ms': '1000',
  'ksql.assert.schema.default.timeout.ms': '1000',
  'ksql.pull.queries.enable': 'true',
  'ksql.query.pull.stream.enabled': 'true',
  'ksql.query.push.v2.enabled': 'true',
  'ksql.query.pull.table.scan.enabled': 'true',
  'ksql.query.pull.range.scan.enabled': 'true',
  'ksql.streams.num.stream.threads': '1',
  'ksql.streams.commit.interval.ms': '200',
  'ksql.suppress.enabled': 'true',
  'ksql.logging.processing.topic.auto.create': 'false',
  'ksql.logging.processing.stream.auto.create': 'false',
  'ksql.logging.processing.topic.name': '',
  'ksql.logging.processing.stream.name': 'KSQL_PROCESSING_LOG',
  // ksqlDB leaves rows out, for its log is read by others than those who may read the data.
  'ksql.logging.processing.rows.include': 'true',
  'ksql.headers.columns.enabled': 'true',
  'ksql.new.query.planner.enabled': 'false',
} as const satisfies Record<string, string>;

export type ConfigName = keyof typeof CONFIG_DEFAULTS;

export class Config {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string> | Readonly<Record<string, string>> = {}) {
    this.#values = values instanceof Map ? values : new Map(Object.entries(values));
  }

  /** The value set, else the default; the empty text where neither says anything. */
  get(name: ConfigName): string {
    return this.#values.get(name) ?? CONFIG_DEFAULTS[name];
  }

  flag(name: ConfigName): boolean {
    return this.get(name).toLowerCase() === 'true';
  }

  /** @throws WeirError INVALID_PROPERTY when the value is no whole number of bytes */
  bytes(name: ConfigName): number {
    return this.#wholeNumber(name, 'bytes');
  }

  /** @throws WeirError INVALID_PROPERTY when the value is no whole number of milliseconds */
  milliseconds(name: ConfigName): number {
    return this.#wholeNumber(name, 'milliseconds');
  }

  #wholeNumber(name: ConfigName, unit: string): number {
    const value = Number(this.get(name));
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new WeirError('INVALID_PROPERTY', `${name} cannot be '${this.get(name)}'.`, {
      hint: `It is a number of ${unit}.`,
      details: { name },
    });
  }

  with(overrides: Readonly<Record<string, string>>): Config {
    return new Config(new Map([...this.#values, ...Object.entries(overrides)]));
  }

  /** All defaults and what was set, as plain data. */
  toRecord(): Readonly<Record<string, string>> {
    return { ...CONFIG_DEFAULTS, ...Object.fromEntries(this.#values) };
  }
}
