/**
 * Consumer groups (the "classic" protocol; `kafka.coordinator.group.GroupCoordinator`).
 *
 *     Empty ──join──▶ PreparingRebalance ──all have joined, or time is up──▶ CompletingRebalance ──leader's sync──▶ Stable
 *                            ▲                                                                                        │
 *                            └────────────────────── a member joins, leaves or goes silent ◀──────────────────────────┘
 *
 * The coordinator only agrees on who is a member and of which generation; who reads what is decided by the leader, a member
 * like the others, and handed on as bytes. A join is answered when the round is complete, so members wait in `join` for each
 * other, and in `sync` for the leader. Groups live in memory: the members of a closed tab are gone with it, and what must
 * survive, the offsets, is in `__consumer_offsets`.
 */
import { EMPTY_BYTES } from '../common/bytes.ts';
import { WeirError, assert } from '../common/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import type {
  GroupDescription,
  GroupMemberRequest,
  GroupProtocol,
  GroupState,
  JoinGroupRequest,
  JoinGroupResponse,
  SyncGroupRequest,
  SyncGroupResponse,
} from './api.ts';

interface Waiting<Response> {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: WeirError) => void;
}

interface Member {
  readonly memberId: string;
  clientId: string;
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  protocols: readonly GroupProtocol[];
  assignment: Uint8Array;
  joining: Waiting<JoinGroupResponse> | null;
  syncing: Waiting<SyncGroupResponse> | null;
  endSession: () => void;
}

interface Group {
  readonly groupId: string;
  state: GroupState;
  generationId: number;
  protocolType: string;
  protocolName: string;
  leaderId: string;
  readonly members: Map<string, Member>;
  cancelRebalanceTimeout: () => void;
}

const NOTHING = (): void => undefined;

export class GroupCoordinator {
  readonly #scheduler: Scheduler;
  readonly #memberIdPrefix: string;
  readonly #groups = new Map<string, Group>();
  #memberCount = 0;

  constructor(clock: Clock, scheduler: Scheduler) {
    this.#scheduler = scheduler;
    // Ids of members of an earlier broker on the same storage must not be taken for new ones.
    this.#memberIdPrefix = clock.nowMs().toString(36);
  }

  /** @throws WeirError UNKNOWN_MEMBER, INCONSISTENT_GROUP_PROTOCOL */
  join(request: JoinGroupRequest): Promise<JoinGroupResponse> {
    return new Promise((resolve, reject) => {
      const group = this.#groupToJoin(request);
      const member = request.memberId === '' ? this.#newMember(group, request) : this.#member(group, request.memberId);
      const hasChanged = !sameProtocols(member.protocols, request.protocols);
      member.clientId = request.clientId;
      member.sessionTimeoutMs = request.sessionTimeoutMs;
      member.rebalanceTimeoutMs = request.rebalanceTimeoutMs;
      member.protocols = request.protocols;
      member.joining?.reject(rebalancing(group.groupId));
      member.joining = null;
      const isKnown = request.memberId !== '';
      if (group.state === 'Stable' && isKnown && !hasChanged && member.memberId !== group.leaderId) {
        this.#renewSession(group, member);
        resolve(joinResponse(group, member));
        return;
      }
      member.joining = { resolve, reject };
      this.#prepareRebalance(group);
      this.#completeJoinIfReady(group);
    });
  }

  /** @throws WeirError UNKNOWN_MEMBER, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS */
  sync(request: SyncGroupRequest): Promise<SyncGroupResponse> {
    return new Promise((resolve, reject) => {
      const { group, member } = this.#current(request);
      if (group.state === 'PreparingRebalance') throw rebalancing(group.groupId);
      this.#renewSession(group, member);
      if (group.state === 'Stable') {
        resolve({ assignment: member.assignment });
        return;
      }
      member.syncing = { resolve, reject };
      if (member.memberId !== group.leaderId) return;
      const assignments = new Map(request.assignments.map((each) => [each.memberId, each.assignment]));
      group.state = 'Stable';
      for (const each of group.members.values()) {
        each.assignment = assignments.get(each.memberId) ?? EMPTY_BYTES;
        each.syncing?.resolve({ assignment: each.assignment });
        each.syncing = null;
      }
    });
  }

