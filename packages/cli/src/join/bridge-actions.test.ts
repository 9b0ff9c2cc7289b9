import type { ConversationView } from '@parley/core';
import { describe, expect, it } from 'vitest';
import { bridgeBy, bridgeLines } from './bridge-actions.ts';
import { BRIDGE_COMMANDS } from './bridge-commands.ts';
import { aView } from './view.fixture.ts';

const bridge = (
  change: Partial<ConversationView['bridges'][number]>,
): ConversationView['bridges'][number] => ({
  bridge: 'brg_1',
  kind: 'externalAI',
  displayName: 'Sage',
  settings: {},
  engagement: { kind: 'whenAddressed' },
  status: 'active',
  addedBy: 'prt_me',
  problem: null,
  ...change,
});

const view = aView({
  viewer: { participant: 'prt_me', moderator: true },
  bridges: [
    bridge({}),
    bridge({
      bridge: 'brg_2',
      displayName: 'Atlas\u001b[2J',
      kind: 'a2aAgent',
      status: 'pending',
      addedBy: 'prt_a',
    }),
    bridge({
      bridge: 'brg_3',
      displayName: 'Owl',
      problem: { code: 'agent.unreachable', message: 'No answer.' },
    }),
  ],
});

describe('bridges in the terminal', () => {
  it('are listed with their numbers, who asks for them, and what keeps them away', () => {
    expect(bridgeLines(view)).toEqual([
      '1. Sage (externalAI, whenAddressed)',
      '2. Atlas (a2aAgent, whenAddressed): asked for by Ada',
      '3. Owl (externalAI, whenAddressed): No answer. [agent.unreachable]',
    ]);
    expect(bridgeLines(aView())).toEqual(['Nobody was brought in.']);
  });

  it('are meant by number or by name', () => {
    expect(bridgeBy(view, '2').found?.bridge).toBe('brg_2');
    expect(bridgeBy(view, 'ow').found?.bridge).toBe('brg_3');
    expect(bridgeBy(view, '4').problem).toMatch(/Nobody fits "4" here; it can be Sage, Atlas or Owl/);
  });

  it('can be acted on where there is something to act on, by moderators alone', () => {
    const now = (of: ConversationView) =>
      Object.entries(BRIDGE_COMMANDS).flatMap(([name, { possible }]) =>
        possible(of, 'prt_me') ? [name] : [],
      );
    expect(now(view)).toEqual(['bring', 'bridges', 'approve', 'dismiss']);
    expect(now({ ...view, bridges: [] })).toEqual(['bring']);
    expect(now({ ...view, bridges: view.bridges.slice(0, 1) })).toEqual(['bring', 'bridges', 'dismiss']);
    expect(now({ ...view, viewer: { participant: 'prt_me', moderator: false } })).toEqual([]);
  });
});
