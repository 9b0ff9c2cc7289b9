import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { project } from '../conversation/project.ts';
import { TestRoom } from '../conversation/room.fixture.ts';

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
const bidders = (r: TestRoom) => r.last('bidding.closed').data.bids.map(({ participant }) => participant);

describe('the window', () => {
  it('[TS-3] opens with a request on an idle floor and tells everybody when it closes', () => {
    const r = room();
    const reply = r.as('ann').ok('floor.request', { urgency: 0.4 });
    const opened = r.last('bidding.opened');
    expect(opened.audience).toBe('all');
    expect(opened.data.closesAt).toBe(new Date(r.at + WINDOW).toISOString());
    expect(reply).toMatchObject({ status: 'pending', window: opened.data.window, queuePosition: 1 });
    expect(r.holder).toBeUndefined();
    expect(r.state.floor.queue[0]).toMatchObject({ urgency: 0.4, bid: { amount: 0 } });
  });

  it('[TS-3] while somebody speaks, a request waits for the window that opens when the turn ends', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.wait(WINDOW);
    expect(r.as('bob').ok('floor.request', {})).toMatchObject({ status: 'pending' });
    expect(r.state.floor.window).toBeNull();
    expect(r.last('bid.placed').data.window).toBeNull();
    r.as('ann').ok('floor.release', {});
    expect(r.types().at(-1)).toBe('bidding.opened');
    r.wait(WINDOW - 1);
    expect(r.holder).toBeUndefined();
    r.wait(1);
    expect(r.holder).toBe('bob');
  });

  it('[TS-3] opens after a turn also where nobody has asked yet, once', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.wait(WINDOW);
    r.as('ann').ok('floor.release', {});
    expect(r.state.floor.window).not.toBeNull();
    r.wait(10 * WINDOW);
    expect(r.types().filter((type) => type === 'bidding.opened')).toHaveLength(2);
    expect(r.last('bidding.closed').data).toMatchObject({ winner: null, cause: 'time', bids: [] });
  });

  it('[TS-3] does not open after a turn where only the previous speaker could bid, unless it does', () => {
    const alone = (strategy: object = {}) => {
      const r = room(strategy);
      for (const who of ['bob', 'cy']) r.as(who).ok('conversation.leave', {});
      r.as('ann').ok('floor.request', {});
      r.wait(WINDOW).as('ann').ok('speech', { grant: r.grant, text: 'Nobody there?' });
      return r;
    };
    const r = alone();
    expect(r.state.floor.window).toBeNull();
    // Nobody else has to be waited for.
    expect(r.as('ann').ok('floor.request', {})).toMatchObject({ status: 'granted' });
    expect(r.last('bidding.closed').data).toMatchObject({ winner: 'ann', cause: 'complete' });
    expect(alone({ excludePreviousSpeaker: false }).state.floor.window).not.toBeNull();
  });

  it('[TS-3] a bid that was passed on is taken back, and can be made again', () => {
    const r = room();
    r.as('ann').ok('floor.request', { urgency: 1 });
    bid(r, 'bob', 0.2);
    r.as('ann').ok('bid.pass', { window: windowOf(r) });
    expect(r.last('floor.cancelled').data).toEqual({ participant: 'ann', cause: 'requester' });
    expect(r.queue).toEqual(['bob']);
    bid(r, 'ann', 0.1);
    expect(r.queue).toEqual(['bob', 'ann']);
    r.as('ann').ok('bid.pass', { window: windowOf(r) });
    r.wait(WINDOW);
    expect(bidders(r)).toEqual(['bob']);
  });

  it('[TS-4] [TS-3] counts the last bid of a participant', () => {
    const r = room();
    r.as('ann').ok('floor.request', { urgency: 0.9, preview: 'old' });
    bid(r, 'ann', 0.1);
    expect(r.state.floor.queue[0]).not.toHaveProperty('preview');
    bid(r, 'bob', 0.2);
    r.wait(WINDOW);
    expect(r.holder).toBe('bob');
    expect(r.last('bidding.closed').data.bids).toMatchObject([
      { participant: 'bob', urgency: 0.2 },
      { participant: 'ann', urgency: 0.1 },
    ]);
  });

  it('[TS-3] asking again replaces the bid too, in a window and before it', () => {
    const r = room();
    r.as('ann').ok('floor.request', { urgency: 0.9 });
    r.as('ann').ok('floor.request', { urgency: 0.1 });
    bid(r, 'bob', 0.2);
    r.wait(WINDOW);
    expect(r.holder).toBe('bob');
    r.as('cy').ok('floor.request', { urgency: 0.9, amount: points(9) });
    r.as('cy').ok('floor.request', { urgency: 0.3, amount: points(4) });
    expect(r.state.floor.queue).toMatchObject([{ participant: 'cy', urgency: 0.3, bid: { amount: 4 } }]);
    expect(r.state.credits['cy']).toEqual({ balance: 96, escrow: 4 });
  });

  it('[TS-4] refuses bids and passes that name another window, or one at its end', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    const first = windowOf(r);
    const late = { window: first, urgency: 1, estimatedMs: 1 };
    expect(r.as('bob').refused('bid.place', { ...late, window: 'win_999' }).code).toBe(
      'bidding.window_closed',
    );
    r.at += WINDOW;
    expect(r.as('bob').refused('bid.place', late).code).toBe('bidding.window_closed');
    expect(r.as('bob').refused('bid.pass', { window: first }).code).toBe('bidding.window_closed');
    r.wait(0);
    r.as('ann').ok('floor.release', {});
    expect(windowOf(r)).not.toBe(first);
    expect(r.as('bob').refused('bid.place', late).code).toBe('bidding.window_closed');
  });

  it('[TS-6] closes as soon as everybody has bid or passed, and not before', () => {
    const r = room();
    r.as('ann').ok('floor.request', { urgency: 0.1 });
    bid(r, 'bob', 0.2);
    expect(r.holder).toBeUndefined();
    r.as('cy').ok('bid.pass', { window: windowOf(r) });
    expect(r.last('bidding.closed').data).toMatchObject({ cause: 'complete', winner: 'bob' });
    expect(r.holder).toBe('bob');
  });

  it('[TS-6] waits for whoever comes back, and no longer for whoever goes', () => {
    const r = room();
    r.as('ann').ok('floor.request', { urgency: 0.1 });
    bid(r, 'bob', 0.2);
    r.as('cy').ok('conversation.leave', {});
    expect(r.holder).toBe('bob');
  });

  it('[TS-6] [FL-11] stays open to its end without closeEarly', () => {
    const r = room({ closeEarly: false });
    r.as('ann').ok('floor.request', { urgency: 0.1 });
    bid(r, 'bob', 0.2);
    bid(r, 'cy', 0.3);
    r.wait(WINDOW - 1);
    expect(r.holder).toBeUndefined();
    r.wait(1);
    expect(r.last('bidding.closed').data).toMatchObject({ cause: 'time', winner: 'cy' });
    expect(r.holder).toBe('cy');
  });

  it('[TS-6] is idle when all pass, until somebody asks', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    const window = windowOf(r);
    for (const who of ['ann', 'bob', 'cy']) r.as(who).ok('bid.pass', { window });
    expect(r.last('bidding.closed').data).toMatchObject({ winner: null, cause: 'complete' });
    r.wait(3 * WINDOW);
    expect(r.state.floor.window).toBeNull();
    r.as('bob').ok('floor.request', {});
    expect(windowOf(r)).not.toBe(window);
  });
});