  /** @throws WeirError UNKNOWN_MEMBER, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS */
  heartbeat(request: GroupMemberRequest): void {
    const { group, member } = this.#current(request);
    this.#renewSession(group, member);
    if (group.state === 'PreparingRebalance') throw rebalancing(group.groupId);
  }

  /** @throws WeirError UNKNOWN_MEMBER */
  leave(groupId: string, memberId: string): void {
    const group = this.#groups.get(groupId);
    if (group === undefined) throw unknownMember(groupId, memberId);
    this.#remove(group, this.#member(group, memberId));
  }

  /** Refuses a commit by a member of an earlier generation. @throws WeirError UNKNOWN_MEMBER, ILLEGAL_GENERATION */
  checkGeneration(request: GroupMemberRequest): void {
    this.#current(request);
  }

  hasMembers(groupId: string): boolean {
    return (this.#groups.get(groupId)?.members.size ?? 0) > 0;
  }

  groupIds(): string[] {
    return [...this.#groups.keys()];
  }

  /** A group that has only offsets is Empty. */
  describe(groupId: string): GroupDescription {
    const group = this.#groups.get(groupId);
    if (group === undefined) {
      return {
        groupId,
        state: 'Empty',
        protocolType: '',
        protocolName: '',
        generationId: 0,
        leaderId: '',
        members: [],
      };
    }
    const { state, protocolType, protocolName, generationId, leaderId } = group;
    const members = [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      clientId: member.clientId,
      metadata: metadataOf(member, protocolName),
      assignment: member.assignment,
    }));
    return { groupId, state, protocolType, protocolName, generationId, leaderId, members };
  }

  forget(groupId: string): void {
    this.#groups.delete(groupId);
  }

  /** Ends all timers and waits. */
  close(reason: WeirError): void {
    for (const group of this.#groups.values()) {
      group.cancelRebalanceTimeout();
      for (const member of group.members.values()) {
        member.endSession();
        member.joining?.reject(reason);
        member.syncing?.reject(reason);
      }
    }
    this.#groups.clear();
  }

  #groupToJoin(request: JoinGroupRequest): Group {
    let group = this.#groups.get(request.groupId);
    if (group === undefined) {
      if (request.memberId !== '') throw unknownMember(request.groupId, request.memberId);
      group = {
        groupId: request.groupId,
        state: 'Empty',
        generationId: 0,
        protocolType: request.protocolType,
        protocolName: '',
        leaderId: '',
        members: new Map(),
        cancelRebalanceTimeout: NOTHING,
      };
      this.#groups.set(request.groupId, group);
    }
    const others = [...group.members.values()].filter((member) => member.memberId !== request.memberId);
    if (others.length === 0) group.protocolType = request.protocolType;
    const isShared = request.protocols.some(({ name }) => others.every((member) => supports(member, name)));
    if (group.protocolType !== request.protocolType || !isShared) {
      const offered = request.protocols.map(({ name }) => name).join(', ') || 'none';
      throw new WeirError(
        'INCONSISTENT_GROUP_PROTOCOL',
        `Group ${group.groupId} is of type ${group.protocolType}, and its members share no assignment protocol with ${request.clientId} (${request.protocolType}: ${offered}).`,
        { hint: 'Give all members of a group the same assignors, or this one another group id.' },
      );
    }
    return group;
  }

  #newMember(group: Group, request: JoinGroupRequest): Member {
    const member: Member = {
      memberId: `${request.clientId}-${this.#memberIdPrefix}-${++this.#memberCount}`,
      clientId: request.clientId,
      sessionTimeoutMs: request.sessionTimeoutMs,
      rebalanceTimeoutMs: request.rebalanceTimeoutMs,
      protocols: request.protocols,
      assignment: EMPTY_BYTES,
      joining: null,
      syncing: null,
      endSession: NOTHING,
    };
    group.members.set(member.memberId, member);
    return member;
  }

  #member(group: Group, memberId: string): Member {
    const member = group.members.get(memberId);
    if (member === undefined) throw unknownMember(group.groupId, memberId);
    return member;
  }

  #current({ groupId, memberId, generationId }: GroupMemberRequest): {
    readonly group: Group;
    readonly member: Member;
  } {
    const group = this.#groups.get(groupId);
    if (group === undefined) throw unknownMember(groupId, memberId);
    const member = this.#member(group, memberId);
    if (generationId !== group.generationId) {
      throw new WeirError(
        'ILLEGAL_GENERATION',
        `Member ${memberId} of group ${groupId} speaks for generation ${generationId}; the group is at ${group.generationId}.`,
        { hint: 'Join the group again.' },
      );
    }
    return { group, member };
  }

  #prepareRebalance(group: Group): void {
    if (group.state === 'PreparingRebalance') return;
    group.state = 'PreparingRebalance';
    let timeoutMs = 0;
    for (const member of group.members.values()) {
      timeoutMs = Math.max(timeoutMs, member.rebalanceTimeoutMs);
      member.syncing?.reject(rebalancing(group.groupId));
      member.syncing = null;
    }
    group.cancelRebalanceTimeout = this.#scheduler.schedule(timeoutMs, () => {
      for (const member of [...group.members.values()]) {
        if (member.joining === null) this.#drop(group, member);
      }
      this.#completeJoinIfReady(group);
    });
  }

  #completeJoinIfReady(group: Group): void {
    if (group.state !== 'PreparingRebalance') return;
    const members = [...group.members.values()];
    if (members.some((member) => member.joining === null)) return;
    group.cancelRebalanceTimeout();
    group.generationId++;
    const first = members[0];
    if (first === undefined) {
      group.state = 'Empty';
      group.leaderId = '';
      group.protocolName = '';
      return;
    }
    group.state = 'CompletingRebalance';
    group.protocolName = electProtocol(members);
    if (!group.members.has(group.leaderId)) group.leaderId = first.memberId;
    for (const member of members) {
      const { joining } = member;
      member.joining = null;
      this.#renewSession(group, member);
      joining?.resolve(joinResponse(group, member));
    }
  }

  #renewSession(group: Group, member: Member): void {
    member.endSession();
    member.endSession = this.#scheduler.schedule(member.sessionTimeoutMs, () => {
      // Who waits for an answer is not silent.
      if (member.joining === null && member.syncing === null) this.#remove(group, member);
    });
  }

  #remove(group: Group, member: Member): void {
    this.#drop(group, member);
    this.#prepareRebalance(group);
    this.#completeJoinIfReady(group);
  }

  #drop(group: Group, member: Member): void {
    member.endSession();
    member.joining?.reject(unknownMember(group.groupId, member.memberId));
    member.syncing?.reject(unknownMember(group.groupId, member.memberId));
    group.members.delete(member.memberId);
  }
}

