import type { Refused } from '@parley/protocol';
import { HostFullError } from '../host/host.ts';
import type { Outcome } from '../host/submission.ts';
import { StorageError } from '../ports/event-log.ts';

/** Refusals that sessions and channels decide themselves. */
export interface SessionRejection {
  readonly code:
    | 'auth.required'
    | 'auth.invalid'
    | 'auth.forbidden'
    | 'not_found'
    | 'request.invalid'
    | 'request.too_large'
    | 'rate.limited'
    | 'participant.not_joined'
    | 'participant.already_joined'
    | 'resume.denied'
    | 'resume.expired'
    | 'invite.invalid'
    | 'endpoint.blocked'
    | 'hub.overloaded'
    | 'internal';
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Any refusal, whoever decided it. */
export type Refusal = Refused;

/** What a verb gives back, before a channel puts it into its own words. */
export type Answer =
  | { readonly ok: true; readonly seq?: number; readonly data: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: Refusal };

export const refuse = (
  code: SessionRejection['code'],
  message: string,
  rest: Pick<SessionRejection, 'retryAfterMs' | 'details'> = {},
): { readonly ok: false; readonly error: SessionRejection } => ({
  ok: false,
  error: { code, message, ...rest },
});

/** The same words for what is missing and for what the caller may not know of. */
export const notFound = () => refuse('not_found', 'There is no such conversation.');

export const notJoined = () => refuse('participant.not_joined', 'Join the conversation first.');

export const answerOf = (outcome: Outcome): Answer =>
  outcome.ok ? { ok: true, seq: outcome.seq, data: outcome.data } : { ok: false, error: outcome.rejection };

/** What a caller is told of something that failed while it was read; null for a defect of the hub. */
export function refusalOfError(error: unknown): Refusal | null {
  if (error instanceof HostFullError) {
    return refuse('hub.overloaded', 'Too many conversations are awake.', { retryAfterMs: 1_000 }).error;
  }
  if (!(error instanceof StorageError)) return null;
  const code = error.code === 'storage.full' ? error.code : 'storage.unavailable';
  return { code, message: 'The log cannot be read now.', retryAfterMs: 1_000 };
}
