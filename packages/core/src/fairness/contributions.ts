import type { Instant, Millis } from '../kernel/instant.ts';

/** What one member has put into the conversation so far. Kept from its first turn or request on. */
export interface Contribution {
  readonly turns: number;
  readonly utterances: number;
  readonly words: number;
  /** Floor held, from grant to end of turn: what others could not use. */
  readonly speakingMs: Millis;
  /** Spent with a live request. */
  readonly waitingMs: Millis;
  readonly interruptionsMade: number;
  readonly interruptionsSuffered: number;
  /** Speaking time that halves with every half-life, as it was at `recentAt`. */
  readonly recentMs: Millis;
  readonly recentAt: Instant;
  /** Others' ratings of its utterances, each −1…1: how many, and their sum. */
  readonly ratings: number;
  readonly ratingSum: number;
}

/** A quality of 0 counts as much as so many ratings: one rating alone says little. */
const PRIOR_RATINGS = 3;

export const noContribution: Contribution = {
  turns: 0,
  utterances: 0,
  words: 0,
  speakingMs: 0,
  waitingMs: 0,
  interruptionsMade: 0,
  interruptionsSuffered: 0,
  recentMs: 0,
  recentAt: 0,
  ratings: 0,
  ratingSum: 0,
};

export const afterTurn = (
  sum: Contribution,
  heldMs: Millis,
  at: Instant,
  halfLifeMs: Millis,
): Contribution => ({
  ...sum,
  turns: sum.turns + 1,
  speakingMs: sum.speakingMs + heldMs,
  recentMs: recentAt(sum, at, halfLifeMs) + heldMs,
  recentAt: at,
});

export const afterUtterance = (sum: Contribution, text: string): Contribution => ({
  ...sum,
  utterances: sum.utterances + 1,
  words: sum.words + countWords(text),
});

export const afterWait = (sum: Contribution, waitedMs: Millis): Contribution => ({
  ...sum,
  waitingMs: sum.waitingMs + waitedMs,
});

/** A rating that may take the place of an earlier one by the same rater. */
export const afterRating = (
  sum: Contribution,
  rating: number,
  earlier: number | undefined,
): Contribution => ({
  ...sum,
  ratings: sum.ratings + (earlier === undefined ? 1 : 0),
  ratingSum: sum.ratingSum + rating - (earlier ?? 0),
});

/** Decayed speaking time at an instant that is not before the last turn's end. */
export const recentAt = (sum: Contribution, at: Instant, halfLifeMs: Millis): Millis =>
  sum.recentMs === 0 ? 0 : sum.recentMs * 2 ** (-(at - sum.recentAt) / halfLifeMs);

/** Bayesian mean of the ratings, −1…1. */
export const qualityOf = (sum: Contribution): number => sum.ratingSum / (sum.ratings + PRIOR_RATINGS);

/** Runs of anything but white space; scripts without spaces count a run as one word. */
export const countWords = (text: string): number => text.match(/\S+/gu)?.length ?? 0;
