import type { TranscriptLine } from '@parley/client';
import type { View } from '../src/session/types.ts';
import { ballotClosed, bidsClosed, collision, event, myBid, wish } from './floor-events.ts';
import { TALK } from './lines.ts';
import { at, fromNow } from './people.ts';
import type { Scene } from './stage-view.ts';
import { base, holder, queue, VIEW, withFloor } from './stage-view.ts';

type Floor = Partial<View['floor']>;
type Variant = View['config']['interruption'];

const SILENT = TALK.slice(0, -1);
const IDLE: Floor = { phase: 'idle', holders: [], queue: [] };
const ARBITRATING: Floor = { ...IDLE, phase: 'arbitrating' };

/** A scene under a strategy and a policy. */
function scene(
  floor: Floor,
  rules: { readonly strategy?: Variant; readonly interruption?: Variant } = {},
  more: Partial<Scene> = {},
): Scene {
  const view = withFloor(floor);
  const { config } = view;
  return {
    ...base,
    lines: SILENT,
    ...more,
    view: {
      ...view,
      config: {
        ...config,
        floor: { ...config.floor, strategy: rules.strategy ?? config.floor.strategy },
        interruption: rules.interruption ?? config.interruption,
      },
    },
  };
}

const BIDDING: Variant = {
  kind: 'bidding',
  bidWindowMs: 15_000,
  evaluation: 'multiAttribute',
  payment: 'secondPrice',
};
const consensus = (method: string): Variant => ({
  kind: 'consensus',
  votingPeriodMs: 30_000,
  minVotes: 2,
  method,
});
const bidWindow = (...passed: readonly string[]) => ({ window: 'win_41', closesAt: fromNow(9), passed });
const ballot = (...voted: readonly string[]) => ({
  ballot: 'bal_41',
  kind: 'turn' as const,
  candidates: ['prt_tomas', 'prt_atlas', 'prt_layla'],
  electorate: ['prt_me', 'prt_tomas', 'prt_atlas', 'prt_layla'],
  closesAt: fromNow(19),
  voted,
});
const candidates = queue('prt_tomas', 'prt_atlas', 'prt_layla').map((entry) => ({
  ...entry,
  ...(entry.participant === 'prt_tomas' ? { preview: 'What the flood of 2013 did to the piers' } : {}),
}));

const told = (
  key: string,
  what: Extract<TranscriptLine, { kind: 'floor' }>['what'],
  text: string,
  participants: readonly string[],
  outcome = 'decided',
): TranscriptLine => ({
  kind: 'floor',
  key,
  seq: 45,
  at: at(1370),
  participant: participants[0] ?? null,
  displayName: '',
  what,
  outcome,
  text,
  participants,
});

const pending = (
  stage: 'deferred' | 'asked' | 'voting' | 'overlap',
  participant: string,
  other: string,
  leftS: number,
): View['floor']['interruption'] => ({
  state: stage === 'overlap' ? 'overlap' : 'pending',
  interruption: 'int_41',
  participant,
  holder: other,
  stage,
  since: fromNow(leftS - 5),
  deadline: fromNow(leftS),
});
const atOnce = (participant: string, text: string, seq: number): TranscriptLine => ({
  ...(TALK.at(-1) as Extract<TranscriptLine, { kind: 'utterance' }>),
  key: `utt_${seq}`,
  utterance: `utt_${seq}`,
  seq,
  at: at(1380 + seq),
  participant,
  displayName: participant === 'prt_me' ? 'Mira Vogel' : 'Atlas',
  text,
});

