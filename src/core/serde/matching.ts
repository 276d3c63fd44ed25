/** Pairing two sides with as many pairs as possible (Kuhn's augmenting paths). */

/**
 * `mayPair[i][j]` says whether `i` of the left may go with `j` of the right. Answers with each left one's partner, or -1, in a
 * pairing of the largest size.
 */
export function pairUp(mayPair: readonly (readonly boolean[])[]): number[] {
  const partnerOfRight = new Map<number, number>();
  const place = (left: number, tried: Set<number>): boolean => {
    for (const [right, may] of (mayPair[left] ?? []).entries()) {
      if (!may || tried.has(right)) continue;
      tried.add(right);
      const rival = partnerOfRight.get(right);
      if (rival === undefined || place(rival, tried)) {
        partnerOfRight.set(right, left);
        return true;
      }
    }
    return false;
  };
  mayPair.forEach((_, left) => place(left, new Set()));
  const partners = mayPair.map(() => -1);
  for (const [right, left] of partnerOfRight) partners[left] = right;
  return partners;
}
