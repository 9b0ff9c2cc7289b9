import { APICallError } from 'ai';
import type { BridgeProblem, Instant, Millis } from '@parley/core';
import type { EgressReason } from '../egress/egress-error.ts';
import { EgressError } from '../egress/egress-error.ts';
import { retryAfter } from '../egress/retry-after.ts';

/** A service that asks for a longer pause is asked again after this one. */
const RETRY_AFTER_MAX_MS: Millis = 600_000;

interface ServiceErrorOptions {
  readonly retryAfterMs?: Millis;
  readonly isLate?: boolean;
  readonly isRefusal?: boolean;
}

/**
 * A call that failed, in words for moderators. What the service wrote is left out: it may repeat the key, and
 * the SDK's own errors hold all that was sent.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly problem: BridgeProblem;
  /** How long the service wants to be left alone; 0 where it did not say. */
  readonly retryAfterMs: Millis;
  /** Nothing is known of it but that it did not come in time. */
  readonly isLate: boolean;
  /** Certain to have cost nothing: nothing was sent, or the service refused before it did any work. */
  readonly isRefusal: boolean;

  constructor(
    code: string,
    message: string,
    { retryAfterMs = 0, isLate = false, isRefusal = false }: ServiceErrorOptions = {},
  ) {
    super(message);
    this.problem = { code, message };
    this.retryAfterMs = retryAfterMs;
    this.isLate = isLate;
    this.isRefusal = isRefusal;
  }
}

const unreachable = (message: string): ServiceError => new ServiceError('agent.unreachable', message);
const refused = (message: string): ServiceError =>
  new ServiceError('agent.unreachable', message, { isRefusal: true });

export const notInTime = (): ServiceError =>
  new ServiceError('agent.unreachable', 'The service did not answer in time.', { isLate: true });
export const endedEarly = (): ServiceError =>
  unreachable('The answer of the service broke off, or cannot be understood.');
export const tooMuch = (): ServiceError => unreachable('The answer of the service is too large.');

export const notReached = (): ServiceError => refused('The service cannot be reached.');

/** With any other reason the call may have arrived, and may be charged. */
const NOT_REACHED: ReadonlySet<EgressReason> = new Set([
  ...(['url', 'scheme', 'credentials', 'address', 'redirect'] as const),
  ...(['resolution', 'busy'] as const),
]);
/** The same of Node's errors: there was nobody to send anything to. */
const NOT_SENT: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'],
]);

/** What became of a call, from whatever the SDK threw. */
export function serviceErrorOf(error: unknown, now: Instant): ServiceError {
  const chain = causesOf(error);
  const own = chain.find((at) => at instanceof ServiceError);
  if (own) return own;
  const wasSent = !chain.some((at) => 'code' in at && NOT_SENT.has(at.code));
  const guarded = chain.find((at) => at instanceof EgressError);
  if (guarded) {
    const isRefusal = NOT_REACHED.has(guarded.reason) || !wasSent;
    return new ServiceError(guarded.code, guarded.message, { isRefusal });
  }
  if (!APICallError.isInstance(error)) return endedEarly();
  const { statusCode, responseHeaders = {} } = error;
  if (statusCode === undefined) {
    return wasSent ? unreachable('The service cannot be reached.') : notReached();
  }
  return byStatus(statusCode, responseHeaders, now);
}

function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at);
  return chain;
}

/** Who answers 4xx has not begun; who answers 5xx may have failed at the end, and charges for it perhaps. */
function byStatus(status: number, headers: Readonly<Record<string, string>>, now: Instant): ServiceError {
  const retryAfterMs = retryAfterOf(headers, now);
  if (status === 429) {
    const message = 'The service is over its limits and asks to wait.';
    return new ServiceError('rate.limited', message, { retryAfterMs, isRefusal: true });
  }
  if (status === 401 || status === 403) return refused('The service refuses the key of this hub.');
  if (status === 404) return refused('The service does not know this model or address.');
  if (status < 400) return endedEarly();
  return new ServiceError('agent.unreachable', `The service answers ${status}.`, {
    retryAfterMs,
    isRefusal: status < 500,
  });
}

/** As the service says, or in milliseconds, as some have it; 0 where it does not. */
function retryAfterOf(headers: Readonly<Record<string, string>>, now: Instant): Millis {
  const { 'retry-after-ms': inMs, 'retry-after': after } = headers;
  if (inMs === undefined) return retryAfter(after, now, RETRY_AFTER_MAX_MS) ?? 0;
  const ms = Number(inMs);
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), RETRY_AFTER_MAX_MS);
}
