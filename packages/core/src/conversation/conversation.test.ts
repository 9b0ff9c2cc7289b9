import { describe, expect, it } from 'vitest';
import { evenness, giniCoefficient, jainIndex } from '../fairness/metrics.ts';
import { project } from './project.ts';
import { TestRoom } from './room.fixture.ts';

const room = (config: object = {}) => new TestRoom(config).join('ann', { roles: ['moderator'] }).join('bob');
const view = (r: TestRoom) => project(r.state, { participant: null, moderator: true });

describe('membership', () => {
  it('tells the others who joined, with metadata, and refuses a second membership', () => {
    const r = room();
    r.join('cy', { metadata: { team: 'blue' }, capabilities: ['search'] });
    expect(r.last('participant.joined').data).toMatchObject({
      participant: { id: 'cy', capabilities: ['search'], connection: 'connected' },
      metadata: { team: 'blue' },
    });
    expect(JSON.stringify(r.last('participant.joined').data)).not.toContain('sub-cy');
    expect(() => r.join('cy2', { principal: 'sub-cy' })).toThrow('participant.already_joined');
  });

  it('refuses more members than allowed, and used-up invites', () => {
    const r = room({ participantsMax: 3 });
    const invite = { id: 'i1', maxUses: 1, expiresAt: 9_000_000 };
    r.join('cy', { invite }).as('cy').ok('conversation.leave', {});
    expect(() => r.join('dan', { invite })).toThrow('invite.invalid');
    r.join('eve');
    expect(() => r.join('fay')).toThrow('conversation.full');
  });

  it('[PR-2] removes a dropped member after the grace, unless it may be absent', () => {
    const r = room({ presence: { reconnectGraceMs: 30_000 } }).join('eva', { async: true });
    r.hub('connection.lost', { participant: 'bob' }).hub('connection.lost', { participant: 'eva' });
    expect(r.last('participant.disconnected').data).toMatchObject({ participant: 'eva', graceMs: 30_000 });
    r.wait(29_999);
    expect(Object.keys(r.state.participants)).toContain('bob');
    r.wait(1);
    expect(r.last('participant.left').data).toEqual({ participant: 'bob', cause: 'timeout' });
    r.wait(86_400_000);
    expect(view(r).participants.find(({ id }) => id === 'eva')?.presence.status).toBe('offline');
  });

  it('[PR-2] a return within the grace changes nothing but the connection', () => {
    const r = room();
    r.hub('connection.lost', { participant: 'bob' })
      .wait(10_000)
      .hub('connection.restored', { participant: 'bob' });
    r.wait(60_000);
    expect(Object.keys(r.state.participants)).toEqual(['ann', 'bob']);
  });

  it('[PR-1] derives idle from inactivity and active from any act', () => {
    const r = room({ presence: { idleAfterMs: 60_000 } });
    const presences = () => view(r).participants.map(({ presence }) => presence);
    const at = [0, 30_000, 60_000, 90_000].map((ms) => new Date(r.at + ms).toISOString());
    r.wait(30_000).as('bob').ok('topic.set', { topic: 'Tea' });
    const bob = { status: 'active', lastSeen: at[1] };
    expect(presences()).toEqual([{ status: 'active', lastSeen: at[0] }, bob]);
    r.wait(29_999);
    expect(presences()[0]).toMatchObject({ status: 'active' });
    r.wait(1);
    const idle = { status: 'idle', since: at[2] };
    expect(presences()).toEqual([idle, bob]);
    r.wait(30_000);
    expect(presences()).toEqual([idle, { status: 'idle', since: at[3] }]);
    r.as('bob').ok('reaction.add', { to: 1, kind: 'agree' });
    expect(r.last('presence.changed').data).toMatchObject({ participant: 'bob', status: 'active' });
    r.as('ann').ok('presence.set', { status: 'away', expectedReturn: '2030-01-01T00:00:00.000Z' });
    expect(view(r).participants[0]?.presence).toEqual({
      status: 'away',
      expectedReturn: '2030-01-01T00:00:00.000Z',
    });
    expect(view(r).participants[1]?.presence).toMatchObject({ status: 'active' });
  });

  it('[PR-1] somebody who is away and not back when expected is idle, or offline without a connection', () => {
    const r = room().join('eva', { async: true });
    const presenceOf = (id: string) => view(r).participants.find((each) => each.id === id)?.presence;
    const soon = (ms: number) => new Date(r.at + ms).toISOString();
    for (const id of ['ann', 'bob', 'eva']) {
      r.as(id).ok('presence.set', { status: 'away', expectedReturn: soon(60_000) });
    }
    const expected = soon(60_000);
    r.hub('connection.lost', { participant: 'eva' });
    const since = soon(0);
    r.wait(30_000).as('bob').ok('topic.set', { topic: 'Back early' });
    r.wait(29_999);
    expect(presenceOf('ann')).toEqual({ status: 'away', expectedReturn: expected });
    expect(presenceOf('eva')).toEqual({ status: 'away', expectedReturn: expected });
    r.wait(1);
    expect(presenceOf('ann')).toEqual({ status: 'idle', since: expected });
    expect(presenceOf('bob')).toMatchObject({ status: 'active' });
    expect(presenceOf('eva')).toEqual({ status: 'offline', since });
    r.hub('connection.restored', { participant: 'eva' });
    expect(presenceOf('eva')).toMatchObject({ status: 'active' });
    r.as('ann').ok('presence.set', { status: 'away', expectedReturn: soon(-1) });
    r.wait(86_400_000);
    expect(presenceOf('ann')?.status).toBe('away');
  });

  it('[PR-1] [PR-2] the thresholds are the conversation’s, and what somebody says of itself wins until it acts', () => {
    const r = room({ presence: { idleAfterMs: 5_000, reconnectGraceMs: 7_000 } });
    r.as('bob').ok('presence.set', { status: 'idle' });
    expect(view(r).participants.map(({ presence }) => presence.status)).toEqual(['active', 'idle']);
    r.wait(4_999).as('bob').ok('presence.set', { status: 'active' });
    r.wait(1);
    expect(view(r).participants.map(({ presence }) => presence.status)).toEqual(['idle', 'active']);
    r.as('ann').ok('presence.set', { status: 'away' });
    r.wait(10_000);
    expect(view(r).participants.map(({ presence }) => presence.status)).toEqual(['away', 'idle']);
    r.hub('connection.lost', { participant: 'bob' });
    r.wait(6_999);
    expect(r.types()).not.toContain('participant.left');
    r.wait(1);
    expect(r.types()).toContain('participant.left');
  });

  it('[PR-1] [PR-2] idle is who did nothing for five minutes, gone who is away for half of one, unless said otherwise', () => {
    const r = room();
    r.wait(299_999);
    expect(view(r).participants.map(({ presence }) => presence.status)).toEqual(['active', 'active']);
    r.wait(1);
    expect(view(r).participants.map(({ presence }) => presence.status)).toEqual(['idle', 'idle']);
    r.hub('connection.lost', { participant: 'bob' }).wait(29_999);
    expect(r.types()).not.toContain('participant.left');
    expect(r.wait(1).types()).toContain('participant.left');
  });

  it('[PR-1] [PR-2] presence decides no turn: who is idle, or comes back in its grace, is next as ever', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.as('bob').ok('presence.set', { status: 'away' });
    r.hub('connection.lost', { participant: 'bob' }).wait(10_000);
    expect(r.queue).toEqual(['bob']);
    r.hub('connection.restored', { participant: 'bob' });
    r.as('ann').ok('floor.release', {});
    expect(r.holder).toBe('bob');
  });

  it('[PR-4] a lingering conversation stays, another ends or is archived after its delay', () => {
    const empty = (kind: string) => {
      const r = new TestRoom({ whenEmpty: { kind, delayMs: 5_000 } }).join('ann');
      r.as('ann').ok('conversation.leave', {});
      r.wait(4_999);
      expect(r.state.status).toBe('active');
      return r.wait(1).state.status;
    };
    expect([empty('linger'), empty('end'), empty('archive')]).toEqual(['active', 'ended', 'archived']);
  });

  it('[PR-4] the last one counts: while anybody is a member, nothing ends', () => {
    const r = room({ whenEmpty: { kind: 'end', delayMs: 5_000 } });
    r.as('bob').ok('conversation.leave', {});
    r.hub('connection.lost', { participant: 'ann' }).wait(20_000);
    expect(r.state.status).toBe('active');
    // Whose absence lasts longer than the grace has left.
    expect(r.wait(15_000).state.status).toBe('ended');
  });

  it('[PR-4] somebody who joins in time keeps the conversation', () => {
    const r = new TestRoom({ whenEmpty: { kind: 'end', delayMs: 5_000 } }).join('ann');
    r.as('ann').ok('conversation.leave', {});
    r.wait(1_000).join('bob').wait(10_000);
    expect(r.state.status).toBe('active');
  });

  it('[RL-1] after a restart everybody is disconnected, holders keep their grants, grace starts anew', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    const { grant } = r;
    r.wait(25_000).hub('hub.restarted', {});
    expect(Object.values(r.state.participants).every((member) => member.disconnectedAt === r.at)).toBe(true);
    r.wait(29_000).hub('connection.restored', { participant: 'bob' });
    r.as('bob').ok('speech', { grant, text: 'still mine' });
  });
});

