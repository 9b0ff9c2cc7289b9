import type { FastifyReply } from 'fastify';
import { invalidRequest, PROBLEM_MEDIA_TYPE, refusalProblem } from '@parley/protocol';
import type { Refused as Refusal, ValueProblem } from '@parley/protocol';
import type { Result } from '@parley/core';
import type { Answer } from '../../sessions/refusal.ts';

/** Ends a call with a problem document. Thrown, so that a handler reads as what happens when all is well. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** The value, or the end of the call. */
export function orRefuse<T>(result: Result<T, Refusal>): T {
  if (!result.ok) throw new Refused(result.error);
  return result.value;
}

export function accepted(answer: Answer): Answer & { ok: true } {
  if (!answer.ok) throw new Refused(answer.error);
  return answer;
}

/** The checked value, or `request.invalid` with the exact path. */
export function orInvalid<T>(result: Result<T, ValueProblem>): T {
  if (result.ok) return result.value;
  const { detail, details } = invalidRequest(result.error);
  throw new Refused({ code: 'request.invalid', message: detail, details });
}

/** A call whose body is an op's data: paths begin in the body, as they do where its shape is wrong. */
export function acceptedBody(answer: Answer): Answer & { ok: true } {
  if (answer.ok) return answer;
  const { message, details } = answer.error;
  const path = details?.['path'];
  if (typeof path !== 'string' || !path.startsWith(DATA)) return accepted(answer);
  throw new Refused({
    ...answer.error,
    message: message.startsWith(path) ? message.slice(DATA.length) : message,
    details: { ...details, path: path.slice(DATA.length) },
  });
}

const DATA = 'data.';

/** RFC 9457, with the code that a WebSocket would have given. */
export function sendProblem(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const document = refusalProblem(refusal);
  if (document.retryAfterMs !== null) {
    void reply.header('retry-after', String(Math.ceil(document.retryAfterMs / 1000)));
  }
  if (document.status === 401) void reply.header('www-authenticate', 'Bearer realm="parley"');
  return reply.code(document.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(document));
}
