import { describe, expect, it } from 'vitest';
import type { Choice } from '../floor/ballot.ts';
import { project } from '../conversation/project.ts';
import { TestRoom } from '../conversation/room.fixture.ts';

const PERIOD = 15_000;
const room = (strategy: object = {}, floor: object = {}) => {
  const r = new TestRoom({
    floor: { strategy: { kind: 'consensus', votingPeriodMs: PERIOD, ...strategy }, ...floor },
  });
  for (const id of ['ann', 'bob', 'cy', 'dee']) r.join(id);
  return r;
};
const ballotOf = (r: TestRoom): string => r.state.floor.ballot?.id ?? 'none';
const vote = (r: TestRoom, who: string, choice: Choice) =>
  r.as(who).ok('vote.cast', { ballot: ballotOf(r), choice });
const ask = (r: TestRoom, ...who: string[]) => {
  for (const each of who) r.as(each).ok('floor.request', {});
};
const opened = (r: TestRoom) => r.types().filter((type) => type === 'ballot.opened').length;
/** Ann and Bob both stand: the ballot on Ann alone is voided by her leaving the queue and asking again. */
const contested = (strategy: object = {}, floor: object = {}) => {
  const r = room(strategy, floor);
  ask(r, 'dee');
  for (const who of ['ann', 'bob', 'cy', 'dee']) {
    if (ballotOf(r) !== 'none') vote(r, who, strategyOf(r) === 'plurality' ? 'dee' : ['dee']);
  }
  ask(r, 'ann', 'bob');
  r.as('dee').ok('floor.release', {});
  expect(r.state.floor.ballot?.candidates).toEqual(['ann', 'bob']);
  return r;
};
const strategyOf = (r: TestRoom) => r.state.config.floor.strategy['method'];

