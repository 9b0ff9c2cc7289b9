import type { Choice } from '../floor/ballot.ts';
import type { ParticipantId } from '../kernel/id.ts';

/** The result of counting: `winners` has more than one entry on a tie and none where nobody got a vote. */
export interface Tally {
  readonly winners: readonly ParticipantId[];
  /** Votes by candidate (the last count, under ranked voting). */
  readonly votes: Readonly<Record<ParticipantId, number>>;
  /** No ballot that can still come changes the outcome. */
  readonly settled: boolean;
}

export type VotingMethod = (
  candidates: readonly ParticipantId[],
  choices: readonly Choice[],
  outstanding: number,
) => Tally;

/** One vote each; most votes win. */
const plurality: VotingMethod = (candidates, choices, outstanding) =>
  mostVotes(
    count(candidates, (candidate) => choices.filter((choice) => choice === candidate).length),
    outstanding,
  );

/** A vote for each candidate that one approves of; most votes win. */
const approval: VotingMethod = (candidates, choices, outstanding) =>
  mostVotes(
    count(candidates, (candidate) => choices.filter((choice) => approves(choice, candidate)).length),
    outstanding,
  );

/**
 * Instant run-off: while nobody has more than half of the ballots that still name a candidate, those with
 * the fewest first places drop out together, unless that would leave nobody.
 */
const ranked: VotingMethod = (candidates, choices, outstanding) => {
  const rankings = choices.filter((choice) => choice !== 'abstain').map(asList);
  let left = [...candidates];
  for (;;) {
    const votes = count(
      left,
      (candidate) => rankings.filter((list) => firstOf(list, left) === candidate).length,
    );
    const total = Object.values(votes).reduce((sum, each) => sum + each, 0);
    const most = Math.max(0, ...Object.values(votes));
    const fewest = Math.min(...Object.values(votes));
    const leaders = left.filter((candidate) => votes[candidate] === most);
    if (total === 0) return { winners: [], votes, settled: outstanding === 0 };
    if (most * 2 > total || fewest === most) {
      const unbeatable =
        candidates.length === 1 || (left.length === candidates.length && most * 2 > total + outstanding);
      return { winners: leaders, votes, settled: outstanding === 0 || unbeatable };
    }
    left = left.filter((candidate) => votes[candidate] !== fewest);
  }
};

export const votingMethods = { plurality, ranked, approval } as const satisfies Record<string, VotingMethod>;

function count(
  candidates: readonly ParticipantId[],
  votesOf: (candidate: ParticipantId) => number,
): Record<ParticipantId, number> {
  return Object.fromEntries(candidates.map((candidate) => [candidate, votesOf(candidate)]));
}

function mostVotes(votes: Record<ParticipantId, number>, outstanding: number): Tally {
  const most = Math.max(0, ...Object.values(votes));
  const winners = most === 0 ? [] : Object.keys(votes).filter((candidate) => votes[candidate] === most);
  const second = Math.max(
    0,
    ...Object.entries(votes).flatMap(([id, each]) => (winners.includes(id) ? [] : each)),
  );
  const unopposed = winners.length === 1 && Object.keys(votes).length === 1;
  const settled = outstanding === 0 || unopposed || (winners.length === 1 && most > second + outstanding);
  return { winners, votes, settled };
}

const approves = (choice: Choice, candidate: ParticipantId): boolean =>
  Array.isArray(choice) ? choice.includes(candidate) : choice === candidate;

const asList = (choice: Choice): readonly ParticipantId[] => (typeof choice === 'string' ? [choice] : choice);

const firstOf = (
  ranking: readonly ParticipantId[],
  left: readonly ParticipantId[],
): ParticipantId | undefined => ranking.find((candidate) => left.includes(candidate));
