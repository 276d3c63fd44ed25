/**
 * The engine as a library, for Node and the browser: statements in, rows out.
 *
 *     const weir = await Engine.open();
 *     await weir.execute(`CREATE STREAM orders (item STRING KEY, price DOUBLE) WITH (KAFKA_TOPIC = 'orders', VALUE_FORMAT = 'JSON', PARTITIONS = 1);`);
 *     await weir.produce('orders', [{ item: 'tea', price: 3.5 }]);
 *     for await (const row of weir.query('SELECT * FROM orders;')) console.log(row);
 *     await weir.close();
 *
 * There are no threads and no timers behind it: queries work while somebody awaits `drain` or iterates over a query. A pull
 * query answers from everything that was produced before it.
 */
import { MemoryStorage } from '../adapters/storage-memory.ts';
import { systemClock, systemScheduler } from '../adapters/system-clock.ts';
import { Producer } from '../core/clients/producer.ts';
import { WeirError } from '../core/common/errors.ts';
import type { Span } from '../core/common/position.ts';
import type { Row } from '../core/common/sql-type.ts';
import { Engine } from '../core/ksql/engine/engine.ts';
import {
  scriptOutputs,
  type Output,
  type ReadScript,
  type ScriptFailure,
  type ScriptOptions,
} from '../core/ksql/engine/script.ts';
import { Session } from '../core/ksql/engine/session.ts';
import type { Note, OutputColumn, RowsOutput } from '../core/ksql/output.ts';
import type { UserFunction } from '../core/ksql/udf/definition.ts';
import type { Subscription } from '../core/ksql/queries/subscription.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { ScratchFile } from '../core/ports/scratch.ts';
import type { Scheduler } from '../core/ports/scheduler.ts';
import type { ScriptSandbox } from '../core/ports/script-sandbox.ts';
import type { StoragePort } from '../core/ports/storage.ts';
import type { Statement } from '../core/sql/ast.ts';
import type { SqlFunction } from '../core/sql/functions/function.ts';
import { createRegistry } from '../core/sql/functions/registry.ts';
import { parseScript, type ParsedStatement } from '../core/sql/parse.ts';
import { after, throwIfInterrupted, type Interruptible } from './interruption.ts';
import { ANSWERS_WITH_ROWS, seesWhatIsThere, tellsFigures } from './statement-needs.ts';
import { recordWriter, type RowFields } from './record-writer.ts';
import { answered, Query, rowConverter, type Change, type ResultRow, type RowFeed } from './query.ts';

export interface WeirOptions {
  /** Where the log lives; default: memory. It is closed along with the engine. */
  readonly storage?: StoragePort | undefined;
  /** Room for state that is larger than its budget, `ksql.plugins.rocksdb.cache.size`. Default: all of it stays in memory. */
  readonly scratch?: ScratchFile | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  readonly scheduler?: Scheduler | undefined;
  /** Uniform in [0, 1). Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Functions besides the built-in ones, made with `scalar`, `table` and `aggregate`. */
  readonly functions?: readonly SqlFunction[] | undefined;
  /** Server properties. `auto.offset.reset` is `earliest` unless given: a query sees what was there before it. */
  readonly config?: Readonly<Record<string, string>> | undefined;
  /** Gives the text of the script that RUN SCRIPT names, undefined when there is none; without it the statement is refused. */
  readonly readScript?: ReadScript | undefined;
  /** Awaited before a statement that answers from what is there, such as a pull query: for programs that feed topics meanwhile. */
  readonly beforePull?: (() => Promise<unknown> | undefined) | undefined;
  /** Awaited before each statement, of scripts that RUN SCRIPT runs too. */
  readonly beforeStatement?: ((statement: Statement) => Promise<void>) | undefined;
  /**
   * Lets time pass while an assertion with a TIMEOUT waits and no query has anything to do. Default: a timer; a clock that
   * stands still is to be advanced.
   */
  readonly pause?: ((ms: number) => Promise<void> | void) | undefined;
  /** Told of each record that a query skips, and why. */
  readonly onRecordError?: ((queryId: string, error: unknown, where: string) => void) | undefined;
  /** Told of each persistent query that stops on an error, when it does; `details.queryId` of the error says which. */
  readonly onQueryStopped?: ((error: WeirError) => void) | undefined;
}

