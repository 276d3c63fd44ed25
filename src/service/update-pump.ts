/**
 * Sends the page what changed, one update at a time: the next goes out when the page has acknowledged the one before.
 * In between changes are only noted by name, so what waits is bounded by the number of topics, sources and queries.
 */
import type {
  EngineStatus,
  EngineUpdate,
  ImportProgress,
  NoticeInfo,
  ResultRow,
  SubscriptionUpdate,
  TableChange,
} from '../protocol/api.ts';
import { packRows } from '../protocol/row-block.ts';
import type { BrokerEvent } from '../core/broker/api.ts';
import type { Engine } from '../core/ksql/engine/engine.ts';
import type { Subscription, SubscriptionRow } from '../core/ksql/queries/subscription.ts';
import { toWire } from '../protocol/wire-error.ts';
import { cellsOf, keyText } from './cells.ts';
import { functionInfos, queryInfos, sourceInfo, topicInfos } from './infos.ts';

export interface PumpContext {
  readonly engine: Engine;
  readonly status: () => Promise<EngineStatus>;
  readonly schedule: (delayMs: number, task: () => void) => void;
}

/** Figures such as rates change without an event; they are looked at this often. */
const FIGURES_EVERY_MS = 500;
/** Notices that wait for the page at most. */
const MAX_NOTICES = 50;

export class UpdatePump {
  readonly #context: PumpContext;
  readonly #topics = new Set<string>();
  readonly #deletedTopics = new Set<string>();
  readonly #imports = new Map<string, ImportProgress>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #tableVersions = new Map<string, number>();
  #notices: NoticeInfo[] = [];
  #functionsChanged = false;
  #statusChanged = false;
  #knownSources = new Map<string, string>();
  #knownQueries = new Map<string, string>();
  #listener: ((update: EngineUpdate) => Promise<void>) | undefined;
  #running = false;
  #closed = false;
  #figuresAtMs = 0;

  constructor(context: PumpContext) {
    this.#context = context;
  }

  listen(listener: (update: EngineUpdate) => Promise<void>): void {
    this.#listener = listener;
    this.wake();
  }

