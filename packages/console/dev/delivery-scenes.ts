import type { TranscriptLine } from '@parley/client';
import type { View } from '../src/session/types.ts';
import { TALK } from './lines.ts';
import { PEOPLE } from './people.ts';
import type { Scene } from './stage-view.ts';
import { base, holder, queue, VIEW, withFloor } from './stage-view.ts';

type UtteranceLine = Extract<TranscriptLine, { kind: 'utterance' }>;
type Change = (line: UtteranceLine) => Partial<UtteranceLine>;

const SILENT = TALK.slice(0, -1);
const MINE = { holders: [holder('prt_me', 30, 110)], queue: [] };

const told = (change: Change): readonly TranscriptLine[] =>
  SILENT.map((line) => (line.kind === 'utterance' ? { ...line, ...change(line) } : line));

const routed = (routing: View['config']['routing'], more: Partial<Scene> = {}): Scene => ({
  ...base,
  lines: SILENT,
  ...more,
  view: {
    ...withFloor(MINE),
    config: { ...VIEW.config, routing },
    participants: PEOPLE.map((person) => ({
      ...person,
      roles: person.id === 'prt_tomas' ? ['participant', 'engineer'] : person.roles,
      topics: person.id === 'prt_atlas' ? ['costs.*'] : person.id === 'prt_layla' ? ['floods'] : [],
    })),
  },
});

const WHISPERED: Change = ({ seq }) =>
  seq === 20 ? { whisperedTo: ['prt_tomas', 'prt_me'], addressedTo: [], narrowed: true } : {};
const ABOUT: Change = ({ seq }) =>
  seq === 9 ? { topics: ['costs.piers'], narrowed: true } : seq === 13 ? { topics: ['floods'] } : {};

/** Somebody behind, and under strong views a turn that waits. */
const behind = (...ids: readonly string[]): View['participants'] =>
  PEOPLE.map((person) => (ids.includes(person.id) ? { ...person, stale: true } : person));
const STRONG = { kind: 'strong', barrierTimeoutMs: 5_000 };

export const DELIVERY_SCENES: Readonly<Record<string, Scene>> = {
  whisper: routed(
    { kind: 'broadcast', whisper: true },
    { lines: told(WHISPERED), aside: { to: ['prt_tomas'], topics: [] } },
  ),
  roles: routed({ kind: 'roleBased', table: { moderator: ['engineer'] }, whisper: false }),
  topics: routed(
    { kind: 'topicBased', whisper: true },
    { lines: told(ABOUT), aside: { to: [], topics: ['costs.piers'] } },
  ),
  relevance: routed({ kind: 'intelligent', scorer: 'lexical', threshold: 0.3, whisper: false }),
  behind: {
    ...base,
    lines: SILENT,
    lags: { prt_tomas: { events: 12, lagMs: null }, prt_layla: { events: 3, lagMs: 2_400 } },
    view: {
      ...withFloor({ phase: 'idle', holders: [], queue: queue('prt_layla') }),
      config: { ...VIEW.config, consistency: STRONG },
      participants: behind('prt_tomas', 'prt_layla'),
    },
  },
  behindMyself: {
    ...base,
    lags: { prt_me: { events: 40, lagMs: 3_200 } },
    view: { ...VIEW, participants: behind('prt_me') },
  },
  since: { ...base, read: 16 },
  joinRoles: {
    ...base,
    joined: false,
    view: {
      ...VIEW,
      config: { ...VIEW.config, routing: { kind: 'roleBased', table: { engineer: ['council'] } } },
    },
  },
};
