import { describe, expect, it } from 'vitest';
import { turnStrategies } from '../turns/registry.ts';
import { TestRoom } from './room.fixture.ts';

const timers = { firstContentMs: 5_000, maxTurnMs: 60_000, silenceMs: 20_000 };

/** Eva may be away for long and has the floor; Bob waits behind her. */
function held(config: Record<string, unknown> = {}): TestRoom {
  const r = new TestRoom({ floor: { timers }, ...config })
    .join('ada', { roles: ['moderator'] })
    .join('bob')
    .join('eva', { async: true });
  r.as('eva').ok('floor.request', {});
  r.as('bob').ok('floor.request', {});
  expect(r.holder).toBe('eva');
  return r;
}
const gone = (r: TestRoom) => r.hub('connection.lost', { participant: 'eva' });
const back = (r: TestRoom) => r.hub('connection.restored', { participant: 'eva' });

describe('[PR-3] a turn that went by while its human was away', () => {
  it('is offered again on its return, before all who wait', () => {
    const r = gone(held());
    r.as('ada').ok('floor.request', {});
    r.wait(6_000);
    expect(r.last('floor.revoked').data).toMatchObject({
      participant: 'eva',
      cause: 'no_content',
      missed: { remainingMs: 60_000 },
    });
    expect([r.holder, r.queue]).toEqual(['bob', ['ada']]);
    back(r);
    expect(r.queue).toEqual(['eva', 'ada']);
    expect(r.last('floor.requested').data).toMatchObject({ participant: 'eva', pinned: true });
    // Once: from then on it waits like anybody, and a moderator may put others before it.
    const { seq } = r.last('floor.requested');
    r.as('ada').ok('floor.reorder', { participant: 'ada', position: 1 });
    r.as('bob').ok('topic.set', { topic: 'Tea' });
    expect([r.queue, r.last('floor.requested').seq]).toEqual([['ada', 'eva'], seq]);
    r.as('ada').ok('floor.cancel', {});
    r.as('bob').ok('floor.release', {});
    expect(r.holder).toBe('eva');
  });

  it('is granted in the batch of the return where the floor is free', () => {
    const r = gone(held());
    r.as('bob').ok('floor.cancel', {});
    r.wait(6_000);
    const before = r.events.length;
    back(r);
    expect(r.types(before)).toEqual(['participant.returned', 'floor.requested', 'floor.granted']);
    expect(r.holder).toBe('eva');
  });

  it('is offered when somebody who was away is active again, whatever it does first', () => {
    const r = held();
    r.as('eva').ok('presence.set', { status: 'away' });
    r.wait(6_000);
    expect([r.holder, r.queue]).toEqual(['bob', []]);
    r.as('ada').ok('floor.request', {});
    r.as('eva').ok('floor.request', { urgency: 0.2 });
    expect(r.queue).toEqual(['eva', 'ada']);
  });

  it('has what was left of it when the connection dropped', () => {
    const r = held();
    r.as('eva').ok('speech', { grant: r.grant, text: 'First of all', final: false });
    r.wait(10_000);
    gone(r).wait(10_000);
    expect(r.last('floor.revoked').data).toMatchObject({
      participant: 'eva',
      cause: 'disconnected',
      missed: { remainingMs: 50_000 },
    });
    back(r);
    expect(r.last('floor.requested').data).toMatchObject({ resumes: { remainingMs: 50_000 } });
  });

  it('is offered once', () => {
    const r = gone(held());
    r.wait(6_000);
    back(r);
    r.as('eva').ok('floor.cancel', {});
    gone(r);
    back(r);
    expect(r.queue).toEqual([]);
    expect(r.state.floor.missed).toEqual({});
  });

  it('is offered once more when it is missed once more', () => {
    const r = gone(held());
    r.wait(6_000);
    back(r);
    r.as('bob').ok('floor.release', {});
    expect(r.holder).toBe('eva');
    gone(r).wait(6_000);
    back(r);
    expect(r.holder).toBe('eva');
  });

  it.each(Object.keys(turnStrategies))('comes back under %s', (kind) => {
    const r = held({ floor: { timers, strategy: { kind: 'sequential' } } });
    gone(r).wait(6_000);
    r.as('ada').ok('conversation.configure', { config: { floor: { strategy: { kind } } } });
    r.as('ada').ok('floor.request', {});
    back(r);
    if (r.holder !== 'eva') r.as('bob').ok('floor.release', {});
    expect(r.state.floor.holders.map(({ participant }) => participant)).toContain('eva');
  });
});

describe('[PR-3] no turn is owed to', () => {
  it('whoever was there and said nothing', () => {
    const r = held();
    r.wait(6_000);
    expect(r.last('floor.revoked').data).not.toHaveProperty('missed');
    expect(r.queue).toEqual([]);
  });

  it('whose time was over before it was missed', () => {
    const r = held({ floor: { timers: { ...timers, maxTurnMs: 30_000, revokeGraceMs: 0 } } });
    r.as('eva').ok('speech', { grant: r.grant, text: 'At length', final: false });
    r.wait(19_000).as('eva').ok('speech', { grant: r.grant, text: 'and breadth', final: false });
    gone(r.wait(10_500)).wait(1_000);
    expect(r.last('floor.revoked').data).toMatchObject({ participant: 'eva', cause: 'too_long' });
    expect(r.last('floor.revoked').data).not.toHaveProperty('missed');
    back(r);
    expect(r.queue).toEqual([]);
  });

  it('an agent', () => {
    const r = new TestRoom({ floor: { timers } }).join('bot', { kind: 'agent' });
    r.as('bot').ok('floor.request', {});
    r.hub('connection.lost', { participant: 'bot' }).wait(6_000);
    expect(r.last('floor.revoked').data).not.toHaveProperty('missed');
  });

  it('whoever left, became an observer, or comes back after the end', () => {
    const left = gone(held()).wait(6_000);
    left.as('ada').ok('participant.remove', { participant: 'eva' });
    expect(left.state.floor.missed).toEqual({});
    const observer = gone(held()).wait(6_000);
    observer.as('ada').ok('role.set', { participant: 'eva', roles: ['observer'] });
    back(observer);
    expect(observer.queue).toEqual([]);
    const over = gone(held()).wait(6_000);
    over.as('ada').ok('conversation.end', {});
    back(over);
    expect(over.queue).toEqual([]);
  });

  it('an interrupter that took the floor and was silent (IP-6)', () => {
    const r = new TestRoom({
      interruption: { kind: 'priorityBased', threshold: 0 },
      floor: { timers: { ...timers, minSpeakingMs: 0 } },
    })
      .join('bob')
      .join('eva', { async: true });
    r.as('bob').ok('floor.request', {});
    r.as('bob').ok('speech', { grant: r.grant, text: 'As I said', final: false });
    r.as('eva').ok('floor.interrupt', { urgency: 1 });
    expect(r.holder).toBe('eva');
    gone(r).wait(6_000);
    expect(r.last('floor.revoked').data).not.toHaveProperty('missed');
    expect(r.holder).toBe('bob');
  });
});
