import { describe, expect, it } from 'vitest';
import { LIMITS } from '../kernel/limits.ts';
import { project } from './project.ts';
import { TestRoom } from './room.fixture.ts';

/** Ann moderates, bob takes part, rob is an agent that moderates. */
const room = () =>
  new TestRoom()
    .join('ann', { roles: ['moderator'] })
    .join('bob')
    .join('rob', { kind: 'agent', roles: ['moderator'] });

const atlas = {
  kind: 'a2aAgent',
  displayName: 'Atlas',
  settings: { card: 'https://agents.example/card.json' },
} as const;

const idOf = (reply: object) => (reply as { bridge: string }).bridge;

describe('bridges', () => {
  it('[A2-1] [AI-1] are added by moderators, with an engagement whose defaults are filled in', () => {
    const r = room();
    expect(r.as('ann').ok('bridge.add', { ...atlas, engagement: { kind: 'onSilence' } })).toMatchObject({
      status: 'active',
    });
    expect(r.state.bridges).toMatchObject([
      { displayName: 'Atlas', engagement: { kind: 'onSilence', afterMs: 30_000 }, addedBy: 'ann' },
    ]);
    expect(r.as('bob').refused('bridge.add', atlas).code).toBe('auth.forbidden');
    const wrong = r.as('ann').refused('bridge.add', { ...atlas, engagement: { kind: 'whenever' } });
    expect(wrong.details).toMatchObject({ path: 'data.engagement.kind' });
  });

  it('an agent that moderates asks, and a human moderator agrees', () => {
    const r = room();
    const reply = r.as('rob').ok('bridge.add', atlas);
    expect(reply).toMatchObject({ status: 'pending' });
    const bridge = idOf(reply);
    expect(r.as('rob').refused('bridge.approve', { bridge }).code).toBe('auth.forbidden');
    expect(r.as('bob').refused('bridge.approve', { bridge }).code).toBe('auth.forbidden');
    r.as('ann').ok('bridge.approve', { bridge });
    expect(r.state.bridges[0]!.status).toBe('active');
    const events = r.events.length;
    r.as('ann').ok('bridge.approve', { bridge });
    expect(r.events).toHaveLength(events);
  });

  it('nobody agrees from outside but who may be a human', () => {
    const r = room();
    const bridge = idOf(r.as('rob').ok('bridge.add', atlas));
    const agent = { participant: null, steward: true, human: false };
    expect(r.as(agent).refused('bridge.approve', { bridge }).code).toBe('auth.forbidden');
    expect(r.as(agent).ok('bridge.add', { ...atlas, displayName: 'Second' }).status).toBe('pending');
    r.as({ ...agent, human: true }).ok('bridge.approve', { bridge });
    expect(r.state.bridges.map(({ status }) => status)).toEqual(['active', 'pending']);
  });

  it('are seen by moderators only', () => {
    const r = room();
    r.as('ann').ok('bridge.add', atlas);
    expect(r.last('bridge.added').audience).toEqual(['ann', 'rob']);
    const seen = (participant: string, moderator: boolean) =>
      project(r.state, { participant, moderator }).bridges.length;
    expect([seen('ann', true), seen('bob', false)]).toEqual([1, 0]);
  });

  it('are removed for good, and what the hub says of one that is gone changes nothing', () => {
    const r = room();
    const bridge = idOf(r.as('ann').ok('bridge.add', atlas));
    const problem = { code: 'agent.unreachable', message: 'Nobody answers.' };
    r.hub('bridge.report', { bridge, problem });
    expect(r.state.bridges[0]!.problem).toEqual(problem);
    const events = r.events.length;
    r.hub('bridge.report', { bridge, problem });
    expect(r.events).toHaveLength(events);
    r.as('ann').ok('bridge.remove', { bridge });
    r.hub('bridge.report', { bridge, problem });
    expect(r.state.bridges).toEqual([]);
    expect(r.as('ann').refused('bridge.remove', { bridge }).code).toBe('not_found');
  });

  it('are bounded', () => {
    const r = room();
    for (let count = 0; count < LIMITS.bridges; count += 1) r.as('ann').ok('bridge.add', atlas);
    expect(r.as('ann').refused('bridge.add', atlas).details).toMatchObject({ path: 'data' });
  });
});
