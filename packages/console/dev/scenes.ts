import type { Connection, TranscriptLine } from '@parley/client';
import type { View } from '../src/session/types.ts';
import { manyLines, TALK } from './lines.ts';
import { at, CONTRIBUTIONS, fromNow, PEOPLE } from './people.ts';

export interface Scene {
  readonly path: string;
  readonly joined?: false;
  readonly view: View;
  readonly lines: readonly TranscriptLine[];
  readonly status: Connection['status'];
  readonly lobby: 'full' | 'empty' | 'locked' | 'failed';
}

const holder = (
  participant: string,
  grant: number,
  leftS: number,
  startedS?: number,
): View['floor']['holders'][number] => ({
  participant,
  grant,
  since: fromNow(leftS - 120),
  endsAt: fromNow(leftS),
  turnMs: 120_000,
  cause: 'queue',
  ...(startedS === undefined ? {} : { startedAt: fromNow(startedS) }),
});

const queue = (...ids: readonly string[]): View['floor']['queue'] =>
  ids.map((participant, index) => ({ participant, position: index + 1, since: at(1300 + index) }));

const VIEW: View = {
  id: 'cnv_fixture',
  epoch: 'e',
  seq: 40,
  title: 'Riverside crossing: which site?',
  status: 'active',
  paused: null,
  config: {
    floor: {
      strategy: { kind: 'sequential', maxTurnDurationMs: 120_000 },
      timers: {
        firstContentMs: 30_000,
        maxTurnMs: 120_000,
        warnBeforeMs: 10_000,
        silenceMs: 15_000,
        revokeGraceMs: 3_000,
        retryAfterMs: 5_000,
        minSpeakingMs: 1_000,
        maxOverlapMs: 3_000,
      },
      replyWindowMs: 0,
      maxConsecutiveAgentTurns: 20,
      queueLengthMax: 1000,
      seed: 7,
    },
    interruption: { kind: 'forbidden' },
    routing: { kind: 'broadcast' },
    presence: { reconnectGraceMs: 30_000, idleAfterMs: 60_000 },
    history: { visibility: 'full' },
    participantsMax: 1000,
    whenEmpty: { kind: 'linger', delayMs: 0 },
  } as View['config'],
  participants: PEOPLE,
  departed: [{ id: 'prt_gone', displayName: 'Rafael Lindqvist', kind: 'human' }],
  floor: {
    phase: 'taken',
    holders: [holder('prt_atlas', 27, 83, -30)],
    queue: queue('prt_tomas', 'prt_me', 'prt_scribe'),
    interruption: { state: 'none' },
  },
  context: {
    topic: 'Which river crossing do we build first?',
    openItems: [
      {
        item: 'itm_18',
        kind: 'question',
        text: 'Who pays for raising the piers at Old Ferry?',
        openedBy: 'prt_scribe',
        seq: 18,
      },
      {
        item: 'itm_19',
        kind: 'task',
        text: 'Ask the council for the 2013 flood marks',
        assignee: 'prt_tomas',
        openedBy: 'prt_me',
        seq: 19,
      },
    ],
    decisions: [
      { decision: 'dec_10', text: 'Mill Lane.', by: 'prt_tomas', seq: 10 },
      {
        decision: 'dec_26',
        text: 'Old Ferry, if the piers are raised.',
        supersedes: 'dec_10',
        by: 'prt_me',
        seq: 26,
      },
    ],
  },
  contributions: CONTRIBUTIONS,
};

const base: Scene = { path: '/c/cnv_fixture', view: VIEW, lines: TALK, status: 'open', lobby: 'full' };
const withFloor = (floor: Partial<View['floor']>, more: Partial<View> = {}): View => ({
  ...VIEW,
  ...more,
  floor: { ...VIEW.floor, ...floor },
});

export const SCENES: Readonly<Record<string, Scene>> = {
  talk: base,
  mine: {
    ...base,
    lines: TALK.slice(0, -1),
    view: withFloor({ holders: [holder('prt_me', 30, 110)], queue: queue('prt_tomas') }),
  },
  expiring: { ...base, view: withFloor({ holders: [holder('prt_me', 30, 8, -100)], queue: [] }) },
  free: { ...base, lines: TALK.slice(0, -1), view: withFloor({ phase: 'idle', holders: [], queue: [] }) },
  open: {
    ...base,
    view: {
      ...withFloor({ queue: queue('prt_tomas') }),
      config: { ...VIEW.config, interruption: { kind: 'cooperative' } },
    },
  },
  empty: {
    ...base,
    lines: [],
    view: withFloor(
      { phase: 'idle', holders: [], queue: [] },
      {
        participants: PEOPLE.slice(0, 1),
        contributions: [],
        context: { topic: null, openItems: [], decisions: [] },
      },
    ),
  },
  reconnecting: { ...base, status: 'reconnecting' },
  paused: { ...base, view: { ...VIEW, status: 'paused' } },
  observer: {
    ...base,
    view: {
      ...VIEW,
      participants: PEOPLE.map((person) =>
        person.id === 'prt_me' ? { ...person, roles: ['observer'] } : person,
      ),
    },
  },
  many: { ...base, lines: manyLines(100_000) },
  join: { ...base, joined: false },
  lobby: { ...base, path: '/', joined: false },
  lobbyEmpty: { ...base, path: '/', joined: false, lobby: 'empty' },
  lobbyLocked: { ...base, path: '/', joined: false, lobby: 'locked' },
  lobbyFailed: { ...base, path: '/', joined: false, lobby: 'failed' },
  missing: { ...base, path: '/nowhere', joined: false },
};
