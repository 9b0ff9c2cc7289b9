import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';
import { bidEvaluators } from './evaluators.ts';

const points = (value: number) => ({ currency: 'priorityPoints', value });
const WINDOW = 5_000;

/** `mod` moderates and observes, so that only the others bid. */
const room = (strategy: object = {}, config: object = {}) =>
  new TestRoom({
    floor: { strategy: { kind: 'bidding', bidWindowMs: WINDOW, evaluation: 'urgency', ...strategy } },
    ...config,
  })
    .join('mod', { roles: ['moderator', 'observer'] })
    .join('ann')
    .join('bob')
    .join('cy');

const windowOf = (r: TestRoom): string => r.state.floor.window?.id ?? 'none';
const bid = (r: TestRoom, who: string, urgency: number, amount?: number, more: object = {}) =>
  r.as(who).ok('bid.place', {
    window: windowOf(r),
    urgency,
    estimatedMs: 1_000,
    ...(amount === undefined ? {} : { amount: points(amount) }),
    ...more,
  });

describe('evaluations', () => {
  const winnerBy = (strategy: object, play: (r: TestRoom) => void): string | undefined => {
    const r = room(strategy);
    play(r);
    r.wait(WINDOW);
    return r.holder;
  };
  const crossed = (r: TestRoom) => {
    r.as('ann').ok('floor.request', { urgency: 0.9, amount: points(1) });
    bid(r, 'bob', 0.1, 50);
  };

  it('[TS-7] urgency, highestAmount, and weights between them', () => {
    const none = { relevance: 0, quality: 0, fairness: 0 };
    expect(winnerBy({ evaluation: 'urgency' }, crossed)).toBe('ann');
    expect(winnerBy({ evaluation: 'highestAmount' }, crossed)).toBe('bob');
    const weighed = (urgency: number, amount: number) =>
      winnerBy({ evaluation: 'multiAttribute', weights: { ...none, urgency, amount } }, crossed);
    expect(weighed(2, 1)).toBe('ann');
    expect(weighed(1, 2)).toBe('bob');
  });

  it('[TS-7] relevance counts interests in the topic, and being addressed', () => {
    const weights = { urgency: 0, relevance: 1, quality: 0, fairness: 0, amount: 0 };
    const r = room({ evaluation: 'multiAttribute', weights }).join('dee', { interests: ['Budget', 'cats'] });
    r.as('ann').ok('topic.set', { topic: 'The budget of 2027' });
    r.as('ann').ok('floor.request', {});
    bid(r, 'dee', 0);
    r.wait(WINDOW);
    expect(r.last('bidding.closed').data.bids.map(({ participant, score }) => [participant, score])).toEqual([
      ['dee', 0.5],
      ['ann', 0],
    ]);
    r.as('dee').ok('speech', { grant: r.grant, text: 'Bob?', addressedTo: ['bob'] });
    r.as('ann').ok('floor.request', {});
    bid(r, 'bob', 0);
    r.wait(WINDOW);
    expect(r.last('bidding.closed').data.bids[0]).toMatchObject({ participant: 'bob', score: 1 });
  });

  it('[TS-7] quality and fairness favour who was rated well and who spoke little', () => {
    const only = (name: string) => ({
      urgency: 0,
      relevance: 0,
      quality: 0,
      fairness: 0,
      amount: 0,
      [name]: 1,
    });
    const contest = (name: string): string | undefined => {
      const r = room({ evaluation: 'multiAttribute', weights: only(name), excludePreviousSpeaker: false });
      r.as('ann').ok('floor.request', {});
      r.wait(WINDOW + 1_000);
      r.as('ann').ok('speech', { grant: r.grant, text: 'Well.' });
      r.as('bob').ok('reaction.add', {
        to: r.last('speech.ended').data.utterance,
        kind: 'rating',
        rating: 1,
      });
      r.as('ann').ok('floor.request', {});
      bid(r, 'cy', 0);
      r.wait(WINDOW);
      return r.holder;
    };
    expect(contest('quality')).toBe('ann');
    expect(contest('fairness')).toBe('cy');
  });

  it("[TS-7] can rank an urgency within the bidder's own history: talk is cheap", () => {
    const shouting = (rankUrgency: boolean): string | undefined => {
      const r = room({ rankUrgency });
      r.as('ann').ok('floor.request', { urgency: 1 });
      for (let times = 0; times < 5; times++) bid(r, 'ann', 1);
      bid(r, 'bob', 0.2);
      bid(r, 'bob', 0.3);
      bid(r, 'bob', 0.6);
      r.wait(WINDOW);
      return r.holder;
    };
    expect(shouting(false)).toBe('ann');
    expect(shouting(true)).toBe('bob');
  });

  it('[TS-7] ranks an urgency among the last 32 of its bidder, under multiAttribute too', () => {
    const weights = { urgency: 1, relevance: 0, quality: 0, fairness: 0, amount: 0 };
    const partOf = (earlier: number, evaluation: string) => {
      const r = room({ rankUrgency: true, evaluation, weights, closeEarly: false });
      r.as('ann').ok('floor.request', { urgency: 1 });
      for (let bids = 0; bids < earlier; bids++) bid(r, 'ann', 0);
      bid(r, 'ann', 0.5);
      r.wait(WINDOW);
      return r.last('bidding.closed').data.bids[0]?.parts['urgency'];
    };
    for (const evaluation of ['urgency', 'multiAttribute']) {
      // Of 32 remembered ones 30 are below, the bid's own is equal, and the first of all is above.
      expect(partOf(30, evaluation)).toBe(30.5 / 32);
      expect(partOf(31, evaluation)).toBe(31.5 / 32);
    }
  });

  it('[TS-7] takes an evaluation that the host registered, and refuses unknown names with their path', () => {
    bidEvaluators.register('lastName', (_view, { participant }) => {
      const score = participant.charCodeAt(0);
      return { score, parts: { letter: score } };
    });
    expect(winnerBy({ evaluation: 'lastName' }, crossed)).toBe('bob');
    const strategy = { kind: 'bidding', evaluation: 'nonsense' };
    const refusal = new TestRoom()
      .join('ann', { roles: ['moderator'] })
      .as('ann')
      .refused('conversation.configure', { config: { floor: { strategy } } });
    expect(refusal.details).toEqual({
      path: 'config.floor.strategy.evaluation',
      expected: 'one of urgency, highestAmount, multiAttribute, lastName',
    });
    expect(() => bidEvaluators.register('urgency', () => ({ score: 0, parts: {} }))).toThrow(
      'not registered',
    );
    expect(() => bidEvaluators.register('No name', () => ({ score: 0, parts: {} }))).toThrow('camelCase');
  });
});
