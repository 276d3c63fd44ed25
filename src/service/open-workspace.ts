/**
 * The workspace that is open, and the loop that drives its engine: it works while there is something to do, lets requests
 * in between two steps, and sleeps until something comes.
 */
import { Session } from '../core/ksql/engine/session.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import { logQuery } from '../core/ksql/processing-log/entry.ts';
import type { EngineStatus, OpenOptions } from '../protocol/api.ts';
import type { Locked, ServiceHost, Workspace } from './host.ts';
import { Interruptions } from './interruptions.ts';
import { UpdatePump } from './update-pump.ts';
import { Watches } from './watches.ts';

/** Records between two turns of the event loop, so that requests are answered while queries run. */
const STEP_BUDGET = 2_000;
const IDLE_MS = 50;

export class OpenWorkspace {
  readonly engine: Engine;
  /** The page's: what it SETs and DEFINEs holds until the workspace is closed. */
  readonly session = new Session({ 'auto.offset.reset': 'earliest' });
  readonly pump: UpdatePump;
  readonly watches: Watches;
  readonly interruptions: Interruptions;
  readonly #host: ServiceHost;
  readonly #workspace: Workspace;
  #isPaused = false;
  #isClosed = false;
  #isLost = false;
  #wake: () => void = () => undefined;

  static async open(host: ServiceHost, options: OpenOptions): Promise<OpenWorkspace | Locked> {
    let open: OpenWorkspace | undefined = undefined;
    let isLost = false;
    const workspace = await host.openWorkspace(options, {
      onLost: () => {
        isLost = true;
        open?.lose();
      },
      onExpressionError: (queryId, error, expression) =>
        open?.tell('warning', `${queryId}: ${expression} failed for a record`, error),
      onQueryStopped: (queryId, error) =>
        open?.tell('error', `${queryId} has stopped: ${error.message}`, error, queryId),
    });
    if ('kind' in workspace) return workspace;
    open = new OpenWorkspace(host, workspace);
    await open.#begin();
    if (isLost) open.lose();
    return open;
  }

  private constructor(host: ServiceHost, workspace: Workspace) {
    const { engine } = workspace;
    const schedule = (delayMs: number, task: () => void): void => host.schedule(delayMs, task);
    this.#host = host;
    this.#workspace = workspace;
    this.engine = engine;
    this.pump = new UpdatePump({ engine, status: () => this.#status(), schedule });
    this.watches = new Watches(engine);
    this.interruptions = new Interruptions(schedule);
  }

  async #begin(): Promise<void> {
    await this.engine.broker.subscribe((event) => {
      this.pump.onBrokerEvent(event);
      this.wake();
    });
    const { scratchFailure } = this.#workspace;
    if (scratchFailure !== undefined) {
      this.pump.notice('info', 'State is kept in memory whatever its size', scratchFailure);
    }
    for (const { definition, error } of this.engine.library.unloaded()) {
      this.pump.notice('warning', `The function ${definition.name} of this workspace cannot be used`, error);
    }
    for (const { statement, error } of this.engine.skippedCommands) {
      this.pump.notice('warning', `A statement of this workspace cannot be read: ${statement.slice(0, 200)}`, error);
    }
    void this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      let progressed = false;
      if (!this.#isPaused) {
        try {
          progressed = await this.engine.step(STEP_BUDGET);
          await this.engine.maintain();
        } catch (error) {
          this.pump.notice('error', 'The engine stopped on an error', error);
          this.#isPaused = true;
        }
      }
      this.pump.tick(this.#host.nowMs());
      if (progressed) {
        this.pump.wake();
        await this.#host.yieldToLoop();
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          this.#host.schedule(IDLE_MS, resolve);
        });
        this.#wake = () => undefined;
      }
    }
  }

  /** Ends the loop's sleep. */
  wake(): void {
    this.#wake();
  }

  /** Nobody writes through it any longer, or may. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Another tab has it. */
  get isLost(): boolean {
    return this.#isLost;
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.pump.notice('info', isPaused ? 'The engine is paused' : 'The engine runs on');
    this.wake();
  }

  /** Carries `task` out while no query makes progress. */
  async whilePaused(task: () => Promise<void>): Promise<void> {
    const wasPaused = this.#isPaused;
    this.#isPaused = true;
    try {
      await task();
    } finally {
      this.#isPaused = wasPaused;
      this.wake();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.interruptions.interruptAll();
    this.pump.close();
    await this.#workspace.close();
  }

  /** Another tab took it: nothing may be written any more. The page has a dialog for that state, so no notice says it. */
  lose(): void {
    this.#isLost = true;
    this.#isClosed = true;
    this.pump.onStatusChanged();
  }

  /** Tells the page of something that stands in the processing log too, and where, if there is one. @param stopped which query */
  tell(level: 'warning' | 'error', text: string, error: unknown, stopped?: string): void {
    const stream = this.engine.config.get('ksql.logging.processing.stream.name');
    const isKept = this.engine.planner.catalog.source(stream)?.topic === this.engine.processingLog?.topic;
    const action = isKept ? { title: 'Processing log', sql: logQuery(stream) } : undefined;
    this.pump.notice(level, text, error, { action, stopped });
  }

  async #status(): Promise<EngineStatus> {
    const usage = await this.#workspace.usage();
    return { state: this.#isLost ? 'lost' : this.#isPaused ? 'paused' : 'running', ...usage };
  }
}
