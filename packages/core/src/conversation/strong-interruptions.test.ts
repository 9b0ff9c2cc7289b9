import { describe, expect, it } from 'vitest';
import { turnStrategies } from '../turns/registry.ts';
import { TestRoom } from './room.fixture.ts';

/**
 * Three members with strong views; ann was cut off five seconds into her turn, in the middle of what she
 * said, and bob has the floor as soon as all have heard that.
 */
function cutOff(config: { floor?: object; others?: string[] } = {}): TestRoom {
  const r = new TestRoom({
    consistency: { kind: 'strong', barrierTimeoutMs: 5_000 },
    interruption: { kind: 'priorityBased', threshold: 0 },
    floor: { ...config.floor, timers: { minSpeakingMs: 0, firstContentMs: 4_000, maxTurnMs: 60_000 } },
  });
  r.join('ann')
    .join('bob')
    .join('cy', { roles: ['moderator'] });
  r.as('ann').ok('floor.request', {});
  r.wait(1_000);
  const { utterance } = r.as('ann').ok('speech.start', { grant: r.grant }) as { utterance: string };
  r.as('ann').ok('speech.delta', { utterance, text: 'As I was' });
  r.wait(5_000);
  for (const id of config.others ?? []) r.as(id).ok('floor.request', {});
  r.as('bob').ok('floor.interrupt', { urgency: 0.9 });
  expect(r.state.floor.holders).toEqual([]);
  return r;
}

const acks = (r: TestRoom, ...who: string[]) => {
  for (const id of who) r.as(id).ok('ack', { seq: r.state.seq });
};

const returned = { participant: 'ann', cause: 'returned' };

describe('an interrupter that waits for all to have heard what it cut off', () => {
  it('[CS-1] [IP-6] gives the floor back when it then says nothing', () => {
    const r = cutOff({ others: ['cy'] });
    acks(r, 'ann', 'bob', 'cy');
    expect(r.last('floor.granted').data).toMatchObject({
      participant: 'bob',
      interrupted: { participant: 'ann', remainingMs: 55_000 },
    });
    r.wait(4_000);
    expect(r.last('floor.granted').data).toMatchObject(returned);
    expect(r.state.floor.holders).toMatchObject([{ participant: 'ann', turnMs: 55_000 }]);
    expect(r.queue).toEqual(['cy']);
  });

  it('[CS-1] [IP-2] is as urgent as it said when the floor is granted', () => {
    const r = cutOff();
    acks(r, 'ann', 'bob', 'cy');
    expect(r.state.floor.holders[0]?.request).toMatchObject({ urgency: 0.9 });
  });

  it('[CS-1] [IP-6] gives it back under a wish that it had before, too', () => {
    const r = cutOff({ others: ['cy', 'bob'] });
    expect(r.queue).toEqual(['bob', 'cy']);
    acks(r, 'ann', 'bob', 'cy');
    expect([r.holder, r.queue]).toEqual(['bob', ['cy']]);
    r.as('bob').ok('floor.release', {});
    expect(r.last('floor.granted').data).toMatchObject(returned);
  });

  it('[CS-1] [IP-6] keeps nothing when it has said something', () => {
    const r = cutOff();
    acks(r, 'ann', 'bob', 'cy');
    r.as('bob').ok('speech', { grant: r.grant, text: 'fire' });
    acks(r, 'ann', 'bob', 'cy');
    expect([r.holder, r.queue]).toEqual([undefined, []]);
  });

  it.each([
    ['changes its mind', (r: TestRoom) => r.as('bob').ok('floor.cancel', {})],
    ['leaves', (r: TestRoom) => r.as('bob').ok('conversation.leave', {})],
    ['is removed', (r: TestRoom) => r.as('cy').ok('participant.remove', { participant: 'bob' })],
    [
      'becomes an observer',
      (r: TestRoom) => r.as('cy').ok('role.set', { participant: 'bob', roles: ['observer'] }),
    ],
    ['is muted', (r: TestRoom) => r.as('cy').ok('participant.mute', { participant: 'bob' })],
    ['loses its connection', (r: TestRoom) => r.hub('connection.lost', { participant: 'bob' })],
  ] as const)('[CS-1] [IP-6] gives the floor back when it %s', (_, end) => {
    const r = cutOff({ others: ['cy'] });
    end(r);
    expect(r.state.floor.holders).toEqual([]);
    acks(r, 'ann', 'cy', ...(r.state.participants['bob'] ? ['bob'] : []));
    expect(r.state.floor.holders).toMatchObject([{ participant: 'ann', turnMs: 55_000 }]);
    expect(r.queue.filter((id) => id !== 'bob')).toEqual(['cy']);
    // And gives it back once.
    r.as('ann').ok('speech', { grant: r.grant, text: 'As I was saying' });
    acks(r, 'ann', 'cy', ...(r.state.participants['bob'] ? ['bob'] : []));
    expect(r.holder).toBe('cy');
    r.hub('connection.lost', { participant: 'ann' });
    r.as('cy').ok('floor.release', {});
    expect(r.queue).not.toContain('ann');
  });

  it('[CS-1] [IP-6] owes nothing to somebody who has had the floor since', () => {
    const r = cutOff();
    r.hub('connection.lost', { participant: 'bob' });
    acks(r, 'ann', 'cy');
    r.as('ann').ok('speech', { grant: r.grant, text: 'all that I had to say' });
    acks(r, 'ann', 'cy');
    r.hub('connection.restored', { participant: 'bob' });
    expect(r.holder).toBe('bob');
    r.as('bob').ok('floor.release', {});
    expect([r.holder, r.queue]).toEqual([undefined, []]);
  });

  it('[CS-1] [IP-6] [FL-11] owes nothing after the end', () => {
    const r = cutOff();
    r.as('cy').ok('conversation.end', {});
    expect([r.holder, r.queue]).toEqual([undefined, []]);
  });

  it.each(Object.keys(turnStrategies))('[CS-1] [IP-6] [FL-15] gives it back after a change to %s', (kind) => {
    const r = cutOff();
    r.as('cy').ok('conversation.configure', { config: { floor: { strategy: { kind } } } });
    acks(r, 'ann', 'bob', 'cy');
    expect(r.holder).toBe('bob');
    r.wait(4_000);
    expect(r.last('floor.granted').data).toMatchObject(returned);
  });
});