  onBrokerEvent(event: BrokerEvent): void {
    for (const { topic } of event.appended) this.#topics.add(topic);
    for (const { kind, topic } of event.topics) {
      const isGone = kind === 'deleted';
      (isGone ? this.#topics : this.#deletedTopics).delete(topic);
      (isGone ? this.#deletedTopics : this.#topics).add(topic);
    }
    for (const { partitions } of event.offsets) {
      for (const { topic } of partitions) this.#topics.add(topic);
    }
    this.wake();
  }

  onImport(progress: ImportProgress): void {
    this.#imports.set(progress.id, progress);
    this.wake();
  }

  onFunctionsChanged(): void {
    this.#functionsChanged = true;
    this.wake();
  }

  onStatusChanged(): void {
    this.#statusChanged = true;
    this.wake();
  }

  addSubscription(subscription: Subscription): void {
    this.#subscriptions.set(subscription.id, subscription);
    this.wake();
  }

  subscription(id: string): Subscription | undefined {
    return this.#subscriptions.get(id);
  }

  notice(
    level: NoticeInfo['level'],
    text: string,
    error?: unknown,
    more?: Pick<NoticeInfo, 'action' | 'stopped'>,
  ): void {
    this.#note({ level, text, ...more, ...(error === undefined ? {} : { error: toWire(error) }) });
    this.wake();
  }

  /** Of notices that say the same, one waits; beyond a bound none are taken, for nobody would read them. */
  #note(notice: NoticeInfo): void {
    if (this.#notices.length >= MAX_NOTICES) return;
    if (this.#notices.some(({ level, text }) => level === notice.level && text === notice.text)) return;
    this.#notices.push(notice);
  }

  close(): void {
    this.#closed = true;
  }

  /** Starts sending if there is a listener and nothing is under way. */
  wake(): void {
    if (this.#running || this.#listener === undefined || this.#closed) return;
    this.#running = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    try {
      while (!this.#closed && this.#listener !== undefined) {
        const update = await this.#collect();
        if (update === undefined) break;
        await this.#deliver(update, this.#listener);
      }
    } catch (error) {
      // Told with the next update.
      if (!this.#closed)
        this.#note({ level: 'error', text: 'What has changed could not be looked up', error: toWire(error) });
    } finally {
      this.#running = false;
    }
  }

  /** A page that does not take an update is gone: another may listen later. */
  async #deliver(update: EngineUpdate, listener: (update: EngineUpdate) => Promise<void>): Promise<void> {
    try {
      await listener(update);
    } catch {
      if (this.#listener === listener) this.#listener = undefined;
    }
  }

  /** Looks at figures that change without an event; call it now and then. */
  tick(nowMs: number): void {
    if (nowMs - this.#figuresAtMs < FIGURES_EVERY_MS) return;
    this.#figuresAtMs = nowMs;
    this.wake();
  }

  async #collect(): Promise<EngineUpdate | undefined> {
    const { engine } = this.#context;
    const topicNames = [...this.#topics].filter((t) => !this.#deletedTopics.has(t));
    const deletedTopics = [...this.#deletedTopics];
    this.#topics.clear();
    this.#deletedTopics.clear();
    const imports = [...this.#imports.values()];
    this.#imports.clear();
    const notices = this.#notices;
    this.#notices = [];
    const functions = this.#functionsChanged ? functionInfos(engine.functions) : undefined;
    this.#functionsChanged = false;
    const statusChanged = this.#statusChanged;
    this.#statusChanged = false;

    const topics = topicNames.length === 0 ? [] : await topicInfos(topicNames, engine);
    const sources = this.#changedSources();
    const queries = this.#changedQueries();
    const subscriptions = this.#subscriptionUpdates();
    const tables = this.#changedTables();
    const isEmpty =
      !statusChanged &&
      topics.length === 0 &&
      deletedTopics.length === 0 &&
      imports.length === 0 &&
      notices.length === 0 &&
      functions === undefined &&
      sources.changed.length === 0 &&
      sources.gone.length === 0 &&
      queries.changed.length === 0 &&
      queries.gone.length === 0 &&
      subscriptions.length === 0 &&
      tables.length === 0;
    if (isEmpty) return undefined;
    return {
      sources: sources.changed,
      droppedSources: sources.gone,
      topics,
      deletedTopics,
      queries: queries.changed,
      endedQueries: queries.gone,
      subscriptions,
      tables,
      imports,
      functions,
      notices,
      engine: await this.#context.status(),
    };
  }

  #changedSources() {
    const { engine } = this.#context;
    const now = new Map<string, string>();
    const changed = engine.planner.catalog
      .sources()
      .map((s) => sourceInfo(s, engine))
      .filter((info) => {
        const text = JSON.stringify(info);
        now.set(info.name, text);
        return this.#knownSources.get(info.name) !== text;
      });
    const gone = [...this.#knownSources.keys()].filter((name) => !now.has(name));
    this.#knownSources = now;
    return { changed, gone };
  }

  #changedQueries() {
    const { engine } = this.#context;
    const now = new Map<string, string>();
    const changed = queryInfos(engine).filter((info) => {
      const text = JSON.stringify(info);
      now.set(info.id, text);
      return this.#knownQueries.get(info.id) !== text;
    });
    const gone = [...this.#knownQueries.keys()].filter((id) => !now.has(id));
    this.#knownQueries = now;
    return { changed, gone };
  }

  #subscriptionUpdates(): readonly SubscriptionUpdate[] {
    const updates: SubscriptionUpdate[] = [];
    for (const [id, subscription] of this.#subscriptions) {
      if (!subscription.hasNews) continue;
      const rows = subscription.take();
      const resultRow = ({ kind, key, row, timestampMs, partition, offset }: SubscriptionRow): ResultRow => ({
        kind,
        key: keyText(key, subscription.keyColumns),
        cells: cellsOf(row, subscription.columns),
        timestampMs,
        partition,
        offset,
      });
      const ended = subscription.ended;
      updates.push({
        subscription: id,
        rows: rows.length === 0 ? undefined : packRows(rows.map(resultRow), subscription.columns.length),
        total: subscription.total,
        ...(ended === undefined
          ? {}
          : { done: { reason: ended.reason, ...(ended.error === undefined ? {} : { error: toWire(ended.error) }) } }),
      });
      if (ended !== undefined) this.#subscriptions.delete(id);
    }
    return updates;
  }

  #changedTables(): readonly TableChange[] {
    const { engine } = this.#context;
    const changes: TableChange[] = [];
    for (const source of engine.planner.catalog.sources()) {
      if (source.kind !== 'TABLE') continue;
      const version = engine.runner.tableVersion(source.name, engine.planner);
      if (version === undefined || this.#tableVersions.get(source.name) === version) continue;
      this.#tableVersions.set(source.name, version);
      changes.push({ source: source.name, version });
    }
    return changes;
  }
}
