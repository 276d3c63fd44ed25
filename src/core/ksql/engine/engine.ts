/**
 * The engine: one broker, one catalog, the queries that run over them. It owns the command topic and the schema
 * registry's topic; opening it replays both and goes on where it stopped.
 *
 * Statements are carried out one after another. A statement that changes something is planned first (which changes
 * nothing), then its topics are made, then it is recorded in the command topic, and only then does it take effect: a crash
 * in between leaves at most an empty topic behind.
 *
 * Nothing runs by itself: whoever opened the engine calls `step` from its event loop.
 */
import { assert, WeirError } from '../../common/errors.ts';
import { didYouMean } from '../../common/nearest.ts';
import { quoteName } from '../../common/sql-type.ts';
import { Broker } from '../../broker/broker.ts';
import type { BrokerApi, ProduceBatch } from '../../broker/api.ts';
import { Producer } from '../../clients/producer.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Scheduler } from '../../ports/scheduler.ts';
import { Snapshots } from '../../streams/runtime/snapshots.ts';
import { ScratchPages } from '../../streams/state/spill/scratch-pages.ts';
import type { SchemaRegistry } from '../../serde/schema-registry.ts';
import type { AlterSystem, Statement } from '../../sql/ast.ts';
import type { FunctionRegistry } from '../../sql/functions/function.ts';
import { parseScript, parseStatement, type ParsedStatement } from '../../sql/parse.ts';
import { createRegistry } from '../../sql/functions/registry.ts';
import { Config } from '../config.ts';
import { Planner, isCommand, type Command, type CommandStatement } from '../planner.ts';
import { LOG_COLUMNS } from '../processing-log/entry.ts';
import { LOG_TOPIC_CONFIG, type ProcessingLog } from '../processing-log/processing-log.ts';
import { checkSystemSetting, settingName } from '../settings.ts';
import { QueryRunner } from '../queries/query-runner.ts';
import type { UserFunction } from '../udf/definition.ts';
import { FUNCTIONS_TOPIC, FunctionLibrary } from '../udf/library.ts';
import { commandKey, commandTopic, encodeCommand, readCommands, type CommandRecord } from './command-log.ts';
import { FailureLog } from './failure-log.ts';
import type { EngineOptions } from './options.ts';
import { PlanningEnvironment } from './planning-environment.ts';
import { replay, type SkippedCommand } from './replay.ts';
import { SCHEMAS_TOPIC, SchemasLog } from './schemas-log.ts';
import { Session } from './session.ts';
import { sweep } from './sweep.ts';
import { Topics } from './topics.ts';

const MAINTENANCE_EVERY_MS = 30_000;
/** Partitions that are looked at in one go. */
const MAINTAINED_PARTITIONS = 4;

export class Engine {
  readonly broker: BrokerApi;
  readonly planner: Planner;
  readonly registry: SchemaRegistry;
  readonly functions: FunctionRegistry;
  #config: Config;
  readonly runner: QueryRunner;
  readonly library: FunctionLibrary;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly #options: EngineOptions;
  readonly #storageBroker: Broker;
  readonly #snapshots: Snapshots;
  readonly #commandTopic: string;
  readonly #topics: Topics;
  readonly #environment: PlanningEnvironment;
  #skipped: readonly SkippedCommand[] = [];
  #maintainedAtMs: number;
  #isMaintaining = false;
  readonly #schemas: SchemasLog;
  readonly #failures: FailureLog;
  #lock: Promise<unknown> = Promise.resolve();
  #sequence = 0;

  /** @throws WeirError STORAGE_FAILED, CORRUPT_BATCH when the engine's own topics cannot be read */
  static async open(options: EngineOptions): Promise<Engine> {
    const { storage, clock, scheduler } = options;
    const snapshots = await Snapshots.open(storage);
    const tombstonesFrom = snapshots.tombstonesFrom.bind(snapshots);
    const broker = await Broker.open({ storage, clock, scheduler, tombstonesFrom });
    const engine = new Engine(broker, snapshots, options);
    await engine.#recover();
    return engine;
  }

