import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';

/** Why somebody was given the floor. */
export type GrantCause =
  | 'queue'
  | 'reply'
  | 'moderator'
  | 'interruption'
  | 'bid'
  | 'vote'
  | 'priority'
  | 'slice';
/** Why somebody lost it. */
export type RevokeCause =
  | 'no_content'
  | 'too_long'
  | 'inactive'
  | 'left'
  | 'disconnected'
  | 'moderator'
  | 'preempted'
  | 'interrupted'
  | 'overlap'
  | 'role'
  | 'ended';

/** A turn that goes on: who has the floor, under which number, and what its clocks are counted from. */
export interface Grant {
  readonly participant: ParticipantId;
  /** Seq of its `floor.granted`: a fencing token. */
  readonly grant: Seq;
  readonly since: Instant;
  readonly cause: GrantCause;
  /** How long the turn may last from its first content, extensions included. */
  readonly turnMs: Millis;
  /** What `firstContentMs` is counted from. Like the next two it moves on when a pause ends. */
  readonly armedAt: Instant;
  readonly firstContentAt: Instant | null;
  /** Last durable content; pieces of a live utterance are in the state's live part. */
  readonly lastContentAt: Instant | null;
  /** Announced end (`revokeGraceMs` runs). */
  readonly revoking: {
    readonly cause: RevokeCause;
    readonly cutAt: Instant;
    readonly reason?: string;
  } | null;
  /** The utterance that is being streamed. */
  readonly utterance: OpenUtterance | null;
  /** Whom the turn's last utterance asked for an answer (FL-13). */
  readonly asks: readonly ParticipantId[];
}

export interface OpenUtterance {
  readonly id: string;
  readonly startedAt: Instant;
  readonly topics: readonly string[];
  readonly addressedTo: readonly ParticipantId[];
  readonly inReplyTo: Seq | string | null;
}

/** When the turn has to end if the holder goes on speaking. */
export const endsAt = (grant: Grant): Instant => (grant.firstContentAt ?? grant.armedAt) + grant.turnMs;
