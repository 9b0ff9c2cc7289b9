import { describe, expect, it } from 'vitest';
import { TestRoom } from './room.fixture.ts';

/** Ann speaks and bob waits; mod moderates and listens. */
function room(config: object = {}): TestRoom {
  const r = new TestRoom(config).join('mod', { roles: ['moderator', 'observer'] });
  for (const id of ['ann', 'bob', 'cy']) r.join(id);
  r.as('ann').ok('floor.request', {});
  r.as('bob').ok('floor.request', {});
  return r;
}

describe('the end of a turn', () => {
  const ends: [string, (r: TestRoom) => void][] = [
    ['floor.release', (r) => r.as('ann').ok('floor.release', {})],
    [
      'speech.end',
      (r) => {
        const { utterance } = r.as('ann').ok('speech.start', { grant: r.grant });
        r.as('ann').ok('speech.end', { utterance: String(utterance), text: 'So.' });
      },
    ],
    ['floor.revoke', (r) => r.as('mod').ok('floor.revoke', { participant: 'ann' })],
    ['conversation.leave', (r) => r.as('ann').ok('conversation.leave', {})],
    ['participant.remove', (r) => r.as('mod').ok('participant.remove', { participant: 'ann' })],
    ['role.set', (r) => r.as('mod').ok('role.set', { participant: 'ann', roles: ['observer'] })],
    ['participant.mute', (r) => r.as('mod').ok('participant.mute', { participant: 'ann' })],
  ];

  it.each(ends)('[FL-6] and the next grant are one batch: %s', (_, end) => {
    const r = room();
    end(r);
    expect(r.holder).toBe('bob');
    expect(r.queue).toEqual([]);
  });
});

describe('an idle floor that somebody may have again', () => {
  const idle: [string, (r: TestRoom) => void, (r: TestRoom) => void][] = [
    [
      'conversation.resume',
      (r) => r.as('mod').ok('conversation.pause', {}),
      (r) => r.as('mod').ok('conversation.resume', {}),
    ],
    [
      'participant.unmute',
      (r) => r.as('mod').ok('participant.mute', { participant: 'bob' }),
      (r) => r.as('mod').ok('participant.unmute', { participant: 'bob' }),
    ],
    [
      'connection.restored',
      (r) => r.hub('connection.lost', { participant: 'bob' }),
      (r) => r.hub('connection.restored', { participant: 'bob' }),
    ],
  ];

  it.each(idle)('[FL-6] is given in the batch of what made it possible: %s', (_, hinder, allow) => {
    const r = room();
    hinder(r);
    r.as('mod').ok('floor.revoke', { participant: 'ann' });
    expect(r.holder).toBeUndefined();
    allow(r);
    expect(r.holder).toBe('bob');
  });
});

describe('a holder whose connection drops', () => {
  const timers = { silenceMs: 20_000, maxTurnMs: 120_000, warnBeforeMs: 0 };
  const graced = (reconnectGraceMs: number) => {
    const r = room({ floor: { timers }, presence: { reconnectGraceMs } });
    r.as('ann').ok('speech', { grant: r.grant, text: 'one', final: false });
    return r;
  };

  it('[FL-7] loses the floor with the grace, counted from the drop, where that is earlier', () => {
    const r = graced(6_000).wait(10_000).hub('connection.lost', { participant: 'ann' });
    r.wait(5_999);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.events.find(({ type }) => type === 'floor.revoked')?.data).toMatchObject({
      participant: 'ann',
      cause: 'disconnected',
    });
    expect(r.holder).toBe('bob');
  });

  it('[FL-7] is silent from the last piece of what it was saying', () => {
    const r = graced(30_000);
    const { utterance } = r.as('ann').ok('speech.start', { grant: r.grant });
    r.wait(15_000)
      .as('ann')
      .ok('speech.delta', { utterance: String(utterance), text: 'two' });
    r.hub('connection.lost', { participant: 'ann' }).wait(19_999);
    expect(r.holder).toBe('ann');
    r.wait(1);
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'ann', cause: 'disconnected' });
  });
});
