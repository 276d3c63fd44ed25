/** Names that completion offers and that no catalog holds. */
export const TYPE_NAMES: string[] =
  'BOOLEAN INT INTEGER BIGINT DOUBLE DECIMAL VARCHAR STRING BYTES DATE TIME TIMESTAMP ARRAY MAP STRUCT'.split(' ');

interface PropertyWord {
  readonly note: string;
  readonly values?: readonly string[];
  /** The value stands without quotes. */
  readonly bare?: boolean;
}

const FORMATS = ['JSON', 'DELIMITED', 'KAFKA', 'AVRO', 'PROTOBUF', 'PROTOBUF_NOSR', 'JSON_SR', 'NONE'];
const DELIMITERS = [',', ';', '|', 'TAB', 'SPACE'];

/** The properties of WITH. */
export const PROPERTIES: Readonly<Record<string, PropertyWord>> = {
  KAFKA_TOPIC: { note: 'the topic that holds the records' },
  FORMAT: { note: 'of keys and values', values: FORMATS },
  KEY_FORMAT: { note: 'of keys', values: FORMATS },
  VALUE_FORMAT: { note: 'of values', values: FORMATS },
  PARTITIONS: { note: 'of a topic that is made', values: ['1', '2', '4', '8'], bare: true },
  REPLICAS: { note: 'of a topic that is made', values: ['1'], bare: true },
  TIMESTAMP: { note: 'the column that holds the time of an event' },
  TIMESTAMP_FORMAT: {
    note: 'of that column, as java.time writes patterns',
    values: ['yyyy-MM-dd HH:mm:ss', "yyyy-MM-dd''T''HH:mm:ssX"],
  },
  WRAP_SINGLE_VALUE: { note: 'is a single column put into an object?', values: ['true', 'false'], bare: true },
  KEY_DELIMITER: { note: 'of DELIMITED keys', values: DELIMITERS },
  VALUE_DELIMITER: { note: 'of DELIMITED values', values: DELIMITERS },
  WINDOW_TYPE: { note: 'of windowed keys', values: ['TUMBLING', 'HOPPING', 'SESSION'] },
  WINDOW_SIZE: { note: 'of windowed keys', values: ['1 MINUTES', '1 HOURS', '1 DAYS'] },
  KEY_SCHEMA_ID: { note: 'in the schema registry' },
  VALUE_SCHEMA_ID: { note: 'in the schema registry' },
  KEY_SCHEMA_FULL_NAME: { note: 'of the record in the schema' },
  VALUE_SCHEMA_FULL_NAME: { note: 'of the record in the schema' },
  RETENTION_MS: { note: 'of a topic that is made', bare: true },
  CLEANUP_POLICY: { note: 'of a topic that is made', values: ['delete', 'compact', 'compact,delete'] },
};

/** What SET takes, with usual values. */
export const SESSION_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'auto.offset.reset': ['earliest', 'latest'],
  'processing.guarantee': ['exactly_once_v2', 'at_least_once'],
  'commit.interval.ms': ['0', '100', '2000'],
  'ksql.query.pull.table.scan.enabled': ['true', 'false'],
  'ksql.timestamp.throw.on.invalid': ['true', 'false'],
};
