import type { Millis } from '../kernel/instant.ts';

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
}

export const noContribution: Contribution = {
  turns: 0,
  utterances: 0,
  words: 0,
  speakingMs: 0,
  waitingMs: 0,
  interruptionsMade: 0,
  interruptionsSuffered: 0,
};

export const afterTurn = (sum: Contribution, heldMs: Millis): Contribution => ({
  ...sum,
  turns: sum.turns + 1,
  speakingMs: sum.speakingMs + heldMs,
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

/** Runs of anything but white space; scripts without spaces count a run as one word. */
export const countWords = (text: string): number => text.match(/\S+/gu)?.length ?? 0;
