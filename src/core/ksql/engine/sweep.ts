import type { BrokerApi } from '../../broker/api.ts';
import type { Snapshots } from '../../streams/runtime/snapshots.ts';
import { applicationId, applicationPrefixes } from '../persistent-query.ts';

/**
 * Removes what a crash left of queries that have ended: internal topics, snapshots and committed offsets.
 * @param topics all that there are
 * @param queryIds of those that live
 */
export async function sweep(
  broker: BrokerApi,
  snapshots: Snapshots,
  serviceId: string,
  topics: Iterable<string>,
  queryIds: readonly string[],
): Promise<void> {
  const prefixes = applicationPrefixes(serviceId);
  const living = queryIds.map((id) => applicationId(serviceId, id));
  const isOrphan = (name: string, belongs: (id: string) => boolean): boolean =>
    prefixes.some((prefix) => name.startsWith(prefix)) && !living.some(belongs);
  const orphans = [...topics].filter((topic) => isOrphan(topic, (id) => topic.startsWith(`${id}-`)));
  if (orphans.length > 0) await broker.deleteTopics(orphans);
  await snapshots.retain((application) => !isOrphan(application, (id) => application === id));
  for (const { groupId } of await broker.listGroups()) {
    if (isOrphan(groupId, (id) => groupId === id)) await broker.deleteGroup(groupId);
  }
}
