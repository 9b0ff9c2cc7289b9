import type { Measured } from './meter.ts';

/** One number beside the goal that it has to reach. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
  readonly met: boolean;
}

/** What was found out about one strategy. */
export interface Study {
  readonly strategy: string;
  readonly title: string;
  /** Who took part and how, in a sentence or two. */
  readonly setting: string;
  readonly figures: readonly Figure[];
  /** For the charts, by participant. */
  readonly rows: readonly Measured[];
}

/** How much is simulated; a test takes less of everything than the report. */
export interface Scale {
  /** Simulated time of a conversation. */
  readonly hours: number;
  readonly priorityEvents: number;
  readonly biddingRounds: number;
  readonly auctions: number;
  readonly elections: number;
}

export const FULL: Scale = {
  hours: 24,
  priorityEvents: 1_000_000,
  biddingRounds: 100,
  auctions: 300,
  elections: 3_000,
};

/** Starvation needs length: ten thousand events show none that a million would, but not the other way round. */
export const FAST: Scale = {
  hours: 4,
  priorityEvents: 20_000,
  biddingRounds: 100,
  auctions: 12,
  elections: 150,
};

export const HOUR = 3_600_000;

/** The floor's clocks in every study, milliseconds. */
export const timers = {
  firstContentMs: 10_000,
  maxTurnMs: 60_000,
  warnBeforeMs: 0,
  silenceMs: 15_000,
  revokeGraceMs: 3_000,
  retryAfterMs: 5_000,
};

/** Agents only, so the guard against loops of agents is off; nobody turns idle while waiting. */
export const configOf = (strategy: object, more: object = {}, floor: object = {}): object => ({
  floor: { strategy, timers, maxConsecutiveAgentTurns: 0, ...floor },
  presence: { idleAfterMs: 86_400_000 },
  ...more,
});

export const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `p${String(index + 1).padStart(2, '0')}`);

export const atLeast = (name: string, value: number, goal: number, digits = 4): Figure => ({
  name,
  value: value.toFixed(digits),
  goal: `≥ ${goal}`,
  met: value >= goal,
});

export const exactly = (name: string, value: number, goal: number): Figure => ({
  name,
  value: value.toLocaleString('en'),
  goal: String(goal),
  met: value === goal,
});

/** For the reader; nothing was promised about it. */
export const noted = (name: string, value: string): Figure => ({ name, value, goal: '—', met: true });

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