describe('speech', () => {
  it('streams pieces to whoever is there and logs the utterance once', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    const { utterance } = r.as('bob').ok('speech.start', { grant: r.grant, topics: ['tea'] }) as {
      utterance: string;
    };
    r.as('bob').ok('speech.delta', { utterance, text: 'Hello ' });
    r.as('bob').ok('speech.delta', { utterance, text: 'all', offset: 6 });
    expect(view(r).speaking).toMatchObject([{ utterance, text: 'Hello all' }]);
    r.as('bob').ok('speech.end', { utterance });
    expect(r.last('speech.ended').data).toMatchObject({ text: 'Hello all', topics: ['tea'] });
    expect(r.last('speech.ended').data).not.toHaveProperty('interrupted');
    expect(r.holder).toBeUndefined();
    expect(view(r).contributions).toMatchObject([{ participant: 'bob', turns: 1, utterances: 1, words: 2 }]);
  });

  it('[RL-1] asks for lost pieces after a restart and never shortens an utterance silently', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    const { utterance } = r.as('bob').ok('speech.start', { grant: r.grant }) as { utterance: string };
    r.as('bob').ok('speech.delta', { utterance, text: 'Hello ' });
    r.hub('hub.restarted', {}).hub('connection.restored', { participant: 'bob' });
    expect(r.as('bob').refused('speech.delta', { utterance, text: 'all', offset: 6 })).toMatchObject({
      code: 'context.conflict',
      details: { have: 0 },
    });
    expect(r.as('bob').refused('speech.end', { utterance }).code).toBe('context.conflict');
    r.as('bob').ok('speech.delta', { utterance, text: 'Hello all', offset: 0 });
    r.as('bob').ok('speech.end', { utterance });
    expect(r.last('speech.ended').data.text).toBe('Hello all');
  });

  it('takes the whole text with the end, if it goes on from what was said', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    const { utterance } = r.as('bob').ok('speech.start', { grant: r.grant }) as { utterance: string };
    r.as('bob').ok('speech.delta', { utterance, text: 'Hello' });
    expect(r.as('bob').refused('speech.end', { utterance, text: 'Goodbye' }).code).toBe('request.invalid');
    r.as('bob').ok('speech.end', { utterance, text: 'Hello all', final: false });
    expect(r.last('speech.ended').data.text).toBe('Hello all');
    expect(r.holder).toBe('bob');
  });

  it('refuses unknown addressees, future references, whispers and a second utterance, with the path', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    const { grant } = r;
    const path = (data: object) =>
      r.as('bob').refused('speech', { grant, text: 'x', ...data }).details?.['path'];
    expect(path({ addressedTo: ['ann', 'nobody'] })).toBe('data.addressedTo.1');
    expect(path({ inReplyTo: 999 })).toBe('data.inReplyTo');
    expect(path({ inReplyTo: 'utt_x' })).toBe('data.inReplyTo');
    expect(path({ to: ['ann'] })).toBe('data.to');
    r.as('bob').ok('speech.start', { grant });
    expect(path({})).toBe('op');
  });

  it('an utterance never grows beyond its limit', () => {
    const r = room();
    r.as('bob').ok('floor.request', {});
    const { utterance } = r.as('bob').ok('speech.start', { grant: r.grant }) as { utterance: string };
    r.as('bob').ok('speech.delta', { utterance, text: 'x'.repeat(31_999) });
    expect(r.as('bob').refused('speech.delta', { utterance, text: 'xx' }).details?.['path']).toBe(
      'data.text',
    );
    r.as('bob').ok('speech.delta', { utterance, text: 'x' });
  });
});

