import type { Ballot, Choice } from '../floor/ballot.ts';
import type { ParticipantId } from '../kernel/id.ts';
import { tieBreak } from '../floor/tie-break.ts';
import type { CloseBallotMove } from './move.ts';
import type { StrategyView, TurnStrategy } from './strategy.ts';
import { firstEligible } from './strategy.ts';
import type { Tally, VotingMethod } from './tally.ts';
import { votingMethods } from './tally.ts';

/** TS-18: after so many ballots that chose nobody, the fallback decides. */
const MAX_BALLOTS = 3;

/** TS-16…TS-18: those who are there vote on who speaks next. */
export const consensus: TurnStrategy = {
  kind: 'consensus',
  description: 'Those who are present vote on which of the requesters speaks next.',
  settings: {
    votingPeriodMs: {
      type: 'integer',
      unit: 'ms',
      min: 1,
      max: 3_600_000,
      default: 15_000,
      description: 'How long a ballot is open at most.',
    },
    minVotes: {
      type: 'integer',
      min: 1,
      max: 10_000,
      default: 1,
      description: 'How many must vote, abstentions included.',
    },
    method: {
      type: 'choice',
      choices: Object.keys(votingMethods),
      default: 'plurality',
      description: 'One vote each, a ranking (instant run-off), or any number of approvals.',
    },
    onTie: {
      type: 'choice',
      choices: ['precedence', 'random', 'fail'],
      default: 'precedence',
      description: 'Who wins a tie: by the usual precedence, by lot, or nobody.',
    },
    fallback: {
      type: 'choice',
      choices: ['sequential', 'none'],
      default: 'sequential',
      description: 'After three failed ballots: the earliest request, or nobody.',
    },
  },
  waitsAs: 'pending',
  slots: () => 1,
  turnMs: (view) => view.timers.maxTurnMs,
  order: (view) => view.floor.queue,
  next(view) {
    const { ballot, holders, failedBallots } = view.floor;
    if (ballot?.kind === 'turn') return verdict(view, ballot);
    const first = firstEligible(view);
    if (holders.length > 0 || !first) return null;
    if (failedBallots >= MAX_BALLOTS) {
      const reason = `${failedBallots} ballots in a row chose nobody`;
      return { move: 'grant', participant: first.participant, cause: 'queue', reason };
    }
    return {
      move: 'openBallot',
      candidates: view
        .waiting()
        .map((request) => request.participant)
        .filter(view.eligible),
      electorate: view
        .members()
        .map(({ id }) => id)
        .filter(view.elector),
      closesAt: view.at + Number(view.settings['votingPeriodMs']),
    };
  },
  deadline: (view) => (view.floor.ballot?.kind === 'turn' ? view.floor.ballot.closesAt : null),
};

/** TS-17: the ballot's end, if it has come. */
function verdict(view: StrategyView, ballot: Ballot): CloseBallotMove | null {
  const minVotes = Number(view.settings['minVotes']);
  const choices = Object.values(ballot.choices);
  const outstanding = ballot.electorate.filter(
    (id) => !Object.hasOwn(ballot.choices, id) && view.member(id) !== undefined,
  ).length;
  const standing = ballot.candidates.filter((id) =>
    view.waiting().some(({ participant }) => participant === id),
  );
  const method = votingMethods[view.settings['method'] as keyof typeof votingMethods];
  const { winners, votes, settled } = countFor(view, method, standing, choices, outstanding);
  const isLast = view.floor.failedBallots + 1 >= MAX_BALLOTS;
  const denied = isLast && view.settings['fallback'] === 'none' ? standing : [];
  const failed = (cause: string): CloseBallotMove => ({
    move: 'closeBallot',
    outcome: 'failed',
    winner: null,
    cause,
    tally: votes,
    denied,
  });
  if (standing.length === 0) return { ...failed('no_candidates'), outcome: 'void', denied: [] };
  if (choices.length + outstanding < minVotes) return failed('quorum_unreachable');
  const timeIsUp = view.at >= ballot.closesAt;
  if (!timeIsUp && !(settled && choices.length >= minVotes)) return null;
  if (choices.length < minVotes) return failed('no_quorum');
  const winner = decided(view, winners, ballot.candidates);
  if (winner === null) return failed(winners.length > 1 ? 'tie' : 'no_votes');
  return { move: 'closeBallot', outcome: 'decided', winner, tally: votes, denied: [] };
}

/**
 * Who cannot be given the floor now (disconnected, muted) stands, in case that changes before the close, but
 * is not elected: then the others' votes decide.
 */
function countFor(
  view: StrategyView,
  method: VotingMethod,
  standing: readonly ParticipantId[],
  choices: readonly Choice[],
  outstanding: number,
): Tally {
  const all = method(standing, choices, outstanding);
  const able = standing.filter(view.eligible);
  if (able.length === standing.length) return all;
  const { winners, settled } = method(able, choices, outstanding);
  return { winners, votes: all.votes, settled: settled && all.settled };
}

function decided(
  view: StrategyView,
  winners: readonly ParticipantId[],
  candidates: readonly ParticipantId[],
): ParticipantId | null {
  if (winners.length <= 1) return winners[0] ?? null;
  if (view.settings['onTie'] === 'fail') return null;
  if (view.settings['onTie'] === 'random') {
    const drawn = candidates.filter((id) => winners.includes(id));
    return drawn[Math.floor(view.random(0) * drawn.length)] ?? null;
  }
  return winners.toSorted((a, b) => tieBreak(view, a, b))[0] ?? null;
}
