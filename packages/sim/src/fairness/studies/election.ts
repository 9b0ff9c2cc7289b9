/** A ballot as somebody means it: one name, several names, or null for an abstention. */
export type Opinion = readonly string[] | null;

/**
 * Counts an election in its own way, so that the core's tally has something to be compared with: on paper,
 * with piles of ballots. Returns every winner; more than one is a tie, none that nobody got a vote.
 */
export function countOnPaper(
  method: 'plurality' | 'approval' | 'ranked',
  candidates: readonly string[],
  opinions: readonly Opinion[],
): readonly string[] {
  const ballots = opinions.filter((opinion): opinion is readonly string[] => opinion !== null);
  if (method === 'ranked') return runOff(candidates, ballots);
  const piles = new Map<string, number>();
  for (const ballot of ballots) {
    const marks = method === 'plurality' ? ballot.slice(0, 1) : ballot;
    for (const name of marks) piles.set(name, (piles.get(name) ?? 0) + 1);
  }
  return highest(piles);
}

/** Instant run-off: the smallest piles are handed on, all of equal height together, until one has more than half. */
function runOff(candidates: readonly string[], ballots: readonly (readonly string[])[]): readonly string[] {
  const standing = new Set(candidates);
  while (standing.size > 0) {
    const piles = new Map([...standing].map((name) => [name, 0]));
    let counted = 0;
    for (const ballot of ballots) {
      const choice = ballot.find((name) => standing.has(name));
      if (choice === undefined) continue;
      piles.set(choice, (piles.get(choice) ?? 0) + 1);
      counted += 1;
    }
    if (counted === 0) return [];
    const leaders = highest(piles);
    const top = piles.get(leaders[0] ?? '') ?? 0;
    if (top > counted / 2 || leaders.length === standing.size) return leaders;
    const bottom = Math.min(...piles.values());
    for (const [name, height] of piles) if (height === bottom) standing.delete(name);
  }
  return [];
}

function highest(piles: ReadonlyMap<string, number>): readonly string[] {
  const top = Math.max(0, ...piles.values());
  return top === 0 ? [] : [...piles].filter(([, height]) => height === top).map(([name]) => name);
}