export const FLOOR_SCENES: Readonly<Record<string, Scene>> = {
  bid: scene(
    { ...ARBITRATING, queue: queue('prt_tomas'), window: bidWindow('prt_scribe') },
    { strategy: BIDDING },
  ),
  bidPlaced: scene(
    { ...ARBITRATING, queue: queue('prt_tomas', 'prt_me'), window: bidWindow('prt_scribe') },
    { strategy: BIDDING },
    { events: [myBid] },
  ),
  bidLost: scene(
    { holders: [{ ...holder('prt_tomas', 46, 110), cause: 'bid' }], queue: [] },
    { strategy: BIDDING },
    {
      events: [
        bidsClosed,
        event('floor.granted', 46, {
          participant: 'prt_tomas',
          grant: 46,
          cause: 'bid',
          reason: 'best of 2 with 2.317',
          endsAt: fromNow(110),
        }),
      ],
      lines: [...SILENT, told('win_41', 'bids', 'Tomás wins the turn', ['prt_tomas', 'prt_me'])],
    },
  ),
  vote: scene(
    { ...ARBITRATING, queue: candidates, ballot: ballot('prt_layla') },
    { strategy: consensus('plurality') },
  ),
  voteRanked: scene(
    { ...ARBITRATING, queue: candidates, ballot: ballot() },
    { strategy: consensus('ranked') },
  ),
  voteApproval: scene(
    { ...ARBITRATING, queue: candidates, ballot: ballot() },
    { strategy: consensus('approval') },
  ),
  voteResult: scene(
    { holders: [{ ...holder('prt_tomas', 46, 110), cause: 'vote' }], queue: queue('prt_atlas') },
    { strategy: consensus('plurality') },
    {
      events: [ballotClosed],
      lines: [...SILENT, told('bal_41', 'ballot', 'Tomás is elected', ['prt_tomas'])],
    },
  ),
  motion: scene(
    {
      queue: [],
      interruption: pending('voting', 'prt_tomas', 'prt_atlas', 8),
      ballot: { ...ballot('prt_tomas'), kind: 'motion', candidates: ['prt_tomas'] },
    },
    { interruption: { kind: 'consensusRequired', minVotes: 2, votingWindowMs: 15_000 } },
    { events: [wish], lines: TALK },
  ),
  asked: scene(
    {
      holders: [holder('prt_me', 30, 90, -20)],
      queue: [],
      interruption: pending('asked', 'prt_tomas', 'prt_me', 4),
    },
    { interruption: { kind: 'cooperative', requestTimeoutMs: 5_000 } },
    { events: [wish] },
  ),
  asking: scene(
    { queue: [], interruption: pending('asked', 'prt_me', 'prt_atlas', 4) },
    { interruption: { kind: 'cooperative', requestTimeoutMs: 5_000 } },
    { lines: TALK },
  ),
  deferred: scene(
    { queue: [], interruption: pending('deferred', 'prt_tomas', 'prt_atlas', 1) },
    { interruption: { kind: 'cooperative' } },
    { lines: TALK },
  ),
  overlap: scene(
    {
      holders: [
        holder('prt_atlas', 27, 83, -30),
        { ...holder('prt_me', 42, 110, -2), cause: 'interruption' },
      ],
      queue: [],
      interruption: pending('overlap', 'prt_me', 'prt_atlas', 2),
    },
    { interruption: { kind: 'conversational' } },
    {
      lines: [
        ...SILENT,
        atOnce(
          'prt_atlas',
          'The first one keeps the old foundations and adds a collar of concrete, which',
          41,
        ),
        told('int_41', 'overlap', 'Mira and Atlas speak at once', ['prt_atlas', 'prt_me'], 'started'),
        atOnce('prt_me', 'Does that collar stand in the flood line too?', 43),
      ],
    },
  ),
  concurrent: scene(
    {
      holders: [
        { ...holder('prt_atlas', 27, 83, -30), cause: 'slot' },
        { ...holder('prt_layla', 28, 100, -10), cause: 'slot' },
      ],
      queue: queue('prt_me'),
    },
    {
      strategy: {
        kind: 'concurrent',
        maxSimultaneous: 2,
        collision: { resolution: 'firstStarter', windowMs: 300 },
      },
    },
    {
      events: [collision],
      lines: [...TALK, told('seq-45', 'collision', 'at once', ['prt_atlas', 'prt_me'], 'firstStarter')],
    },
  ),
  preempted: scene(
    {
      phase: 'revoking',
      holders: [{ ...holder('prt_me', 27, 83, -30), cause: 'priority', cutAt: fromNow(3) }],
      queue: queue('prt_tomas'),
    },
    { strategy: { kind: 'priority', preemptionThreshold: 1 } },
    {
      events: [
        event('floor.revoking', 44, {
          participant: 'prt_me',
          grant: 27,
          cause: 'preempted',
          cutAt: fromNow(3),
          reason: 'priority 4.2 against 2.5',
        }),
      ],
    },
  ),
  offer: scene(
    { holders: [{ ...holder('prt_me', 30, 118), cause: 'slice' }], queue: [] },
    { strategy: { kind: 'roundRobin', timeSliceMs: 60_000 } },
  ),
  loopGuard: {
    ...base,
    view: { ...VIEW, status: 'paused', paused: { at: fromNow(-5), cause: 'loop_guard' } },
  },
};