describe('shared context', () => {
  it('keeps topic, open items and decisions', () => {
    const r = room();
    r.as('bob').ok('topic.set', { topic: 'Tea' });
    const { item } = r.as('bob').ok('item.open', { kind: 'question', text: 'Green?', assignee: 'ann' }) as {
      item: string;
    };
    const first = r.as('ann').ok('decision.record', { text: 'Black', item, basedOn: r.state.seq }) as {
      decision: string;
    };
    r.as('ann').ok('item.resolve', { item, resolution: 'Black it is' });
    expect(r.as('ann').refused('item.resolve', { item: 'itm_999', resolution: 'no' }).code).toBe('not_found');
    expect(view(r).context).toMatchObject({
      topic: 'Tea',
      openItems: [],
      decisions: [{ decision: first.decision, item, by: 'ann' }],
    });
  });

  it('refuses a decision that rests on an older one on the same item', () => {
    const r = room();
    const { item } = r.as('bob').ok('item.open', { kind: 'task', text: 'Brew' }) as { item: string };
    const seen = r.state.seq;
    r.as('ann').ok('decision.record', { text: 'Now', item, basedOn: seen });
    expect(r.as('bob').refused('decision.record', { text: 'Later', item, basedOn: seen })).toMatchObject({
      code: 'context.conflict',
      details: { seq: r.state.seq },
    });
    r.as('bob').ok('decision.record', { text: 'Later', item, basedOn: r.state.seq });
  });
});

