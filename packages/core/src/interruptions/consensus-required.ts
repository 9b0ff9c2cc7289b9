import type { InterruptionPolicy } from './policy.ts';

/** IP-3: those who listen vote on whether the holder is cut short. */
export const consensusRequired: InterruptionPolicy = {
  kind: 'consensusRequired',
  description: 'Those who are present vote on an interruption; once in a turn.',
  settings: {
    minVotes: {
      type: 'integer',
      min: 1,
      max: 10_000,
      default: 2,
      description: 'How many must say yes, the interrupter included.',
    },
    votingWindowMs: {
      type: 'integer',
      unit: 'ms',
      min: 1,
      max: 600_000,
      default: 5_000,
      description: 'How long the vote is open at most.',
    },
  },
  defers: true,
  attempt(view, { holder }) {
    const grant = view.floor.holders.find(({ participant }) => participant === holder);
    if (view.floor.interruption || (grant?.motions ?? 0) > 0) {
      return {
        verdict: 'denied',
        code: 'interruption.too_many',
        reason: 'There was a motion in this turn already.',
        queue: 'ifAsked',
      };
    }
    return {
      verdict: 'voting',
      deadline: view.at + Number(view.settings['votingWindowMs']),
      electorate: view
        .members()
        .map(({ id }) => id)
        .filter((id) => id !== holder && view.elector(id)),
    };
  },
  review(view, interruption) {
    const { ballot } = view.floor;
    if (interruption.stage !== 'voting' || ballot?.kind !== 'motion') return null;
    const minVotes = Number(view.settings['minVotes']);
    const choices = Object.values(ballot.choices);
    const yes = choices.filter((choice) => choice === 'yes').length;
    const no = choices.filter((choice) => choice === 'no').length;
    const outstanding = ballot.electorate.filter(
      (id) => !Object.hasOwn(ballot.choices, id) && view.member(id) !== undefined,
    ).length;
    const tally = { yes, no, abstain: choices.length - yes - no };
    if (yes >= minVotes && yes > no + outstanding) return { verdict: 'voted', passed: true, tally };
    if (yes + outstanding < minVotes) {
      return { verdict: 'voted', passed: false, cause: 'quorum_unreachable', tally };
    }
    if (yes + outstanding <= no) return { verdict: 'voted', passed: false, cause: 'rejected', tally };
    if (view.at < interruption.deadline && outstanding > 0) return null;
    if (yes < minVotes) return { verdict: 'voted', passed: false, cause: 'no_quorum', tally };
    return yes > no
      ? { verdict: 'voted', passed: true, tally }
      : { verdict: 'voted', passed: false, cause: yes === no ? 'tie' : 'rejected', tally };
  },
};
