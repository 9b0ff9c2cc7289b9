import {
  A2AError,
  RequestMalformedError,
  restStatusFor,
  TaskNotFoundError,
  toRestErrorBody,
  UnsupportedOperationError,
} from '@a2a-js/sdk/errors';
import { ERRORS, isErrorCode, refusalProblem } from '@parley/protocol';
import type { ValueProblem } from '@parley/protocol';
import { InvalidCursorError } from '../../ports/event-log.ts';
import type { Refusal } from '../../sessions/refusal.ts';
import { refusalOfError, refuse } from '../../sessions/refusal.ts';
import { Refused } from '../http/refused.ts';

/** A refusal that A2A has no error of its own for, such as `rate.limited`: its reason is the catalogue's code. */
class HubError extends A2AError {
  override readonly reason: string;

  constructor(code: string, message: string, metadata: Record<string, string>) {
    super({ message, metadata });
    this.reason = code.replaceAll('.', '_').toUpperCase();
  }
}

/**
 * A refusal of the one catalogue as A2A tells it: by the row's HTTP status. The catalogue's code, and what
 * goes with it, is in the error's metadata on every binding.
 */
export function a2aErrorOf(refusal: Refusal): A2AError {
  const { code, message } = refusal;
  const metadata = metadataOf(refusal);
  switch (ERRORS[code].status) {
    case 404:
      return new TaskNotFoundError({ message, metadata });
    case 400:
    case 413:
    case 422:
      return new RequestMalformedError({ message, metadata });
    case 403:
    case 409:
    case 410:
      return new UnsupportedOperationError({ message, metadata });
    default:
      return new HubError(code, message, metadata);
  }
}

/** `request.invalid` with the exact path. */
export const invalid = ({ path, expected }: ValueProblem): A2AError =>
  a2aErrorOf(
    refuse('request.invalid', `${path}: expected ${expected}`, { details: { path, expected } }).error,
  );

/** The same words for what is missing, for what is somebody else's, and for what must not be known of. */
export const taskNotFound = (): A2AError =>
  a2aErrorOf(refuse('not_found', 'There is no such task or conversation.').error);

export function notNegative(path: string, value: number | undefined): void {
  if (value !== undefined && value < 0) throw invalid({ path, expected: 'a number of at least 0' });
}

/** Whatever ended a call, as A2A tells it; null for a defect of the hub, which is logged and not told. */
export function knownErrorOf(error: unknown): A2AError | null {
  if (error instanceof A2AError) return error;
  if (error instanceof InvalidCursorError) return invalid({ path: 'pageToken', expected: 'one of a page' });
  const refusal = error instanceof Refused ? error.refusal : refusalOfError(error);
  return refusal && a2aErrorOf(refusal);
}

export const internalError = (): A2AError =>
  a2aErrorOf(refuse('internal', 'The hub failed to handle this call.').error);

/** HTTP statuses that A2A 1.0 (section 5.4) names for errors of its own, where the SDK has others. */
const STATUSES: Readonly<Record<string, number>> = {
  TaskNotCancelableError: 409,
  ContentTypeNotSupportedError: 415,
  InvalidAgentResponseError: 502,
};

/** Status, retry and body of an error on the HTTP+JSON binding: the catalogue's where it is one of its codes. */
export function restErrorOf(error: A2AError) {
  const { code = '', retryAfterMs } = error.metadata ?? {};
  const status = isErrorCode(code) ? ERRORS[code].status : (STATUSES[error.name] ?? restStatusFor(error));
  return { status, body: toRestErrorBody(error, status), retryAfterMs };
}

/** ErrorInfo's metadata are texts. */
function metadataOf(refusal: Refusal): Record<string, string> {
  const { code, retryAfterMs, details } = refusalProblem(refusal);
  return {
    code,
    ...(retryAfterMs === null ? {} : { retryAfterMs: String(retryAfterMs) }),
    ...Object.fromEntries(Object.entries(details).map(([key, value]) => [key, textOf(value)])),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
