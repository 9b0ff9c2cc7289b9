import { describe, expect, it } from 'vitest';
import { turnStrategies } from '../turns/registry.ts';
import { TestRoom } from './room.fixture.ts';

const people = ['bob', 'cy', 'dan'];

/** Ann moderates. */
function room(config: object = {}): TestRoom {
  const r = new TestRoom(config).join('ann', { roles: ['moderator'] });
  for (const id of people) r.join(id);
  return r;
}

const holders = (r: TestRoom) => r.state.floor.holders.map(({ participant }) => participant);
const grantOf = (r: TestRoom, who: string): number =>
  r.state.floor.holders.find(({ participant }) => participant === who)?.grant ?? 0;

describe('what only moderators may do', () => {
  const deeds: [string, (r: TestRoom, who: string) => { code: string }][] = [
    ['floor.revoke', (r, who) => r.as(who).refused('floor.revoke', { participant: 'bob' })],
    ['floor.extend', (r, who) => r.as(who).refused('floor.extend', { ms: 1_000 })],
    ['floor.reorder', (r, who) => r.as(who).refused('floor.reorder', { participant: 'dan', position: 1 })],
    ['conversation.pause', (r, who) => r.as(who).refused('conversation.pause', {})],
    ['participant.remove', (r, who) => r.as(who).refused('participant.remove', { participant: 'bob' })],
  ];

  it.each(deeds)('[FL-12] %s is refused to the holder and to everybody else', (_, attempt) => {
    const r = room();
    for (const who of people) r.as(who).ok('floor.request', {});
    for (const who of people) expect(attempt(r, who).code).toBe('auth.forbidden');
  });

  it('[FL-12] so is conversation.resume after a moderator has paused it', () => {
    const r = room();
    r.as('ann').ok('conversation.pause', {});
    for (const who of people)
      expect(r.as(who).refused('conversation.resume', {}).code).toBe('auth.forbidden');
    r.as('ann').ok('conversation.resume', {});
    expect(r.state.status).toBe('active');
  });
});

describe('a moderator', () => {
  it('[FL-12] extends the turn of everybody who speaks', () => {
    const r = room({
      floor: {
        strategy: { kind: 'concurrent', maxSimultaneous: 2 },
        timers: { maxTurnMs: 10_000, warnBeforeMs: 0, silenceMs: 60_000, revokeGraceMs: 0 },
      },
    });
    for (const who of ['bob', 'cy']) {
      r.as(who).ok('floor.request', {});
      r.as(who).ok('speech', { grant: grantOf(r, who), text: 'So', final: false });
    }
    r.as('ann').ok('floor.extend', { ms: 5_000 });
    r.wait(14_999);
    expect(holders(r)).toEqual(['bob', 'cy']);
    r.wait(1);
    expect(holders(r)).toEqual([]);
  });

  it.each(Object.keys(turnStrategies))(
    '[FL-12] orders the queue up to the place that is named, and no further: %s',
    (kind) => {
      const r = room({ floor: { strategy: { kind, ...(kind === 'concurrent' && { maxSimultaneous: 1 }) } } });
      r.join('eve').as('ann').ok('conversation.pause', {});
      for (const who of [...people, 'eve']) r.as(who).ok('floor.request', { urgency: 0.5 });
      r.as('ann').ok('floor.reorder', { participant: 'dan', position: 2 });
      expect(r.state.floor.queue.map(({ participant, pinned }) => [participant, pinned === true])).toEqual([
        ['bob', true],
        ['dan', true],
        ['cy', false],
        ['eve', false],
      ]);
      r.as('ann').ok('conversation.resume', {});
      expect(r.holder).toBe('bob');
      r.as('bob').ok('floor.release', {});
      expect(r.holder).toBe('dan');
    },
  );
});
