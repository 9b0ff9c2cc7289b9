import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';

const WINDOW = 5_000;
const people = ['ann', 'bob', 'cy', 'dee'];

interface Offer {
  readonly amount: number;
  readonly urgency: number;
}

/** One auction in a fresh room, where everybody bids in the order in which they joined. */
function auction(strategy: object, offers: readonly Offer[], currency = 'priorityPoints'): TestRoom {
  const r = new TestRoom({
    floor: {
      strategy: { kind: 'bidding', bidWindowMs: WINDOW, evaluation: 'highestAmount', currency, ...strategy },
      timers: { warnBeforeMs: 0, silenceMs: 3_600_000 },
    },
    credits: { initial: 100, currency },
  });
  offers.forEach((_, index) => r.join(people[index] ?? ''));
  offers.forEach(({ amount, urgency }, index) =>
    r.as(people[index] ?? '').ok('floor.request', { urgency, amount: { currency, value: amount } }),
  );
  return r;
}

const amounts = (...values: number[]): Offer[] => values.map((amount) => ({ amount, urgency: 0 }));
const balances = (r: TestRoom) => people.flatMap((id) => r.state.credits[id]?.balance ?? []);
const escrows = (r: TestRoom) => people.flatMap((id) => r.state.credits[id]?.escrow ?? []);
const total = (r: TestRoom) => [...balances(r), ...escrows(r)].reduce((sum, each) => sum + each, 0);

describe('payments', () => {
  it.each([
    ['none', [100, 100, 100]],
    ['firstPrice', [90, 105, 105]],
    ['secondPrice', [93, 104, 103]],
    ['allPay', [90, 105, 105]],
  ])('[TS-8] %s: bids 10, 7, 7 from 100 each', (payment, left) => {
    const r = auction({ payment }, amounts(10, 7, 7));
    expect(r.holder).toBe('ann');
    expect(balances(r)).toEqual(left);
    expect(escrows(r)).toEqual([0, 0, 0]);
  });

  it.each([
    ['firstPrice', [90, 105, 105]],
    ['secondPrice', [93, 104, 103]],
    ['allPay', [90, 103, 107]],
  ])('[TS-8] %s: of bids 10, 7, 3 each pays what the rule says', (payment, left) => {
    expect(balances(auction({ payment }, amounts(10, 7, 3)))).toEqual(left);
  });

  it('[TS-8] the second price is one unit more where the runner-up would win the tie', () => {
    // Bob asked later, so at 7 each Ann would win: he needs 8.
    const r = auction({ payment: 'secondPrice' }, amounts(7, 10, 7));
    expect(r.last('bidding.closed').data.bids[0]).toMatchObject({ participant: 'bob', pays: 8 });
    expect(balances(r)).toEqual([104, 92, 104]);
  });

  it('[TS-8] whoever wins alone pays no second price, and gets a first price back', () => {
    for (const payment of ['secondPrice', 'firstPrice', 'allPay']) {
      expect(balances(auction({ payment }, amounts(40)))).toEqual([100]);
    }
  });

  it('[TS-8] observers, the disconnected and the winner receive nothing', () => {
    const r = auction({ payment: 'firstPrice', closeEarly: false }, amounts(10, 0, 0, 0));
    r.join('obs', { roles: ['observer'] });
    r.hub('connection.lost', { participant: 'cy' });
    r.wait(WINDOW);
    expect(balances(r)).toEqual([90, 105, 100, 105]);
    expect(r.state.credits['obs']).toEqual({ balance: 100, escrow: 0 });
  });

  it('[TS-8] the second price equals what trying every smaller amount finds', () => {
    const offer = fc.record({ amount: fc.nat(9), urgency: fc.constantFrom(0, 0.25, 0.5, 1) });
    const weight = fc.constantFrom(0, 0.5, 1, 2);
    const strategy = fc.oneof(
      fc.constant({ evaluation: 'highestAmount' }),
      fc.constant({ evaluation: 'urgency' }),
      fc
        .record({ urgency: weight, amount: weight, fairness: weight })
        .map((weights) => ({ evaluation: 'multiAttribute', weights })),
    );
    fc.assert(
      fc.property(strategy, fc.array(offer, { minLength: 2, maxLength: 4 }), (drawn, offers) => {
        const r = auction({ ...drawn, payment: 'secondPrice' }, offers);
        const winner = r.holder ?? '';
        const index = people.indexOf(winner);
        const highest = offers[index]?.amount ?? 0;
        const winsWith = (amount: number) =>
          auction(drawn, offers.with(index, { amount, urgency: offers[index]?.urgency ?? 0 })).holder ===
          winner;
        let least = 0;
        while (least < highest && !winsWith(least)) least += 1;
        const [first, ...losers] = r.last('bidding.closed').data.bids;
        expect(first).toMatchObject({ participant: winner, pays: least });
        expect(losers.every(({ pays }) => pays === 0)).toBe(true);
        expect(r.state.credits[winner]).toEqual({ balance: 100 - least, escrow: 0 });
        expect(total(r)).toBe(100 * offers.length);
      }),
      { numRuns: 150 },
    );
  });

  it('[TS-8] under the second price nobody gains by bidding anything but what the turn is worth', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { minLength: 2, maxLength: 3 }), fc.nat(12), (values, lie) => {
        const gain = (offers: readonly Offer[]): number => {
          const r = auction({ payment: 'secondPrice' }, offers);
          const pays = r.last('bidding.closed').data.bids[0]?.pays ?? 0;
          return r.holder === 'ann' ? (values[0] ?? 0) - pays : 0;
        };
        const honest = amounts(...values);
        expect(gain(amounts(lie, ...values.slice(1)))).toBeLessThanOrEqual(gain(honest));
      }),
      { numRuns: 100 },
    );
  });
});

