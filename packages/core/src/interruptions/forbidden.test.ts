import { describe, expect, it } from 'vitest';
import { TestRoom } from '../conversation/room.fixture.ts';

const room = (config: object = {}) => new TestRoom(config).join('ann').join('bob').join('cy');

describe('interruptions that are forbidden', () => {
  it('[IP-1] are denied and recorded', () => {
    const r = room();
    r.as('ann').ok('floor.request', {});
    expect(r.as('bob').ok('floor.interrupt', { reason: 'but' })).toMatchObject({
      outcome: 'denied',
      code: 'interruption.forbidden',
    });
    expect(r.last('interruption.denied').data).toMatchObject({
      participant: 'bob',
      holder: 'ann',
      code: 'interruption.forbidden',
      reason: 'but',
    });
    expect(r.queue).toEqual([]);
  });

  it('[IP-1] are queued if asked for, and are a request when nobody speaks', () => {
    const r = room();
    expect(r.as('ann').ok('floor.interrupt', {})).toMatchObject({ outcome: 'granted', grant: r.grant });
    expect(r.as('bob').ok('floor.interrupt', { queueIfDenied: true })).toMatchObject({
      outcome: 'queued',
      queuePosition: 1,
    });
    expect(r.queue).toEqual(['bob']);
  });

  it('[IP-1] are decided at once: the holder need not have had its least time', () => {
    const r = room({ floor: { timers: { minSpeakingMs: 60_000 } } });
    r.as('ann').ok('floor.request', {});
    expect(r.as('bob').ok('floor.interrupt', {})).toMatchObject({ outcome: 'denied' });
  });

  it('[IP-1] are denied, and not queued, where the queue is full', () => {
    const r = room({ floor: { queueLengthMax: 1 } });
    r.as('ann').ok('floor.request', {});
    r.as('cy').ok('floor.request', {});
    expect(r.as('bob').ok('floor.interrupt', { queueIfDenied: true })).toMatchObject({ outcome: 'denied' });
    expect([r.holder, r.queue]).toEqual(['ann', ['cy']]);
  });
});
