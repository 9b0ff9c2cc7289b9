import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';

/** Ann holds the floor and has begun; urgency counts 1, the threshold is 0.5. */
function room(floor: object = {}, policy: object = {}): TestRoom {
  const r = new TestRoom({
    floor: { timers: { minSpeakingMs: 1_000 }, ...floor },
    interruption: { kind: 'priorityBased', threshold: 0.5, ...policy },
  })
    .join('ann')
    .join('bob')
    .join('cy');
  r.as('ann').ok('floor.request', { urgency: 0.25 });
  r.as('ann').ok('speech', { grant: r.grant, text: 'Well', final: false });
  return r;
}

describe('an interruption by priority', () => {
  it('[IP-2] is granted in one batch to whoever exceeds the holder by more than the threshold', () => {
    const r = room().wait(1_000);
    const before = r.events.length;
    const reply = r.as('bob').ok('floor.interrupt', { urgency: 0.76, reason: 'fire' });
    expect(reply).toMatchObject({ outcome: 'granted', grant: r.grant });
    expect(r.holder).toBe('bob');
    expect(r.types(before)).toEqual(['interruption.granted', 'floor.revoked', 'floor.granted']);
    expect(r.last('interruption.granted').data).toMatchObject({
      participant: 'bob',
      holder: 'ann',
      reason: 'fire',
    });
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'ann', cause: 'interrupted' });
    expect(r.last('floor.granted').data).toMatchObject({ participant: 'bob', cause: 'interruption' });
  });

  it('[IP-2] is denied to whoever only reaches the threshold', () => {
    const r = room().wait(1_000);
    expect(r.as('bob').ok('floor.interrupt', { urgency: 0.75 })).toMatchObject({
      outcome: 'denied',
      code: 'interruption.insufficient_priority',
    });
    expect(r.last('interruption.denied').data).toMatchObject({
      participant: 'bob',
      holder: 'ann',
      code: 'interruption.insufficient_priority',
    });
    expect(r.holder).toBe('ann');
    expect(r.queue).toEqual([]);
  });

  it('[IP-2] that is denied queues the interrupter where it asked for that, with its urgency', () => {
    const r = room().wait(1_000);
    r.as('cy').ok('floor.request', {});
    expect(r.as('bob').ok('floor.interrupt', { urgency: 0.5, queueIfDenied: true })).toMatchObject({
      outcome: 'queued',
      code: 'interruption.insufficient_priority',
      queuePosition: 2,
    });
    expect(r.queue).toEqual(['cy', 'bob']);
    expect(r.state.floor.queue[1]).toMatchObject({ urgency: 0.5 });
  });

  it('[IP-2] counts what a waiting interrupter has gained by waiting', () => {
    const r = room({ priority: { agingPerSecond: 0.1 } });
    r.as('bob').ok('floor.request', { urgency: 0.25 });
    r.wait(5_000);
    expect(r.as('bob').ok('floor.interrupt', {})).toMatchObject({ outcome: 'denied' });
    r.wait(1);
    expect(r.as('bob').ok('floor.interrupt', {})).toMatchObject({ outcome: 'granted' });
    expect(r.queue).toEqual([]);
  });

  it('[IP-2] counts what the holder had waited, up to its grant', () => {
    const outcome = (urgency: number) => {
      const r = room({ priority: { agingPerSecond: 0.1 } });
      r.as('bob').ok('floor.request', { urgency: 0 });
      r.wait(2_000).as('ann').ok('floor.release', {});
      expect(r.holder).toBe('bob');
      r.wait(5_000);
      return r.as('cy').ok('floor.interrupt', { urgency })['outcome'];
    };
    // Bob's 2 s of waiting are worth 0.2; the threshold is 0.5.
    expect([outcome(0.69), outcome(0.71)]).toEqual(['denied', 'granted']);
  });

  it('[IP-2] counts the roles of both', () => {
    const r = new TestRoom({
      floor: { priority: { roleBase: { moderator: 10 } } },
      interruption: { kind: 'priorityBased', threshold: 1 },
    })
      .join('ann', { roles: ['moderator'] })
      .join('bob');
    r.as('ann').ok('floor.request', {});
    r.wait(1_000);
    expect(r.as('bob').ok('floor.interrupt', { urgency: 1 })).toMatchObject({ outcome: 'denied' });
    r.as('ann').ok('floor.release', {});
    r.as('bob').ok('floor.request', { urgency: 1 });
    r.wait(1_000);
    expect(r.as('ann').ok('floor.interrupt', {})).toMatchObject({ outcome: 'granted' });
  });

  it('[IP-2] measures the next interrupter against the urgency with which the floor was taken', () => {
    const r = room().wait(1_000);
    r.as('bob').ok('floor.interrupt', { urgency: 1 });
    r.wait(1_000);
    expect(r.as('cy').ok('floor.interrupt', { urgency: 1 })).toMatchObject({ outcome: 'denied' });
    expect(r.holder).toBe('bob');
  });

  it('[IP-2] refuses an urgency that is no urgency', () => {
    const r = room().wait(1_000);
    expect(r.as('bob').refused('floor.interrupt', { urgency: 1.5 }).code).toBe('request.invalid');
    expect(r.as('ann').refused('floor.interrupt', { urgency: 1 }).code).toBe('floor.already_holder');
  });
});

