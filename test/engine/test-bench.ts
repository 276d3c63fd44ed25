/** An engine over memory for tests, with what opening another over the same bytes needs. */
import { expect } from 'vitest';
import { ManualClock } from '../../src/adapters/manual-clock.ts';
import { MemoryScratch } from '../../src/adapters/scratch-memory.ts';
import { FaultyStorage, type Fault } from '../../src/adapters/storage-faulty.ts';
import { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import type { WeirError } from '../../src/core/common/errors.ts';
import type { RowsOutput } from '../../src/core/ksql/output.ts';
import type { Subscription } from '../../src/core/ksql/queries/subscription.ts';
import { Engine } from '../../src/core/ksql/engine/engine.ts';
import { executeScript, type ScriptResult } from '../../src/core/ksql/engine/script.ts';
import { Session } from '../../src/core/ksql/engine/session.ts';

export class TestBench {
  readonly clock = new ManualClock(1_700_000_000_000);
  readonly session: Session;
  readonly failures: { readonly queryId: string; readonly error: unknown; readonly where: string }[] = [];
  disk: MemoryStorage;
  /** Changelog records after which a task's state is kept for the next start. */
  snapshotRecords = 50_000;
  /** What the storage's next writes come to. */
  fault: () => Fault = () => 'none';
  #engine: Engine | undefined;

  readonly #config: Readonly<Record<string, string>>;

  private constructor(
    disk: MemoryStorage,
    properties: Readonly<Record<string, string>>,
    config: Readonly<Record<string, string>>,
  ) {
    this.disk = disk;
    this.#config = config;
    this.session = new Session(properties);
  }

  /**
   * @param properties of the session
   * @param config of the engine
   */
  static async open(
    properties: Readonly<Record<string, string>> = { 'auto.offset.reset': 'earliest' },
    config: Readonly<Record<string, string>> = {},
  ): Promise<TestBench> {
    const bench = new TestBench(new MemoryStorage(), properties, config);
    await bench.reopen();
    return bench;
  }

  get engine(): Engine {
    if (this.#engine === undefined) throw new Error('no engine is open');
    return this.#engine;
  }

  /** Another engine over what was stored; the one before is left as a crash would leave it. */
  async reopen(disk = this.disk): Promise<void> {
    this.disk = new MemoryStorage(disk.snapshot());
    this.fault = () => 'none';
    this.#engine = await Engine.open({
      storage: new FaultyStorage(this.disk, () => this.fault()),
      scratch: new MemoryScratch(),
      snapshotRecords: this.snapshotRecords,
      clock: this.clock,
      scheduler: this.clock,
      random: () => 0.5,
      config: this.#config,
      onExpressionError: (queryId, error, where) => this.failures.push({ queryId, error, where }),
    });
  }

  execute(sql: string): Promise<ScriptResult> {
    return executeScript(this.engine, this.session, sql, {
      testStatements: true,
      pause: async (ms) => {
        await this.settle();
        this.clock.advance(ms);
      },
    });
  }

  /** Statements that succeed, with everything processed afterwards. @returns their messages and titles */
  async run(sql: string): Promise<readonly string[]> {
    const { outputs, errors } = await this.execute(sql);
    expect(errors.map(({ error }) => error)).toEqual([]);
    await this.settle();
    return outputs.map((output) => (output.kind === 'status' ? output.message : output.kind));
  }

  async settle(): Promise<void> {
    while (await this.engine.step(1_000));
  }

  async fails(sql: string): Promise<WeirError> {
    const { errors } = await this.execute(sql);
    const [first] = errors;
    if (first === undefined) throw new Error(`${sql} should fail`);
    return first.error;
  }

  async rows(sql: string): Promise<RowsOutput> {
    const { outputs, errors } = await this.execute(sql);
    expect(errors.map(({ error }) => error)).toEqual([]);
    const output = outputs.at(-1);
    if (output?.kind !== 'rows') throw new Error(`${sql} should answer with rows`);
    return output;
  }

  async subscribe(sql: string): Promise<Subscription> {
    const { outputs, errors } = await this.execute(sql);
    expect(errors.map(({ error }) => error)).toEqual([]);
    const output = outputs.at(-1);
    if (output?.kind !== 'subscription') throw new Error(`${sql} should answer with a subscription`);
    return output.subscription;
  }
}
