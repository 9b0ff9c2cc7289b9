import { describe, expect, it } from 'vitest';
import { evolve } from './evolve.ts';
import { TestRoom } from './room.fixture.ts';
import type { CommandData } from './commands.ts';
import { HUB } from './commands.ts';

const room = () => new TestRoom().join('ann', { displayName: 'Ada', roles: ['moderator'] }).join('bob');

const joining = (displayName: string): CommandData['conversation.join'] => ({
  participant: 'eve',
  principal: 'sub-eve',
  kind: 'agent',
  displayName,
  roles: [],
  capabilities: [],
  topics: [],
  interests: [],
  metadata: {},
  verified: false,
});

/** Joins with a key that the hub made. */
const submit = (r: TestRoom, displayName: string, nameKey: { folded: string; shape: string }) =>
  r.submit({ op: 'conversation.join', data: joining(displayName), author: HUB, facts: { nameKey } });

describe('display names', () => {
  it('[HU-3] nobody joins under a name that a member has, also one that is away', () => {
    const r = room();
    const refused = {
      code: 'request.invalid',
      details: {
        path: 'data.displayName',
        expected: 'a name that nobody here has (it is too like "Ada")',
      },
    };
    expect(r.as(null).refused('conversation.join', joining('Ada'))).toMatchObject(refused);
    r.hub('connection.lost', { participant: 'ann' });
    expect(r.as(null).refused('conversation.join', joining('Ada'))).toMatchObject(refused);
    r.hub('connection.restored', { participant: 'ann' });
    r.as('ann').ok('conversation.leave', {});
    r.as(null).ok('conversation.join', joining('Ada'));
  });

  it('[HU-3] names are alike where one of their keys is the same', () => {
    const r = room();
    const take = (name: string, folded: string, shape: string) => submit(r, name, { folded, shape }).ok;
    expect(take('Ada', 'ada', 'Ada')).toBe(false);
    expect(take('Eve', 'eve', 'Ada')).toBe(false);
    expect(take('Eve', 'Ada', 'eve')).toBe(false);
    // The one key is not compared with the other.
    expect(take('Eve', 'eve', 'Eve')).toBe(true);
  });

  it('[HU-3] nobody is brought in under a name that a member has', () => {
    const r = room();
    const bridge = { kind: 'localAgent', settings: { agent: 'a' } } as const;
    const refused = r.as('ann').refused('bridge.add', { ...bridge, displayName: 'Ada' });
    expect(refused.details).toMatchObject({ path: 'data.displayName' });
    r.as('ann').ok('bridge.add', { ...bridge, displayName: 'Grace' });
  });

  it('[HU-3] a log from before there were keys is read, with the names themselves as keys', () => {
    const r = room();
    const joined = r.last('participant.joined');
    const { nameKey: _, ...hidden } = joined.hidden!;
    const old = evolve(r.state, { ...joined, hidden });
    expect(old.participants['bob']!.nameKey).toEqual({ folded: 'bob', shape: 'bob' });
  });
});