interface Executed {
  readonly statement: string;
  readonly span: Span;
}

/** What a statement answered. */
export type StatementResult =
  | (Executed & { readonly kind: 'status'; readonly message: string; readonly queryId: string | undefined })
  | (Executed & {
      readonly kind: 'rows';
      readonly title: string;
      readonly columns: readonly OutputColumn[];
      readonly rows: readonly ResultRow[];
      /** The rows as the engine holds them, by index of the column. */
      readonly values: readonly Row[];
      readonly notes: readonly Note[];
    })
  /** A push query or PRINT: it runs while its rows are iterated over. */
  | (Executed & { readonly kind: 'query'; readonly query: Query });

export interface QueryOptions {
  /** Ends a push query when it has seen everything that is there, rather than waiting for more. */
  readonly untilIdle?: boolean | undefined;
}

/** A query that is carried out when one of these is called: `Query` describes them. */
export interface LazyRows extends AsyncIterable<ResultRow> {
  changes(): AsyncGenerator<Change, void, undefined>;
  toArray(): Promise<readonly ResultRow[]>;
}

export interface ProduceOptions {
  /** For rows that say nothing of their time. Default: the clock's now. */
  readonly timestampMs?: number | undefined;
  /** Leaves out fields that no column is named after, instead of refusing them. */
  readonly ignoreUnknownFields?: boolean | undefined;
}

/** A record's bytes. */
export interface AppendedRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestampMs: number;
  readonly headers?: readonly { readonly key: string; readonly value: Uint8Array | null }[] | undefined;
}

const STEP_RECORDS = 10_000;
/** Milliseconds of work between two turns of the event loop. */
const LONGEST_BREATH_MS = 16;

export class Weir {
  /** What is beneath: catalog, broker, schema registry. */
  readonly engine: Engine;
  readonly session = new Session();
  readonly #storage: StoragePort;
  readonly #options: WeirOptions;
  #stepping: Promise<boolean> | undefined;
  #announce: () => void = () => undefined;
  #news: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @throws WeirError STORAGE_FAILED, CORRUPT_BATCH when the storage holds a log that cannot be read */
  static async open(options: WeirOptions = {}): Promise<Weir> {
    const storage = options.storage ?? new MemoryStorage();
    const engine: Engine = await Engine.open({
      storage,
      scratch: options.scratch,
      clock: options.clock ?? systemClock,
      scheduler: options.scheduler ?? systemScheduler,
      random: options.random ?? Math.random,
      functions: createRegistry(options.functions),
      config: { 'auto.offset.reset': 'earliest', ...options.config },
      openSandbox,
      onExpressionError: options.onRecordError,
      onQueryStopped: (id, error) => {
        // What stops a push query is thrown to whoever iterates over it.
        if (engine.planner.query(id) !== undefined) options.onQueryStopped?.(stopped(id, error));
      },
    });
    return new Weir(engine, storage, options);
  }

  private constructor(engine: Engine, storage: StoragePort, options: WeirOptions) {
    this.engine = engine;
    this.#storage = storage;
    this.#options = options;
    this.#renewNews();
  }

  /**
   * Carries out the statements of a script, in order, and gives what each answered.
   * @throws WeirError of the first that fails, with its position; those before it stand. Syntax errors are found before
   * anything is carried out.
   */
  async execute(sql: string, options: Interruptible = {}): Promise<readonly StatementResult[]> {
    const results: StatementResult[] = [];
    for await (const result of this.statements(sql, options)) results.push(result);
    return results;
  }

  /** As `execute`, giving each answer before the next statement is carried out. */
  async *statements(sql: string, { signal }: Interruptible = {}): AsyncGenerator<StatementResult, void, undefined> {
    const failures: ScriptFailure[] = [];
    const options: ScriptOptions = {
      testStatements: true,
      readScript: this.#options.readScript,
      before: (statement) => this.#prepare(statement, signal),
      pause: (ms) => this.#pause(ms, signal),
    };
    for await (const output of scriptOutputs(this.engine, this.session, sql, options, failures)) {
      this.#tell();
      yield this.#result(output);
    }
    if (failures[0] !== undefined) throw failures[0].error;
  }

