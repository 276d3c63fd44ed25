/**
 * A double of the engine, to work on the page without one: it knows the statements of the first lesson by their first
 * words and makes up plausible records. `?scene=empty`, `?scene=locked`, `?scene=flood`, `?scene=lost` and `?scene=broken` choose what
 * the page meets.
 */
import { EngineError } from '../../client/errors.ts';
import type {
  Cell,
  EngineApi,
  EngineUpdate,
  ExecuteOptions,
  ImportPlan,
  ImportProgress,
  OpenOptions,
  OpenResult,
  QueryInfo,
  ReadRecordsRequest,
  RecordDetail,
  RecordView,
  ResultRow,
  SchemaCheck,
  SchemaType,
  SchemaVersion,
  SourceInfo,
  StatementResult,
  SubjectInfo,
  SubscriptionUpdate,
  TableRows,
  TableRowsRequest,
  TopicInfo,
  TopologyGraph,
  UserFunction,
  WorkspaceInfo,
} from '../../protocol/api.ts';
import { spanAt, statementRanges } from '../editor/statements.ts';
import { airport, airportRow, AIRPORTS, delayRow, FakeTopic, flight, mix } from './fake-log.ts';
import { FAKE_FUNCTIONS, fakePlan, fakeTopology, source } from './fake-data.ts';

const TICK_MS = 50;
const cell = (text: string, kind: Cell['kind'] = 'string'): Cell => ({ kind, text });

interface FakeQuery {
  info: QueryInfo;
  readonly from: string;
  readonly into: string;
  /** Rows out per row in. */
  readonly ratio: number;
  carry: number;
}
interface FakeSubscription {
  readonly id: string;
  readonly limit: number;
  readonly print: boolean;
  paused: boolean;
  total: number;
}
interface FakeImport {
  progress: ImportProgress;
  readonly topic: string;
  readonly target: number;
}

export class FakeEngine implements EngineApi {
  readonly #scene: string;
  #paused = false;
  #tick = 0;
  #topics = new Map<string, FakeTopic>();
  #sources = new Map<string, SourceInfo>();
  #queries = new Map<string, FakeQuery>();
  #subscriptions = new Map<string, FakeSubscription>();
  #imports = new Map<string, FakeImport>();
  #dropped = { sources: [] as string[], queries: [] as string[], topics: [] as string[] };
  #changed = { sources: new Set<string>() };
  #listener: ((update: EngineUpdate) => Promise<void>) | undefined;
  #ids = 1;

  constructor(parameters: URLSearchParams) {
    this.#scene = parameters.get('scene') ?? 'full';
  }

