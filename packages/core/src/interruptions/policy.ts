import type { Interruption } from '../floor/interruption.ts';
import type { FloorView } from '../floor/view.ts';
import type { ParticipantId } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import type { SettingsSpec } from '../kernel/settings.ts';

/** What may happen when somebody wants the floor while another has it. */
export interface InterruptionPolicy {
  /** Its name on the wire. */
  readonly kind: string;
  readonly description: string;
  readonly settings: SettingsSpec;
  /** Whether `minSpeakingMs` puts its attempts off; a policy that denies them all need not wait. */
  readonly defers: boolean;
  /** Decides an attempt of `participant` against `holder`. */
  attempt(view: FloorView, attempt: InterruptionAttempt): InterruptionVerdict;
  /**
   * What has become of an interruption that is `asked`, `voting` or an `overlap`; null while that is open.
   * Asked after every event, and at the interruption's deadline.
   */
  review(view: FloorView, interruption: Interruption): InterruptionVerdict | null;
  /** How long somebody who overlaps may say nothing before it has given way; null where that means nothing. */
  pauseMs?(settings: FloorView['settings']): Millis | null;
}

export interface InterruptionAttempt {
  readonly participant: ParticipantId;
  readonly holder: ParticipantId;
  readonly urgency?: number;
}

export type DenialCode =
  | 'interruption.forbidden'
  | 'interruption.insufficient_priority'
  | 'interruption.declined'
  | 'interruption.too_many';

export type InterruptionVerdict =
  | { readonly verdict: 'granted' }
  | {
      readonly verdict: 'denied';
      readonly code: DenialCode;
      readonly reason: string;
      /** Whether the interrupter waits for its turn now: always, or if it asked to (`queueIfDenied`). */
      readonly queue: 'always' | 'ifAsked';
    }
  /** The holder is asked until then. */
  | { readonly verdict: 'asked'; readonly deadline: Instant }
  /** A motion is open until then. */
  | { readonly verdict: 'voting'; readonly deadline: Instant; readonly electorate: readonly ParticipantId[] }
  /** A motion is over. */
  | {
      readonly verdict: 'voted';
      readonly passed: boolean;
      readonly cause?: string;
      readonly tally: Readonly<Record<string, number>>;
    }
  /** Both speak until then. */
  | { readonly verdict: 'overlap'; readonly deadline: Instant }
  /** One of the two keeps the floor; the other one waits at the head of the queue. */
  | { readonly verdict: 'resolved'; readonly keeps: ParticipantId; readonly cause: string };
