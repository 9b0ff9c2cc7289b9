import type { ConversationSummary } from '@parley/client';
import { fromNow, PEOPLE } from './people.ts';

const first = (from: number, to: number) =>
  PEOPLE.slice(from, to).map(({ displayName, kind }) => ({ displayName, kind }));

export const fakeSummaries = (): readonly ConversationSummary[] => [
  {
    epoch: 'e',
    seq: 9,
    createdAt: fromNow(-200_000),
    id: 'cnv_fixture',
    title: 'Riverside crossing: which site?',
    status: 'active',
    strategy: 'sequential',
    changedAt: fromNow(-20),
    participants: { humans: 1, agents: 1, count: 6, connected: 5, first: first(0, 5) },
    holder: 'Atlas',
    lastLine: {
      speaker: 'Atlas',
      text: 'Then I would compare three designs for the raised piers. The first one keeps the old foundations and adds a collar of concrete.',
      at: fromNow(-20),
    },
  },
  {
    epoch: 'e',
    seq: 9,
    createdAt: fromNow(-200_000),
    id: 'cnv_2',
    title: 'Weekly stand-up',
    status: 'paused',
    strategy: 'sequential',
    changedAt: fromNow(-3600),
    participants: { humans: 1, agents: 1, count: 3, connected: 1, first: first(1, 4) },
    holder: null,
    lastLine: { speaker: 'Scribe', text: 'Nothing blocks me today.', at: fromNow(-3600) },
  },
  {
    epoch: 'e',
    seq: 9,
    createdAt: fromNow(-200_000),
    id: 'cnv_3',
    title: 'حلقة القراءة',
    status: 'active',
    strategy: 'sequential',
    changedAt: fromNow(-7200),
    participants: { humans: 1, agents: 1, count: 1, connected: 0, first: first(4, 5) },
    holder: null,
    lastLine: null,
  },
  {
    epoch: 'e',
    seq: 9,
    createdAt: fromNow(-200_000),
    id: 'cnv_4',
    title: 'Retrospective of the pilot',
    status: 'ended',
    strategy: 'sequential',
    changedAt: fromNow(-172_800),
    participants: { humans: 1, agents: 1, count: 0, connected: 0, first: [] },
    holder: null,
    lastLine: { speaker: 'Tomás Okafor', text: 'Thank you, that was useful.', at: fromNow(-172_800) },
  },
];
