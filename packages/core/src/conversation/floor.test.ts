import { describe, expect, it } from 'vitest';
import { TestRoom } from './room.fixture.ts';

const timers = { firstContentMs: 30_000, maxTurnMs: 120_000, warnBeforeMs: 10_000, silenceMs: 15_000 };
const room = (config: object = {}) =>
  new TestRoom(config)
    .join('ann', { roles: ['moderator'] })
    .join('bob')
    .join('cy');

describe('requests', () => {
  it('[FL-1] [FL-3] grants the idle floor to one and queues the others', () => {
    const r = room();
    expect(r.as('ann').ok('floor.request', {})).toMatchObject({ status: 'granted', grant: r.grant });
    expect(r.as('bob').ok('floor.request', {})).toMatchObject({ status: 'accepted', queuePosition: 1 });
    expect(r.as('cy').ok('floor.request', {})).toMatchObject({ status: 'accepted', queuePosition: 2 });
    expect(r.state.floor.holders).toHaveLength(1);
  });

  it('[FL-4] keeps the place of whoever asks again and takes over the new parameters', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', { preview: 'first' });
    r.as('cy').ok('floor.request', {});
    expect(r.as('bob').ok('floor.request', { preview: 'second', urgency: 1 })).toMatchObject({
      queuePosition: 1,
    });
    expect(r.queue).toEqual(['bob', 'cy']);
    expect(r.state.floor.queue[0]).toMatchObject({ preview: 'second', urgency: 1 });
    expect(r.as('ann').refused('floor.request', {}).code).toBe('floor.already_holder');
  });

  it('[FL-4] replaces each parameter that comes again, and none that does not; the wish keeps its age', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    const first = { urgency: 0.1, estimatedMs: 1_000, preview: 'first', addressedTo: ['ann'] };
    r.as('bob').ok('floor.request', first);
    const { since } = r.state.floor.queue[0] ?? {};
    const again = { urgency: 0.2, estimatedMs: 2_000, preview: 'second', addressedTo: ['cy'] };
    for (const [name, value] of Object.entries(again)) {
      const before = r.state.floor.queue[0];
      r.wait(1_000)
        .as('bob')
        .ok('floor.request', { [name]: value });
      expect(r.state.floor.queue).toEqual([{ ...before, [name]: value }]);
    }
    expect(r.state.floor.queue[0]).toMatchObject({ ...again, since });
  });

  it('[FL-4] refuses a request beyond the queue length, but not one that asks again', () => {
    const r = room({ floor: { queueLengthMax: 1 } });
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    expect(r.as('cy').refused('floor.request', {}).code).toBe('floor.queue_full');
    expect(r.as('bob').ok('floor.request', { urgency: 1 })).toMatchObject({ queuePosition: 1 });
  });

  it('[FL-2] refuses an observer, and takes the floor from a holder that becomes one', () => {
    const r = room().join('obs', { roles: ['observer'] });
    expect(r.as('obs').refused('floor.request', {}).code).toBe('floor.observer');
    r.as('bob').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    r.as('ann').ok('role.set', { participant: 'bob', roles: ['observer'] });
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'bob', cause: 'role' });
    expect(r.holder).toBe('cy');
  });

  it('[FL-2] cancels the request of a waiting member that becomes an observer', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    r.as('ann').ok('role.set', { participant: 'cy', roles: ['observer'] });
    expect(r.last('floor.cancelled').data).toEqual({ participant: 'cy', cause: 'role' });
    expect([r.holder, r.queue]).toEqual(['bob', []]);
  });

  it('[FL-2] [TS-14] offers nothing to observers, to whoever is muted, and to the absent', () => {
    const r = new TestRoom({
      floor: { strategy: { kind: 'roundRobin', skipIdle: false }, maxConsecutiveAgentTurns: 0 },
    }).join('ann', { roles: ['moderator'] });
    for (const id of ['a1', 'muted', 'gone', 'a2']) r.join(id, { kind: 'agent' });
    r.join('listens', { kind: 'agent', roles: ['observer'] });
    r.as('ann').ok('participant.mute', { participant: 'muted' });
    r.hub('connection.lost', { participant: 'gone' });
    r.as('a1').ok('floor.request', {});
    const served: (string | undefined)[] = [];
    for (let turn = 0; turn < 4; turn++) {
      served.push(r.holder);
      r.as(r.holder ?? '').ok('speech', { grant: r.grant, text: 'Next.' });
    }
    expect(served).toEqual(['a1', 'a2', 'a1', 'a2']);
  });

  it('[FL-3] ends a cancelled request once, and says whether there was one', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    expect(r.as('bob').ok('floor.cancel', {})).toEqual({ cancelled: true });
    expect(r.as('bob').ok('floor.cancel', {})).toEqual({ cancelled: false });
    expect(r.types().filter((type) => type === 'floor.cancelled')).toHaveLength(1);
  });
});

