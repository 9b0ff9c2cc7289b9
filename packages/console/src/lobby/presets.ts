import type { PartialConfig } from './config-value.ts';

/** Ready-made settings; names and descriptions are in the catalogue under `preset`. */
export interface Preset {
  readonly id: string;
  readonly config: PartialConfig;
}

/** Time to think and to speak calmly, where a turn was won or voted for. */
const CALM = { firstContentMs: 60_000, silenceMs: 60_000 };

export const PRESETS: readonly Preset[] = [
  { id: 'conversation', config: {} },
  {
    id: 'panel',
    config: {
      floor: {
        strategy: { kind: 'sequential', maxTurnDurationMs: 300_000 },
        timers: { ...CALM, warnBeforeMs: 30_000 },
        replyWindowMs: 15_000,
      },
    },
  },
  {
    id: 'standUp',
    config: {
      floor: {
        strategy: { kind: 'roundRobin', timeSliceMs: 60_000 },
        timers: { firstContentMs: 20_000, silenceMs: 20_000, warnBeforeMs: 10_000 },
      },
    },
  },
  {
    id: 'auction',
    config: {
      floor: {
        strategy: {
          kind: 'bidding',
          bidWindowMs: 15_000,
          evaluation: 'highestAmount',
          payment: 'secondPrice',
          currency: 'priorityPoints',
        },
        timers: CALM,
      },
      credits: { currency: 'priorityPoints', initial: 100 },
    },
  },
  {
    id: 'debate',
    config: {
      floor: {
        strategy: { kind: 'priority', preemptionThreshold: 1, maxPreemptions: 2 },
        priority: { urgency: 2, quality: 1, agingPerSecond: 0.02, decay: 1 },
        timers: { ...CALM, revokeGraceMs: 5_000 },
      },
      interruption: { kind: 'priorityBased', threshold: 0.5 },
    },
  },
  {
    id: 'freeTalk',
    config: {
      floor: { strategy: { kind: 'concurrent', maxSimultaneous: 2 }, timers: { firstContentMs: 60_000 } },
      interruption: { kind: 'conversational' },
    },
  },
  {
    id: 'council',
    config: {
      floor: {
        strategy: { kind: 'consensus', votingPeriodMs: 30_000, minVotes: 2, method: 'ranked' },
        timers: CALM,
      },
      interruption: { kind: 'consensusRequired', minVotes: 2, votingWindowMs: 15_000 },
    },
  },
];
