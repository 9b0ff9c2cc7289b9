import type { Millis } from '../kernel/instant.ts';

/** The refusals that a conversation itself decides; the whole catalogue is in packages/protocol. */
export type RejectionCode =
  | 'auth.forbidden'
  | 'not_found'
  | 'request.invalid'
  | 'conversation.ended'
  | 'conversation.paused'
  | 'conversation.full'
  | 'participant.not_joined'
  | 'participant.already_joined'
  | 'invite.invalid'
  | 'floor.not_holder'
  | 'floor.stale_grant'
  | 'floor.retry_after'
  | 'floor.already_holder'
  | 'floor.queue_full'
  | 'floor.observer'
  | 'context.conflict'
  | 'bidding.window_closed'
  | 'bidding.invalid'
  | 'bidding.insufficient_credits'
  | 'vote.closed'
  | 'vote.not_elector';

/** A command that is not carried out: nothing is appended. */
export interface Rejection {
  readonly code: RejectionCode;
  /** For people; programs read `code` and `details`. */
  readonly message: string;
  /** When asking again makes sense. */
  readonly retryAfterMs?: Millis;
  /** Such as `{path, expected}` of `request.invalid`. */
  readonly details?: Readonly<Record<string, unknown>>;
}
