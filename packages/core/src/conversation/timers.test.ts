import { describe, expect, it } from 'vitest';
import { TestRoom } from './room.fixture.ts';

/** Bob's turn; ann moderates. */
function room(timers: object): TestRoom {
  const r = new TestRoom({ floor: { timers: { warnBeforeMs: 0, revokeGraceMs: 0, ...timers } } })
    .join('ann', { roles: ['moderator'] })
    .join('bob');
  r.as('bob').ok('floor.request', {});
  return r;
}

const begin = (r: TestRoom) => r.as('bob').ok('speech', { grant: r.grant, text: 'So', final: false });

/** The hub was away, and bob comes back at once. */
const restart = (r: TestRoom) =>
  r.hub('hub.restarted', {}).hub('connection.restored', { participant: 'bob' });

/** Lets bob's turn end by itself: how long that took, and why. */
function ending(r: TestRoom): [number, string] {
  const from = r.at;
  const { at, data } = r.wait(600_000).last('floor.revoked');
  return [at - from, data.cause];
}

describe('the clocks of a turn', () => {
  it('[FL-11] count its length from the first content, however late that came', () => {
    const r = room({ firstContentMs: 30_000, maxTurnMs: 10_000, silenceMs: 60_000 }).wait(25_000);
    begin(r);
    expect(ending(r)).toEqual([10_000, 'too_long']);
  });

  it.each([
    ['no_content', (r: TestRoom) => void r.wait(30_000)],
    ['inactive', (r: TestRoom) => (begin(r), void r.wait(15_000))],
    ['moderator', (r: TestRoom) => void r.as('ann').ok('floor.revoke', { participant: 'bob' })],
  ])('[FL-11] make nobody wait to ask again but whoever was too long: %s', (cause, end) => {
    const r = room({ revokeGraceMs: 3_000 });
    end(r);
    expect(r.last('floor.revoked').data).toMatchObject({ cause });
    expect(r.last('floor.revoked').data).not.toHaveProperty('retryAt');
    expect(r.as('bob').ok('floor.request', {})).toMatchObject({ status: 'granted' });
  });

  it('[FL-11] wait for a first content anew after a restart', () => {
    const r = room({ firstContentMs: 30_000 }).wait(29_000);
    restart(r);
    expect(ending(r)).toEqual([30_000, 'no_content']);
  });

  it('[FL-11] wait for further content anew after a restart', () => {
    const r = room({ silenceMs: 15_000, maxTurnMs: 60_000 });
    begin(r);
    r.wait(14_000);
    restart(r);
    expect(ending(r)).toEqual([15_000, 'inactive']);
  });

  it('[FL-11] give a holder that has said nothing its least time anew after a restart, and no other', () => {
    const earliest = (prepare: (r: TestRoom) => void) => {
      const r = new TestRoom({
        floor: { timers: { minSpeakingMs: 10_000, silenceMs: 60_000 } },
        interruption: { kind: 'priorityBased' },
      })
        .join('ann')
        .join('bob');
      r.as('bob').ok('floor.request', {});
      prepare(r);
      r.wait(4_000).hub('hub.restarted', {});
      for (const participant of ['ann', 'bob']) r.hub('connection.restored', { participant });
      r.as('ann').ok('floor.interrupt', { urgency: 1 });
      const from = r.at;
      return r.wait(60_000).last('interruption.granted').at - from;
    };
    expect(earliest(() => undefined)).toBe(10_000);
    expect(earliest((r) => void begin(r))).toBe(6_000);
  });

  it('[FL-11] measure the length of the turn on over a restart', () => {
    const r = room({ silenceMs: 15_000, maxTurnMs: 20_000 });
    begin(r);
    r.wait(14_000);
    restart(r);
    expect(ending(r)).toEqual([6_000, 'too_long']);
  });

  it('[FL-11] begin anew when a pause ends in which the hub was restarted, and no later', () => {
    const r = room({ silenceMs: 15_000, maxTurnMs: 60_000 });
    begin(r);
    r.wait(10_000).as('ann').ok('conversation.pause', {});
    r.wait(3_600_000);
    restart(r);
    r.hub('connection.restored', { participant: 'ann' });
    r.wait(3_600_000).as('ann').ok('conversation.resume', {});
    expect(ending(r)).toEqual([15_000, 'inactive']);
  });
});

describe('the end of a conversation', () => {
  it.each([
    [{ kind: 'bidding' }, 'bidding.closed', { winner: null, cause: 'ended', bids: [] }],
    [{ kind: 'consensus' }, 'ballot.closed', { outcome: 'void', cause: 'ended' }],
  ] as const)('[FL-11] closes what is open to decide on the next turn: %j', (strategy, type, data) => {
    const r = new TestRoom({ floor: { strategy } }).join('ann', { roles: ['moderator'] }).join('bob');
    r.as('bob').ok('floor.request', {});
    r.as('ann').ok('conversation.end', {});
    expect(r.last(type).data).toMatchObject(data);
    expect(r.state.floor).toMatchObject({ window: null, ballot: null, queue: [] });
    expect(r.last('floor.cancelled').data).toEqual({ participant: 'bob', cause: 'ended' });
  });
});
