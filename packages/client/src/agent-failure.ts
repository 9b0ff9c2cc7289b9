import type { ReportedFailure } from '@parley/core';
import { isParleyError } from './errors.ts';

/**
 * DG-3: a turn that an agent could not use, by what the hub is told of it. The message stays in this program.
 * An agent may throw one itself, to say that what it speaks for is `unreachable`, for instance.
 */
export class AgentFailure extends Error {
  override readonly name = 'AgentFailure';
  readonly failure: ReportedFailure;

  constructor(failure: ReportedFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** What the hub is told of an error that ended a turn; null where the agent is not to blame. */
export function failureOf(error: unknown): ReportedFailure | null {
  if (error instanceof AgentFailure) return error.failure;
  if (!isParleyError(error)) return 'error';
  if (error.retryable) return null;
  return error.code === 'request.invalid' || error.code === 'request.too_large' ? 'invalid' : 'error';
}
