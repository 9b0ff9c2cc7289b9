import { ContentTypeNotSupportedError, toJsonRpcError } from '@a2a-js/sdk/errors';
import { createHash } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Millis } from '@parley/core';
import type { Clock } from '../../ports/clock.ts';
import type { SessionLogger } from '../../sessions/parts.ts';
import { notFound, refuse } from '../../sessions/refusal.ts';
import type { HttpContext } from '../http/context.ts';
import { addressOf, callerOf, conversationOf, limit } from '../http/context.ts';
import { closedOf } from '../http/open-call.ts';
import { Refused } from '../http/refused.ts';
import type { A2aBackend, A2aCall } from './call.ts';
import { cardJson } from './card.ts';
import { answerJsonRpc, parseError, sendError } from './json-rpc.ts';
import type { OpenCalls } from './open-calls.ts';
import { restRoutes, sendRestError } from './rest.ts';

/** An address at which a backend answers, on both bindings. */
export interface Endpoint {
  readonly backend: A2aBackend;
  readonly logger: SessionLogger;
  /** Of streams. */
  readonly pace: { readonly clock: Clock; readonly heartbeatMs: Millis };
  /** Who calls; refusals of the call itself (token, rate) are HTTP's, as problem documents. */
  callOf(request: FastifyRequest, reply: FastifyReply): Promise<A2aCall>;
  /** Who looks at the card; nobody needs a token for that. */
  lookerOf(request: FastifyRequest): Promise<Pick<A2aCall, 'caller' | 'conversation'>>;
}

export interface EndpointContext extends HttpContext {
  readonly calls: OpenCalls;
}

/** The body was not JSON. */
class NotJson extends Error {
  override readonly name = 'NotJson';
}

/** Adds the routes of an endpoint below `base`, which has no slash at its end and may have `:id`. */
export function addEndpoint(
  server: FastifyInstance,
  base: string,
  context: EndpointContext,
  backend: A2aBackend,
): Endpoint {
  const endpoint = endpointAt(base, context, backend);
  // A scope of its own: bodies and errors are A2A's here.
  server.register(async (scope) => {
    readBodies(scope);
    const rpc = new Set([base, `${base}/`]);
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      const isRpc = request.method === 'POST' && rpc.has(request.routeOptions.url ?? '');
      if (error instanceof NotJson) {
        const refused = new Refused(refuse('request.invalid', 'The body is not JSON.').error);
        return isRpc ? parseError(reply) : sendRestError(endpoint, reply, refused);
      }
      // Who calls, how often and how much is not A2A's to tell.
      if (error.code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') throw error;
      const told = new ContentTypeNotSupportedError('Expected application/a2a+json or application/json.');
      return isRpc ? sendError(reply, null, toJsonRpcError(told)) : sendRestError(endpoint, reply, told);
    });
    for (const url of rpc) {
      scope.post(url, async (request, reply) =>
        answerJsonRpc(endpoint, backend, await endpoint.callOf(request, reply), request, reply),
      );
    }
    restRoutes(scope, base, endpoint);
    cardRoute(scope, `${base}/.well-known/agent-card.json`, endpoint);
  });
  return endpoint;
}

function endpointAt(
  base: string,
  { parts, settings, stopping, calls }: EndpointContext,
  backend: A2aBackend,
): Endpoint {
  const roomOf = (request: FastifyRequest) => (base.includes(':id') ? conversationOf(request) : null);
  return {
    backend,
    logger: parts.logger,
    pace: { clock: parts.clock, heartbeatMs: settings.heartbeatMs },
    async callOf(request, reply) {
      const caller = await callerOf(parts, request);
      return {
        caller,
        address: addressOf(request),
        conversation: roomOf(request),
        closed: closedOf(reply, stopping),
        enter: () => calls.enter(addressOf(request), caller),
      };
    },
    async lookerOf(request) {
      const conversation = roomOf(request);
      if (request.headers.authorization !== undefined) {
        return { conversation, caller: await callerOf(parts, request) };
      }
      limit(parts, null, request);
      return { conversation, caller: null };
    },
  };
}

/** A card for whoever asks; with a token, of what it may know of. */
export function cardRoute(server: FastifyInstance, url: string, { backend, lookerOf }: Endpoint): void {
  server.get(url, async (request, reply) => {
    const card = await backend.card(await lookerOf(request));
    if (!card) throw new Refused(notFound().error);
    const version = request.headers['a2a-version'];
    const body = JSON.stringify(cardJson(card, typeof version === 'string' ? version : undefined));
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    void reply.headers({
      etag: tag,
      'cache-control': 'private, max-age=60',
      vary: 'authorization, a2a-version',
    });
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    return reply.type('application/json').send(body);
  });
}

function readBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  const types = ['application/json', 'application/a2a+json'];
  scope.addContentTypeParser(types, { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(body as string));
    } catch {
      done(new NotJson('the body is not JSON'));
    }
  });
}
