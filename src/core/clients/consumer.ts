/**
 * Reads records from topics through a broker.
 *
 *     const consumer = new Consumer(broker, { groupId: 'app', clientId: 'app-1' });
 *     consumer.subscribe(['orders']);                      // the group deals out partitions; or: consumer.assign([...])
 *     for (const batch of await consumer.poll()) {
 *       for (let i = batch.from; i < batch.records.count; i++) use(batch.records.value(i));
 *     }
 *     await consumer.commit();                             // the positions behind what poll returned
 *
 * `poll` does everything: it joins the group, takes over an assignment, says that it is alive, and fetches. So it must be called
 * more often than the session timeout. There is no thread and no timer besides.
 */
import type {
  BrokerApi,
  CommittedOffset,
  Durability,
  IsolationLevel,
  JoinGroupResponse,
  OffsetAndMetadata,
  TopicPartition,
} from '../broker/api.ts';
import { toWeirError } from '../broker/partition-error.ts';
import { WeirError, assert } from '../common/errors.ts';
import { type Assignor, type MemberSubscription, rangeAssignor } from './assignors.ts';
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.ts';
import { type ConsumedBatch, consumedBatches } from './fetched-records.ts';

export type { ConsumedBatch } from './fetched-records.ts';

export interface ConsumerOptions {
  /** Needed for `subscribe` and `commit`. */
  readonly groupId?: string | undefined;
  readonly clientId: string;
  /** Where to begin without a committed offset, or when it is out of range. Default latest, as in Kafka. */
  readonly autoOffsetReset?: 'earliest' | 'latest' | 'none' | undefined;
  /** Default read_uncommitted. */
  readonly isolationLevel?: IsolationLevel | undefined;
  /** Bound of one poll. Default 8 MiB. */
  readonly maxBytes?: number | undefined;
  readonly sessionTimeoutMs?: number | undefined;
  readonly rebalanceTimeoutMs?: number | undefined;
  /** Default: range. */
  readonly assignors?: readonly Assignor[] | undefined;
  /** Called before partitions are given up; a chance to commit. */
  readonly onRevoked?: ((partitions: readonly TopicPartition[]) => Promise<void>) | undefined;
  readonly onAssigned?: ((partitions: readonly TopicPartition[]) => Promise<void>) | undefined;
}

interface Assigned extends TopicPartition {
  /** -1 until it is known. */
  position: number;
  isPaused: boolean;
}

interface Membership {
  readonly memberId: string;
  readonly generationId: number;
}

const DEFAULT_SESSION_TIMEOUT_MS = 45_000;
const DEFAULT_REBALANCE_TIMEOUT_MS = 60_000;

export class Consumer {
  readonly #broker: BrokerApi;
  readonly #options: ConsumerOptions;
  #subscription: readonly string[] = [];
  #membership: Membership | null = null;
  #mustJoin = false;
  #memberId = '';
  #assigned: Assigned[] = [];
  /** Which partition the next fetch begins with, so that none is starved. */
  #turn = 0;

  constructor(broker: BrokerApi, options: ConsumerOptions) {
    this.#broker = broker;
    this.#options = options;
  }

  /** Reads these partitions, without group management. Positions of those that stay are kept. */
  assign(partitions: readonly TopicPartition[]): void {
    assert(this.#subscription.length === 0, 'a consumer either subscribes or is assigned');
    this.#replaceAssignment(partitions);
  }

  /** Reads these topics, sharing their partitions with the other members of the group from the next poll on. */
  subscribe(topics: readonly string[]): void {
    this.#requireGroup();
    this.#subscription = [...topics];
    this.#mustJoin = true;
  }

  assignment(): TopicPartition[] {
    return this.#assigned.map(({ topic, partition }) => ({ topic, partition }));
  }

  /** The member's id and generation, to fence a commit with; null outside a group. */
  get membership(): Membership | null {
    return this.#membership;
  }

  /**
   * The next records, waiting up to `maxWaitMs` (default 0) when there are none. Positions move behind them.
   * @throws WeirError CORRUPT_BATCH and the like of the partition it concerns; the others can be read after pausing it
   */
  async poll(options: { readonly maxWaitMs?: number } = {}): Promise<ConsumedBatch[]> {
    if (this.#subscription.length > 0) await this.#keepMembership();
    await this.#findPositions();
    const active = this.#assigned.filter(({ isPaused }) => !isPaused);
    if (active.length === 0) return [];
    const turn = this.#turn++ % active.length;
    const inTurn = [...active.slice(turn), ...active.slice(0, turn)];
    const response = await this.#broker.fetch({
      partitions: inTurn.map(({ topic, partition, position }) => ({ topic, partition, offset: position })),
      maxBytes: this.#options.maxBytes,
      maxWaitMs: options.maxWaitMs,
      isolationLevel: this.#options.isolationLevel,
    });
    const consumed: ConsumedBatch[] = [];
    let failure: WeirError | null = null;
    for (const [index, fetched] of response.partitions.entries()) {
      const assigned = inTurn[index];
      assert(assigned !== undefined, 'a fetch answers every partition');
      if (fetched.error === null) {
        consumed.push(...consumedBatches(fetched, assigned.position));
        assigned.position = fetched.nextOffset;
      } else if (fetched.error.code === 'OFFSET_OUT_OF_RANGE' && this.#reset !== 'none') {
        assigned.position = await this.#resetOffset(assigned);
      } else {
        failure ??= toWeirError(fetched.error);
      }
    }
    // What was read is handed out first; the failure comes again with the next poll.
    if (failure !== null && consumed.length === 0) throw failure;
    return consumed;
  }