  private constructor(broker: Broker, snapshots: Snapshots, options: EngineOptions) {
    this.#snapshots = snapshots;
    this.#options = options;
    this.#storageBroker = broker;
    this.broker = broker;
    this.clock = options.clock;
    this.scheduler = options.scheduler;
    this.functions = options.functions ?? createRegistry();
    this.#config = new Config(options.config ?? {});
    this.#commandTopic = commandTopic(this.config.get('ksql.service.id'));
    this.#schemas = new SchemasLog(() => options.clock.nowMs());
    this.registry = this.#schemas.registry;
    this.#topics = new Topics(broker, this.registry);
    this.#environment = new PlanningEnvironment(this.registry, this.#topics.partitions);
    this.#maintainedAtMs = options.clock.nowMs();
    this.planner = new Planner({
      functions: this.functions,
      functionContext: { config: this.config.toRecord(), nowMs: () => options.clock.nowMs(), random: options.random },
      registry: this.#environment.registry,
      topicPartitions: (topic) => this.#environment.topicPartitions(topic),
    });
    this.library = new FunctionLibrary({
      broker,
      functions: this.functions,
      nowMs: () => options.clock.nowMs(),
      openSandbox: options.openSandbox,
    });
    const { scratch, onExpressionError, onQueryStopped } = options;
    const { planner } = this;
    const nowMs = (): number => options.clock.nowMs();
    const failures = { broker, planner, nowMs, onExpressionError, onQueryStopped };
    this.#failures = new FailureLog(this.config, failures, () => this.runner);
    this.runner = new QueryRunner({
      broker,
      clock: options.clock,
      snapshots,
      snapshotRecords: options.snapshotRecords,
      packedFromEntries: options.packedFromEntries,
      scratch: scratch === undefined ? undefined : new ScratchPages(scratch),
      alongside: (queryId) => ({
        take: () => [...this.#schemas.take(), ...this.#failures.take(queryId)],
        giveBack: (batches) => {
          this.#schemas.giveBack(batches);
          this.#failures.giveBack(batches);
        },
      }),
      onFailure: (queryId, failure) => this.#failures.report(queryId, failure),
    });
  }

  /** Undefined when `ksql.logging.processing.topic.auto.create` is off. */
  get processingLog(): ProcessingLog | undefined {
    return this.#failures.processingLog;
  }

  /** What holds for all sessions: what the engine was opened with, and ALTER SYSTEM changed. */
  get config(): Config {
    return this.#config;
  }

  /**
   * Changes what holds for all sessions, from now on and after a restart. Queries that run go on as they are.
   * @throws WeirError UNKNOWN_SETTING, INVALID_SETTING
   */
  async alterSystem(statement: AlterSystem, text: string): Promise<void> {
    checkSystemSetting({ ...statement, name: settingName(statement.name) });
    await this.#record(`config/${statement.name}/alter`, { statement: text, config: {}, variables: {} });
    this.#applySystem(statement);
  }

  #applySystem({ name, value }: AlterSystem): void {
    this.#config = this.#config.with({ [settingName(name)]: value });
  }

  /** Statements of the command topic that opening had to leave out, with the reason: the rest is as it was. */
  get skippedCommands(): readonly SkippedCommand[] {
    return this.#skipped;
  }