describe('bids', () => {
  it('[FL-2] are none of an observer, in an open window either', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    const wish = { window: windowOf(r), urgency: 1, estimatedMs: 1 };
    expect(r.as('mod').refused('bid.place', wish).code).toBe('floor.observer');
    expect(r.as('mod').refused('bid.pass', { window: windowOf(r) }).code).toBe('floor.observer');
  });

  it('[TS-4] are sealed: only the bidder and moderators see one', () => {
    const r = room();
    r.as('ann').ok('floor.request', { urgency: 0.7, preview: 'secret', amount: points(9) });
    expect(r.last('bid.placed').audience).toEqual(['mod', 'ann']);
    expect(r.last('credits.changed').audience).toEqual(['mod', 'ann']);
    const requested = r.last('floor.requested');
    expect(requested.audience).toBe('all');
    expect(JSON.stringify(requested.data)).not.toMatch(/secret|0\.7|9/);
    const seenBy = (participant: string, moderator = false) =>
      JSON.stringify(project(r.state, { participant, moderator }));
    expect(seenBy('bob')).not.toContain('secret');
    expect(seenBy('bob')).not.toContain('"escrow":9');
    expect(seenBy('ann')).toContain('secret');
    expect(seenBy('ann')).toContain('"escrow":9');
    expect(seenBy('mod', true)).toContain('secret');
  });

  it('[TS-5] refuses what is not finite, out of range or below 0', () => {
    const r = room({}, { credits: { initial: 100 } });
    r.as('ann').ok('floor.request', {});
    const wrong: [object, string][] = [
      [{ urgency: 1.01 }, 'data.urgency'],
      [{ urgency: -0.01 }, 'data.urgency'],
      [{ urgency: Number.NaN }, 'data.urgency'],
      [{ estimatedMs: -1 }, 'data.estimatedMs'],
      [{ estimatedMs: Number.POSITIVE_INFINITY }, 'data.estimatedMs'],
      [{ estimatedMs: 86_400_001 }, 'data.estimatedMs'],
      [{ amount: points(-1) }, 'data.amount.value'],
      [{ amount: points(0.5) }, 'data.amount.value'],
      [{ amount: points(Number.NaN) }, 'data.amount.value'],
      [{ amount: { currency: 'reputation', value: 1 } }, 'data.amount.currency'],
    ];
    for (const [change, path] of wrong) {
      const data = { window: windowOf(r), urgency: 0.5, estimatedMs: 1, ...change };
      const refusal = r.as('bob').refused('bid.place', data);
      expect([refusal.code, refusal.details?.['path']]).toEqual(['bidding.invalid', path]);
      const { window: _, ...wish } = data;
      expect(r.as('bob').refused('floor.request', wish).code).toBe('bidding.invalid');
    }
    bid(r, 'bob', 1, 100, { estimatedMs: 0 });
    bid(r, 'bob', 1, 100, { estimatedMs: 86_400_000 });
    bid(r, 'bob', 0, 0);
    expect(r.state.credits['bob']).toEqual({ balance: 100, escrow: 0 });
  });

  it('[TS-5] refuses more than the balance, where the own earlier bid counts as still there', () => {
    const r = room({}, { credits: { initial: 10 } });
    r.as('ann').ok('floor.request', { amount: points(8) });
    const window = windowOf(r);
    const more = { window, urgency: 0, estimatedMs: 1, amount: points(11) };
    const refusal = r.as('ann').refused('bid.place', more);
    expect(refusal).toMatchObject({ code: 'bidding.insufficient_credits', details: { available: 10 } });
    bid(r, 'ann', 0, 10);
    expect(r.state.credits['ann']).toEqual({ balance: 0, escrow: 10 });
  });

  it('[TS-5] of other strategies are refused: nobody would ever settle them', () => {
    const r = new TestRoom().join('ann');
    const refusal = r.as('ann').refused('floor.request', { amount: points(1) });
    expect(refusal).toMatchObject({ code: 'request.invalid', details: { path: 'data.amount' } });
  });

  it('[TS-6] [TS-7] [FL-3] are all listed with each part of the score, and each loser is told', () => {
    const r = room({
      evaluation: 'multiAttribute',
      weights: { urgency: 2, relevance: 0, quality: 1, fairness: 0.5, amount: 3 },
    });
    r.as('ann').ok('floor.request', { urgency: 0.5, amount: points(10) });
    bid(r, 'bob', 0.25, 5);
    bid(r, 'cy', 0, 0);
    expect(r.last('bidding.closed').data.bids).toEqual([
      {
        participant: 'ann',
        urgency: 0.5,
        amount: 10,
        score: 5,
        parts: { urgency: 1, relevance: 0, quality: 0.5, fairness: 0.5, amount: 3 },
        pays: 0,
      },
      {
        participant: 'bob',
        urgency: 0.25,
        amount: 5,
        score: 3,
        parts: { urgency: 0.5, relevance: 0, quality: 0.5, fairness: 0.5, amount: 1.5 },
        pays: 0,
      },
      {
        participant: 'cy',
        urgency: 0,
        amount: 0,
        score: 1,
        parts: { urgency: 0, relevance: 0, quality: 0.5, fairness: 0.5, amount: 0 },
        pays: 0,
      },
    ]);
    expect(r.last('floor.granted').data).toMatchObject({ cause: 'bid', reason: 'best of 3 with 5' });
    const lost = r.events.filter((event) => event.type === 'bid.lost');
    expect(lost.map(({ audience, data }) => [audience, data.participant, data.winner])).toEqual([
      [['bob'], 'bob', 'ann'],
      [['cy'], 'cy', 'ann'],
    ]);
    const denied = r.events.filter((event) => event.type === 'floor.denied');
    expect(denied.map(({ data }) => [data.participant, data.cause])).toEqual([
      ['bob', 'bid.lost'],
      ['cy', 'bid.lost'],
    ]);
    expect(r.queue).toEqual([]);
  });
});