  /** Reads on from here. */
  seek(partition: TopicPartition, offset: number): void {
    this.#find(partition).position = offset;
  }

  async seekToBeginning(partitions: readonly TopicPartition[] = this.assignment()): Promise<void> {
    await this.#seekTo('earliest', partitions);
  }

  async seekToEnd(partitions: readonly TopicPartition[] = this.assignment()): Promise<void> {
    await this.#seekTo('latest', partitions);
  }

  /** The offset of the next record. */
  async position(partition: TopicPartition): Promise<number> {
    await this.#findPositions();
    return this.#find(partition).position;
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#find(partition).isPaused = true;
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#find(partition).isPaused = false;
  }

  /**
   * Commits the given offsets, or else the positions of all partitions.
   * @throws WeirError ILLEGAL_GENERATION, UNKNOWN_MEMBER when the group has moved on without this member
   */
  async commit(offsets: readonly OffsetAndMetadata[] = this.positions(), durability?: Durability): Promise<void> {
    const groupId = this.#requireGroup();
    if (offsets.length === 0) return;
    await this.#broker.offsetCommit({ groupId, partitions: offsets, durability, ...(this.#membership ?? {}) });
  }

  /** The known positions, as `commit` writes them and `BrokerApi.commit` takes them. */
  positions(): OffsetAndMetadata[] {
    return this.#assigned
      .filter(({ position }) => position >= 0)
      .map(({ topic, partition, position }) => ({ topic, partition, offset: position }));
  }

  async committed(partitions: readonly TopicPartition[] = this.assignment()): Promise<readonly CommittedOffset[]> {
    return (await this.#broker.offsetFetch({ groupId: this.#requireGroup(), partitions })).partitions;
  }

  /** Leaves the group. Nothing is committed by itself. */
  async close(): Promise<void> {
    const membership = this.#membership;
    await this.#revoke();
    this.#subscription = [];
    this.#membership = null;
    if (membership === null) return;
    await this.#broker.leaveGroup({ groupId: this.#requireGroup(), memberId: membership.memberId });
  }

  get #reset(): 'earliest' | 'latest' | 'none' {
    return this.#options.autoOffsetReset ?? 'latest';
  }

  // ---- the group