  /**
   * The rows of one SELECT or PRINT: `for await (const row of weir.query('SELECT ...'))`. It is carried out when the
   * iteration starts.
   * @throws WeirError from the iteration
   */
  query(sql: string, options: QueryOptions = {}): LazyRows {
    const open = async (): Promise<Query> => {
      const { statement, span } = this.#parseOne(sql);
      const [first] = ANSWERS_WITH_ROWS.has(statement.kind) ? await this.execute(sql) : [];
      if (first === undefined || first.kind === 'status') {
        throw new WeirError('INVALID_ARGUMENT', 'The statement does not answer with rows, and was not carried out.', {
          span,
          hint: 'Use execute.',
        });
      }
      if (first.kind === 'query') return options.untilIdle === true ? first.query.untilIdle() : first.query;
      return new Query(answered(first.columns, first.values), {});
    };
    return {
      async *[Symbol.asyncIterator]() {
        yield* await open();
      },
      async *changes() {
        yield* (await open()).changes();
      },
      toArray: async () => (await open()).toArray(),
    };
  }

  /**
   * Writes rows to a stream or table, in its formats.
   * @param source its name, in any case
   * @param rows objects by column name; ROWTIME may be among them
   * @returns how many
   * @throws WeirError UNKNOWN_SOURCE, UNKNOWN_COLUMN, INVALID_INSERT, TYPE_MISMATCH; nothing is written then
   */
  async produce(
    source: string,
    rows: Iterable<RowFields> | AsyncIterable<RowFields>,
    options: ProduceOptions = {},
  ): Promise<number> {
    const { catalog } = this.engine.planner;
    const target = catalog.source(source) ?? catalog.require(source.toUpperCase());
    const write = recordWriter(this.engine, target, { refusesUnknownFields: options.ignoreUnknownFields !== true });
    const producer = new Producer(this.engine.broker);
    const topic = await producer.topic(target.topic);
    let count = 0;
    for await (const row of rows) {
      const { key, value, timestampMs } = write(row);
      topic.append(key, value, timestampMs ?? options.timestampMs ?? this.engine.clock.nowMs());
      count++;
    }
    await this.engine.flushSchemas();
    await producer.flush();
    this.#tell();
    return count;
  }

  /**
   * Writes records as they are. Records with a key go to the partition that Kafka's default partitioner picks.
   * @throws WeirError UNKNOWN_TOPIC
   */
  async append(topic: string, records: Iterable<AppendedRecord>): Promise<void> {
    const producer = new Producer(this.engine.broker);
    const accumulator = await producer.topic(topic);
    for (const { key, value, timestampMs, headers } of records)
      accumulator.append(key, value, timestampMs, headers ?? null);
    await this.engine.flushSchemas();
    await producer.flush();
    this.#tell();
  }

  /**
   * Adds a function that is written in JavaScript, or replaces it. It runs in a sandbox, is kept in the storage, and queries
   * that run go on with the one they began with.
   * @throws WeirError INVALID_FUNCTION for a name, a signature or a module that will not do
   */
  addFunction(definition: UserFunction): Promise<void> {
    return this.engine.addFunction(definition);
  }

  /** @throws WeirError UNKNOWN_FUNCTION, FUNCTION_IN_USE while a query calls it */
  removeFunction(name: string): Promise<void> {
    return this.engine.removeFunction(name);
  }

  /**
   * Lets the persistent queries work until they have caught up. The event loop gets its turns meanwhile.
   * @throws WeirError of the first query that has failed, which `details.queryId` names
   */
  async drain({ signal }: Interruptible = {}): Promise<void> {
    await this.#catchUp(signal);
    for (const { id } of this.engine.planner.queries()) {
      const { error } = this.engine.runner.status(id);
      if (error !== undefined) throw stopped(id, error);
    }
  }