describe('turns', () => {
  it('[FL-5] refuses speech without the live grant, and tells a stale one from a foreign number', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    const first = r.grant;
    expect(r.as('bob').refused('speech', { grant: first, text: 'x' }).code).toBe('floor.not_holder');
    r.as('ann').ok('floor.release', {});
    expect(r.as('ann').refused('speech', { grant: first, text: 'x' }).code).toBe('floor.stale_grant');
    r.as('ann').ok('floor.request', {});
    expect(r.as('ann').refused('speech', { grant: first, text: 'x' }).code).toBe('floor.stale_grant');
    expect(r.as('ann').refused('speech', { grant: 99, text: 'x' }).code).toBe('floor.not_holder');
    expect(r.as('bob').refused('floor.release', {}).code).toBe('floor.not_holder');
    r.as('bob').ok('reaction.add', { to: first, kind: 'agree' });
    r.as('bob').ok('signal', { kind: 'backchannel', text: 'mhm' });
  });

  it('[FL-5] refuses pieces and ends of an utterance to all but the holder that is streaming it', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    const first = String(r.as('ann').ok('speech.start', { grant: r.grant })['utterance']);
    const code = (who: string, utterance: string) => {
      const refusal = r.as(who).refused('speech.delta', { utterance, text: 'x' });
      expect(r.as(who).refused('speech.end', { utterance, text: 'x' })).toEqual(refusal);
      return refusal.code;
    };
    expect(code('bob', first)).toBe('floor.not_holder');
    expect(code('ann', 'utt_1')).toBe('request.invalid');
    r.as('bob').ok('floor.request', {});
    r.as('ann').ok('floor.release', {});
    const second = String(r.as('bob').ok('speech.start', { grant: r.grant })['utterance']);
    expect(code('ann', first)).toBe('floor.stale_grant');
    expect(code('ann', second)).toBe('floor.stale_grant');
    expect(code('bob', first)).toBe('request.invalid');
    expect(code('cy', second)).toBe('floor.not_holder');
  });

  it('[FL-5] knows the latest 64 grants of each, and no earlier ones', () => {
    const r = room();
    const grants = Array.from({ length: 65 }, () => {
      r.as('ann').ok('floor.request', {});
      const { grant } = r;
      r.as('ann').ok('floor.release', {});
      return grant;
    });
    const codes = grants.map((grant) => r.as('ann').refused('speech', { grant, text: 'x' }).code);
    expect(codes).toEqual(['floor.not_holder', ...Array<string>(64).fill('floor.stale_grant')]);
  });

  it('[FL-5] a grant is the seq of its own event and grows', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    const event = r.last('floor.granted');
    expect(event.data.grant).toBe('seq' in event ? event.seq : -1);
    const first = r.grant;
    r.as('bob').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: first, text: 'done' });
    expect(r.grant).toBeGreaterThan(first);
  });

  it('[FL-6] hands over in the batch that ends the turn: speech, release and grant', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    const before = r.events.length;
    r.as('ann').ok('speech', { grant: r.grant, text: 'done' });
    expect(r.types(before)).toEqual(['speech.ended', 'floor.released', 'floor.granted']);
    expect(r.events.slice(before).every((event) => event.by === 'ann')).toBe(true);
  });

  it('keeps the floor after speech that is not final', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'one', final: false });
    expect(r.holder).toBe('ann');
  });

  it('[FL-7] takes the floor from a holder that leaves, at once', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.as('ann').ok('conversation.leave', {});
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'ann', cause: 'left' });
    expect(r.holder).toBe('bob');
  });

  it('[FL-7] a dropped holder keeps the floor for the shorter of silence and grace', () => {
    const r = room({ floor: { timers }, presence: { reconnectGraceMs: 30_000 } });
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'one', final: false });
    r.wait(5_000).hub('connection.lost', { participant: 'ann' });
    r.wait(9_999);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'ann', cause: 'disconnected' });
    expect(r.holder).toBe('bob');
  });

  it('[FL-7] a dropped holder that comes back in time keeps its grant', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    const { grant } = r;
    r.wait(1_000)
      .hub('connection.lost', { participant: 'ann' })
      .wait(20_000)
      .hub('connection.restored', { participant: 'ann' });
    r.as('ann').ok('speech', { grant, text: 'still here' });
  });

  it('[FL-7] passes over a dropped requester, which keeps its place', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    r.hub('connection.lost', { participant: 'bob' });
    r.as('ann').ok('floor.release', {});
    expect(r.holder).toBe('cy');
    r.hub('connection.restored', { participant: 'bob' });
    r.as('cy').ok('floor.release', {});
    expect(r.holder).toBe('bob');
  });

  it('[FL-6] gives the idle floor to a dropped requester when it returns', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.hub('connection.lost', { participant: 'bob' });
    r.as('ann').ok('floor.release', {});
    expect(r.holder).toBeUndefined();
    r.hub('connection.restored', { participant: 'bob' });
    expect(r.holder).toBe('bob');
  });

  it('[FL-8] cancels the request of whoever leaves', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.as('bob').ok('conversation.leave', {});
    expect(r.last('floor.cancelled').data).toEqual({ participant: 'bob', cause: 'left' });
    expect(r.queue).toEqual([]);
  });
});