describe('the ballot', () => {
  it('[TS-16] is opened for a single candidate too, and announced with all that matters', () => {
    const r = room();
    expect(r.as('ann').ok('floor.request', {})).toMatchObject({ status: 'pending', ballot: ballotOf(r) });
    expect(r.last('ballot.opened')).toMatchObject({
      audience: 'all',
      data: {
        kind: 'turn',
        candidates: ['ann'],
        electorate: ['ann', 'bob', 'cy', 'dee'],
        closesAt: new Date(r.at + PERIOD).toISOString(),
      },
    });
    expect(r.holder).toBeUndefined();
  });

  it('[TS-16] stands between those who waited at the opening; later ones wait for the next', () => {
    const r = room();
    ask(r, 'ann', 'bob');
    expect(r.state.floor.ballot?.candidates).toEqual(['ann']);
    expect(r.as('cy').refused('vote.cast', { ballot: ballotOf(r), choice: 'bob' }).code).toBe(
      'request.invalid',
    );
    vote(r, 'dee', 'abstain');
    vote(r, 'cy', 'ann');
    expect(r.holder).toBe('ann');
    expect(r.last('floor.granted').data).toMatchObject({ cause: 'vote', reason: '1 of 2 ballots' });
    expect(r.queue).toEqual(['bob']);
    r.as('ann').ok('floor.release', {});
    expect(r.state.floor.ballot?.candidates).toEqual(['bob']);
  });

  it('[TS-16] is for who was present at the opening: no later joiner, no observer, nobody disconnected', () => {
    const r = room().join('obs', { roles: ['observer'] });
    r.hub('connection.lost', { participant: 'dee' });
    ask(r, 'ann');
    expect(r.state.floor.ballot?.electorate).toEqual(['ann', 'bob', 'cy']);
    r.join('eve');
    for (const who of ['obs', 'eve', 'dee']) {
      expect(r.as(who).refused('vote.cast', { ballot: ballotOf(r), choice: 'ann' }).code).toBe(
        'vote.not_elector',
      );
    }
  });

  it('[TS-16] counts the second ballot of an elector instead of the first', () => {
    const r = contested();
    vote(r, 'cy', 'ann');
    vote(r, 'cy', 'bob');
    vote(r, 'dee', 'abstain');
    vote(r, 'ann', 'abstain');
    vote(r, 'bob', 'abstain');
    expect(r.last('ballot.closed').data).toMatchObject({ winner: 'bob', tally: { ann: 0, bob: 1 } });
  });

  it('[TS-16] candidates may vote, and abstaining counts for the quorum', () => {
    const r = contested({ minVotes: 3 });
    vote(r, 'ann', 'ann');
    vote(r, 'cy', 'abstain');
    expect(r.holder).toBeUndefined();
    vote(r, 'dee', 'abstain');
    r.wait(PERIOD);
    expect(r.holder).toBe('ann');
    const early = contested({ minVotes: 3 });
    for (const who of ['ann', 'bob']) vote(early, who, 'abstain');
    vote(early, 'cy', 'ann');
    expect(early.holder).toBeUndefined();
    vote(early, 'dee', 'abstain');
    expect(early.holder).toBe('ann');
  });

  it('[TS-16] [FL-7] takes no candidate who is away or muted at the opening, and lets who is muted vote', () => {
    const r = room();
    ask(r, 'dee');
    vote(r, 'cy', 'dee');
    ask(r, 'ann', 'bob', 'cy');
    r.hub('connection.lost', { participant: 'ann' }).hub('participant.mute', { participant: 'cy' });
    r.as('dee').ok('floor.release', {});
    expect(r.state.floor.ballot).toMatchObject({ candidates: ['bob'], electorate: ['bob', 'cy', 'dee'] });
    vote(r, 'cy', 'bob');
    expect(r.holder).toBe('bob');
    expect(r.queue).toEqual(['ann', 'cy']);
  });

  it('[TS-16] [FL-8] keeps the ballot of an elector who leaves', () => {
    const r = contested({ minVotes: 2 });
    vote(r, 'cy', 'bob');
    vote(r, 'dee', 'bob');
    expect(r.holder).toBeUndefined();
    r.as('cy').ok('conversation.leave', {});
    r.as('dee').ok('conversation.leave', {});
    r.wait(PERIOD);
    expect(r.last('ballot.closed').data).toMatchObject({ winner: 'bob', tally: { ann: 0, bob: 2 } });
  });

  it('[TS-16] keeps choices secret until the close: only who voted is told', () => {
    const r = contested();
    vote(r, 'cy', 'bob');
    const event = r.last('vote.cast');
    expect(event.data).toEqual({ ballot: ballotOf(r), participant: 'cy' });
    expect(event.hidden).toEqual({ choice: 'bob' });
    const { ballot } = project(r.state, { participant: 'ann', moderator: true }).floor;
    expect(ballot).toMatchObject({ voted: ['cy'] });
    expect(JSON.stringify(ballot)).not.toContain('choice');
  });

  it('[TS-16] refuses ballots that do not fit its method, with the place of the error', () => {
    const wrong = (method: string, choice: unknown) => {
      const r = contested({ method });
      return r.as('cy').refused('vote.cast', { ballot: ballotOf(r), choice: choice as Choice }).details?.[
        'path'
      ];
    };
    expect(wrong('plurality', 'cy')).toBe('data.choice');
    expect(wrong('plurality', ['ann'])).toBe('data.choice');
    expect(wrong('plurality', 'yes')).toBe('data.choice');
    expect(wrong('ranked', 'ann')).toBe('data.choice');
    expect(wrong('ranked', ['bob', 'bob'])).toBe('data.choice.1');
    expect(wrong('approval', ['bob', 'cy'])).toBe('data.choice.1');
    const r = contested();
    expect(r.as('cy').refused('vote.cast', { ballot: 'bal_0', choice: 'ann' }).code).toBe('vote.closed');
  });
});

