import type { ParticipantId, Seq } from '../kernel/id.ts';
import type { Instant, Millis } from '../kernel/instant.ts';

/** A wish for the floor that has not ended yet: `pending` or `accepted` (FL-3). One per participant (FL-4). */
export interface FloorRequest {
  readonly participant: ParticipantId;
  /** Of the first `floor.requested`: asking again keeps it. */
  readonly seq: Seq;
  readonly since: Instant;
  readonly status: 'pending' | 'accepted';
  /** 0…1, as the requester sees it. */
  readonly urgency?: number;
  readonly estimatedMs?: Millis;
  readonly preview?: string;
  readonly addressedTo?: readonly ParticipantId[];
}