describe('timers', () => {
  it('[TS-2] [FL-11] skips a grantee that stays silent', () => {
    const r = room({ floor: { timers } });
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.wait(29_999);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'ann', cause: 'no_content' });
    expect(r.holder).toBe('bob');
  });

  it('[FL-11] warns, announces, cuts and holds back a turn that is too long', () => {
    const r = room({
      floor: { timers: { ...timers, maxTurnMs: 20_000, silenceMs: 60_000, revokeGraceMs: 3_000 } },
    });
    r.as('ann').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'one', final: false });
    r.wait(10_000);
    expect(r.last('floor.expiring')).toMatchObject({ audience: ['ann'], data: { participant: 'ann' } });
    r.wait(10_000);
    expect(r.last('floor.revoking').data).toMatchObject({ cause: 'too_long' });
    r.as('ann').ok('speech', { grant: r.grant, text: 'last words', final: false });
    r.wait(3_000);
    expect(r.last('floor.revoked').data).toMatchObject({ cause: 'too_long' });
    const refusal = r.wait(1_000).as('ann').refused('floor.request', {});
    expect(refusal).toMatchObject({ code: 'floor.retry_after', retryAfterMs: 4_000 });
    r.wait(4_000).as('ann').ok('floor.request', {});
  });

  it('[FL-11] takes the floor from whoever has begun and gone silent', () => {
    const r = room({ floor: { timers } });
    r.as('ann').ok('floor.request', {});
    const { utterance } = r.as('ann').ok('speech.start', { grant: r.grant }) as { utterance: string };
    r.wait(10_000).as('ann').ok('speech.delta', { utterance, text: 'well' });
    r.wait(14_999);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.last('floor.revoked').data).toMatchObject({ cause: 'inactive' });
    expect(r.last('speech.ended').data).toMatchObject({ text: 'well', interrupted: true });
  });

  it('[FL-12] a moderator extends a turn, even when its end was announced', () => {
    const r = room({ floor: { timers: { ...timers, maxTurnMs: 20_000, silenceMs: 60_000 } } });
    r.as('bob').ok('floor.request', {});
    r.as('bob').ok('speech', { grant: r.grant, text: 'one', final: false });
    r.wait(21_000).as('ann').ok('floor.extend', { ms: 30_000 });
    r.wait(10_000);
    expect(r.holder).toBe('bob');
    r.wait(22_000);
    expect(r.holder).toBeUndefined();
  });

  it('[FL-14] [FL-12] the clocks of a turn stand still while the conversation is paused', () => {
    const r = room({ floor: { timers } });
    r.as('bob').ok('floor.request', {});
    r.wait(10_000).as('ann').ok('conversation.pause', {});
    expect(r.as('bob').refused('speech', { grant: r.grant, text: 'x' }).code).toBe('conversation.paused');
    expect(r.as('cy').ok('floor.request', {})).toMatchObject({ status: 'accepted' });
    r.wait(100_000).as('ann').ok('conversation.resume', {});
    r.wait(19_999);
    expect(r.holder).toBe('bob');
    r.wait(1);
    expect(r.holder).toBe('cy');
  });
});