describe('an interruption before minSpeakingMs', () => {
  it('[IP-2] [FL-11] is put off, never denied, and decided again when the holder has had its least time', () => {
    const r = room();
    const reply = r.as('bob').ok('floor.interrupt', { urgency: 1 });
    expect(reply).toMatchObject({ outcome: 'deferred' });
    expect(r.last('interruption.requested').data).toMatchObject({ stage: 'deferred', participant: 'bob' });
    r.wait(999);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.holder).toBe('bob');
    expect(r.last('interruption.granted').data.interruption).toBe(reply['interruption']);
  });

  it('[IP-2] is denied then if it is still not urgent enough, and queued if asked', () => {
    const r = room();
    r.as('bob').ok('floor.interrupt', { urgency: 0.1, queueIfDenied: true });
    r.as('cy').ok('floor.interrupt', { urgency: 0.1 });
    expect(r.types()).not.toContain('interruption.denied');
    r.wait(1_000);
    expect(r.types().filter((type) => type === 'interruption.denied')).toHaveLength(2);
    expect(r.holder).toBe('ann');
    expect(r.queue).toEqual(['bob']);
  });

  it('[IP-2] does not let a second attempt past the first, nor deny it for coming second', () => {
    const r = room();
    r.as('bob').ok('floor.interrupt', { urgency: 0.1 });
    expect(r.as('cy').ok('floor.interrupt', { urgency: 1 })).toMatchObject({ outcome: 'deferred' });
    r.wait(999);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.last('interruption.denied').data).toMatchObject({ participant: 'bob' });
    expect(r.holder).toBe('cy');
  });

  it('[IP-2] [FL-11] decides a second attempt at its time, though the first is gone', () => {
    const r = room();
    r.as('bob').ok('floor.interrupt', { urgency: 1 });
    r.as('cy').ok('floor.interrupt', { urgency: 1 });
    r.wait(500).as('bob').ok('conversation.leave', {});
    r.wait(499);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.holder).toBe('cy');
  });

  it('[IP-2] answers whoever asks again with the attempt that is open', () => {
    const r = room();
    for (const id of ['bob', 'cy']) {
      const first = r.as(id).ok('floor.interrupt', { urgency: 1 });
      expect(r.as(id).ok('floor.interrupt', { urgency: 1 })).toEqual(first);
    }
    expect(r.types().filter((type) => type === 'interruption.requested')).toHaveLength(2);
  });

  it('[IP-2] is moot when the turn ends first, and the interrupter is next', () => {
    const r = room();
    r.as('cy').ok('floor.request', {});
    r.as('bob').ok('floor.interrupt', { urgency: 1 });
    r.as('ann').ok('floor.release', {});
    expect(r.last('interruption.moot').data).toMatchObject({ participant: 'bob', cause: 'turn_ended' });
    expect(r.holder).toBe('bob');
    expect(r.queue).toEqual(['cy']);
  });

  it('[IP-2] [FL-12] stands still while the conversation is paused', () => {
    const r = new TestRoom({ interruption: { kind: 'priorityBased' } })
      .join('ann', { roles: ['moderator'] })
      .join('bob')
      .join('cy');
    r.as('ann').ok('floor.request', {});
    r.as('bob').ok('floor.interrupt', { urgency: 1 });
    r.as('cy').ok('floor.interrupt', { urgency: 0.9 });
    r.wait(400).as('ann').ok('conversation.pause', {});
    expect(r.as('cy').refused('floor.interrupt', {}).code).toBe('conversation.paused');
    r.wait(60_000).as('ann').ok('conversation.resume', {});
    r.wait(599);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.holder).toBe('bob');
    expect(r.state.floor.alsoDeferred).toEqual([]);
  });
});