function joinResponse(group: Group, member: Member): JoinGroupResponse {
  const isLeader = member.memberId === group.leaderId;
  const { generationId, protocolName, leaderId } = group;
  const members = isLeader
    ? [...group.members.values()].map((each) => ({ memberId: each.memberId, metadata: metadataOf(each, protocolName) }))
    : [];
  return { memberId: member.memberId, generationId, protocolName, leaderId, members };
}

/** Each member votes for the first of its protocols that all support. */
function electProtocol(members: readonly Member[]): string {
  const votes = new Map<string, number>();
  for (const member of members) {
    const choice = member.protocols.find(({ name }) => members.every((each) => supports(each, name)));
    assert(choice !== undefined, 'members of a group share a protocol');
    votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1);
  }
  return [...votes].reduce((best, candidate) => (candidate[1] > best[1] ? candidate : best))[0];
}

function supports(member: Member, protocol: string): boolean {
  return member.protocols.some(({ name }) => name === protocol);
}

function metadataOf(member: Member, protocol: string): Uint8Array {
  return member.protocols.find(({ name }) => name === protocol)?.metadata ?? EMPTY_BYTES;
}

function sameProtocols(left: readonly GroupProtocol[], right: readonly GroupProtocol[]): boolean {
  return (
    left.length === right.length &&
    left.every((protocol, index) => {
      const other = right[index];
      return (
        other !== undefined &&
        other.name === protocol.name &&
        other.metadata.length === protocol.metadata.length &&
        other.metadata.every((byte, at) => byte === protocol.metadata[at])
      );
    })
  );
}

function unknownMember(groupId: string, memberId: string): WeirError {
  return new WeirError('UNKNOWN_MEMBER', `Group ${groupId} has no member ${memberId}.`, {
    hint: 'It was silent for longer than its session timeout, or has left. Join again without a member id.',
  });
}

function rebalancing(groupId: string): WeirError {
  return new WeirError('REBALANCE_IN_PROGRESS', `Group ${groupId} is rebalancing.`, { hint: 'Join the group again.' });
}
