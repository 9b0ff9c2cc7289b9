import type { RejectionCode } from '@parley/core';
import type { CloseCode } from './close-codes.ts';

interface ErrorRow {
  /** What it tells the caller, in one sentence. */
  readonly meaning: string;
  /** How it comes about. */
  readonly cause: string;
  /** The same frame, with the same id, may be accepted later without anybody changing anything. */
  readonly retryable: boolean;
  /** Status of the HTTP response. */
  readonly status: number;
  /** With which code a WebSocket is closed where the error ends the connection; null where it never does. */
  readonly closeCode: CloseCode | null;
}

/** Every error that the wire knows, in one table (wire.md, error codes). */
export const ERRORS = {
  'auth.required': {
    meaning: 'This call needs a token.',
    cause: 'No token was sent, and the hub does not run with --open.',
    retryable: false,
    status: 401,
    closeCode: 4401,
  },
  'auth.invalid': {
    meaning: 'The token is not accepted.',
    cause: 'It is malformed, expired, revoked, or signed by nobody the hub trusts.',
    retryable: false,
    status: 401,
    closeCode: 4401,
  },
  'auth.forbidden': {
    meaning: 'The caller may not do this.',
    cause: 'The token, the role in the conversation or the kind of participant does not allow it.',
    retryable: false,
    status: 403,
    closeCode: null,
  },
  not_found: {
    meaning: 'There is no such thing, or none that the caller may know of.',
    cause: 'A wrong or hidden id; the two cannot be told apart on purpose.',
    retryable: false,
    status: 404,
    closeCode: null,
  },
  'request.invalid': {
    meaning: 'The request does not have the right shape.',
    cause:
      'A value is missing, of the wrong type, out of its bounds or unknown; details.path says which, details.expected what is right.',
    retryable: false,
    status: 400,
    closeCode: 4400,
  },
  'request.too_large': {
    meaning: 'The request is larger than allowed.',
    cause: 'A frame or body of more than 64 KiB.',
    retryable: false,
    status: 413,
    closeCode: 1009,
  },
  'rate.limited': {
    meaning: 'Too many requests.',
    cause: 'More commands, joins, signals or failed tokens in a short time than the limits allow.',
    retryable: true,
    status: 429,
    closeCode: 4429,
  },
  'idempotency.conflict': {
    meaning: 'The id was used before for another command.',
    cause: 'A frame repeats the id of an accepted command with another body.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'conversation.ended': {
    meaning: 'The conversation has ended.',
    cause: 'A command to a conversation that a moderator ended or that was closed when empty.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'conversation.paused': {
    meaning: 'The conversation is paused.',
    cause: 'A command that has to wait until a moderator, or a human after a loop guard, resumes it.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'conversation.full': {
    meaning: 'The conversation has as many participants as it may have.',
    cause: 'A join beyond participantsMax.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'participant.not_joined': {
    meaning: 'The caller is not a participant of this conversation.',
    cause: 'A command before joining, after leaving, or about somebody who is not a member.',
    retryable: false,
    status: 403,
    closeCode: null,
  },
  'participant.already_joined': {
    meaning: 'The principal is a participant of this conversation already.',
    cause: 'A second join without resume.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'resume.denied': {
    meaning: 'The resume token is not accepted.',
    cause: 'It belongs to another participant, principal or conversation, or was used before.',
    retryable: false,
    status: 403,
    closeCode: null,
  },
  'resume.expired': {
    meaning: 'It is too late to resume.',
    cause: 'The grace period ended and the participant has left; join anew.',
    retryable: false,
    status: 410,
    closeCode: null,
  },
  'invite.invalid': {
    meaning: 'The invite is not accepted.',
    cause: 'It does not exist, has expired, is used up or is for somebody else.',
    retryable: false,
    status: 403,
    closeCode: null,
  },
  'floor.not_holder': {
    meaning: 'The caller does not hold the floor.',
    cause: "Speech or release without a grant of the caller's own.",
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'floor.stale_grant': {
    meaning: 'That grant is over.',
    cause: "Speech with the number of an earlier grant of the caller's own.",
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'floor.retry_after': {
    meaning: 'The caller has to wait before it may ask for the floor again.',
    cause: 'Its last turn was revoked for being too long.',
    retryable: true,
    status: 429,
    closeCode: null,
  },
  'floor.already_holder': {
    meaning: 'The caller holds the floor already.',
    cause: 'A request or an interruption by the holder itself.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'floor.queue_full': {
    meaning: 'The queue for the floor is full.',
    cause: 'As many requests as queueLengthMax are waiting.',
    retryable: true,
    status: 409,
    closeCode: null,
  },
  'floor.observer': {
    meaning: 'Observers never hold the floor.',
    cause: 'A request by a participant whose roles include observer.',
    retryable: false,
    status: 403,
    closeCode: null,
  },
  'bidding.window_closed': {
    meaning: 'The bid window is closed.',
    cause: 'A bid or pass that names a window which is over, or none is open.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'bidding.invalid': {
    meaning: 'The bid is not valid.',
    cause: 'A number that is not finite, out of range or below zero, or another currency.',
    retryable: false,
    status: 422,
    closeCode: null,
  },
  'bidding.insufficient_credits': {
    meaning: 'The balance does not cover the bid.',
    cause: 'An amount above what can still be bid.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'vote.closed': {
    meaning: 'The ballot is closed.',
    cause: 'A vote that names a ballot which is over.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'vote.not_elector': {
    meaning: 'The caller may not vote in this ballot.',
    cause: 'It was not present when the ballot opened, or the motion is about its own turn.',
    retryable: false,
    status: 403,
    closeCode: null,
  },
  'interruption.forbidden': {
    meaning: 'This conversation does not allow interruptions.',
    cause: 'The interruption policy is forbidden.',
    retryable: false,
    status: 403,
    closeCode: null,
  },
  'interruption.insufficient_priority': {
    meaning: "The interrupter's priority is too low.",
    cause: "It does not exceed the holder's by more than the threshold.",
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'interruption.declined': {
    meaning: 'The holder declined the interruption.',
    cause: 'The holder was asked and goes on.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'interruption.too_many': {
    meaning: 'No further interruption is possible in this turn.',
    cause: 'A second motion, a third voice, or more asks than a turn allows.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'context.conflict': {
    meaning: 'The command rests on an outdated view.',
    cause:
      'Somebody decided on that item after basedOn; or, where views are strong, spoke after it; or pieces of the utterance are missing.',
    retryable: false,
    status: 409,
    closeCode: null,
  },
  'endpoint.blocked': {
    meaning: 'The hub does not call this address.',
    cause: 'The egress guard refused it: not https, not public, or redirected.',
    retryable: false,
    status: 403,
    closeCode: null,
  },
  'agent.unreachable': {
    meaning: 'The remote agent cannot be reached.',
    cause: 'Its endpoint refused, failed or did not answer in time.',
    retryable: true,
    status: 502,
    closeCode: null,
  },
  'storage.unavailable': {
    meaning: 'The log cannot be written or read now.',
    cause: 'The storage failed; nothing of the command was kept.',
    retryable: true,
    status: 503,
    closeCode: null,
  },
  'storage.full': {
    meaning: "The log's storage is full.",
    cause: 'No space is left; nothing of the command was kept.',
    retryable: true,
    status: 507,
    closeCode: null,
  },
  'hub.overloaded': {
    meaning: 'The hub has too much to do.',
    cause: 'A bounded queue is full.',
    retryable: true,
    status: 503,
    closeCode: null,
  },
  'hub.not_owner': {
    meaning: 'Another node runs this conversation.',
    cause: 'The conversation moved; the hub retries by itself.',
    retryable: true,
    status: 503,
    closeCode: 4503,
  },
  internal: {
    meaning: 'The hub made a mistake.',
    cause: 'A defect of the hub; its log has the particulars.',
    retryable: false,
    status: 500,
    closeCode: null,
  },
} as const satisfies Readonly<Record<string, ErrorRow>> & Readonly<Record<RejectionCode, ErrorRow>>;

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[];

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);
