import { describe, expect, it } from 'vitest';
import { turnStrategies } from '../turns/registry.ts';
import { TestRoom } from './room.fixture.ts';

const room = (strategy: object = { kind: 'sequential' }, more: object = {}) => {
  const r = new TestRoom({ floor: { strategy, ...more } }).join('mod', { roles: ['moderator', 'observer'] });
  for (const id of ['ann', 'bob', 'cy']) r.join(id);
  return r;
};
const change = (r: TestRoom, strategy: object) =>
  r.as('mod').ok('conversation.configure', { config: { floor: { strategy } } });
const refused = (r: TestRoom, config: unknown) => r.as('mod').refused('conversation.configure', { config });
const kinds = Object.keys(turnStrategies);

describe('changing the strategy while a conversation runs', () => {
  it.each(kinds)(
    '[FL-15] the holder keeps the floor and the requests their order: from sequential to %s',
    (kind) => {
      const r = room();
      for (const who of ['ann', 'bob', 'cy']) r.as(who).ok('floor.request', { urgency: 0.5 });
      const { grant } = r;
      change(r, kind === 'concurrent' ? { kind, maxSimultaneous: 1 } : { kind });
      expect([r.holder, r.grant, r.queue]).toEqual(['ann', grant, ['bob', 'cy']]);
      r.as('ann').ok('speech', { grant, text: 'Still me.' });
      // Whatever the new rules are, both are served by them.
      const served = new Set<string>();
      for (let times = 0; times < 12 && served.size < 2; times++) {
        if (r.holder !== undefined) {
          served.add(r.holder);
          r.as(r.holder).ok('speech', { grant: r.grant, text: 'Thanks.' });
        } else if (r.queue.length === 0) {
          r.as('cy').ok('floor.request', {});
        }
        r.wait(14_000);
      }
      expect([...served]).toEqual(['bob', 'cy']);
    },
  );

  it.each(kinds)('[FL-15] every other strategy can follow %s, in the middle of whatever goes on', (from) => {
    for (const to of kinds) {
      const r = room({ kind: from });
      for (const who of ['ann', 'bob', 'cy']) r.as(who).ok('floor.request', { urgency: 0.5 });
      const before = r.holder;
      change(r, { kind: to });
      if (before !== undefined)
        expect(r.state.floor.holders.map(({ participant }) => participant)).toContain(before);
      expect(r.state.config.floor.strategy.kind).toBe(to);
      r.wait(300_000);
      expect(r.queue).toEqual([]);
    }
  });

  it('[FL-15] closes an open ballot without effect, and begins anew', () => {
    const r = room({ kind: 'consensus', minVotes: 2 });
    r.as('ann').ok('floor.request', {});
    const ballot = r.state.floor.ballot?.id ?? '';
    r.as('bob').ok('vote.cast', { ballot, choice: 'ann' });
    change(r, { kind: 'consensus', minVotes: 1 });
    expect(r.last('ballot.closed').data).toEqual({
      ballot,
      kind: 'turn',
      outcome: 'void',
      cause: 'reconfigured',
      tally: {},
    });
    expect(r.holder).toBeUndefined();
    expect(r.state.floor.ballot?.choices).toEqual({});
    change(r, { kind: 'sequential' });
    expect(r.holder).toBe('ann');
  });

  it('[FL-15] [TS-18] forgets the failures of earlier ballots', () => {
    const r = room({ kind: 'consensus' });
    r.as('ann').ok('floor.request', {});
    r.wait(30_000);
    expect(r.state.floor.failedBallots).toBe(2);
    change(r, { kind: 'consensus', minVotes: 2 });
    expect(r.state.floor.failedBallots).toBe(0);
    r.wait(30_000);
    expect(r.holder).toBeUndefined();
  });

  it('[FL-15] forgets a failed ballot also where none is open any more', () => {
    const r = room({ kind: 'consensus' });
    r.as('ann').ok('floor.request', {});
    r.hub('connection.lost', { participant: 'ann' });
    r.wait(15_000);
    expect(r.state.floor).toMatchObject({ ballot: null, failedBallots: 1 });
    change(r, { kind: 'consensus', minVotes: 2 });
    expect(r.state.floor.failedBallots).toBe(0);
  });

  it('[FL-15] [TS-20] forgets back-offs: who waited for its slot is granted the floor at once', () => {
    const collision = { resolution: 'backoff', slotMs: 60_000 };
    const r = room({ kind: 'concurrent', maxSimultaneous: 1, collision }, { seed: 5 });
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    expect(Object.values(r.state.floor.backoff).map(({ until }) => until - r.at)).toEqual([60_000, 60_000]);
    expect([r.holder, r.queue]).toEqual([undefined, ['bob', 'ann']]);
    change(r, { collision: { slotMs: 50_000 } });
    expect([r.holder, r.queue, r.state.floor.backoff]).toEqual(['bob', ['ann'], {}]);
  });

  it('[FL-15] forgets what a sealed bid said; the request stands without it', () => {
    const r = room({ kind: 'bidding' });
    r.as('bob').ok('floor.request', {});
    r.wait(5_000);
    r.as('ann').ok('floor.request', { urgency: 1, estimatedMs: 1_000, preview: 'secret' });
    const { seq, since } = r.state.floor.queue[0] ?? {};
    change(r, { kind: 'sequential' });
    expect(r.state.floor.queue).toEqual([{ participant: 'ann', seq, since, status: 'pending' }]);
  });

  it('[FL-15] [FL-1] with fewer slots the earliest holders stay', () => {
    const r = room({ kind: 'concurrent', maxSimultaneous: 3 });
    for (const who of ['cy', 'ann', 'bob']) r.as(who).ok('floor.request', {});
    change(r, { kind: 'concurrent', maxSimultaneous: 2 });
    expect(r.state.floor.holders.map(({ participant }) => participant)).toEqual(['cy', 'ann']);
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'bob', cause: 'reconfigured' });
    change(r, { kind: 'sequential' });
    expect(r.state.floor.holders.map(({ participant }) => participant)).toEqual(['cy']);
  });

  it('[FL-15] more slots are granted at once', () => {
    const r = room({ kind: 'concurrent', maxSimultaneous: 1 });
    r.as('ann').ok('floor.request', {});
    r.wait(1_000);
    r.as('bob').ok('floor.request', {});
    change(r, { kind: 'concurrent', maxSimultaneous: 2 });
    expect(r.state.floor.holders.map(({ participant }) => participant)).toEqual(['ann', 'bob']);
  });

  it('[FL-15] settings of the same kind stand where a change is silent; another kind starts from its defaults', () => {
    const r = room({ kind: 'bidding', bidWindowMs: 9_000, payment: 'allPay' });
    change(r, { bidWindowMs: 8_000 });
    expect(r.state.config.floor.strategy).toMatchObject({
      kind: 'bidding',
      bidWindowMs: 8_000,
      payment: 'allPay',
    });
    change(r, { kind: 'sequential' });
    change(r, { kind: 'bidding' });
    expect(r.state.config.floor.strategy).toMatchObject({ bidWindowMs: 5_000, payment: 'none' });
  });

  it('[FL-15] a change that leaves the strategy as it is disturbs no window', () => {
    const r = room({ kind: 'bidding' });
    const amount = { currency: 'priorityPoints', value: 7 };
    r.as('ann').ok('floor.request', { amount });
    const window = r.state.floor.window?.id;
    r.as('mod').ok('conversation.configure', { config: { floor: { timers: { silenceMs: 9_000 } } } });
    change(r, { kind: 'bidding', bidWindowMs: 5_000 });
    expect(r.state.floor.window?.id).toBe(window);
    expect(r.state.credits['ann']).toEqual({ balance: 93, escrow: 7 });
  });

  it('[FL-15] is for moderators, and possible while paused', () => {
    const r = room();
    const config = { floor: { strategy: { kind: 'priority' } } };
    expect(r.as('ann').refused('conversation.configure', { config }).code).toBe('auth.forbidden');
    r.as('ann').ok('floor.request', {});
    r.as('mod').ok('conversation.pause', {});
    change(r, { kind: 'priority' });
    r.as('mod').ok('conversation.resume', {});
    expect(r.holder).toBe('ann');
  });

  it.each([
    [{ floor: { strategy: { kind: 'lottery' } } }, 'config.floor.strategy.kind'],
    [{ floor: { strategy: { kind: 'bidding', payment: 'tips' } } }, 'config.floor.strategy.payment'],
    [
      { floor: { strategy: { kind: 'bidding', weights: { luck: 1 } } } },
      'config.floor.strategy.weights.luck',
    ],
    [{ floor: { strategy: { kind: 'bidding', currency: 'reputation' } } }, 'config.floor.strategy.currency'],
    [{ floor: { strategy: { kind: 'consensus', method: 'borda' } } }, 'config.floor.strategy.method'],
    [{ floor: { strategy: { kind: 'consensus', onTie: 'duel' } } }, 'config.floor.strategy.onTie'],
    [
      { floor: { strategy: { kind: 'concurrent', maxSimultaneous: 0 } } },
      'config.floor.strategy.maxSimultaneous',
    ],
    [{ floor: { strategy: { kind: 'roundRobin', bidWindowMs: 1 } } }, 'config.floor.strategy.bidWindowMs'],
    [{ floor: { priority: { decay: -1 } } }, 'config.floor.priority.decay'],
    [{ credits: { currency: 'reputation' } }, 'config.credits.currency'],
    [{ interruption: { kind: 'shouting' } }, 'config.interruption.kind'],
  ])('[FL-15] refuses %j at its exact path, and changes nothing', (config, path) => {
    const r = room();
    const before = r.state;
    expect(refused(r, config)).toMatchObject({ code: 'request.invalid', details: { path } });
    expect(r.state).toBe(before);
  });
});
