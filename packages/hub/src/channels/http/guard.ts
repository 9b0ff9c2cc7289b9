import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { refusalOfError, refuse } from '../../sessions/refusal.ts';
import type { Refusal } from '../../sessions/refusal.ts';
import type { HttpContext } from './context.ts';
import { Refused, sendProblem } from './refused.ts';

/** Without inline script, so that nothing that somebody says can run; styles are the console's own. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Those of the HTTP API, and those of MCP, A2A and Open Floor clients that run in a page. */
const ALLOWED_HEADERS = [
  ...['authorization', 'content-type', 'idempotency-key', 'last-event-id'],
  ...['mcp-protocol-version', 'mcp-method', 'mcp-name', 'a2a-version', 'prefer'],
].join(', ');
/** What a page may read beside the body: when to come again, and where an Open Floor assistant goes on. */
const EXPOSED_HEADERS = 'retry-after, last-event-id';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What holds for every call, whatever its route: headers, origins, bodies, and how an error is told. */
export function guardRequests(server: FastifyInstance, context: HttpContext): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(body as string));
    } catch {
      const details = { path: '', expected: 'JSON' };
      done(new Refused(refuse('request.invalid', 'The body is not JSON.', { details }).error));
    }
  });

  server.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    const { origin, host } = request.headers;
    const foreign = context.origins.isForeign(origin);
    if (foreign) allowForeign(reply, origin);
    if (!context.origins.trusts(host)) throw forbidden('This name is not one of the hub’s.');
    if (!READING.has(request.method) && !context.origins.allows(origin, host)) {
      throw forbidden('Pages of this origin may not call the hub.');
    }
    if (context.stopping.aborted) {
      throw new Refused(refuse('hub.overloaded', 'The hub is stopping.', { retryAfterMs: 1_000 }).error);
    }
    if (foreign && request.method === 'OPTIONS') return reply.code(204).send();
    return undefined;
  });

  server.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, refuse('not_found', 'There is nothing at this address.').error),
  );
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.code === 'internal') {
      context.parts.logger.error({ err: error, route: request.routeOptions.url }, 'a call failed');
    }
    return sendProblem(reply, refusal);
  });
}

/** A page of an origin from the configuration may read the answers; it sends no cookies, there are none. */
function allowForeign(reply: FastifyReply, origin: string): void {
  void reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-expose-headers': EXPOSED_HEADERS,
    'access-control-max-age': '600',
    vary: 'origin',
  });
}

function refusalOf(error: FastifyError): Refusal {
  if (error instanceof Refused) return error.refusal;
  const known = refusalOfError(error);
  if (known) return known;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refuse('request.too_large', 'The body is longer than 64 KiB.').error;
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return invalid('header.content-type', 'application/json');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return invalid('header.content-length', 'the length of the body in bytes');
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? refuse('request.invalid', 'The request cannot be read.').error
        : refuse('internal', 'The hub failed to answer.').error;
  }
}

const invalid = (path: string, expected: string): Refusal =>
  refuse('request.invalid', `${path}: expected ${expected}`, { details: { path, expected } }).error;

const forbidden = (message: string): Refused => new Refused(refuse('auth.forbidden', message).error);
