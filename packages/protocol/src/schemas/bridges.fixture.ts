import type { Cases } from './commands.fixture.ts';

/** Those of the ops about participants that the hub reaches. */
export const BRIDGE_CASES = {
  'bridge.add': {
    valid: [
      { kind: 'openFloor', displayName: 'Olive', settings: { serviceUrl: 'https://olive.example/ofp' } },
      { kind: 'a2aAgent', displayName: 'Atlas', settings: { card: 'https://agents.example/atlas.json' } },
      {
        kind: 'externalAI',
        displayName: 'Sage',
        settings: { service: 'house', instructions: 'Be brief.', budget: { tokens: 10_000 } },
        engagement: { kind: 'onSilence', afterMs: 5_000 },
        roles: ['critic'],
        topics: ['a.*'],
        interests: ['maths'],
      },
      { kind: 'externalAI', displayName: 'Own', settings: { baseURL: 'http://127.0.0.1:1/v1', model: 'm' } },
      { kind: 'localAgent', displayName: 'Clerk', settings: { agent: 'clerk' }, engagement: { kind: 'bid' } },
    ],
    invalid: [
      [{ kind: 'human', displayName: 'x', settings: {} }, 'data.kind'],
      [{ kind: 'a2aAgent', displayName: 'x', settings: { card: 'ftp://a' } }, 'data.settings.card'],
      [{ kind: 'a2aAgent', displayName: 'x', settings: { card: 'https://me:pw@a/' } }, 'data.settings.card'],
      [{ kind: 'externalAI', displayName: 'x', settings: {} }, 'data.settings.service'],
      [
        { kind: 'externalAI', displayName: 'x', settings: { service: 'a', baseURL: 'https://b/v1' } },
        'data.settings.service',
      ],
      [
        { kind: 'externalAI', displayName: 'x', settings: { service: 'a', apiKey: 'k' } },
        'data.settings.apiKey',
      ],
      [{ kind: 'localAgent', displayName: '', settings: { agent: 'a' } }, 'data.displayName'],
    ],
  },
  'bridge.approve': { valid: [{ bridge: 'brg_7' }], invalid: [[{}, 'data.bridge']] },
  'bridge.remove': {
    valid: [{ bridge: 'brg_7' }, { bridge: 'brg_7', reason: 'done' }],
    invalid: [[{ bridge: 7 }, 'data.bridge']],
  },
} as const satisfies Readonly<Record<string, Cases>>;