describe('ties', () => {
  it('[FL-9] ties go to whoever asked first', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['ann', 'bob', 'cy'], { minLength: 2 }), (order) => {
        const r = room();
        for (const who of order) r.as(who).ok('floor.request', { urgency: 0.5 });
        r.wait(WINDOW);
        expect(bidders(r)).toEqual(order);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the previous speaker', () => {
  const spoken = (strategy: object = {}): TestRoom => {
    const r = room(strategy);
    r.as('ann').ok('floor.request', {});
    r.wait(WINDOW);
    r.as('ann').ok('speech', { grant: r.grant, text: 'First.' });
    return r;
  };

  it('[TS-9] [TS-6] is ranked last, and not waited for', () => {
    const r = spoken();
    bid(r, 'ann', 1);
    bid(r, 'bob', 0.1);
    bid(r, 'cy', 0);
    expect(bidders(r)).toEqual(['bob', 'cy', 'ann']);
    expect(r.holder).toBe('bob');
    const unasked = spoken();
    bid(unasked, 'bob', 0.1);
    bid(unasked, 'cy', 0);
    expect(unasked.holder).toBe('bob');
  });

  it('[TS-9] may continue when nobody else bids', () => {
    const r = spoken();
    bid(r, 'ann', 0);
    expect(r.holder).toBeUndefined();
    r.wait(WINDOW);
    expect(r.holder).toBe('ann');
  });

  it('[TS-9] competes like everybody where it is not excluded', () => {
    const r = spoken({ excludePreviousSpeaker: false });
    bid(r, 'ann', 1);
    bid(r, 'bob', 0.1);
    bid(r, 'cy', 0);
    expect(r.holder).toBe('ann');
  });
});

describe('bidders who go', () => {
  it('[TS-9] having won: the floor is lost with cause left, and a new window opens', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.wait(WINDOW);
    expect(r.holder).toBe('ann');
    const first = r.last('bidding.opened').data.window;
    r.as('ann').ok('conversation.leave', {});
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'ann', cause: 'left' });
    expect([windowOf(r) === first, windowOf(r)]).toEqual([false, r.last('bidding.opened').data.window]);
    expect(r.types().slice(-3)).toEqual(['floor.revoked', 'participant.left', 'bidding.opened']);
  });

  it('[TS-9] [FL-8] are void: the runner-up wins and the price is computed again', () => {
    const r = room({ evaluation: 'highestAmount', payment: 'secondPrice' });
    r.as('ann').ok('floor.request', { amount: points(50) });
    bid(r, 'bob', 0, 30);
    r.as('ann').ok('conversation.leave', {});
    bid(r, 'cy', 0, 10);
    expect(r.last('bidding.closed').data.bids).toMatchObject([
      { participant: 'bob', amount: 30, pays: 10 },
      { participant: 'cy', pays: 0 },
    ]);
  });

  it('[TS-9] [FL-7] when disconnected are passed over and keep their bid for the next window', () => {
    const r = room({ evaluation: 'highestAmount', payment: 'firstPrice' });
    r.as('ann').ok('floor.request', { amount: points(50) });
    r.hub('connection.lost', { participant: 'ann' });
    bid(r, 'bob', 0, 30);
    bid(r, 'cy', 0, 10);
    expect(r.holder).toBe('bob');
    expect(r.state.floor.queue).toMatchObject([{ participant: 'ann', bid: { amount: 50 } }]);
    expect(r.state.credits['ann']?.escrow).toBe(50);
    r.hub('connection.restored', { participant: 'ann' });
    r.as('bob').ok('speech', { grant: r.grant, text: 'Done.' });
    r.wait(WINDOW);
    expect(r.holder).toBe('ann');
  });
});
