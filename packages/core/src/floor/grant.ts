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
  | 'slice'
  | 'slot'
  | 'returned';
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
  | 'collision'
  | 'role'
  | 'muted'
  | 'reconfigured'
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
  /** An utterance of this turn has ended as its speaker wanted, not cut off. */
  readonly spoke: boolean;
  /** The utterance that is being streamed. */
  readonly utterance: OpenUtterance | null;
  /** Whom the turn's last utterance asked for an answer (FL-13). */
  readonly asks: readonly ParticipantId[];
  /** Whom its utterances were addressed to (FL-9). */
  readonly addressed: readonly ParticipantId[];
  /** What the request behind the grant said, and when it was first made. */
  readonly request: GrantedRequest;
  /** Stake that is settled at the end of the turn (time credits, reputation; TS-8). */
  readonly stake: number;
  /** Whose turn an interruption cut short: it gets the floor back if nothing is said (IP-6). */
  readonly interrupted: InterruptedTurn | null;
  /** How often each interrupter has asked this holder (IP-4). */
  readonly asked: Readonly<Record<ParticipantId, number>>;
  /** Motions on this turn (IP-3: one at most). */
  readonly motions: number;
}

export interface GrantedRequest {
  readonly since: Instant;
  /** How long it had waited; aging goes no further than the grant. */
  readonly waitedMs: Millis;
  readonly urgency?: number;
  readonly preemptions: number;
}

export interface InterruptedTurn {
  readonly participant: ParticipantId;
  readonly remainingMs: Millis;
}

export interface OpenUtterance {
  readonly id: string;
  readonly startedAt: Instant;
  readonly topics: readonly string[];
  readonly addressedTo: readonly ParticipantId[];
  readonly inReplyTo: Seq | string | null;
  /** It answers an item that was resolved before it began (HU-2). */
  readonly late?: true;
  /** Who hears it; all of its pieces go to the same. */
  readonly audience: 'all' | readonly ParticipantId[];
  /** Whom it is whispered to. */
  readonly to?: readonly ParticipantId[];
}

/** What is left of a turn at an instant. */
export const remainingMs = (grant: Grant, at: Instant): Millis => Math.max(0, endsAt(grant) - at);

/** When the turn has to end if the holder goes on speaking. */
export const endsAt = (grant: Grant): Instant => (grant.firstContentAt ?? grant.armedAt) + grant.turnMs;