describe('moderators', () => {
  it('[FL-12] [FL-1] revoke, reorder and remove at once; nobody else may', () => {
    const r = room().join('dan');
    for (const id of ['bob', 'cy', 'dan']) r.as(id).ok('floor.request', {});
    expect(r.as('cy').refused('floor.revoke', { participant: 'bob' }).code).toBe('auth.forbidden');
    r.as('ann').ok('floor.reorder', { participant: 'dan', position: 1 });
    expect(r.queue).toEqual(['dan', 'cy']);
    r.as('ann').ok('floor.revoke', { participant: 'bob', reason: 'enough' });
    expect(r.last('floor.revoked').data).toMatchObject({ cause: 'moderator', reason: 'enough' });
    expect(r.holder).toBe('dan');
    r.as('ann').ok('participant.remove', { participant: 'dan' });
    expect(r.holder).toBe('cy');
  });

  it('[FL-12] a steward moderates without having joined', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    r.as({ participant: null, steward: true }).ok('floor.revoke', { participant: 'bob' });
    expect(r.last('floor.revoked').by).toBeUndefined();
  });
});

describe('reply windows', () => {
  it('[FL-13] only the addressee is granted until the window closes', () => {
    const r = room({ floor: { replyWindowMs: 5_000 } });
    r.as('ann').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'Bob?', addressedTo: ['bob'], expectsReply: true });
    expect(r.holder).toBeUndefined();
    r.wait(1_000).as('bob').ok('floor.request', {});
    expect(r.holder).toBe('bob');
    expect(r.last('floor.granted').data.cause).toBe('reply');
    r.as('bob').ok('floor.release', {});
    expect(r.holder).toBe('cy');
  });

  it('[FL-13] [FL-11] the floor goes on when the addressee does not answer', () => {
    const r = room({ floor: { replyWindowMs: 5_000 } });
    r.as('ann').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'Bob?', addressedTo: ['bob'], expectsReply: true });
    r.wait(4_999);
    expect(r.holder).toBeUndefined();
    r.wait(1);
    expect(r.holder).toBe('cy');
  });

  it('[FL-13] no window opens for somebody who is not there', () => {
    const r = room({ floor: { replyWindowMs: 5_000 } });
    r.as('ann').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    r.hub('connection.lost', { participant: 'bob' });
    r.as('ann').ok('speech', { grant: r.grant, text: 'Bob?', addressedTo: ['bob'], expectsReply: true });
    expect(r.holder).toBe('cy');
  });
});
