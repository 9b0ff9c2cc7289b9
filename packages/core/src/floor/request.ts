import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';
import type { InterruptedTurn } from './grant.ts';

/** `pending` waits for a window or a ballot, `accepted` for its place in the queue. */
export type FloorRequestStatus = 'pending' | 'accepted';

/** A wish for the floor that has not ended yet: `pending` or `accepted` (FL-3). One per participant (FL-4). */
export interface FloorRequest {
  readonly participant: ParticipantId;
  /** Of the first `floor.requested`: asking again keeps it. */
  readonly seq: Seq;
  readonly since: Instant;
  readonly status: FloorRequestStatus;
  /** 0…1, as the requester sees it. */
  readonly urgency?: number;
  readonly estimatedMs?: Millis;
  readonly preview?: string;
  readonly addressedTo?: readonly ParticipantId[];
  /** Under bidding: the bid's id and what it offers, in escrow since then (TS-8). */
  readonly bid?: { readonly id: string; readonly amount: number; readonly at: Instant };
  /** Served before others and in the queue's own order, whatever the strategy says: a moderator put it
   * there (FL-12), or it goes to the head of the queue. */
  readonly pinned?: boolean;
  /** It was cut short and goes on with what is left of its turn (TS-12, IP-6). */
  readonly resumes?: ResumedTurn;
  /** Whose turn was cut short for the one that this waits for (CS-1): it gets the floor back if nothing comes
   * of it (IP-6). */
  readonly interrupted?: InterruptedTurn;
  /** It collided with a grant already, and that was decided (TS-19). */
  readonly collided?: boolean;
}

export interface ResumedTurn {
  readonly remainingMs: Millis;
  /** How often this wish was preempted; limits how often it may be again. */
  readonly preemptions: number;
}