describe('time credits', () => {
  const auctioned = () => auction({ payment: 'firstPrice' }, amounts(60, 0, 0), 'timeCredits');

  it("[TS-8] stay in escrow and are charged at the turn's end for the milliseconds spoken", () => {
    const r = auctioned();
    expect(r.state.credits['ann']).toEqual({ balance: 40, escrow: 60 });
    expect(r.last('floor.granted').data.stake).toBe(60);
    r.wait(500);
    r.as('ann').ok('speech', { grant: r.grant, text: 'Now.', final: false });
    r.wait(31);
    r.as('ann').ok('floor.release', {});
    expect(balances(r)).toEqual([69, 116, 115]);
    expect(escrows(r)).toEqual([0, 0, 0]);
  });

  it('[TS-8] cost no more than there is, beyond what was offered', () => {
    const r = auctioned();
    r.as('ann').ok('speech', { grant: r.grant, text: 'Now.', final: false });
    r.wait(80);
    r.as('ann').ok('floor.release', {});
    expect(balances(r)).toEqual([20, 140, 140]);
    const long = auctioned();
    long.as('ann').ok('speech', { grant: long.grant, text: 'Now.', final: false });
    long.wait(5_000);
    long.as('ann').ok('floor.release', {});
    expect(balances(long)).toEqual([0, 150, 150]);
  });

  it('[TS-8] cost nothing where nothing was said', () => {
    const r = auctioned();
    r.wait(10_000);
    r.as('ann').ok('floor.release', {});
    expect(balances(r)).toEqual([100, 100, 100]);
  });

  it('[TS-8] pay for turns that were won by bid, and for no others', () => {
    const r = auctioned();
    r.as('ann').ok('floor.release', {});
    r.as('bob').ok('floor.request', {});
    r.hub('floor.reorder', { participant: 'bob', position: 1 });
    expect(r.last('floor.granted').data).toMatchObject({ participant: 'bob', cause: 'queue' });
    r.as('bob').ok('speech', { grant: r.grant, text: 'Now.', final: false });
    r.wait(80).as('bob').ok('floor.release', {});
    expect(balances(r)).toEqual([100, 100, 100]);
  });

  it('[TS-8] [FL-15] are settled also when the strategy has changed during the turn', () => {
    const r = auctioned();
    r.as('ann').ok('speech', { grant: r.grant, text: 'Now.', final: false });
    r.hub('conversation.configure', { config: { floor: { strategy: { kind: 'sequential' } } } });
    r.wait(20);
    r.as('ann').ok('floor.release', {});
    expect(balances(r)).toEqual([80, 110, 110]);
    expect(escrows(r)).toEqual([0, 0, 0]);
  });
});

describe('reputation', () => {
  const staked = () => auction({ payment: 'firstPrice' }, amounts(60, 0, 0), 'reputation');
  const kept = [100, 100, 100];
  const slashed = [40, 130, 130];

  it('[TS-8] is given back after a turn that went well, or was ended by others', () => {
    const well = staked();
    expect(well.state.credits['ann']).toEqual({ balance: 40, escrow: 60 });
    well.as('ann').ok('speech', { grant: well.grant, text: 'So.' });
    expect(balances(well)).toEqual(kept);
    const cut = staked();
    cut.hub('floor.revoke', { participant: 'ann' });
    expect(balances(cut)).toEqual(kept);
  });

  it('[TS-8] is slashed for a turn without content, and for one that was too long', () => {
    const silent = staked();
    silent.wait(30_000);
    expect(silent.last('floor.revoked').data.cause).toBe('no_content');
    expect(balances(silent)).toEqual(slashed);
    const long = staked();
    long.as('ann').ok('speech', { grant: long.grant, text: 'So.', final: false });
    long.wait(123_000);
    expect(long.last('floor.revoked').data.cause).toBe('too_long');
    expect(balances(long)).toEqual(slashed);
    expect(escrows(long)).toEqual([0, 0, 0]);
  });

  it('[TS-8] is slashed for a turn that was rated below the threshold, not for one at it', () => {
    const rated = (rating: number) => {
      const r = staked();
      r.as('ann').ok('speech', { grant: r.grant, text: 'So.', final: false });
      const to = r.last('speech.ended').data.utterance;
      r.as('bob').ok('reaction.add', { to, kind: 'rating', rating });
      r.as('ann').ok('floor.release', {});
      return balances(r);
    };
    const before = staked();
    before.as('ann').ok('speech', { grant: before.grant, text: 'So.' });
    before.as('bob').ok('reaction.add', {
      to: before.last('speech.ended').data.utterance,
      kind: 'rating',
      rating: -1,
    });
    before.as('ann').ok('floor.request', { amount: { currency: 'reputation', value: 60 } });
    before.wait(WINDOW);
    before.as('ann').ok('speech', { grant: before.grant, text: 'And.' });
    expect(before.last('floor.granted').data).toMatchObject({ participant: 'ann', stake: 60 });
    expect(balances(before)).toEqual(kept);
    expect(rated(-0.5)).toEqual(kept);
    expect(rated(-0.51)).toEqual(slashed);
    expect(rated(1)).toEqual(kept);
  });
});