describe('its end', () => {
  it('[TS-17] comes when the outcome can no longer change, and not a vote earlier', () => {
    const r = contested();
    vote(r, 'cy', 'bob');
    vote(r, 'dee', 'bob');
    expect(r.holder).toBeUndefined();
    vote(r, 'ann', 'bob');
    expect(r.holder).toBe('bob');
  });

  it('[TS-17] comes with the first vote where nobody else stands, given the quorum', () => {
    const r = room({ minVotes: 2 });
    ask(r, 'ann');
    vote(r, 'bob', 'ann');
    expect(r.holder).toBeUndefined();
    vote(r, 'cy', 'abstain');
    expect(r.holder).toBe('ann');
  });

  it('[TS-17] comes early only with the quorum', () => {
    const r = contested({ minVotes: 4 });
    for (const who of ['cy', 'dee', 'ann']) vote(r, who, 'bob');
    expect(r.holder).toBeUndefined();
    vote(r, 'bob', 'ann');
    expect(r.holder).toBe('bob');
  });

  it('[TS-17] comes with its period, to the millisecond', () => {
    const r = contested();
    vote(r, 'cy', 'bob');
    r.wait(PERIOD - 1);
    expect(r.holder).toBeUndefined();
    r.wait(1);
    expect(r.holder).toBe('bob');
  });

  it('[TS-17] is a failure at once when the ballots that can still come cannot reach the quorum', () => {
    const r = contested({ minVotes: 3 });
    r.as('dee').ok('conversation.leave', {});
    expect(opened(r)).toBe(2);
    r.as('cy').ok('conversation.leave', {});
    const closed = r.events.filter(
      (event) => event.type === 'ballot.closed' && event.data.outcome === 'failed',
    );
    expect(closed[0]?.data).toMatchObject({ cause: 'quorum_unreachable', tally: { ann: 0, bob: 0 } });
    expect(closed[0]?.at).toBe(r.at);
  });

  it('[TS-17] leaves out a candidate that has gone', () => {
    const r = contested();
    vote(r, 'cy', 'bob');
    vote(r, 'dee', 'bob');
    vote(r, 'bob', 'ann');
    r.as('bob').ok('floor.cancel', {});
    expect(r.last('ballot.closed').data).toMatchObject({ winner: 'ann', tally: { ann: 1 } });
  });

  it('[TS-17] says at the deadline why nobody was chosen', () => {
    const causeOf = (strategy: object, ...votes: [string, Choice][]) => {
      const r = contested(strategy);
      for (const [who, choice] of votes) vote(r, who, choice);
      const from = r.events.length;
      r.wait(PERIOD);
      const closed = r.events.slice(from).find((event) => event.type === 'ballot.closed');
      expect(closed?.data).toMatchObject({ outcome: 'failed' });
      expect(r.holder).toBeUndefined();
      return closed?.data.cause;
    };
    const tie = { onTie: 'fail' };
    expect(causeOf({ minVotes: 2 }, ['cy', 'bob'])).toBe('no_quorum');
    expect(causeOf({}, ['cy', 'abstain'], ['dee', 'abstain'])).toBe('no_votes');
    expect(causeOf(tie, ['cy', 'bob'], ['dee', 'ann'])).toBe('tie');
    expect(causeOf({ ...tie, minVotes: 3 }, ['cy', 'bob'], ['dee', 'ann'])).toBe('no_quorum');
  });

  it('[TS-17] is void when nobody stands any more, and that is no failure of the voters', () => {
    const r = room({ fallback: 'none' });
    for (let times = 0; times < 5; times++) {
      ask(r, 'ann');
      r.as('ann').ok('floor.cancel', {});
      expect(r.last('ballot.closed').data).toMatchObject({ outcome: 'void', cause: 'no_candidates' });
    }
    expect(r.state.floor.failedBallots).toBe(0);
    ask(r, 'ann');
    expect(r.state.floor.ballot).not.toBeNull();
  });
});

