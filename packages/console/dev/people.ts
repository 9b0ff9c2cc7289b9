import type { Participant, View } from '../src/session/types.ts';

export const START = Date.now() - 25 * 60_000;
export const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();
export const fromNow = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

const person = (
  id: string,
  displayName: string,
  kind: Participant['kind'],
  more: Partial<Participant> = {},
): Participant => ({
  id,
  displayName,
  kind,
  roles: ['participant'],
  presence: { status: 'active', lastSeen: at(0) },
  connection: 'connected',
  capabilities: [],
  topics: [],
  interests: [],
  verified: false,
  joinedAt: at(0),
  ...more,
});

export const PEOPLE: readonly Participant[] = [
  person('prt_me', 'Mira Vogel', 'human', { roles: ['moderator', 'participant'] }),
  person('prt_atlas', 'Atlas', 'agent', { model: 'qwen3-32b' }),
  person('prt_tomas', 'Tomás Okafor', 'human', { presence: { status: 'idle', since: at(600) } }),
  person('prt_scribe', 'Scribe', 'localAgent', { model: 'llama-4-scout' }),
  person('prt_layla', 'ليلى حداد', 'human'),
  person('prt_owl', 'Night Owl', 'a2aAgent', {
    roles: ['observer'],
    connection: 'disconnected',
    owner: 'Riverside Ltd',
    verified: true,
  }),
];

export const CONTRIBUTIONS: View['contributions'] = PEOPLE.map(({ id }, index) => ({
  participant: id,
  turns: 6 - index,
  utterances: 8 - index,
  words: 400 - 60 * index,
  speakingMs: (6 - index) * 47_000,
  waitingMs: index * 21_000,
  interruptionsMade: index === 0 ? 1 : 0,
  interruptionsSuffered: index === 2 ? 1 : 0,
  quality: index === 1 ? 0.4 : 0,
}));

export const BRIDGES: View['bridges'] = [
  {
    bridge: 'brg_20',
    kind: 'localAgent',
    displayName: 'Scribe',
    settings: { agent: 'minutes' },
    engagement: { kind: 'whenAddressed' },
    status: 'active',
    addedBy: 'prt_me',
    problem: null,
  },
  {
    bridge: 'brg_21',
    kind: 'externalAI',
    displayName: 'Sage',
    settings: { service: 'house', instructions: 'You know rivers.' },
    engagement: { kind: 'onSilence', afterMs: 30_000 },
    status: 'active',
    addedBy: 'prt_me',
    problem: { code: 'agent.unreachable', message: 'The service does not answer.' },
  },
  {
    bridge: 'brg_24',
    kind: 'a2aAgent',
    displayName: 'Flood Register',
    settings: { card: 'https://agents.example.org/flood/.well-known/agent-card.json' },
    engagement: { kind: 'onQuestion' },
    status: 'pending',
    addedBy: 'prt_atlas',
    problem: null,
  },
];
