import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { nextDeadline } from './deadlines.ts';
import { project } from './project.ts';
import { TestRoom } from './room.fixture.ts';
import { durableState } from './state.ts';
import { awaitsAcknowledgement } from './strong-views.ts';

const strong = (barrierTimeoutMs = 5_000) => ({ kind: 'strong', barrierTimeoutMs });

/** Three members with strong views; the first moderates. */
const room = (config: object = {}) =>
  new TestRoom({ consistency: strong(), ...config })
    .join('ann', { roles: ['moderator'] })
    .join('bob')
    .join('cy');

/** Says something as whoever holds the floor or gets it at once. */
function say(r: TestRoom, who: string, data: object = {}): number {
  r.as(who).ok('floor.request', {});
  r.as(who).ok('speech', { grant: r.grant, text: 'hear me', ...data });
  return r.last('speech.ended').seq;
}

const acks = (r: TestRoom, ...who: string[]) => {
  for (const id of who) r.as(id).ok('ack', { seq: r.state.seq });
};

describe('strong views', () => {
  it('[CS-1] the next turn waits for every one of them, the speaker’s own included', () => {
    const r = room();
    say(r, 'ann');
    expect(r.as('bob').ok('floor.request', {})).toMatchObject({ status: 'accepted', queuePosition: 1 });
    acks(r, 'bob', 'cy');
    expect(r.holder).toBeUndefined();
    acks(r, 'ann');
    expect(r.holder).toBe('bob');
  });

  it('[CS-1] an acknowledgement of something earlier does not count', () => {
    const r = room();
    const seq = say(r, 'ann');
    r.as('bob').ok('floor.request', {});
    acks(r, 'ann', 'bob');
    r.as('cy').ok('ack', { seq: seq - 1 });
    expect(r.holder).toBeUndefined();
    r.as('cy').ok('ack', { seq });
    expect(r.holder).toBe('bob');
  });

  it('[CS-1] a view that takes too long is announced, left out, and told when it has caught up', () => {
    const r = room();
    // Its time is counted from the utterance, however long it has been there.
    r.wait(2_000);
    const seq = say(r, 'ann');
    r.as('bob').ok('floor.request', {});
    acks(r, 'ann', 'bob');
    r.wait(4_999);
    expect(r.holder).toBeUndefined();
    r.wait(1);
    const { joinedSeq } = r.state.participants['cy']!;
    expect(r.last('view.stale').data).toEqual({
      participant: 'cy',
      level: 'strong',
      seq: joinedSeq,
      head: seq,
    });
    expect(r.holder).toBe('bob');
    expect(project(r.state, { participant: null, moderator: false }).participants[2]).toMatchObject({
      stale: true,
    });
    // The next turn does not wait for it either.
    r.as('bob').ok('speech', { grant: r.grant, text: 'on we go' });
    r.as('ann').ok('floor.request', {});
    acks(r, 'ann', 'bob');
    expect(r.holder).toBe('ann');
    r.as('cy').ok('ack', { seq });
    expect(r.types()).not.toContain('view.caught_up');
    acks(r, 'cy');
    expect(r.last('view.caught_up').data).toMatchObject({ participant: 'cy', level: 'strong' });
  });

  it('[CS-1] once caught up, it is waited for again', () => {
    const r = room();
    say(r, 'ann');
    acks(r, 'ann', 'bob');
    r.wait(5_000);
    acks(r, 'cy');
    say(r, 'ann');
    r.as('bob').ok('floor.request', {});
    acks(r, 'ann', 'bob');
    expect(r.holder).toBeUndefined();
    acks(r, 'cy');
    expect(r.holder).toBe('bob');
  });

  it('[CS-1] [DG-1] nobody waits for a view that is not connected, or has left', () => {
    const r = room();
    say(r, 'ann');
    r.as('bob').ok('floor.request', {});
    acks(r, 'ann', 'bob');
    r.hub('connection.lost', { participant: 'cy' });
    expect(r.holder).toBe('bob');
    const other = room();
    say(other, 'ann');
    other.as('bob').ok('floor.request', {});
    acks(other, 'ann', 'bob');
    other.as('cy').ok('conversation.leave', {});
    expect(other.holder).toBe('bob');
  });

  it('[CS-1] who comes back has what its resume says, and its time begins anew', () => {
    const r = room();
    r.hub('connection.lost', { participant: 'cy' });
    const seq = say(r, 'ann');
    acks(r, 'ann', 'bob');
    r.wait(10_000).hub('connection.restored', { participant: 'cy', acknowledged: seq - 1 });
    r.as('bob').ok('floor.request', {});
    expect(r.holder).toBeUndefined();
    r.wait(4_999);
    expect(r.holder).toBeUndefined();
    r.wait(1);
    expect(r.holder).toBe('bob');
    // With a snapshot it has everything.
    const other = room();
    other.hub('connection.lost', { participant: 'cy' });
    say(other, 'ann');
    acks(other, 'ann', 'bob');
    other.hub('connection.restored', { participant: 'cy' });
    other.as('bob').ok('floor.request', {});
    expect(other.holder).toBe('bob');
  });

  it('[CS-1] a stale view that comes back while it is connected is waited for anew', () => {
    const r = room();
    const seq = say(r, 'ann');
    acks(r, 'ann', 'bob');
    r.wait(5_000);
    r.hub('connection.restored', { participant: 'cy', acknowledged: seq - 1 });
    expect(project(r.state, { participant: null, moderator: false }).participants[2]).not.toHaveProperty(
      'stale',
    );
    r.as('bob').ok('floor.request', {});
    r.wait(4_999);
    expect(r.holder).toBeUndefined();
    r.wait(1);
    expect(r.holder).toBe('bob');
  });

  it('[CS-1] the hub can tell which acknowledgements matter', () => {
    const r = room();
    const awaited = (id: string, seq: number) => awaitsAcknowledgement(r.state, id, seq);
    expect(awaited('cy', r.state.seq)).toBe(false);
    const seq = say(r, 'ann');
    expect([awaited('cy', seq - 1), awaited('cy', seq), awaited('eve', seq)]).toEqual([false, true, false]);
    acks(r, 'cy');
    expect(awaited('cy', r.state.seq)).toBe(false);
  });

  it('[CS-1] who joins late is up to date', () => {
    const r = room();
    say(r, 'ann');
    acks(r, 'ann', 'bob', 'cy');
    r.join('dan');
    r.as('bob').ok('floor.request', {});
    expect(r.holder).toBe('bob');
  });

  it('[CS-1] [RT-6] an utterance is awaited only from whom it is for', () => {
    const r = room({ routing: { kind: 'broadcast', whisper: true } });
    say(r, 'ann', { to: ['bob'] });
    r.as('bob').ok('floor.request', {});
    acks(r, 'ann', 'bob');
    expect(r.holder).toBe('bob');
  });

  it('[CS-1] a participant chooses its own view, and only that one is waited for', () => {
    const r = new TestRoom()
      .join('ann')
      .join('bob', { consistency: { kind: 'strong' } })
      .join('cy');
    say(r, 'ann');
    r.as('cy').ok('floor.request', {});
    expect(r.holder).toBeUndefined();
    acks(r, 'bob');
    expect(r.holder).toBe('cy');
    expect(r.state.participants['bob']!.profile.consistency).toEqual(strong());
  });

  it('[CS-1] a level that is none is refused with its path', () => {
    const r = room();
    const refused = r.as(null).refused('conversation.join', {
      ...{ participant: 'dan', principal: 'd', kind: 'human', displayName: 'd', roles: [], capabilities: [] },
      ...{ topics: [], interests: [], metadata: {}, verified: false },
      consistency: { kind: 'strong', barrierTimeoutMs: -1 },
    });
    expect(refused.details).toMatchObject({ path: 'data.consistency.barrierTimeoutMs' });
  });

  it('[CS-1] a command based on what was before the last utterance is refused', () => {
    const r = room();
    const seq = say(r, 'ann');
    acks(r, 'ann', 'bob', 'cy');
    const based = (basedOn: number, who = 'bob') =>
      decide(
        r.state,
        { op: 'topic.set', data: { topic: 't' }, author: { participant: who, steward: false }, basedOn },
        r.at,
      );
    expect(based(seq - 1)).toMatchObject({
      ok: false,
      error: { code: 'context.conflict', details: { path: 'basedOn', lastUtterance: seq } },
    });
    expect(based(seq).ok).toBe(true);
    // Other levels promise nothing of the kind.
    r.join('dan', { consistency: { kind: 'eventual' } });
    expect(based(1, 'dan').ok).toBe(true);
  });

  it('[CS-1] an interruption waits too, and happens when all have heard what was said', () => {
    const r = room({
      interruption: { kind: 'priorityBased', threshold: 0 },
      floor: { timers: { minSpeakingMs: 0 } },
    });
    r.as('ann').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'first', final: false });
    expect(r.as('bob').ok('floor.interrupt', { urgency: 1 })).toMatchObject({ outcome: 'deferred' });
    expect(r.holder).toBe('ann');
    acks(r, 'ann', 'bob', 'cy');
    expect(r.holder).toBe('bob');
  });

  it('[CS-1] what an interruption cuts off has to be heard before the interrupter speaks', () => {
    const r = room({
      interruption: { kind: 'priorityBased', threshold: 0 },
      floor: { timers: { minSpeakingMs: 0 } },
    });
    r.as('ann').ok('floor.request', {});
    const { utterance } = r.as('ann').ok('speech.start', { grant: r.grant }) as { utterance: string };
    r.as('ann').ok('speech.delta', { utterance, text: 'As I was' });
    r.as('cy').ok('floor.request', {});
    expect(r.as('bob').ok('floor.interrupt', { urgency: 1 })).toMatchObject({ outcome: 'granted' });
    expect(r.last('speech.ended').data).toMatchObject({ text: 'As I was', interrupted: true });
    // At the head of the queue, before whoever asked first.
    expect([r.holder, r.queue]).toEqual([undefined, ['bob', 'cy']]);
    acks(r, 'ann', 'bob', 'cy');
    expect(r.holder).toBe('bob');
  });

  it('[CS-1] a bid window opens when all have heard, and closes at its time', () => {
    const r = room({ floor: { strategy: { kind: 'bidding', bidWindowMs: 1_000, closeEarly: false } } });
    r.as('ann').ok('floor.request', { urgency: 1 });
    r.wait(1_000);
    r.as('ann').ok('speech', { grant: r.grant, text: 'mine' });
    expect(r.as('bob').ok('floor.request', { urgency: 0.5 })).toMatchObject({ status: 'pending' });
    expect(r.state.floor.window).toBeNull();
    acks(r, 'ann', 'bob', 'cy');
    expect(r.state.floor.window).not.toBeNull();
    r.wait(1_000);
    expect(r.holder).toBe('bob');
  });

  it('[CS-1] the level changes while people talk: all are up to date, and nobody stays stale', () => {
    const r = new TestRoom().join('ann', { roles: ['moderator'] }).join('bob');
    say(r, 'ann');
    r.as('ann').ok('conversation.configure', { config: { consistency: { kind: 'strong' } } });
    r.as('bob').ok('floor.request', {});
    expect(r.holder).toBe('bob');
    r.as('bob').ok('speech', { grant: r.grant, text: 'and now' });
    r.wait(5_000);
    expect(Object.keys(r.state.live.stale)).toEqual(['ann', 'bob']);
    r.as('ann').ok('conversation.configure', { config: { consistency: { kind: 'causal' } } });
    expect(r.state.live.stale).toEqual({});
  });

  it('[CS-1] who was waited for before is up to date when turns wait for it again', () => {
    const r = room();
    say(r, 'ann');
    acks(r, 'ann', 'bob', 'cy');
    const level = (kind: string) =>
      r.as('ann').ok('conversation.configure', { config: { consistency: { kind } } });
    level('eventual');
    say(r, 'bob');
    level('strong');
    r.as('cy').ok('floor.request', {});
    expect(r.holder).toBe('cy');
    expect(r.state.live.stale).toEqual({});
  });

  it('[CS-1] [IP-6] a turn that goes back waits for all to have heard, and keeps what was left of it', () => {
    const r = room({
      interruption: { kind: 'priorityBased', threshold: 0 },
      floor: {
        strategy: { kind: 'concurrent', maxSimultaneous: 2 },
        timers: { minSpeakingMs: 0 },
      },
    });
    r.as('ann').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'first', final: false });
    acks(r, 'ann', 'bob', 'cy');
    r.as('cy').ok('floor.request', {});
    r.wait(5_000);
    r.as('bob').ok('floor.interrupt', { urgency: 1 });
    expect(r.state.floor.holders.map(({ participant }) => participant)).toEqual(['cy', 'bob']);
    // Cy speaks beside the interrupter, and not all have heard it when that one lets go.
    const grant = (who: string) =>
      r.state.floor.holders.find(({ participant }) => participant === who)!.grant;
    r.as('cy').ok('speech', { grant: grant('cy'), text: 'beside', final: false });
    r.as('bob').ok('floor.release', {});
    expect([r.state.floor.holders.length, r.queue]).toEqual([1, ['ann']]);
    acks(r, 'ann', 'bob', 'cy');
    expect(r.last('floor.granted').data).toMatchObject({
      participant: 'ann',
      endsAt: new Date(r.at + 115_000).toISOString(),
    });
  });

  it('[CS-1] an acknowledgement from the future, or of a stranger, is refused', () => {
    const r = room();
    expect(r.as('bob').refused('ack', { seq: r.state.seq + 1 }).details).toMatchObject({ path: 'data.seq' });
    expect(r.as('eve').refused('ack', { seq: 1 }).code).toBe('participant.not_joined');
  });

  it('[CS-1] after a restart nobody is waited for who is not back', () => {
    const r = room();
    say(r, 'ann');
    r.state = durableState(r.state);
    r.hub('hub.restarted', {});
    expect(nextDeadline(r.state)).not.toBeNull();
    r.hub('connection.restored', { participant: 'bob' });
    r.as('bob').ok('floor.request', {});
    expect(r.holder).toBe('bob');
  });

  it('[CS-1] a whisper to others takes nothing away from what a view has to have heard', () => {
    const r = room({ routing: { kind: 'broadcast', whisper: true } });
    r.as('ann').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'hear me', final: false });
    const aloud = r.last('speech.ended').seq;
    r.as('ann').ok('speech', { grant: r.grant, text: 'psst', to: ['bob'] });
    const whispered = r.last('speech.ended').seq;
    const based = (who: string, basedOn: number) =>
      decide(
        r.state,
        { op: 'topic.set', data: { topic: 'x' }, author: { participant: who, steward: false }, basedOn },
        r.state.at,
      );
    expect(based('cy', aloud - 1)).toMatchObject({ error: { details: { lastUtterance: aloud } } });
    expect(based('cy', aloud).ok).toBe(true);
    // To whom it was whispered, the whisper is the last utterance.
    expect(based('bob', aloud)).toMatchObject({
      error: { code: 'context.conflict', details: { lastUtterance: whispered } },
    });
    r.as('bob').ok('floor.request', {});
    for (const who of ['ann', 'bob']) r.as(who).ok('ack', { seq: whispered });
    expect(r.holder).toBeUndefined();
    r.as('cy').ok('ack', { seq: aloud });
    expect(r.holder).toBe('bob');
  });
});
