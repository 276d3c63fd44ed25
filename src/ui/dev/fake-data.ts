/** Fixed answers of the development double. */
import type { FunctionInfo, ImportPlan, SourceInfo, TopologyGraph } from '../../protocol/api.ts';

export function source(name: string, kind: 'STREAM' | 'TABLE', topic: string, materialized: boolean): SourceInfo {
  const flights = name !== 'AIRPORTS';
  return {
    name,
    kind,
    topic,
    keyFormat: 'KAFKA',
    valueFormat: 'JSON',
    windowType: materialized ? 'TUMBLING' : undefined,
    columns: flights
      ? [
          { name: 'ORIGIN', type: 'STRING', role: 'key' },
          { name: 'DATE', type: 'STRING', role: 'value' },
          { name: 'DELAY', type: 'BIGINT', role: 'value' },
          { name: 'DISTANCE', type: 'BIGINT', role: 'value' },
          { name: 'DESTINATION', type: 'STRING', role: 'value' },
        ]
      : ['IATA', 'NAME', 'CITY', 'STATE', 'COUNTRY'].map((column, i) => ({
          name: column,
          type: 'STRING',
          role: i === 0 ? ('key' as const) : ('value' as const),
        })),
    materialized,
    readOnly: false,
    statement: `CREATE ${kind} ${name} (...) WITH (KAFKA_TOPIC = '${topic}', FORMAT = 'JSON');`,
    writers: [],
    readers: [],
  };
}

export const FAKE_FUNCTIONS: readonly FunctionInfo[] = [
  ['COUNT', 'aggregate', 'Aggregates', 'Counts rows, or the values of a column that are not null.', 'COUNT(*)'],
  ['AVG', 'aggregate', 'Aggregates', 'The mean of a column.', 'AVG(DOUBLE x)'],
  ['ABS', 'scalar', 'Math', 'The absolute value.', 'ABS(BIGINT x) -> BIGINT'],
  ['UCASE', 'scalar', 'Text', 'The text in upper case.', 'UCASE(STRING text) -> STRING'],
  ['EXPLODE', 'table', 'Tables', 'One row for each element of an array.', 'EXPLODE(ARRAY<T> list) -> T'],
].map(([name = '', kind, category = '', description = '', signature = '']) => ({
  name,
  kind: kind === 'aggregate' ? 'aggregate' : kind === 'table' ? 'table' : 'scalar',
  category,
  description,
  signatures: [signature],
  examples: [],
}));

export function fakePlan(sample: string, fileName: string): ImportPlan {
  const csv = /\.csv$/i.test(fileName);
  const name = fileName.replace(/\..*$/, '').replaceAll(/\W+/g, '_').toUpperCase();
  const sourceName = name.startsWith('FLIGHTS') ? 'FLIGHTS' : name;
  const fields = csv
    ? (sample.split('\n')[0] ?? '').trim().split(',')
    : Object.keys((JSON.parse(`[${/\{[^}]*\}/.exec(sample)?.[0] ?? '{}'}]`) as Record<string, unknown>[])[0] ?? {});
  const columns = fields.map((field) => ({
    field,
    name: field.toUpperCase(),
    type: ['delay', 'distance'].includes(field)
      ? 'BIGINT'
      : ['latitude', 'longitude', 'time'].includes(field)
        ? 'DOUBLE'
        : 'STRING',
    samples: [...sample.matchAll(new RegExp(`"${field}":"?([^",}]*)`, 'g'))].slice(0, 3).map((m) => m[1] ?? ''),
  }));
  const key = fields.includes('origin') ? 'ORIGIN' : csv ? columns[0]?.name : undefined;
  const sourceKind = csv ? 'TABLE' : 'STREAM';
  return {
    fileName,
    format: csv ? 'csv' : 'json',
    columns,
    sourceKind,
    sourceName,
    keyColumn: key,
    timestampColumn: fields.includes('date') ? 'DATE' : undefined,
    timestampFormat: fields.includes('date') ? 'yyyy/MM/dd HH:mm' : undefined,
    topic: sourceName.toLowerCase(),
    partitions: csv ? 1 : 2,
    statement: `CREATE ${sourceKind} ${sourceName} (\n${columns
      .map((c) => `  ${c.name} ${c.type}${c.name === key ? (sourceKind === 'TABLE' ? ' PRIMARY KEY' : ' KEY') : ''}`)
      .join(
        ',\n',
      )}\n) WITH (\n  KAFKA_TOPIC = '${sourceName.toLowerCase()}',\n  FORMAT = 'JSON',\n  PARTITIONS = ${csv ? 1 : 2}\n);`,
  };
}

