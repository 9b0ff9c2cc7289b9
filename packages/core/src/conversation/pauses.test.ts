import { describe, expect, it } from 'vitest';
import { turnStrategies } from '../turns/registry.ts';
import { TestRoom } from './room.fixture.ts';

const timers = { maxTurnMs: 20_000, silenceMs: 15_000, warnBeforeMs: 0, revokeGraceMs: 3_000 };

/** Mod moderates and listens. */
function room(config: { floor?: object; interruption?: object } = {}, more: object = {}): TestRoom {
  const r = new TestRoom({ ...config, floor: { ...config.floor, timers: { ...timers, ...more } } }).join(
    'mod',
    {
      roles: ['moderator', 'observer'],
    },
  );
  for (const id of ['ann', 'bob', 'cy']) r.join(id);
  return r;
}

/** An hour in which nothing goes on. */
function pause(r: TestRoom): void {
  r.as('mod').ok('conversation.pause', {});
  r.wait(3_600_000);
  r.as('mod').ok('conversation.resume', {});
}

/** Ann has begun her turn. */
function speaking(more: object = {}): TestRoom {
  const r = room({}, more);
  r.as('ann').ok('floor.request', {});
  r.as('ann').ok('speech', { grant: r.grant, text: 'So', final: false });
  return r;
}

/** How long the turn still lasts when nobody does anything. */
function lastsMs(r: TestRoom): number {
  const from = r.at;
  return r.wait(60_000).last('floor.revoked').at - from;
}

describe('while a conversation is paused', () => {
  it('[FL-12] the length of a turn stands still', () => {
    const r = speaking({ silenceMs: 60_000, revokeGraceMs: 0 }).wait(5_000);
    pause(r);
    expect(lastsMs(r)).toBe(15_000);
    expect(r.last('floor.revoked').data.cause).toBe('too_long');
  });

  it('[FL-12] the silence after an utterance stands still', () => {
    const r = speaking({ maxTurnMs: 60_000 }).wait(5_000);
    pause(r);
    expect(lastsMs(r)).toBe(10_000);
    expect(r.last('floor.revoked').data.cause).toBe('inactive');
  });

  it('[FL-12] the silence after a piece of an utterance stands still', () => {
    const r = speaking({ maxTurnMs: 60_000 });
    const { utterance } = r.as('ann').ok('speech.start', { grant: r.grant });
    r.wait(10_000)
      .as('ann')
      .ok('speech.delta', { utterance: String(utterance), text: 'well' });
    r.wait(5_000);
    pause(r);
    expect(lastsMs(r)).toBe(10_000);
  });

  it('[FL-12] the grace of a turn that was announced to end stands still', () => {
    const r = speaking({ silenceMs: 60_000 }).wait(21_000);
    expect(r.last('floor.revoking').data.cause).toBe('too_long');
    pause(r);
    expect(lastsMs(r)).toBe(2_000);
  });

  it('[FL-12] [FL-13] a reply window stands still', () => {
    const r = room({ floor: { replyWindowMs: 5_000 } });
    r.as('ann').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    r.as('ann').ok('speech', { grant: r.grant, text: 'Bob?', addressedTo: ['bob'], expectsReply: true });
    r.wait(4_000);
    pause(r);
    r.wait(999);
    expect(r.holder).toBeUndefined();
    r.wait(1);
    expect(r.holder).toBe('cy');
  });

  it('[FL-12] [TS-20] a back-off stands still', () => {
    const collision = { resolution: 'backoff', windowMs: 300, slotMs: 10_000 };
    const r = room({ floor: { strategy: { kind: 'concurrent', maxSimultaneous: 1, collision }, seed: 5 } });
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.request', {});
    expect(r.types()).toContain('collision.detected');
    const later = () => Object.values(r.state.floor.backoff).map(({ until }) => until - r.at);
    const before = later();
    expect(Math.max(...before)).toBe(10_000);
    pause(r);
    expect(later()).toEqual(before);
  });

  it('[FL-12] a piece and the end of an utterance are refused', () => {
    const r = speaking();
    const utterance = String(r.as('ann').ok('speech.start', { grant: r.grant })['utterance']);
    r.as('ann').ok('speech.delta', { utterance, text: 'well' });
    r.as('mod').ok('conversation.pause', {});
    expect(r.as('ann').refused('speech.delta', { utterance, text: 'now' }).code).toBe('conversation.paused');
    expect(r.as('ann').refused('speech.end', { utterance }).code).toBe('conversation.paused');
    expect(r.as('ann').refused('speech.start', { grant: r.grant }).code).toBe('conversation.paused');
    r.as('mod').ok('conversation.resume', {});
    r.as('ann').ok('speech.end', { utterance });
    expect(r.last('speech.ended').data.text).toBe('well');
  });

  it('[FL-12] interruptions are refused', () => {
    const r = room({ interruption: { kind: 'conversational' } });
    r.as('ann').ok('floor.request', {});
    r.as('mod').ok('conversation.pause', {});
    expect(r.as('bob').refused('floor.interrupt', { queueIfDenied: true }).code).toBe('conversation.paused');
    expect(r.queue).toEqual([]);
  });

  it.each(Object.keys(turnStrategies))(
    '[FL-12] nobody is granted the floor, and requests are queued: %s',
    (kind) => {
      const r = room({ floor: { strategy: { kind } } });
      r.as('mod').ok('conversation.pause', {});
      for (const who of ['ann', 'bob']) {
        expect(r.as(who).ok('floor.request', {})['status']).toMatch(/^(accepted|pending)$/);
      }
      r.wait(3_600_000);
      expect([r.holder, r.queue]).toEqual([undefined, ['ann', 'bob']]);
      r.as('mod').ok('conversation.resume', {});
      r.wait(60_000);
      expect(r.types()).toContain('floor.granted');
    },
  );
});
