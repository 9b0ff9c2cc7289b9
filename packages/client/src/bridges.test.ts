import { describe, expect, test } from 'vitest';
import { failureOf } from './testing/failure.ts';
import { settled } from './testing/manual-clock.ts';
import { scenario } from './testing/scenario.ts';

const atlas = {
  kind: 'a2aAgent',
  displayName: 'Atlas',
  settings: { card: 'https://agents.example/card.json' },
  engagement: { kind: 'onSilence', afterMs: 5_000 },
} as const;

describe('bridges', () => {
  test('[A2-1] [AI-1] [LA-1] are added, approved and removed, and seen in the view', async () => {
    const { hub, room } = await scenario({}, { roles: ['moderator'] });
    const added = await room.bridges.add(atlas);
    expect(added).toEqual({ bridge: expect.stringMatching(/^brg_/), status: 'active' });
    expect(hub.received.at(-1)).toMatchObject({ op: 'bridge.add', data: atlas });
    await settled();
    expect(room.view.bridges).toMatchObject([{ displayName: 'Atlas', engagement: atlas.engagement }]);

    hub.act(null, 'conversation.join', {
      participant: 'rob',
      principal: 'p-rob',
      kind: 'agent',
      displayName: 'Rob',
      roles: ['moderator'],
      capabilities: [],
      topics: [],
      interests: [],
      metadata: {},
      verified: false,
    });
    hub.act('rob', 'bridge.add', {
      kind: 'externalAI',
      displayName: 'Sage',
      settings: { service: 'house' },
    });
    await settled();
    const asked = room.view.bridges.find(({ status }) => status === 'pending');
    expect(asked).toMatchObject({ displayName: 'Sage', addedBy: 'rob' });
    await room.bridges.approve(asked!.bridge);
    await room.bridges.remove(added.bridge, 'Another one is better.');
    expect(hub.received.at(-1)?.data).toEqual({ bridge: added.bridge, reason: 'Another one is better.' });
    await settled();
    expect(room.view.bridges).toMatchObject([{ displayName: 'Sage', status: 'active' }]);
  });

  test('are refused with the path of what is wrong', async () => {
    const { room } = await scenario({}, { roles: ['moderator'] });
    const error = await failureOf(room.bridges.add({ ...atlas, displayName: 'Ann' }));
    expect(error).toMatchObject({ code: 'request.invalid', details: { path: 'data.displayName' } });
  });
});
