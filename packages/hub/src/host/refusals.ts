import type { Rejection } from '@parley/core';
import { StorageError } from '../ports/event-log.ts';
import type { HostRejection, Outcome } from './submission.ts';

/** How soon asking again makes sense: long enough for a queue to empty or a disk to come back. */
const RETRY_AFTER_MS = 1_000;

export const refusal = (rejection: Rejection | HostRejection): Outcome & { ok: false } => ({
  ok: false,
  rejection,
});

export const overloaded = (message: string): HostRejection => ({
  code: 'hub.overloaded',
  message,
  retryAfterMs: RETRY_AFTER_MS,
});

/** What a client is told of a failing log: never the error's own words (security.md). */
export function storageRefusal(error: unknown): HostRejection {
  if (!(error instanceof StorageError)) {
    return { code: 'internal', message: 'The hub failed to carry out this command.' };
  }
  if (error.code === 'storage.full') {
    return { code: 'storage.full', message: 'The log has no room left.', retryAfterMs: RETRY_AFTER_MS };
  }
  return {
    code: 'storage.unavailable',
    message: 'The log cannot be written or read now.',
    retryAfterMs: RETRY_AFTER_MS,
  };
}
