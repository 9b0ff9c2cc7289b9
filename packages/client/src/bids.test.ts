import { describe, expect, test } from 'vitest';
import { failureOf } from './testing/failure.ts';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

const points = (value: number) => ({ currency: 'priorityPoints', value });

/** Ann is the client; Bob and Cy act through the core. */
async function auction(strategy: Readonly<Record<string, unknown>> = {}) {
  const made = await scenario();
  made.hub.act(null, 'conversation.configure', {
    config: {
      floor: {
        strategy: { kind: 'bidding', evaluation: 'highestAmount', payment: 'firstPrice', ...strategy },
      },
    },
  });
  made.hub.addMember('bob', 'Bob');
  await settled();
  const bobBids = (value: number) => {
    const window = made.hub.state.floor.window!.id;
    made.hub.act('bob', 'bid.place', { window, urgency: 0.5, estimatedMs: 1_000, amount: points(value) });
  };
  const releaseBob = () => made.hub.act('bob', 'floor.release', {});
  return { ...made, bobBids, releaseBob };
}

describe('bids', () => {
  test('[TS-3] [TS-5] are placed in the open window, again, and withdrawn', async () => {
    const { hub, room, connection } = await auction({ closeEarly: false });
    await expect(room.bids.place({ urgency: 1 })).rejects.toMatchObject({ code: 'bidding.window_closed' });
    hub.act('bob', 'floor.request', {});
    await settled();
    const window = room.view.floor.window?.window;
    const first = await room.bids.place({ urgency: 0.5, amount: points(10) });
    expect(first.bid).toMatch(/^bid_/);
    expect(hub.received.at(-1)?.data).toEqual({
      window,
      urgency: 0.5,
      estimatedMs: 10_000,
      amount: points(10),
    });
    await settled();
    expect(room.view.credits).toMatchObject([{ balance: 90, escrow: 10 }]);
    await room.bids.place({ urgency: 0.7, estimatedMs: 3_000, amount: points(4) });
    await settled();
    expect(room.view.credits).toMatchObject([{ balance: 96, escrow: 4 }]);
    await room.bids.pass();
    await settled();
    expect(room.view.credits).toMatchObject([{ balance: 100, escrow: 0 }]);
    expect(room.view.floor.window?.passed).toEqual([room.me]);
    await connection.close();
  });

  test('[TS-5] out of range and beyond the balance are refused by the hub', async () => {
    const { room, connection } = await auction();
    await expect(room.floor.request({ urgency: 2 })).rejects.toMatchObject({ code: 'bidding.invalid' });
    await expect(room.floor.request({ amount: points(101) })).rejects.toMatchObject({
      code: 'bidding.insufficient_credits',
      details: { available: 100 },
    });
    await connection.close();
  });

  test('moderators give credits', async () => {
    const { hub, room, connection } = await auction();
    await expect(room.mint('bob', 5)).rejects.toMatchObject({ code: 'auth.forbidden' });
    hub.act(null, 'role.set', { participant: room.me, roles: ['moderator'] });
    expect(await room.mint('bob', 5, 'a present')).toEqual({ balance: 105, escrow: 0 });
    expect(await room.mint('bob', -105)).toEqual({ balance: 0, escrow: 0 });
    await connection.close();
  });
});

describe('withFloor where turns are bid for', () => {
  test('[TS-6] a bid that lost is made again for the next turn', async () => {
    const { hub, room, connection, bobBids, releaseBob } = await auction();
    const turn = room.withFloor(async () => 'at last', { amount: points(10) });
    await settled();
    bobBids(20);
    await settled();
    expect(hub.state.floor.holders.map(({ participant }) => participant)).toEqual(['bob']);
    expect(hub.received.filter(({ op }) => op === 'floor.request')).toHaveLength(2);
    releaseBob();
    await settled();
    hub.act('bob', 'bid.pass', { window: hub.state.floor.window?.id ?? '' });
    expect(await turn).toBe('at last');
    await connection.close();
  });

  test('[TS-6] or not, where retry is false', async () => {
    const { hub, room, connection, bobBids } = await auction();
    const failure = failureOf(room.withFloor(async () => 'never', { amount: points(10), retry: false }));
    await settled();
    bobBids(20);
    expect(await failure).toMatchObject({ code: 'client.floor_lost', details: { cause: 'bid.lost' } });
    await settled();
    expect(hub.received.filter(({ op }) => op === 'floor.request')).toHaveLength(1);
    await connection.close();
  });

  test('[TS-8] what can no longer be paid ends the tries', async () => {
    const { hub, room, connection, bobBids, releaseBob } = await auction({ payment: 'allPay' });
    const others = ['cy', 'dan', 'eve'];
    for (const id of others) hub.addMember(id);
    const failure = failureOf(room.withFloor(async () => 'never', { amount: points(90) }));
    await settled();
    for (const id of others) hub.act(id, 'bid.pass', { window: hub.state.floor.window!.id });
    bobBids(95);
    expect(await failure).toMatchObject({ code: 'bidding.insufficient_credits' });
    releaseBob();
    await connection.close();
  });
});

describe('votes and answers', () => {
  test('[TS-16] votes in a ballot', async () => {
    const { hub, room, connection } = await scenario();
    hub.addMember('bob');
    hub.act(null, 'conversation.configure', {
      config: { floor: { strategy: { kind: 'consensus', minVotes: 2 } } },
    });
    hub.act('bob', 'floor.request', {});
    await settled();
    const { ballot } = room.view.floor;
    await room.vote(ballot!.ballot, 'bob');
    hub.act('bob', 'vote.cast', { ballot: ballot!.ballot, choice: 'bob' });
    expect(hub.state.floor.holders.map(({ participant }) => participant)).toEqual(['bob']);
    await expect(room.vote(ballot!.ballot, 'bob')).rejects.toMatchObject({ code: 'vote.closed' });
    await connection.close();
  });

  test('[IP-4] gives way to somebody who asks', async () => {
    const { hub, room, connection } = await scenario();
    hub.addMember('bob');
    hub.act(null, 'conversation.configure', {
      config: { interruption: { kind: 'cooperative' }, floor: { timers: { minSpeakingMs: 0 } } },
    });
    await room.floor.request();
    hub.act('bob', 'floor.interrupt', {});
    await settled();
    const asked = room.view.floor.interruption;
    if (asked.state === 'none') throw new Error('nobody asks');
    await room.floor.answer(asked.interruption, true);
    expect(hub.state.floor.holders.map(({ participant }) => participant)).toEqual(['bob']);
    await connection.close();
  });
});
