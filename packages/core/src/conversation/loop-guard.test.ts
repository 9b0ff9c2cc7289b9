import { describe, expect, it } from 'vitest';
import { TestRoom } from './room.fixture.ts';

const room = (most: number, strategy: object = { kind: 'sequential' }) =>
  new TestRoom({ floor: { maxConsecutiveAgentTurns: most, strategy } })
    .join('hal', { kind: 'human' })
    .join('a1', { kind: 'agent' })
    .join('a2', { kind: 'a2aAgent' });

const turn = (r: TestRoom, who: string) => {
  r.as(who).ok('floor.request', {});
  r.as(who).ok('speech', { grant: r.grant, text: 'Yes, and…' });
};
const talk = (r: TestRoom, turns: number) => {
  for (let index = 0; index < turns; index++) turn(r, index % 2 === 0 ? 'a1' : 'a2');
};

describe('the loop guard', () => {
  it('[FL-14] pauses after that many turns in a row without a human, and says so', () => {
    const r = room(4);
    talk(r, 3);
    expect(r.state.status).toBe('active');
    turn(r, 'a2');
    expect(r.state.status).toBe('paused');
    expect(r.last('conversation.paused').data).toEqual({
      cause: 'loop_guard',
      reason: '4 turns in a row without a human',
    });
  });

  it('[FL-14] is set to 20 by default', () => {
    const r = new TestRoom().join('a1', { kind: 'agent' }).join('a2', { kind: 'localAgent' });
    talk(r, 19);
    expect(r.state.status).toBe('active');
    talk(r, 1);
    expect(r.state.status).toBe('paused');
  });

  it('[FL-14] counts from a human turn anew, and is off at 0', () => {
    const r = room(4);
    talk(r, 3);
    turn(r, 'hal');
    talk(r, 3);
    expect(r.state.status).toBe('active');
    const off = room(0);
    talk(off, 60);
    expect(off.state.status).toBe('active');
  });

  it('[FL-14] comes before an answer that was asked for, and before whoever was put at the head', () => {
    const asked = new TestRoom({ floor: { maxConsecutiveAgentTurns: 1, replyWindowMs: 5_000 } })
      .join('a1', { kind: 'agent' })
      .join('a2', { kind: 'agent' });
    for (const who of ['a1', 'a2']) asked.as(who).ok('floor.request', {});
    asked.as('a1').ok('speech', { grant: asked.grant, text: 'A2?', addressedTo: ['a2'], expectsReply: true });
    const put = room(1);
    for (const who of ['a1', 'a2']) put.as(who).ok('floor.request', {});
    put.hub('floor.reorder', { participant: 'a2', position: 1 });
    put.as('a1').ok('speech', { grant: put.grant, text: 'One.' });
    for (const r of [asked, put]) {
      expect([r.state.status, r.holder, r.queue]).toEqual(['paused', undefined, ['a2']]);
      expect(r.types().slice(-2)).toEqual(['floor.released', 'conversation.paused']);
    }
  });

  it('[FL-14] does not count turns without content', () => {
    const r = room(2);
    for (const _ of [1, 2, 3, 4]) {
      r.as('a1').ok('floor.request', {});
      r.as('a1').ok('floor.release', {});
    }
    expect(r.state.status).toBe('active');
  });

  it('[FL-14] keeps the queue, and goes on where it stopped', () => {
    const r = room(2);
    r.as('a1').ok('floor.request', {});
    r.as('a2').ok('floor.request', {});
    r.as('a1').ok('speech', { grant: r.grant, text: 'One.' });
    r.as('hal').ok('floor.request', {});
    r.as('a1').ok('floor.request', {});
    r.as('a2').ok('speech', { grant: r.grant, text: 'Two.' });
    expect([r.state.status, r.holder, r.queue]).toEqual(['paused', undefined, ['hal', 'a1']]);
    expect(r.as('a2').ok('floor.request', {})).toMatchObject({ status: 'accepted', queuePosition: 3 });
    r.wait(600_000);
    expect(r.holder).toBeUndefined();
    r.as('hal').ok('conversation.resume', {});
    expect([r.state.status, r.holder]).toEqual(['active', 'hal']);
  });

  it('[FL-14] is ended by any human or by a moderator, not by an agent', () => {
    const paused = () => {
      const r = room(2)
        .join('boss', { kind: 'agent', roles: ['moderator'] })
        .join('obs', { roles: ['observer'] });
      talk(r, 2);
      return r;
    };
    expect(paused().as('a1').refused('conversation.resume', {}).code).toBe('auth.forbidden');
    for (const [who, cause] of [
      ['hal', 'participant'],
      ['obs', 'participant'],
      ['boss', 'moderator'],
    ] as const) {
      const r = paused();
      r.as(who).ok('conversation.resume', {});
      expect(r.last('conversation.resumed').data.cause).toBe(cause);
    }
    const byModerator = room(0).join('boss', { roles: ['moderator'] });
    byModerator.as('boss').ok('conversation.pause', {});
    expect(byModerator.as('hal').refused('conversation.resume', {}).code).toBe('auth.forbidden');
  });

  it('[FL-14] counts again from the resumption', () => {
    const r = room(3);
    talk(r, 3);
    r.as('hal').ok('conversation.resume', {});
    talk(r, 2);
    expect(r.state.status).toBe('active');
    turn(r, 'a1');
    expect(r.state.status).toBe('paused');
  });

  it('[FL-14] holds under a strategy that offers the floor by itself', () => {
    const r = room(5, { kind: 'roundRobin' });
    r.as('a1').ok('floor.request', {});
    let turns = 0;
    for (; r.holder !== undefined; turns++) r.as(r.holder).ok('speech', { grant: r.grant, text: 'Go.' });
    expect([turns, r.state.status]).toEqual([5, 'paused']);
  });

  it('[FL-14] whoever else holds the floor keeps it, and the clocks stand still', () => {
    const r = room(2, { kind: 'concurrent', maxSimultaneous: 2 });
    r.as('a1').ok('floor.request', {});
    r.as('a1').ok('speech', { grant: r.grant, text: 'I hold on.', final: false });
    for (const _ of [1, 2]) {
      r.as('a2').ok('floor.request', {});
      const grant = r.state.floor.holders[1]?.grant ?? 0;
      r.as('a2').ok('speech', { grant, text: 'Quick one.' });
    }
    expect(r.state.status).toBe('paused');
    r.wait(3_600_000);
    expect(r.holder).toBe('a1');
    r.as('hal').ok('conversation.resume', {});
    r.wait(14_999);
    expect(r.holder).toBe('a1');
    r.wait(1);
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'a1', cause: 'inactive' });
  });

  it('[FL-14] [FL-12] windows and ballots stand still in a pause too', () => {
    const bidding = room(0, { kind: 'bidding', bidWindowMs: 5_000 });
    bidding.as('a1').ok('floor.request', {});
    const window = bidding.state.floor.window?.id ?? '';
    bidding.wait(4_000);
    bidding.hub('conversation.pause', {});
    const late = { window, urgency: 1, estimatedMs: 1 };
    expect(bidding.as('a2').refused('bid.place', late).code).toBe('conversation.paused');
    bidding.wait(60_000);
    bidding.hub('conversation.resume', {});
    bidding.as('a2').ok('bid.place', late);
    bidding.wait(999);
    expect(bidding.holder).toBeUndefined();
    bidding.wait(1);
    expect(bidding.holder).toBe('a2');

    const consensus = room(0, { kind: 'consensus', votingPeriodMs: 5_000, minVotes: 2 });
    consensus.as('a1').ok('floor.request', {});
    const ballot = consensus.state.floor.ballot?.id ?? '';
    consensus.wait(4_000);
    consensus.hub('conversation.pause', {});
    expect(consensus.as('a2').refused('vote.cast', { ballot, choice: 'a1' }).code).toBe(
      'conversation.paused',
    );
    consensus.wait(60_000);
    consensus.hub('conversation.resume', {});
    for (const who of ['a2', 'hal']) consensus.as(who).ok('vote.cast', { ballot, choice: 'a1' });
    expect(consensus.holder).toBe('a1');
  });
});
