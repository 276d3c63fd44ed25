/** What the reasons for which a query leaves a record out mean. */
const REASONS: Readonly<Record<string, { readonly short: string; readonly long: string }>> = {
  late: { short: 'late', long: 'came after their window had closed: later than the grace period allows' },
  nullKey: { short: 'null key', long: 'had no key, and a join or an aggregate needs one' },
  nullValue: { short: 'null value', long: 'had no value' },
  nullJoinKey: { short: 'null join key', long: 'had a null in the join’s expression' },
  deserialization: { short: 'unreadable', long: 'could not be read in the source’s format' },
  timestamp: { short: 'bad timestamp', long: 'had a timestamp that could not be read' },
  filtered: { short: 'filtered', long: 'did not meet the WHERE' },
  noMatch: { short: 'no match', long: 'found no partner in an inner join' },
};

/** What a query leaves out because it was asked to. */
const EXPECTED = new Set(['filtered', 'noMatch']);

const camel = (reason: string): string =>
  reason.replaceAll(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());

export const isExpected = (reason: string): boolean => EXPECTED.has(camel(reason));

/** A reason that is not known here is shown in words made of its name. */
export function skipReason(reason: string): { readonly short: string; readonly long: string } {
  const known = REASONS[camel(reason)];
  if (known !== undefined) return known;
  const words = camel(reason)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return { short: words, long: `were skipped: ${words}` };
}
