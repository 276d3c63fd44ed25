/** What the reasons for which a query leaves a record out mean. */
import type { SkipReason } from '../../../protocol/api.ts';

interface Words {
  readonly short: string;
  /** Goes on after a number of records. */
  readonly long: string;
}

const REASONS: Readonly<Record<SkipReason, Words>> = {
  late: { short: 'late', long: 'came after their window had closed: later than the grace period allows' },
  'expired-in-store': { short: 'expired', long: 'were older than what the store of the join or window keeps' },
  'null-key': { short: 'null key', long: 'had no key, and a join or an aggregate needs one' },
  'null-value': { short: 'null value', long: 'had no value' },
  'null-join-key': { short: 'null join key', long: 'had a null in the join’s expression' },
  'null-foreign-key': { short: 'null foreign key', long: 'had a null for the foreign key, which refers to no row' },
  undeserializable: { short: 'unreadable', long: 'could not be read in the source’s format' },
  'negative-timestamp': { short: 'bad timestamp', long: 'had a timestamp that could not be read, or a negative one' },
  filtered: { short: 'filtered', long: 'did not meet the WHERE' },
  'no-match': { short: 'no match', long: 'found no partner in an inner join' },
  error: { short: 'error', long: 'could not be processed: the processing log says why' },
};

/** What a query leaves out because it was asked to. */
const EXPECTED: ReadonlySet<SkipReason> = new Set(['filtered', 'no-match']);

export const isExpected = (reason: SkipReason): boolean => EXPECTED.has(reason);

export const skipReason = (reason: SkipReason): Words => REASONS[reason];