export function fakeTopology(queryId: string): TopologyGraph {
  const nodes: TopologyGraph['nodes'] = [
    { id: 't1', kind: 'topic', label: 'flights', detail: '2 partitions', subtopology: undefined },
    { id: 's0', kind: 'source', label: 'KSTREAM-SOURCE-0000000000', detail: 'reads flights', subtopology: 0 },
    { id: 'p1', kind: 'processor', label: 'KSTREAM-FILTER-0000000001', detail: 'DELAY > 60', subtopology: 0 },
    { id: 'p2', kind: 'processor', label: 'GroupBy', detail: 'key: DESTINATION', subtopology: 0 },
    {
      id: 's3',
      kind: 'sink',
      label: 'KSTREAM-SINK-0000000003',
      detail: 'writes the repartition topic',
      subtopology: 0,
    },
    {
      id: 't2',
      kind: 'topic',
      label: 'Aggregate-GroupBy-repartition',
      detail: '2 partitions',
      subtopology: undefined,
      reason: 'GROUP BY DESTINATION is not the key of flights: equal destinations must meet in one partition.',
    },
    {
      id: 's4',
      kind: 'source',
      label: 'KSTREAM-SOURCE-0000000004',
      detail: 'reads the repartition topic',
      subtopology: 1,
    },
    {
      id: 'p5',
      kind: 'processor',
      label: 'KSTREAM-AGGREGATE-0000000005',
      detail: 'COUNT(*), AVG(DELAY) by 1 day',
      subtopology: 1,
    },
    { id: 'st', kind: 'store', label: 'Aggregate-Materialize', detail: 'window store, 14 keys', subtopology: 1 },
    {
      id: 't3',
      kind: 'topic',
      label: 'Aggregate-Materialize-changelog',
      detail: 'compacted',
      subtopology: undefined,
      reason: 'Every change of the store, so that it comes back after a reload.',
    },
    { id: 's6', kind: 'sink', label: 'KSTREAM-SINK-0000000006', detail: 'writes DELAY_BY_AIRPORT', subtopology: 1 },
    { id: 't4', kind: 'topic', label: 'DELAY_BY_AIRPORT', detail: '2 partitions', subtopology: undefined },
  ];
  const edge = (from: string, to: string) => ({ from, to });
  return {
    queryId,
    nodes,
    edges: [
      edge('t1', 's0'),
      edge('s0', 'p1'),
      edge('p1', 'p2'),
      edge('p2', 's3'),
      edge('s3', 't2'),
      edge('t2', 's4'),
      edge('s4', 'p5'),
      edge('p5', 'st'),
      edge('st', 't3'),
      edge('p5', 's6'),
      edge('s6', 't4'),
    ],
    text: `Topologies:
   Sub-topology: 0
    Source: KSTREAM-SOURCE-0000000000 (topics: [flights])
      --> KSTREAM-FILTER-0000000001
    Processor: KSTREAM-FILTER-0000000001 (stores: [])
      --> KSTREAM-SINK-0000000003
      <-- KSTREAM-SOURCE-0000000000
    Sink: KSTREAM-SINK-0000000003 (topic: Aggregate-GroupBy-repartition)
      <-- KSTREAM-FILTER-0000000001`,
  };
}