describe('life of a conversation', () => {
  it('takes partial settings, names what is wrong with them, and merges live changes', () => {
    const r = room({ floor: { timers: { silenceMs: 5_000 } } });
    expect(r.state.config.floor.timers).toMatchObject({ silenceMs: 5_000, firstContentMs: 30_000 });
    expect(() => new TestRoom({ floor: { strategy: { kind: 'auction' } } })).toThrow(
      'config.floor.strategy.kind',
    );
    expect(() => new TestRoom({ floor: { timers: { silenceMs: -1 } } })).toThrow(
      'config.floor.timers.silenceMs',
    );
    expect(() => new TestRoom({ flor: {} })).toThrow('config.flor');
    r.as('ann').ok('conversation.configure', { config: { floor: { timers: { silenceMs: 7_000 } } } });
    expect(r.state.config.floor.timers).toMatchObject({ silenceMs: 7_000, firstContentMs: 30_000 });
    expect(r.as('bob').refused('conversation.configure', { config: {} }).code).toBe('auth.forbidden');
  });

  it('[FL-11] [FL-3] ends with every turn and request answered, and refuses everything after', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    r.as('ann').ok('conversation.end', { reason: 'done' });
    expect(r.types().slice(-3)).toEqual(['floor.revoked', 'floor.cancelled', 'conversation.ended']);
    expect(r.as('bob').refused('floor.request', {}).code).toBe('conversation.ended');
    r.as('bob').ok('conversation.leave', {});
  });

  it('strangers are not members', () => {
    const r = room();
    expect(r.as('nobody').refused('floor.request', {}).code).toBe('participant.not_joined');
    expect(r.as('nobody').refused('signal', { kind: 'hand' }).code).toBe('participant.not_joined');
  });
});

describe('fairness figures', () => {
  it('agree with the fixture 60, 30, 10', () => {
    expect(jainIndex([60, 30, 10])).toBeCloseTo(0.7246, 4);
    expect(giniCoefficient([60, 30, 10])).toBeCloseTo(0.3333, 4);
    expect(evenness([60, 30, 10])).toBeCloseTo(0.8173, 4);
  });

  it('are defined where nobody has spoken', () => {
    expect([jainIndex([]), giniCoefficient([0, 0]), evenness([5])]).toEqual([1, 0, 1]);
  });
});
