import { describe, expect, it } from 'vitest';
import { choiceOf, creditLines } from './floor-actions.ts';
import { aView, BALLOT } from './view.fixture.ts';

const choice = (choices: string[], method = 'plurality', kind: 'turn' | 'motion' = 'turn') =>
  choiceOf({ view: aView({ strategy: { kind: 'consensus', method } }) }, { ...BALLOT, kind }, choices);

describe('what a vote says', () => {
  it.each([
    ['plurality', ['ada'], 'prt_a'],
    ['plurality', ['Abstain'], 'abstain'],
    // Bodo is no candidate.
    ['plurality', ['bo'], 'prt_b'],
    ['ranked', ['Bo', 'Ada'], ['prt_b', 'prt_a']],
    ['approval', ['Ada'], ['prt_a']],
  ])('under %s %j is %j', (method, choices, found) => {
    expect(choice(choices, method)).toEqual({ found });
  });

  it.each([
    ['plurality', ['Ada', 'Bo'], 'Everybody has one vote here: /vote NAME.'],
    ['ranked', ['Ada', '@ada'], /twice/],
    ['plurality', ['Me'], /Nobody fits "Me" here; it can be Ada or Bo\./],
    ['plurality', ['yes'], /Nobody fits/],
  ])('under %s %j is a problem', (method, choices, problem) => {
    expect(choice(choices, method).problem).toMatch(problem);
  });

  it('[IP-3] is yes, no or abstain on a motion', () => {
    expect(choice(['yes'], 'plurality', 'motion')).toEqual({ found: 'yes' });
    expect(choice(['abstain'], 'plurality', 'motion')).toEqual({ found: 'abstain' });
    expect(choice(['Ada'], 'plurality', 'motion').problem).toMatch(/motion/);
  });
});

describe('accounts', () => {
  it('are told in the conversation’s currency', () => {
    const account = { currency: 'priorityPoints', balance: 70, escrow: 30 };
    const credits = [
      { ...account, participant: 'prt_me' },
      { ...account, participant: 'prt_a', escrow: 0 },
    ];
    expect(creditLines({ view: aView({ credits }), me: 'prt_me' })).toEqual([
      'You have 70 priorityPoints, and 30 in escrow',
      'Ada has 70 priorityPoints',
    ]);
    expect(creditLines({ view: aView(), me: 'prt_me' })).toEqual(['You have no account here.']);
  });
});