describe('refunds', () => {
  const escrowed = () => auction({ payment: 'allPay', closeEarly: false }, amounts(30, 20, 10));

  it('[TS-8] come with a cancelled request, a pass, and a smaller bid', () => {
    const r = escrowed();
    const window = r.state.floor.window?.id ?? '';
    expect(escrows(r)).toEqual([30, 20, 10]);
    r.as('ann').ok('floor.cancel', {});
    r.as('bob').ok('bid.pass', { window });
    const amount = { currency: 'priorityPoints', value: 4 };
    r.as('cy').ok('bid.place', { window, urgency: 0, estimatedMs: 1, amount });
    expect(balances(r)).toEqual([100, 100, 96]);
    expect(escrows(r)).toEqual([0, 0, 4]);
    r.wait(WINDOW);
    expect([r.holder, balances(r)]).toEqual(['cy', [102, 102, 96]]);
  });

  it('[TS-8] [FL-8] come before a leaver takes its account away; a silent role does too', () => {
    const r = escrowed();
    const from = r.events.length;
    r.as('ann').ok('conversation.leave', {});
    const changes = r.events.slice(from).filter((event) => event.type === 'credits.changed');
    expect(changes.map(({ data }) => [data.participant, data.balance, data.escrow, data.cause])).toEqual([
      ['ann', 100, 0, 'refund'],
    ]);
    expect(r.state.credits['ann']).toBeUndefined();
    r.hub('role.set', { participant: 'bob', roles: ['observer'] });
    expect(r.state.credits['bob']).toEqual({ balance: 100, escrow: 0 });
  });

  it('[TS-8] [FL-15] come when the strategy or its settings change, and the requests stay', () => {
    for (const strategy of [{ kind: 'sequential' }, { kind: 'bidding', bidWindowMs: 9_000 }]) {
      const r = escrowed();
      r.hub('conversation.configure', { config: { floor: { strategy } } });
      expect(balances(r)).toEqual([100, 100, 100]);
      expect(escrows(r)).toEqual([0, 0, 0]);
      expect(r.events.filter((event) => event.type === 'bidding.closed')).toMatchObject([
        { data: { winner: null, cause: 'reconfigured', bids: [] } },
      ]);
      expect([...(r.holder ? [r.holder] : []), ...r.queue]).toEqual(['ann', 'bob', 'cy']);
    }
  });

  it('[TS-8] [FL-11] come when the conversation ends', () => {
    const r = escrowed();
    r.hub('conversation.end', {});
    expect(balances(r)).toEqual([100, 100, 100]);
    expect(escrows(r)).toEqual([0, 0, 0]);
  });
});

describe('the currency', () => {
  it('[TS-8] of a conversation cannot be changed, not even with a strategy that names another', () => {
    const r = auction({}, amounts(30, 0));
    const change = (config: object) =>
      r.as({ participant: null, steward: true }).refused('conversation.configure', { config });
    for (const config of [
      { credits: { currency: 'reputation' }, floor: { strategy: { kind: 'sequential' } } },
      { credits: { currency: 'reputation' }, floor: { strategy: { currency: 'reputation' } } },
    ]) {
      expect(change(config)).toMatchObject({
        code: 'request.invalid',
        details: { path: 'config.credits.currency' },
      });
    }
  });
});

describe('minting', () => {
  it('[TS-8] is for moderators, explicit, and leaves no debts', () => {
    const r = auction({}, amounts(30, 0)).join('mod', { roles: ['moderator'] });
    expect(r.as('ann').refused('credits.mint', { participant: 'ann', value: 5 }).code).toBe('auth.forbidden');
    expect(r.as('mod').ok('credits.mint', { participant: 'ann', value: 5 })).toEqual({
      balance: 105,
      escrow: 0,
    });
    expect(r.last('credits.changed').data.cause).toBe('mint');
    r.as('mod').ok('credits.mint', { participant: 'ann', value: -105 });
    expect(r.last('credits.changed').data).toMatchObject({ cause: 'burn', balance: 0 });
    for (const value of [-1, 0, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1]) {
      expect(r.as('mod').refused('credits.mint', { participant: 'ann', value }).code).toBe('request.invalid');
    }
    expect(r.as('mod').refused('credits.mint', { participant: 'nobody', value: 1 }).code).toBe('not_found');
  });
});