  async #keepMembership(): Promise<void> {
    if (this.#membership !== null && !this.#mustJoin) {
      const groupId = this.#requireGroup();
      if (await this.#isCurrent(() => this.#broker.heartbeat({ groupId, ...this.#memberOrThrow() }))) return;
    }
    await this.#revoke();
    // A rebalance may begin again before this one is over.
    while (!(await this.#isCurrent(() => this.#join())));
  }

  /** False when the group is rebalancing or has forgotten this member, so that it must join. */
  async #isCurrent(request: () => Promise<void>): Promise<boolean> {
    try {
      await request();
      return true;
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      if (error.code === 'UNKNOWN_MEMBER') this.#memberId = '';
      else if (error.code !== 'REBALANCE_IN_PROGRESS' && error.code !== 'ILLEGAL_GENERATION') throw error;
      return false;
    }
  }

  async #join(): Promise<void> {
    const groupId = this.#requireGroup();
    const assignors = this.#options.assignors ?? [rangeAssignor];
    const metadata = encodeSubscription(this.#subscription);
    const joined = await this.#broker.joinGroup({
      groupId,
      memberId: this.#memberId,
      clientId: this.#options.clientId,
      sessionTimeoutMs: this.#options.sessionTimeoutMs ?? DEFAULT_SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: this.#options.rebalanceTimeoutMs ?? DEFAULT_REBALANCE_TIMEOUT_MS,
      protocolType: 'consumer',
      protocols: assignors.map(({ name }) => ({ name, metadata })),
    });
    const { memberId, generationId } = joined;
    this.#memberId = memberId;
    const assignments = joined.leaderId === memberId ? await this.#dealOut(joined, assignors) : [];
    const { assignment } = await this.#broker.syncGroup({ groupId, memberId, generationId, assignments });
    this.#membership = { memberId, generationId };
    this.#mustJoin = false;
    this.#replaceAssignment(decodeAssignment(assignment).partitions);
    await this.#options.onAssigned?.(this.assignment());
  }

  async #dealOut(
    joined: JoinGroupResponse,
    assignors: readonly Assignor[],
  ): Promise<{ readonly memberId: string; readonly assignment: Uint8Array }[]> {
    const assignor = assignors.find(({ name }) => name === joined.protocolName);
    assert(assignor !== undefined, 'the elected protocol is one that this member offered');
    const members = joined.members.map(({ memberId, metadata }): MemberSubscription => {
      return { memberId, topics: decodeSubscription(metadata).topics };
    });
    const subscribed = new Set(members.flatMap(({ topics }) => topics));
    const existing = await this.#broker.listTopics();
    const counts = new Map(
      existing.filter(({ topic }) => subscribed.has(topic)).map(({ topic, partitions }) => [topic, partitions.length]),
    );
    return [...assignor.assign(members, counts)].map(([memberId, partitions]) => {
      return { memberId, assignment: encodeAssignment(partitions) };
    });
  }

  async #revoke(): Promise<void> {
    if (this.#assigned.length > 0) await this.#options.onRevoked?.(this.assignment());
    if (this.#subscription.length > 0) this.#assigned = [];
  }

  // ---- positions

  async #findPositions(): Promise<void> {
    const unknown = this.#assigned.filter(({ position }) => position < 0);
    if (unknown.length === 0) return;
    const { groupId } = this.#options;
    const committed =
      groupId === undefined
        ? []
        : (await this.#broker.offsetFetch({ groupId, partitions: unknown.map(plain) })).partitions;
    for (const [index, assigned] of unknown.entries()) {
      const offset = committed[index]?.offset ?? -1;
      if (assigned.position >= 0) continue;
      assigned.position = offset >= 0 ? offset : await this.#resetOffset(assigned);
    }
  }

  async #resetOffset({ topic, partition }: TopicPartition): Promise<number> {
    if (this.#reset === 'none') {
      throw new WeirError('OFFSET_OUT_OF_RANGE', `There is no offset to begin with in ${topic}-${partition}.`, {
        hint: 'Set autoOffsetReset to earliest or latest, or seek.',
      });
    }
    return this.#listOffset({ topic, partition }, this.#reset);
  }

  async #seekTo(at: 'earliest' | 'latest', partitions: readonly TopicPartition[]): Promise<void> {
    for (const partition of partitions) this.#find(partition).position = await this.#listOffset(partition, at);
  }

  async #listOffset({ topic, partition }: TopicPartition, at: 'earliest' | 'latest'): Promise<number> {
    const { isolationLevel } = this.#options;
    const { partitions } = await this.#broker.listOffsets({ partitions: [{ topic, partition, at }], isolationLevel });
    const [found] = partitions;
    assert(found !== undefined, 'listOffsets answers every partition');
    return found.offset;
  }

  #replaceAssignment(partitions: readonly TopicPartition[]): void {
    this.#assigned = partitions.map(({ topic, partition }) => {
      const kept = this.#assigned.find((each) => each.topic === topic && each.partition === partition);
      return kept ?? { topic, partition, position: -1, isPaused: false };
    });
  }

  #find({ topic, partition }: TopicPartition): Assigned {
    const found = this.#assigned.find((each) => each.topic === topic && each.partition === partition);
    if (found === undefined) {
      throw new WeirError(
        'UNKNOWN_PARTITION',
        `${topic}-${partition} is not assigned to consumer ${this.#options.clientId}.`,
      );
    }
    return found;
  }

  #memberOrThrow(): Membership {
    assert(this.#membership !== null, 'the consumer is a member of its group');
    return this.#membership;
  }

  #requireGroup(): string {
    const { groupId } = this.#options;
    assert(groupId !== undefined, 'a consumer that subscribes or commits has a group id');
    return groupId;
  }
}

function plain({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition };
}
