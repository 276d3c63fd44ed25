/**
 * Runs a golden case over an engine in memory: straight, or with power failing at some or at every write. After a failure
 * another engine is opened over what was durable and the script goes on with the statement that had not taken effect: one
 * has when the command topic, or a user's topic, has grown.
 */
import { ManualClock } from '../../src/adapters/manual-clock.ts';
import { MemoryScratch } from '../../src/adapters/scratch-memory.ts';
import { FaultyStorage, type Fault } from '../../src/adapters/storage-faulty.ts';
import { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import { WeirError } from '../../src/core/common/errors.ts';
import { Random } from '../../src/core/common/random.ts';
import { Engine } from '../../src/core/ksql/engine/engine.ts';
import type { EngineOptions } from '../../src/core/ksql/engine/options.ts';
import { executeStatement } from '../../src/core/ksql/engine/execute.ts';
import { executeScript } from '../../src/core/ksql/engine/script.ts';
import { Session } from '../../src/core/ksql/engine/session.ts';
import { rowText } from './row-text.ts';
import { formatExpression } from '../../src/core/sql/format-expression.ts';
import { createRegistry } from '../../src/core/sql/functions/registry.ts';
import { parseScript, type ParsedStatement } from '../../src/core/sql/parse.ts';
import type { GoldenCase, GoldenStep } from './golden-case.ts';

export interface RunOptions {
  readonly partitions: number;
  /** What happens at the storage's nth write, counted over all engines of the run. */
  readonly faultAt?: (index: number) => Fault;
  /** Shuffles inputs of different keys and works in small steps between them. */
  readonly shuffleSeed?: number;
  /** What a state store may hold in memory, in bytes, before it goes on in a scratch file. Default: all. */
  readonly budgetBytes?: number;
  /** Entries from which on a table is held as bytes. Default: far more than there are. */
  readonly packedFromEntries?: number;
  /** Changelog records after which a task's state is kept for the next start. Default: never. */
  readonly snapshotRecords?: number;
}

export interface RunResult {
  readonly writes: number;
  readonly crashes: number;
  readonly disk: MemoryStorage;
}

/** @throws Error what differs from the expected */
export async function runGolden(golden: GoldenCase, options: RunOptions): Promise<RunResult> {
  const run = new GoldenRun(options);
  await run.open();
  for (const step of golden.steps) await run.step(step, golden.isOrdered);
  return run.result();
}

const FUNCTIONS = createRegistry();
const STEP_RECORDS = 1_000;
const MOST_CRASHES = 1_000;

class GoldenRun {
  readonly #options: RunOptions;
  readonly #disk = new MemoryStorage();
  readonly #clock = new ManualClock(1_700_000_000_000);
  readonly #session = new Session({ 'auto.offset.reset': 'earliest' });
  readonly #shuffle: Random | undefined;
  #storage: FaultyStorage | undefined;
  #current: Engine | undefined;
  #writes = 0;
  #crashes = 0;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#shuffle = options.shuffleSeed === undefined ? undefined : new Random(options.shuffleSeed);
    this.#session.define({
      kind: 'define',
      name: 'partitions',
      value: String(options.partitions),
      span: { offset: 0, length: 0, line: 1, column: 1 },
    });
  }

  result(): RunResult {
    return { writes: this.#writes, crashes: this.#crashes, disk: this.#disk };
  }

  get #engine(): Engine {
    if (this.#current === undefined) throw new Error('no engine is open');
    return this.#current;
  }

  async open(): Promise<void> {
    for (;;) {
      const storage = new FaultyStorage(this.#disk, () => this.#options.faultAt?.(this.#writes++) ?? 'none');
      this.#storage = storage;
      try {
        this.#current = await Engine.open({
          storage,
          ...this.#state(),
          snapshotRecords: this.#options.snapshotRecords ?? Infinity,
          packedFromEntries: this.#options.packedFromEntries,
          clock: this.#clock,
          scheduler: this.#clock,
          random: () => 0.5,
          functions: FUNCTIONS,
        });
        if (!storage.hasCrashed) return;
      } catch (error) {
        if (!storage.hasCrashed) throw error;
      }
      this.#fell();
    }
  }

  /** Shuffled steps gather for a commit as they would under load; otherwise each commits, for a crash to come after. */
  #state(): Partial<EngineOptions> {
    const { budgetBytes } = this.#options;
    const config = this.#shuffle === undefined ? { 'ksql.streams.commit.interval.ms': '0' } : {};
    if (budgetBytes === undefined) return { config };
    return {
      scratch: new MemoryScratch(),
      config: { ...config, 'ksql.plugins.rocksdb.cache.size': String(budgetBytes) },
    };
  }

  #fell(): void {
    if (++this.#crashes > MOST_CRASHES) throw new Error('nothing gets on between crashes');
  }

  async step(step: GoldenStep, isOrdered: boolean): Promise<void> {
    switch (step.kind) {
      case 'statements':
        return this.#statements(step.sql, step.error, isOrdered);
      case 'topic':
        await this.#settle();
        return expectSame(`topic ${step.source}`, byKey(step.lines), byKey(await this.#records(step.source)));
      case 'pull':
        await this.#settle();
        return expectSame(step.sql, [...step.lines].sort(), [...(await this.#pull(step.sql))].sort());
    }
  }

  async #statements(sql: string, expectedError: string | undefined, isOrdered: boolean): Promise<void> {
    const { statements, errors } = parseScript(sql, { variables: this.#session.variables() });
    if (errors[0] !== undefined) throw errors[0];
    for (const [i, parsed] of this.#order(statements, isOrdered).entries()) {
      const isLast = i === statements.length - 1;
      try {
        await this.#statement(parsed);
      } catch (error) {
        if (isLast && error instanceof WeirError && error.code === expectedError) return;
        throw new Error(`${parsed.text.trim()}: ${String(error)}`, { cause: error });
      }
      if (isLast && expectedError !== undefined) throw new Error(`${parsed.text} should fail: ${expectedError}`);
      const isLazy = this.#shuffle !== undefined && parsed.statement.kind === 'insertValues';
      if (!isLazy) await this.#settle();
      else if (this.#shuffle?.chance(0.5) === true) await this.#engine.step(1 + this.#shuffle.nextInt(3));
    }
  }

  async #statement(parsed: ParsedStatement): Promise<void> {
    for (;;) {
      const before = await this.#written();
      try {
        await this.#engine.exclusively(() => executeStatement(this.#engine, this.#session, parsed));
        return;
      } catch (error) {
        if (this.#storage?.hasCrashed !== true) throw error;
        await this.#recover();
        const after = await this.#written();
        if (after.commands > before.commands || after.inputs > before.inputs) return;
      }
    }
  }

  /** Lets the queries work until there is nothing to do. */
  async #settle(): Promise<void> {
    for (;;) {
      const isBusy = await this.#engine.step(STEP_RECORDS);
      if (this.#storage?.hasCrashed === true) {
        await this.#recover();
        continue;
      }
      for (const { id } of this.#engine.planner.queries()) {
        const { state, error } = this.#engine.runner.status(id);
        if (state === 'ERROR') throw new Error(`${id} failed: ${String(error)}`, { cause: error });
      }
      if (!isBusy) return;
    }
  }

  async #recover(): Promise<void> {
    this.#fell();
    // Promises of the dead engine are still on their way.
    for (let turns = 0; turns < 20; turns++) await Promise.resolve();
    await this.open();
  }

  /** Statements and records of users' topics so far. */
  async #written(): Promise<{ readonly commands: number; readonly inputs: number }> {
    let commands = 0;
    let inputs = 0;
    for (const { topic, partitions } of await this.#engine.broker.listTopics()) {
      const records = partitions.reduce((sum, { highWatermark }) => sum + highWatermark, 0);
      if (topic.endsWith('command_topic')) commands += records;
      else if (!topic.startsWith('_')) inputs += records;
    }
    return { commands, inputs };
  }

  /** Runs of INSERTs are merged anew at random, each key's kept in order. */
  #order(statements: readonly ParsedStatement[], isOrdered: boolean): readonly ParsedStatement[] {
    const random = this.#shuffle;
    if (random === undefined || isOrdered) return statements;
    const ordered: ParsedStatement[] = [];
    let run = new Map<string, ParsedStatement[]>();
    const flush = (): void => {
      const queues = [...run.values()];
      run = new Map();
      while (queues.length > 0) {
        const at = random.nextInt(queues.length);
        const next = queues[at]?.shift();
        if (next !== undefined) ordered.push(next);
        if (queues[at]?.length === 0) queues.splice(at, 1);
      }
    };
    for (const parsed of statements) {
      const key = keyOf(parsed);
      if (key === undefined) {
        flush();
        ordered.push(parsed);
      } else run.set(key, [...(run.get(key) ?? []), parsed]);
    }
    flush();
    return ordered;
  }

  async #records(source: string): Promise<readonly string[]> {
    const { topic } = this.#engine.planner.catalog.require(source);
    const { outputs, errors } = await executeScript(this.#engine, this.#session, `PRINT '${topic}' FROM BEGINNING;`);
    if (errors[0] !== undefined) throw errors[0].error;
    const [output] = outputs;
    if (output?.kind !== 'subscription') throw new Error('PRINT answers with a subscription');
    const lines: string[] = [];
    await this.#engine.runner.drainTransient(output.subscription.id, () => {
      for (const { row } of output.subscription.take()) {
        const [timestampMs, key, value] = row.map((cell) =>
          cell === null ? '' : typeof cell === 'string' ? cell : JSON.stringify(cell),
        );
        lines.push(`${key ?? ''} | ${value ?? ''} @ ${timestampMs ?? ''}`);
      }
    });
    await this.#engine.runner.stopTransient(output.subscription.id);
    return lines;
  }

  async #pull(sql: string): Promise<readonly string[]> {
    const { outputs, errors } = await executeScript(this.#engine, this.#session, sql);
    if (errors[0] !== undefined) throw errors[0].error;
    const [output] = outputs;
    if (output?.kind !== 'rows') throw new Error(`${sql} answers with rows`);
    return output.rows.map((row) => rowText(row, output.columns));
  }
}

/** What the shuffle keeps in order: the text of the value for column K. */
function keyOf({ statement }: ParsedStatement): string | undefined {
  if (statement.kind !== 'insertValues') return undefined;
  const at = statement.columns.findIndex(({ name }) => name === 'K');
  const value = statement.values[at];
  return value === undefined ? undefined : formatExpression(value);
}

/** Order counts for each key, not between keys: they may be in different partitions. */
function byKey(lines: readonly string[]): readonly string[] {
  const keys = lines.map((line) => line.slice(0, line.indexOf(' | ')));
  return lines
    .map((line, i) => ({ line, key: keys[i] ?? '', i }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.i - b.i))
    .map(({ line }) => line);
}

function expectSame(what: string, expected: readonly string[], actual: readonly string[]): void {
  if (expected.length === actual.length && expected.every((line, i) => line === actual[i])) return;
  throw new Error(`${what}: expected\n  ${expected.join('\n  ')}\nand found\n  ${actual.join('\n  ')}`);
}
