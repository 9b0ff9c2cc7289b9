import type { CatchUpSummary, Connection, DurableWireEvent, TranscriptLine } from '@parley/client';
import type { Lag } from '../src/room/lag/lag.tsx';
import type { Aside } from '../src/session/aside.ts';
import type { View } from '../src/session/types.ts';
import { TALK } from './lines.ts';
import { at, CONTRIBUTIONS, fromNow, PEOPLE } from './people.ts';

export interface Scene {
  readonly path: string;
  readonly joined?: false;
  readonly view: View;
  readonly lines: readonly TranscriptLine[];
  /** What was heard of decisions, newest last. */
  readonly events?: readonly DurableWireEvent[];
  /** What was missed, in short. */
  readonly summary?: CatchUpSummary;
  /** Up to where I had read. */
  readonly read?: number;
  readonly aside?: Aside;
  /** What was told of views that are behind. */
  readonly lags?: Readonly<Record<string, Lag>>;
  readonly status: Connection['status'];
  readonly lobby: 'full' | 'empty' | 'locked' | 'failed';
}

export const holder = (
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

export const queue = (...ids: readonly string[]): View['floor']['queue'] =>
  ids.map((participant, index) => ({ participant, position: index + 1, since: at(1300 + index) }));

export const VIEW: View = {
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
      priority: { roleBase: {}, urgency: 1, quality: 0, agingPerSecond: 0, decay: 0 },
      replyWindowMs: 0,
      maxConsecutiveAgentTurns: 20,
      queueLengthMax: 1000,
      seed: 7,
    },
    interruption: { kind: 'forbidden' },
    routing: { kind: 'broadcast' },
    consistency: { kind: 'eventual', maxLagMs: 200, holdMs: 0, snapshotBeyond: 10_000 },
    presence: { reconnectGraceMs: 30_000, idleAfterMs: 60_000 },
    agents: { maxFailures: 3, muteMs: 30_000, muteMaxMs: 3_600_000 },
    credits: { currency: 'priorityPoints', initial: 100 },
    fairness: { halfLifeMs: 600_000 },
    history: { visibility: 'full', summaryEvery: 0 },
    participantsMax: 1000,
    minParticipants: 0,
    whenEmpty: { kind: 'linger', delayMs: 0 },
  } as View['config'],
  bridges: [],
  credits: [
    { participant: 'prt_me', currency: 'priorityPoints', balance: 88, escrow: 12 },
    { participant: 'prt_tomas', currency: 'priorityPoints', balance: 60, escrow: 0 },
  ],
  viewer: { participant: 'prt_me', moderator: true },
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

export const base: Scene = { path: '/c/cnv_fixture', view: VIEW, lines: TALK, status: 'open', lobby: 'full' };
export const withFloor = (floor: Partial<View['floor']>, more: Partial<View> = {}): View => ({
  ...VIEW,
  ...more,
  floor: { ...VIEW.floor, ...floor },
});
