/**
 * How evenly something is shared out, for non-negative shares. All three are 1, 0 and 1 for a single
 * share and for shares that are all zero: nobody is worse off than anybody else.
 */

/** Jain's index, (Σx)² / (n·Σx²): 1 when all are equal, 1/n when one has everything. */
export function jainIndex(shares: readonly number[]): number {
  const sum = total(shares);
  const squares = shares.reduce((acc, share) => acc + share * share, 0);
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}

/** Gini coefficient: 0 when all are equal, near 1 when one has everything. */
export function giniCoefficient(shares: readonly number[]): number {
  const sum = total(shares);
  if (sum === 0) return 0;
  const sorted = shares.toSorted((a, b) => a - b);
  const weighted = sorted.reduce((acc, share, index) => acc + (index + 1) * share, 0);
  return (2 * weighted) / (shares.length * sum) - (shares.length + 1) / shares.length;
}

/** Normalised entropy (Pielou's evenness): 1 when all are equal, 0 when one has everything. */
export function evenness(shares: readonly number[]): number {
  const sum = total(shares);
  if (sum === 0 || shares.length < 2) return 1;
  const entropy = shares.reduce(
    (acc, share) => (share === 0 ? acc : acc - (share / sum) * Math.log(share / sum)),
    0,
  );
  return entropy / Math.log(shares.length);
}

const total = (shares: readonly number[]): number => shares.reduce((acc, share) => acc + share, 0);