  async open(options: OpenOptions): Promise<OpenResult> {
    await new Promise((resolve) => setTimeout(resolve, 60));
    if (this.#scene === 'broken') {
      throw new EngineError({
        code: 'STORAGE_FAILED',
        kind: 'storage',
        message: 'The browser refused to open the workspace\u2019s database: it is in private mode.',
        hint: 'Open the page in a normal window, or use a workspace that is kept in memory.',
        details: {},
      });
    }
    if (this.#scene === 'locked' && options.takeOver !== true) {
      return { kind: 'locked', workspace: options.workspace, holder: 'a tab opened at 08:12' };
    }
    if (this.#scene !== 'empty') this.#fill();
    return {
      kind: 'open',
      snapshot: {
        workspace: options.workspace,
        sources: [...this.#sources.values()],
        topics: [...this.#topics.values()].map((topic) => topic.info()),
        queries: [...this.#queries.values()].map((query) => query.info),
        types: [],
        functions: FAKE_FUNCTIONS,
      },
    };
  }

  #fill(): void {
    this.#createSource('FLIGHTS', 'STREAM', flight, 2);
    this.#createSource('AIRPORTS', 'TABLE', airportRow, 1);
    this.#topics.get('flights')?.append(20_000, 1);
    this.#topics.get('airports')?.append(3376, 1);
    this.#query('CSAS_DELAYED_3', 'FLIGHTS', 'DELAYED', flight, 'STREAM', 0.4);
    this.#query('CTAS_DELAY_BY_AIRPORT_5', 'FLIGHTS', 'DELAY_BY_AIRPORT', delayRow, 'TABLE', 0.6);
    this.#topics.get('flights')?.consume('_confluent-ksql-default_query_CSAS_DELAYED_3', 19_980);
    this.#topics.get('flights')?.consume('_confluent-ksql-default_query_CTAS_DELAY_BY_AIRPORT_5', 19_200);
    this.#topics.get('DELAYED')?.append(8_000, 2);
    this.#topics.get('DELAY_BY_AIRPORT')?.append(9_000, 2);
    const changelog = new FakeTopic(
      '_confluent-ksql-default_query_CTAS_DELAY_BY_AIRPORT_5-Aggregate-Aggregate-Materialize-changelog',
      'changelog',
      2,
      delayRow,
      true,
    );
    changelog.append(600, 3);
    this.#topics.set(changelog.name, changelog);
    const commands = new FakeTopic(
      '__consumer_offsets',
      'internal',
      1,
      (_, o) => ({ key: `group-${o % 3}`, value: `${o}` }),
      true,
    );
    commands.append(120, 1);
    this.#topics.set(commands.name, commands);
  }

  #createSource(name: string, kind: 'STREAM' | 'TABLE', generate: FakeTopic['generate'], partitions: number): void {
    const topic = kind === 'TABLE' || partitions === 2 ? name.toLowerCase() : name;
    this.#sources.set(name, source(name, kind, topic, false));
    this.#topics.set(topic, new FakeTopic(topic, 'user', partitions, generate, kind === 'TABLE'));
    this.#changed.sources.add(name);
  }

  #query(
    id: string,
    from: string,
    into: string,
    generate: FakeTopic['generate'],
    kind: 'STREAM' | 'TABLE',
    ratio: number,
  ): void {
    this.#sources.set(into, { ...source(into, kind, into, kind === 'TABLE'), writers: [id] });
    const origin = this.#sources.get(from);
    if (origin !== undefined) this.#sources.set(from, { ...origin, readers: [...origin.readers, id] });
    this.#topics.set(into, new FakeTopic(into, 'user', 2, generate));
    this.#changed.sources.add(into).add(from);
    this.#queries.set(id, {
      from: origin?.topic ?? 'flights',
      into,
      ratio,
      carry: 0,
      info: {
        id,
        kind: 'PERSISTENT',
        state: 'RUNNING',
        statement: `CREATE ${kind} ${into} AS SELECT * FROM ${from} EMIT CHANGES;`,
        sources: [from],
        sink: into,
        consumed: 0,
        produced: 0,
        consumedPerSecond: 0,
        producedPerSecond: 0,
        lag: 0,
        skipped: kind === 'TABLE' ? { late: 12, nullKey: 3 } : {},
      },
    });
  }

  async close(): Promise<void> {
    this.#listener = undefined;
  }

  async listen(listener: (update: EngineUpdate) => Promise<void>): Promise<void> {
    this.#listener = listener;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    while (this.#listener !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      await this.#listener(this.#advance());
    }
  }

  #advance(): EngineUpdate {
    this.#tick++;
    const subscriptions: SubscriptionUpdate[] = [];
    const imports: ImportProgress[] = [];
    if (!this.#paused) {
      const trickle = this.#scene === 'flood' ? 5000 : this.#tick % 4 === 0 ? 2 : 0;
      const flights = this.#topics.get('flights');
      if (flights !== undefined && flights.count > 0 && this.#imports.size === 0) flights.append(trickle, this.#tick);
      for (const query of this.#queries.values()) this.#run(query, 4000);
    }
    for (const [id, job] of this.#imports) {
      imports.push(this.#load(id, job));
    }
    for (const subscription of this.#subscriptions.values()) {
      const update = this.#rows(subscription);
      if (update !== undefined) subscriptions.push(update);
    }
    const update: EngineUpdate = {
      sources: [...this.#changed.sources].flatMap((name) => this.#sources.get(name) ?? []),
      droppedSources: this.#dropped.sources,
      topics: [...this.#topics.values()].map((topic): TopicInfo => topic.info()),
      deletedTopics: this.#dropped.topics,
      queries: [...this.#queries.values()].map((query) => query.info),
      endedQueries: this.#dropped.queries,
      subscriptions,
      tables:
        this.#tick % 10 === 0 && !this.#paused
          ? [...this.#sources.values()]
              .filter((s) => s.materialized)
              .map((s) => ({
                source: s.name,
                version: this.#tick,
              }))
          : [],
      imports,
      notices: [],
      engine: {
        state: this.#scene === 'lost' && this.#tick > 10 ? 'lost' : this.#paused ? 'paused' : 'running',
        usedBytes: [...this.#topics.values()].reduce((sum, topic) => sum + topic.count * 96, 0),
        quotaBytes: 2_000_000_000,
      },
    };
    this.#changed.sources.clear();
    this.#dropped = { sources: [], queries: [], topics: [] };
    return update;
  }

  #run(query: FakeQuery, budget: number): void {
    if (query.info.state !== 'RUNNING') return;
    const from = this.#topics.get(query.from);
    const into = this.#topics.get(query.into);
    if (from === undefined || into === undefined) return;
    const group = `_confluent-ksql-default_query_${query.info.id}`;
    const moved = from.consume(group, budget);
    query.carry += moved * query.ratio;
    const produced = Math.floor(query.carry);
    query.carry -= produced;
    into.append(produced, this.#tick);
    const smooth = (rate: number, count: number): number => rate * 0.9 + ((count * 1000) / TICK_MS) * 0.1;
    query.info = {
      ...query.info,
      consumed: query.info.consumed + moved,
      produced: query.info.produced + produced,
      consumedPerSecond: smooth(query.info.consumedPerSecond, moved),
      producedPerSecond: smooth(query.info.producedPerSecond, produced),
      lag: from.lag(group),
    };
  }

  #load(id: string, job: FakeImport): ImportProgress {
    const { progress } = job;
    if (progress.state === 'running') {
      const records = Math.min(job.target, progress.records + Math.ceil(job.target / 40));
      this.#topics.get(job.topic)?.append(records - progress.records, this.#tick);
      job.progress = {
        ...progress,
        records,
        readBytes: Math.round((progress.totalBytes * records) / job.target),
        badRows: Math.floor(records / 6000),
        badRowSamples: Array.from({ length: Math.floor(records / 6000) }, (_, i) => ({
          line: 6000 * (i + 1),
          text: '{"date":"2001/02/30 25:00","delay":"n/a"}',
          reason: 'DATE: "2001/02/30 25:00" does not match yyyy/MM/dd HH:mm',
        })),
        state: records >= job.target ? 'done' : 'running',
      };
    } else this.#imports.delete(id);
    return job.progress;
  }

  #rows(subscription: FakeSubscription): SubscriptionUpdate | undefined {
    const { id, limit } = subscription;
    if (subscription.paused || this.#paused) return undefined;
    const batch = subscription.total < 2000 ? 400 : this.#scene === 'flood' ? 5000 : this.#tick % 4 === 0 ? 2 : 0;
    const count = Math.min(batch, limit - subscription.total);
    if (count <= 0 && subscription.total < limit) return undefined;
    const rows: ResultRow[] = [];
    for (let i = 0; i < Math.min(count, 1000); i++) rows.push(this.#row(subscription, subscription.total + i));
    subscription.total += count;
    const ended = subscription.total >= limit;
    if (ended) this.#subscriptions.delete(id);
    return { subscription: id, rows, total: subscription.total, done: ended ? { reason: 'limit' } : undefined };
  }

  #row(subscription: FakeSubscription, offset: number): ResultRow {
    const seed = mix(offset % 2, Math.floor(offset / 2));
    const key = airport(seed);
    const position = {
      timestampMs: Date.UTC(2001, 0, 1) + offset * 30_500,
      partition: offset % 2,
      offset: Math.floor(offset / 2),
    };
    const kind = seed % 9 === 0 ? '-D' : seed % 4 === 0 ? '+U' : '+I';
    if (subscription.print)
      return {
        kind: '+I',
        cells: [cell(key), cell(flight(offset % 2, offset).value ?? 'null', 'nested')],
        key,
        ...position,
      };
    return {
      kind,
      key,
      cells: [
        cell(key),
        cell(String((seed % 240) - 20), 'number'),
        seed % 13 === 0 ? cell('null', 'null') : cell(String(200 + (seed % 2400)), 'number'),
        cell(airport(seed >>> 5)),
        cell(`${airport(seed >>> 5)} International`),
      ],
      ...position,
    };
  }

  async execute(sql: string, _options?: ExecuteOptions): Promise<readonly StatementResult[]> {
    await new Promise((resolve) => setTimeout(resolve, 30));
    const answers: StatementResult[] = [];
    for (const { start, end } of statementRanges(sql)) {
      const answer = this.#statement(sql.slice(start, end), sql, start);
      answers.push(answer);
      if (answer.kind === 'error') break;
    }
    return answers;
  }

  #statement(statement: string, sql: string, start: number): StatementResult {
    const span = spanAt(sql, start, start + statement.length);
    const status = (message: string, queryId?: string): StatementResult => ({
      kind: 'status',
      statement,
      span,
      message,
      queryId,
    });
    const columns = (...names: string[]) =>
      names.map((name, i) => ({ name, type: 'STRING', role: i === 0 ? ('key' as const) : ('value' as const) }));
    const grid = (
      title: string,
      names: string[],
      rows: Cell[][],
      notes: { title: string; text: string }[] = [],
    ): StatementResult => ({
      kind: 'rows',
      statement,
      span,
      title,
      columns: columns(...names),
      rows,
      notes,
      elapsedMs: 1.4,
    });
    const word = (pattern: RegExp): string | undefined => pattern.exec(statement)?.[1]?.toUpperCase();
    const created = word(/^CREATE\s+(?:OR\s+REPLACE\s+)?(STREAM|TABLE)\b/i);
    const name = word(/^CREATE\s+(?:OR\s+REPLACE\s+)?(?:STREAM|TABLE)\s+(\w+)/i);
    if (created !== undefined && name !== undefined) {
      const kind = created === 'TABLE' ? 'TABLE' : 'STREAM';
      const from = word(/\bFROM\s+(\w+)/i);
      if (from === undefined) {
        this.#createSource(name, kind, kind === 'TABLE' ? airportRow : flight, kind === 'TABLE' ? 1 : 2);
        return status(`${kind === 'TABLE' ? 'Table' : 'Stream'} ${name} created`);
      }
      if (!this.#sources.has(from)) return this.#unknown(statement, from, sql, start);
      const id = `${kind === 'TABLE' ? 'CTAS' : 'CSAS'}_${name}_${this.#ids++}`;
      this.#query(id, from, name, kind === 'TABLE' ? delayRow : flight, kind, 0.5);
      return status(`Created query with ID ${id}`, id);
    }
    if (/^(SHOW|LIST)\s+TOPICS/i.test(statement)) {
      return grid(
        'Topics',
        ['Topic', 'Partitions', 'Replicas'],
        [...this.#topics.values()].map((t) => [
          cell(t.name),
          cell(String(t.ends.length), 'number'),
          cell('1', 'number'),
        ]),
      );
    }
    if (/^(SHOW|LIST)\s+(STREAMS|TABLES)/i.test(statement)) {
      return grid(
        'Streams',
        ['Stream Name', 'Kafka Topic', 'Key Format', 'Value Format', 'Windowed'],
        [...this.#sources.values()].map((s) => [
          cell(s.name),
          cell(s.topic),
          cell(s.keyFormat),
          cell(s.valueFormat),
          cell('false', 'boolean'),
        ]),
      );
    }
    if (/^(DESCRIBE|EXPLAIN)\b/i.test(statement)) {
      return grid(
        'Describe',
        ['Field', 'Type'],
        this.#sources.get('FLIGHTS')?.columns.map((c) => [cell(c.name), cell(c.type)]) ?? [],
        [{ title: 'Topology', text: fakeTopology('CSAS_DELAYED_3').text }],
      );
    }
    const control = /^(TERMINATE|PAUSE|RESUME)\s+(\w+)/i.exec(statement);
    if (control !== null) return this.#control(control[1]?.toUpperCase() ?? '', control[2] ?? '', status);
    const print = /^PRINT\b/i.test(statement);
    if (print || (/^SELECT\b/i.test(statement) && /EMIT\s+CHANGES/i.test(statement))) {
      const from = word(/\bFROM\s+(\w+)/i);
      if (!print && from !== undefined && !this.#sources.has(from)) return this.#unknown(statement, from, sql, start);
      const id = `sub-${this.#ids++}`;
      const limit = Number(/\bLIMIT\s+(\d+)/i.exec(statement)?.[1] ?? Infinity);
      this.#subscriptions.set(id, { id, limit, print, paused: false, total: 0 });
      const named = print
        ? columns('key', 'value')
        : ['ORIGIN', 'DELAY', 'DISTANCE', 'DESTINATION', 'DESTINATION_NAME'].map((n, i) => ({
            name: n,
            type: i === 1 || i === 2 ? 'BIGINT' : 'STRING',
            role: i === 0 ? ('key' as const) : ('value' as const),
          }));
      return { kind: 'subscription', statement, span, subscription: id, columns: named };
    }
    if (/^SELECT\b/i.test(statement)) {
      return grid(
        'DELAY_BY_AIRPORT',
        ['ORIGIN', 'WINDOWSTART', 'FLIGHTS', 'AVG_DELAY'],
        AIRPORTS.slice(0, 3).map((a, i) => [
          cell(a),
          cell('2001-01-01T00:00', 'time'),
          cell(String(30 + i), 'number'),
          cell(String(12.5 + i), 'number'),
        ]),
      );
    }
    if (/^(INSERT|SET|DEFINE|DROP|UNSET)\b/i.test(statement)) return status('Done');
    return {
      kind: 'error',
      statement,
      span,
      error: {
        code: 'SYNTAX',
        kind: 'user',
        message: `"${statement.split(/\s/)[0] ?? ''}" does not begin a statement.`,
        span: spanAt(sql, start, start + (statement.split(/\s/)[0]?.length ?? 1)),
        hint: 'Statements begin with SELECT, CREATE, INSERT, SHOW, DESCRIBE and the like.',
        details: {},
      },
    };
  }

  #unknown(statement: string, name: string, sql: string, start: number): StatementResult {
    const at = start + statement.toUpperCase().indexOf(name);
    const span = spanAt(sql, at, at + name.length);
    return {
      kind: 'error',
      statement,
      span: spanAt(sql, start, start + statement.length),
      error: {
        code: 'SYNTAX',
        kind: 'user',
        message: `There is no stream or table ${name}.`,
        span,
        hint: 'Did you mean FLIGHTS?',
        rewrite: { title: 'Replace with FLIGHTS', span, text: 'FLIGHTS' },
        details: {},
      },
    };
  }

  #control(action: string, id: string, status: (message: string) => StatementResult): StatementResult {
    const query = this.#queries.get(id);
    if (query === undefined) return status(`No query ${id}`);
    if (action === 'TERMINATE') {
      this.#queries.delete(id);
      this.#dropped.queries.push(id);
    } else
      query.info = {
        ...query.info,
        state: action === 'PAUSE' ? 'PAUSED' : 'RUNNING',
        consumedPerSecond: 0,
        producedPerSecond: 0,
      };
    return status(`Query ${id} ${action.toLowerCase()}d`);
  }

  async stop(subscription: string): Promise<void> {
    const known = this.#subscriptions.get(subscription);
    this.#subscriptions.delete(subscription);
    const ended = { subscription, rows: [], total: known?.total ?? 0, done: { reason: 'stopped' as const } };
    await this.#listener?.({ ...this.#advance(), subscriptions: [ended] });
  }
  async pause(subscription: string, paused: boolean): Promise<void> {
    const known = this.#subscriptions.get(subscription);
    if (known !== undefined) known.paused = paused;
  }
  async setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
  }
  async step(): Promise<void> {
    for (const query of this.#queries.values()) this.#run(query, 1);
  }

  async readRecords(request: ReadRecordsRequest): Promise<readonly RecordView[]> {
    await new Promise((resolve) => setTimeout(resolve, 4));
    const topic = this.#topics.get(request.topic);
    const records: RecordView[] = [];
    const end = topic?.ends[request.partition] ?? 0;
    for (let offset = request.from; offset < end && records.length < request.limit; offset++) {
      const view = topic?.view(request.partition, offset);
      if (view !== undefined) records.push(view);
    }
    return records;
  }
  async readRecord(topic: string, partition: number, offset: number): Promise<RecordDetail | undefined> {
    return this.#topics.get(topic)?.detail(partition, offset);
  }

  async tableRows(request: TableRowsRequest): Promise<TableRows> {
    const now = this.#tick / 10;
    return {
      source: request.source,
      columns: [
        { name: 'ORIGIN', type: 'STRING', role: 'key' },
        { name: 'WINDOWSTART', type: 'BIGINT', role: 'key' },
        { name: 'FLIGHTS', type: 'BIGINT', role: 'value' },
        { name: 'AVG_DELAY', type: 'DOUBLE', role: 'value' },
      ],
      rows: AIRPORTS.flatMap((key, i) =>
        [0, 1, 2, 3].map((day) => ({
          key: day === 3 ? key : `${key}@${day}/${day + 1}`,
          cells: [
            cell(key),
            cell(`2001-01-0${day + 1}T00:00`, 'time'),
            cell(String(Math.floor(now / (i + 3)) + 10 * day), 'number'),
            cell((i * 3.7 + day).toFixed(2), 'number'),
          ],
        })),
      ),
      total: AIRPORTS.length * 4,
      version: this.#tick,
    };
  }

  async topology(queryId: string): Promise<TopologyGraph> {
    return fakeTopology(queryId);
  }
  async evaluate(expression: string): Promise<Cell> {
    return cell(expression);
  }
  async workspaces(): Promise<readonly WorkspaceInfo[]> {
    return [{ name: 'default', sizeBytes: 0 }];
  }
  async deleteWorkspace(): Promise<void> {}
  async userFunctions(): Promise<readonly UserFunction[]> {
    return [];
  }
  async addFunction(): Promise<void> {}
  async removeFunction(): Promise<void> {}
  async subjects(): Promise<readonly SubjectInfo[]> {
    return [];
  }
  async subjectVersions(): Promise<readonly SchemaVersion[]> {
    return [];
  }
  async checkSchema(): Promise<SchemaCheck> {
    return { kind: 'compatible' };
  }
  async registerSchema(_subject: string, type: SchemaType, schema: string): Promise<SchemaVersion> {
    return { version: 1, id: 1, type, schema };
  }
  async setCompatibility(): Promise<void> {}
  async planImport(file: Blob, fileName: string): Promise<ImportPlan> {
    return fakePlan(await file.slice(0, 20_000).text(), fileName);
  }
  async replanImport(plan: ImportPlan): Promise<ImportPlan> {
    return {
      ...plan,
      statement: plan.statement.replace(/^CREATE (STREAM|TABLE) \w+/, `CREATE ${plan.sourceKind} ${plan.sourceName}`),
    };
  }
  async startImport(file: Blob, plan: ImportPlan): Promise<string> {
    this.#createSource(
      plan.sourceName,
      plan.sourceKind,
      plan.sourceKind === 'TABLE' ? airportRow : flight,
      plan.partitions,
    );
    const id = `import-${this.#ids++}`;
    const target = Math.max(100, Math.round(file.size / 89));
    this.#imports.set(id, {
      topic: this.#sources.get(plan.sourceName)?.topic ?? '',
      target,
      progress: {
        id,
        state: 'running',
        readBytes: 0,
        totalBytes: file.size,
        records: 0,
        badRows: 0,
        badRowSamples: [],
      },
    });
    return id;
  }
  async cancelImport(id: string): Promise<void> {
    const job = this.#imports.get(id);
    if (job !== undefined) job.progress = { ...job.progress, state: 'cancelled' };
  }
}