  /** Runs `task` when the statements before it are done. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#lock.then(task, task);
    this.#lock = run.catch(() => undefined);
    return run;
  }

  /** Carries out a statement that is recorded. Call within `exclusively`. */
  async command(
    parsed: ParsedStatement & { readonly statement: CommandStatement },
    session: Session,
  ): Promise<Command> {
    const command = await this.#prepare(parsed, session);
    this.planner.apply(command);
    for (const id of command.terminate) await this.runner.terminate(id, command.start?.id !== id);
    if (command.start !== undefined && this.#options.runQueries !== false) await this.runner.start(command.start);
    if (command.deleteTopic !== undefined) await this.deleteTopic(command.deleteTopic);
    return command;
  }

  /** Plans and records; when that fails nothing has changed. */
  async #prepare(
    parsed: ParsedStatement & { readonly statement: CommandStatement },
    session: Session,
  ): Promise<Command> {
    const forget = this.registry.checkpoint();
    const earlier = this.#schemas.mark;
    let created: string | undefined;
    try {
      const { result: command, answers } = this.#environment.note(() => {
        try {
          return this.planner.plan(parsed.statement, parsed.text, this.#sequence, session.config(this.config));
        } catch (error) {
          this.#schemas.forget(earlier);
          throw error;
        }
      });
      const { createTopic, deleteTopic } = command;
      if (deleteTopic !== undefined) this.#topics.requireDeletable(deleteTopic);
      // Kept apart from what queries register meanwhile, which goes down with their commits.
      const own = this.#schemas.takeSince(earlier);
      if (command.start !== undefined && this.#options.runQueries !== false) {
        await this.runner.check(command.start, createTopic);
      }
      if (createTopic !== undefined) {
        await this.createTopic(createTopic.topic, createTopic.partitions, createTopic.replicas, createTopic.config);
        created = createTopic.topic;
      }
      await this.#record(
        commandKey(parsed.statement),
        {
          statement: parsed.text,
          config: session.overrides(),
          variables: Object.fromEntries(session.variables()),
          answers,
        },
        own,
      );
      return command;
    } catch (error) {
      forget();
      // When the storage takes nothing any more the topic stays, empty; the statement's own error is the one to tell.
      if (created !== undefined) await this.broker.deleteTopics([created]).catch(() => undefined);
      throw error;
    }
  }

  /** TERMINATE, PAUSE and RESUME survive a restart: they are recorded as well. */
  async control(action: 'TERMINATE' | 'PAUSE' | 'RESUME', id: string): Promise<void> {
    if (this.planner.query(id) === undefined)
      throw unknownQuery(
        id,
        this.planner.queries().map((q) => q.id),
      );
    await this.#record(`query/${id}/${action.toLowerCase()}`, {
      statement: `${action} ${id};`,
      config: {},
      variables: {},
    });
    await this.#applyControl(action, id);
  }

  /** Adds a function of the person's own, or replaces it; queries that run keep the one they were started with. */
  addFunction(definition: UserFunction): Promise<void> {
    return this.exclusively(() => this.library.add(definition));
  }

  /** @throws WeirError UNKNOWN_FUNCTION, FUNCTION_IN_USE while a query's statement calls it */
  removeFunction(name: string): Promise<void> {
    return this.exclusively(() => this.library.remove(name, this.planner.queries()));
  }

  /**
   * @param config of a WITH clause: `cleanup.policy`, `retention.ms`, `durability`
   * @throws WeirError TOPIC_EXISTS, INVALID_TOPIC, INVALID_PROPERTY
   */
  createTopic(
    topic: string,
    partitions: number,
    replicas: number,
    config: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    return this.#topics.create(topic, partitions, replicas, config);
  }

  /** Deletes the topic with its schemas. @throws WeirError SCHEMA_REFERENCED when other schemas refer to them */
  deleteTopic(topic: string): Promise<void> {
    return this.#topics.delete(topic, () => this.flushSchemas());
  }

  /** Writes one record, as INSERT INTO ... VALUES does. */
  async produce(topic: string, key: Uint8Array | null, value: Uint8Array | null, timestampMs: number): Promise<void> {
    const producer = new Producer(this.broker);
    const accumulator = await producer.topic(topic);
    accumulator.append(key, value, timestampMs);
    await producer.flush();
  }

  /**
   * Lets the running queries work for a while.
   * @param budget about how many records at most
   * @returns whether anything was done; when not, there is nothing to do until new records come
   */
  async step(budget: number): Promise<boolean> {
    const progressed = await this.runner.step(budget);
    await this.#failures.flush((queryId) => this.runner.isUncommitted(queryId));
    return progressed;
  }

  /**
   * Applies retention and compaction, a few partitions at a time, every half a minute. To be called often: mostly it has
   * nothing to do.
   */
  async maintain(): Promise<void> {
    const nowMs = this.clock.nowMs();
    if (!this.#isMaintaining && nowMs - this.#maintainedAtMs < MAINTENANCE_EVERY_MS) return;
    this.#isMaintaining = await this.#storageBroker.clean(MAINTAINED_PARTITIONS);
    this.#maintainedAtMs = nowMs;
  }

  async close(): Promise<void> {
    await this.runner.close();
    this.#options.scratch?.close();
    await this.#storageBroker.close();
  }

  /** Writes what the registry learned outside of a statement. */
  async flushSchemas(): Promise<void> {
    const batches = this.#schemas.take();
    if (batches.length > 0) await this.broker.produce({ batches });
  }

  /** @param schemas what the command registered */
  async #record(
    key: string,
    command: Omit<CommandRecord, 'sequence'>,
    schemas: readonly ProduceBatch[] = [],
  ): Promise<void> {
    const nowMs = this.clock.nowMs();
    const produced = await this.broker.produce({
      batches: [encodeCommand(this.#commandTopic, key, command, nowMs), ...schemas],
      durability: 'strict',
    });
    this.#sequence = (produced.batches[0]?.lastOffset ?? this.#sequence) + 1;
  }

  async #recover(): Promise<void> {
    await this.#topics.recover();
    await this.#topics.ensure(this.#commandTopic, {});
    for (const topic of [SCHEMAS_TOPIC, FUNCTIONS_TOPIC]) {
      await this.#topics.ensure(topic, { 'cleanup.policy': 'compact' });
    }
    await this.#schemas.recover(this.broker);
    await this.library.recover();
    await this.#replayAll();
    await this.#createLog();
    if (this.#skipped.length === 0) {
      const queryIds = this.planner.queries().map(({ id }) => id);
      const serviceId = this.config.get('ksql.service.id');
      await sweep(this.broker, this.#snapshots, serviceId, this.#topics.partitions.keys(), queryIds);
    }
    if (this.#options.runQueries === false) return;
    for (const query of this.planner.queries()) await this.runner.start(query);
  }

  /** As ksqlDB's server does when it starts: the processing log's topic, and the stream over it. */
  async #createLog(): Promise<void> {
    if (this.processingLog === undefined) return;
    const { topic } = this.processingLog;
    await this.#topics.ensure(topic, LOG_TOPIC_CONFIG);
    const stream = this.config.get('ksql.logging.processing.stream.name');
    if (!this.config.flag('ksql.logging.processing.stream.auto.create')) return;
    if (this.planner.catalog.source(stream) !== undefined) return;
    const text = `CREATE STREAM ${quoteName(stream)} (${LOG_COLUMNS}) WITH (KAFKA_TOPIC = '${topic}', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'JSON');`;
    const [parsed] = parseScript(text).statements;
    assert(parsed?.statement.kind === 'createSource', 'the stream of the processing log is declared');
    await this.command({ ...parsed, statement: parsed.statement }, new Session());
  }

  async #replayAll(): Promise<void> {
    // Replay plans anew, and what that registers is in the registry already, or was deleted since.
    const restore = this.registry.checkpoint();
    const records = await readCommands(this.broker, this.#commandTopic);
    const { skipped, last } = await replay(records, (record) => this.#replay(record));
    restore();
    this.#schemas.forget(0);
    this.#skipped = skipped;
    this.#sequence = (records.at(-1)?.sequence ?? -1) + 1;
    // The last statement was to delete a topic, and a crash may have been faster. An empty one may be of the next statement.
    const toDelete = last?.deleteTopic;
    if (toDelete !== undefined && (await this.#topics.isFilled(toDelete))) await this.deleteTopic(toDelete);
  }

  async #replay(record: CommandRecord): Promise<Command | undefined> {
    const statement: Statement = parseStatement(record.statement, {
      variables: new Map(Object.entries(record.variables)),
    });
    if (statement.kind === 'queryControl' && statement.query !== undefined) {
      await this.#applyControl(statement.action, statement.query.name);
      return undefined;
    }
    if (statement.kind === 'alterSystem') {
      this.#applySystem(statement);
      return undefined;
    }
    if (!isCommand(statement)) {
      throw new WeirError('UNSUPPORTED_STATEMENT', `The recorded statement is not one that is replayed.`, {
        details: { statement: record.statement },
      });
    }
    const plan = (): Command =>
      this.planner.plan(statement, record.statement, record.sequence, this.config.with(record.config));
    const command = record.answers === undefined ? plan() : this.#environment.replay(record.answers, plan);
    this.planner.apply(command);
    return command;
  }

  async #applyControl(action: 'TERMINATE' | 'PAUSE' | 'RESUME', id: string): Promise<void> {
    switch (action) {
      case 'TERMINATE':
        this.planner.terminate(id);
        await this.runner.terminate(id, true);
        return;
      case 'PAUSE':
        this.runner.setPaused(id, true);
        return;
      case 'RESUME':
        await this.runner.resume(id);
        return;
    }
  }
}

function unknownQuery(id: string, known: readonly string[]): WeirError {
  return new WeirError('UNKNOWN_QUERY', `There is no query ${id}.`, {
    ...didYouMean(id, known, known.length === 0 ? 'No query is running.' : `There are ${known.join(', ')}.`),
    details: { id },
  });
}