describe('the tally', () => {
  const allFour = (method: string, choices: Record<string, Choice>) => {
    const r = contested({ method, minVotes: 4 });
    for (const [who, choice] of Object.entries(choices)) vote(r, who, choice);
    return r.last('ballot.closed').data;
  };

  it('[TS-18] is by plurality, approval, or ranking', () => {
    expect(allFour('plurality', { ann: 'ann', bob: 'bob', cy: 'bob', dee: 'abstain' })).toMatchObject({
      winner: 'bob',
      tally: { ann: 1, bob: 2 },
    });
    expect(
      allFour('approval', { ann: ['ann'], bob: ['ann', 'bob'], cy: ['bob', 'ann'], dee: [] }),
    ).toMatchObject({
      winner: 'ann',
      tally: { ann: 3, bob: 2 },
    });
    expect(
      allFour('ranked', { ann: ['ann', 'bob'], bob: ['bob', 'ann'], cy: ['bob'], dee: 'abstain' }),
    ).toMatchObject({
      winner: 'bob',
      tally: { ann: 1, bob: 2 },
    });
  });

  const tied = (strategy: object, seed = 0) => {
    const r = contested({ minVotes: 4, ...strategy }, { seed });
    vote(r, 'ann', 'ann');
    vote(r, 'bob', 'bob');
    vote(r, 'cy', 'abstain');
    vote(r, 'dee', 'abstain');
    return r;
  };

  it('[TS-18] [FL-9] a tie goes by precedence, by lot from the seed, or to nobody', () => {
    expect(tied({}).holder).toBe('ann');
    const addressed = room({ minVotes: 4 });
    ask(addressed, 'dee');
    for (const who of ['ann', 'bob', 'cy', 'dee']) vote(addressed, who, 'dee');
    ask(addressed, 'ann', 'bob');
    addressed.as('dee').ok('speech', { grant: addressed.grant, text: 'Bob?', addressedTo: ['bob'] });
    for (const who of ['ann', 'bob']) vote(addressed, who, who);
    for (const who of ['cy', 'dee']) vote(addressed, who, 'abstain');
    expect(addressed.holder).toBe('bob');
    const drawn = Array.from({ length: 40 }, (_, seed) => tied({ onTie: 'random' }, seed * 7_919).holder);
    expect(new Set(drawn)).toEqual(new Set(['ann', 'bob']));
    expect(tied({ onTie: 'random' }, 5).holder).toBe(tied({ onTie: 'random' }, 5).holder);
    const failed = tied({ onTie: 'fail' });
    expect(failed.holder).toBeUndefined();
    expect(failed.events.findLast((event) => event.type === 'ballot.closed')?.data).toMatchObject({
      outcome: 'failed',
      cause: 'tie',
      tally: { ann: 1, bob: 1 },
    });
  });

  it('[TS-18] [FL-9] each ballot draws a lot of its own', () => {
    const drawn = (r: TestRoom) => {
      const { winner = '' } = r.last('ballot.closed').data;
      return r.last('ballot.opened').data.candidates.indexOf(winner);
    };
    const pairs = Array.from({ length: 20 }, (_, seed) => {
      const r = tied({ onTie: 'random' }, seed);
      const first = drawn(r);
      ask(r, 'cy');
      r.as(r.holder ?? '').ok('floor.release', {});
      const candidates = r.state.floor.ballot?.candidates ?? [];
      for (const who of ['ann', 'bob', 'cy', 'dee']) vote(r, who, candidates.includes(who) ? who : 'abstain');
      return [first, drawn(r)];
    });
    expect(new Set(pairs.map(String))).toEqual(new Set(['0,0', '0,1', '1,0', '1,1']));
  });

  it('[TS-18] a failed ballot opens again at once; after three the earliest request has the floor', () => {
    const r = room();
    ask(r, 'bob', 'ann');
    r.wait(PERIOD);
    expect(r.last('ballot.closed').data).toMatchObject({ outcome: 'failed', cause: 'no_quorum' });
    expect([opened(r), r.state.floor.ballot?.candidates]).toEqual([2, ['bob', 'ann']]);
    r.wait(PERIOD);
    expect([opened(r), r.holder]).toEqual([3, undefined]);
    r.wait(PERIOD);
    expect([opened(r), r.holder]).toEqual([3, 'bob']);
    expect(r.last('floor.granted').data).toMatchObject({
      cause: 'queue',
      reason: '3 ballots in a row chose nobody',
    });
    r.as('bob').ok('floor.release', {});
    expect(opened(r)).toBe(4);
  });

  it('[TS-18] begins its count of failures anew after a ballot on which nobody stood any more', () => {
    const r = room();
    ask(r, 'ann');
    r.wait(2 * PERIOD);
    expect(r.state.floor.failedBallots).toBe(2);
    r.as('ann').ok('floor.cancel', {});
    ask(r, 'bob');
    r.wait(2 * PERIOD);
    expect(r.holder).toBeUndefined();
    r.wait(PERIOD);
    expect(r.holder).toBe('bob');
  });

  it('[TS-18] without a fallback those who stood are told, and later ones get a ballot of their own', () => {
    const r = room({ fallback: 'none' });
    ask(r, 'ann');
    r.wait(2 * PERIOD + 1);
    ask(r, 'bob');
    r.wait(PERIOD);
    expect(r.last('floor.denied').data).toMatchObject({ participant: 'ann', cause: 'no_consensus' });
    expect(r.state.floor.ballot?.candidates).toEqual(['bob']);
    vote(r, 'cy', 'bob');
    expect(r.holder).toBe('bob');
  });
});
