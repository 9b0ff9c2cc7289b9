import type { ConversationId, ParticipantId } from '@parley/core';

/** What is about to be said, as far as it is known. */
export interface ScoredUtterance {
  readonly conversation: ConversationId;
  /** Never empty. Of a streamed utterance what announced it: its text is not there yet. */
  readonly text: string;
}

/** What is known of a member's interest. */
export interface ListenerProfile {
  readonly id: ParticipantId;
  readonly interests: readonly string[];
  readonly capabilities: readonly string[];
  /** What it said lately; empty where it said nothing. */
  readonly ownWords: string;
}

/** 0…1 by participant, one for each listener. */
export type Scores = ReadonlyMap<ParticipantId, number>;

/** RT-4: says whom an utterance concerns how much. */
export interface Scorer {
  /**
   * Rejects once `signal` is aborted, and where there is no answer: with {@link ScorerError} if it knows why.
   * What is learnt for later utterances may be learnt to its end all the same.
   */
  score(
    utterance: ScoredUtterance,
    listeners: readonly ListenerProfile[],
    signal: AbortSignal,
  ): Promise<Scores>;
  /** Ends what still goes on behind. */
  stop?(): void;
}

/** Why there are no scores. The message is for logs, and holds nothing of what was to be scored. */
export class ScorerError extends Error {
  override readonly name = 'ScorerError';
}
