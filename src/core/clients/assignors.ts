/** How a group's leader deals out partitions (`org.apache.kafka.clients.consumer.*Assignor`). */
import type { TopicPartition } from '../broker/api.ts';

export interface MemberSubscription {
  readonly memberId: string;
  readonly topics: readonly string[];
}

export interface Assignor {
  /** The protocol's name in the group. */
  readonly name: string;
  /** Every partition of every subscribed topic to one of the members that subscribe to it. */
  assign(
    members: readonly MemberSubscription[],
    partitionCounts: ReadonlyMap<string, number>,
  ): Map<string, TopicPartition[]>;
}

/** `RangeAssignor`: of each topic a run of neighbouring partitions; those of the same number meet at the same member. */
export const rangeAssignor: Assignor = {
  name: 'range',
  assign(members, partitionCounts) {
    const assignment = emptyAssignment(members);
    for (const [topic, partitionCount] of partitionCounts) {
      const subscribers = sortedSubscribers(members, topic);
      if (subscribers.length === 0) continue;
      const share = Math.floor(partitionCount / subscribers.length);
      const withOneMore = partitionCount % subscribers.length;
      let partition = 0;
      subscribers.forEach((memberId, index) => {
        const end = partition + share + (index < withOneMore ? 1 : 0);
        for (; partition < end; partition++) assignment.get(memberId)?.push({ topic, partition });
      });
    }
    return assignment;
  },
};

/** `RoundRobinAssignor`: all partitions of all topics in a row, dealt out one by one. */
export const roundRobinAssignor: Assignor = {
  name: 'roundrobin',
  assign(members, partitionCounts) {
    const assignment = emptyAssignment(members);
    const memberIds = [...assignment.keys()].sort();
    let turn = 0;
    for (const topic of [...partitionCounts.keys()].sort()) {
      const subscribers = new Set(sortedSubscribers(members, topic));
      for (let partition = 0; partition < (partitionCounts.get(topic) ?? 0) && subscribers.size > 0; partition++) {
        while (!subscribers.has(memberIds[turn % memberIds.length] ?? '')) turn++;
        assignment.get(memberIds[turn % memberIds.length] ?? '')?.push({ topic, partition });
        turn++;
      }
    }
    return assignment;
  },
};

function emptyAssignment(members: readonly MemberSubscription[]): Map<string, TopicPartition[]> {
  return new Map(members.map(({ memberId }) => [memberId, []]));
}

function sortedSubscribers(members: readonly MemberSubscription[], topic: string): string[] {
  return members
    .filter(({ topics }) => topics.includes(topic))
    .map(({ memberId }) => memberId)
    .sort();
}
