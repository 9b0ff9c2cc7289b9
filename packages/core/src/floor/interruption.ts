import type { ParticipantId } from '../kernel/id.ts';
import type { Instant } from '../kernel/instant.ts';

/** How two can come to speak at once, or one in place of the other, while it is undecided. */
export interface Interruption {
  readonly id: string;
  readonly participant: ParticipantId;
  readonly holder: ParticipantId;
  readonly since: Instant;
  /**
   * `deferred`: before `minSpeakingMs`; `asked`: the holder was asked; `voting`: a motion is open;
   * `overlap`: both hold the floor.
   */
  readonly stage: 'deferred' | 'asked' | 'voting' | 'overlap';
  /** When it is decided without further ado. */
  readonly deadline: Instant;
  readonly urgency?: number;
  readonly queueIfDenied: boolean;
  /** What the holder said when asked. */
  readonly answer?: boolean;
  /** Who gave way in an overlap, and how that showed. */
  readonly yielded?: { readonly by: ParticipantId; readonly signal: YieldSignal };
}

export const YIELD_SIGNALS = ['explicit', 'pause', 'sentenceEnd', 'addressed'] as const;
export type YieldSignal = (typeof YIELD_SIGNALS)[number];