  /** Ends all queries and closes the storage. What was committed stays. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // A statement that is being carried out may be starting a query.
    await this.engine.exclusively(async () => {
      for (const { id } of this.engine.runner.transients()) await this.engine.runner.stopTransient(id);
    });
    this.#tell();
    await this.#stepping;
    await this.engine.close();
    await this.#storage.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #parseOne(sql: string): ParsedStatement {
    const { statements, errors } = parseScript(sql, { variables: this.session.variables() });
    const [first, second] = statements;
    if (errors[0] !== undefined) throw errors[0];
    if (first === undefined || second !== undefined) {
      throw new WeirError('INVALID_ARGUMENT', `A query is one statement, and here are ${statements.length}.`, {
        span: second?.span,
        hint: 'Use execute for scripts.',
      });
    }
    return first;
  }

  async #prepare(statement: Statement, signal: AbortSignal | undefined): Promise<void> {
    if (this.#isClosed) throw new WeirError('NOT_OPEN', 'The engine has been closed.');
    throwIfInterrupted(signal);
    await this.#options.beforeStatement?.(statement);
    if (!seesWhatIsThere(statement) && !tellsFigures(statement)) return;
    await this.#options.beforePull?.();
    // Figures are asked for where something is wrong, too.
    await (tellsFigures(statement) ? this.#catchUp(signal) : this.drain({ signal }));
  }

  /** Queries go on while a statement waits. */
  async #pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#isClosed) throw new WeirError('NOT_OPEN', 'The engine was closed while the statement waited.');
    throwIfInterrupted(signal);
    if (await this.#step()) return;
    const { pause = (delayMs) => after(delayMs, signal) } = this.#options;
    await pause(ms);
  }

  async #catchUp(signal: AbortSignal | undefined): Promise<void> {
    let breathedAtMs = performance.now();
    while (await this.#step()) {
      throwIfInterrupted(signal);
      if (performance.now() - breathedAtMs < LONGEST_BREATH_MS) continue;
      await after(0, signal);
      breathedAtMs = performance.now();
    }
  }

  #result(output: Output): StatementResult {
    const { statement, span } = output;
    switch (output.kind) {
      case 'status':
        return output;
      case 'rows':
        return { ...rowsResult(output), statement, span };
      case 'subscription':
        return { kind: 'query', query: new Query(this.#feedOf(output.subscription), undefined), statement, span };
    }
  }

  #feedOf(subscription: Subscription): RowFeed {
    const { id, columns } = subscription;
    return {
      id,
      columns,
      take: () =>
        subscription
          .take()
          .flatMap(({ kind, row, timestampMs }) => (kind === '-U' ? [] : [{ kind, values: row, timestampMs }])),
      ended: () => subscription.ended,
      step: () => this.#step(),
      news: () => this.#news,
      close: async () => {
        await this.engine.runner.stopTransient(id);
        this.#tell();
      },
    };
  }

  /** One step at a time, however many wait for it. */
  async #step(): Promise<boolean> {
    if (this.#isClosed) return false;
    this.#stepping ??= this.engine.step(STEP_RECORDS).finally(() => {
      this.#stepping = undefined;
    });
    return this.#stepping;
  }

  /** Wakes the queries that wait for records. */
  #tell(): void {
    const announce = this.#announce;
    this.#renewNews();
    announce();
  }

  #renewNews(): void {
    this.#news = new Promise((resolve) => {
      this.#announce = resolve;
    });
  }
}

function rowsResult(output: RowsOutput): Omit<Extract<StatementResult, { kind: 'rows' }>, keyof Executed> {
  const { kind, title, columns, rows, notes } = output;
  return { kind, title, columns, rows: rows.map(rowConverter(columns)), values: rows, notes };
}

/** Why a persistent query has stopped. */
function stopped(queryId: string, error: WeirError): WeirError {
  return new WeirError(error.code, `${queryId} has failed: ${error.message}`, {
    hint: error.hint ?? `RESUME ${queryId}; starts it again from its last commit.`,
    details: { ...error.details, queryId },
    cause: error,
  });
}

/** The interpreter is large: it is fetched when there is a first function that needs it. */
async function openSandbox(): Promise<ScriptSandbox> {
  const { openQuickJsSandbox } = await import('../adapters/sandbox-quickjs.ts');
  return openQuickJsSandbox({ nowMs: () => performance.now() });
}
