import type { FastifyInstance } from 'fastify';
import { httpBodies } from '@parley/protocol';
import type { Scope } from '../../sessions/caller.ts';
import { isGuest, isOperator, OPERATOR, SCOPES } from '../../sessions/caller.ts';
import { refuse } from '../../sessions/refusal.ts';
import type { HttpContext } from './context.ts';
import { bodyOf, knownCallerOf } from './context.ts';
import { Refused } from './refused.ts';

/** `POST /v1/tokens`: the operator says who may be what. */
export function tokenRoutes(server: FastifyInstance, { parts }: HttpContext): void {
  server.post('/v1/tokens', async (request) => {
    const caller = await knownCallerOf(parts, request);
    if (!isOperator(caller))
      throw new Refused(refuse('auth.forbidden', 'Only the operator issues tokens.').error);
    const { subject, kinds, scopes, ttlSeconds, model, owner } = bodyOf(httpBodies.createToken, request);
    if (isGuest(subject) || subject === OPERATOR.principal) {
      throw invalid('subject', 'a name that is not kept for guests or the operator');
    }
    const unknown = scopes?.findIndex((scope) => !isScope(scope)) ?? -1;
    if (unknown >= 0) throw invalid(`scopes.${unknown}`, `one of ${SCOPES.join(', ')}`);
    const token = await parts.tokens.issue({
      subject,
      kinds,
      ttlSeconds,
      ...(scopes && { scopes: scopes.filter(isScope) }),
      described: { ...(model === undefined ? {} : { model }), ...(owner === undefined ? {} : { owner }) },
    });
    parts.logger.info({ subject, kinds, scopes, ttlSeconds }, 'the operator issued a token');
    return { token };
  });
}

const isScope = (name: string): name is Scope => (SCOPES as readonly string[]).includes(name);

const invalid = (path: string, expected: string): Refused =>
  new Refused(
    refuse('request.invalid', `${path}: expected ${expected}`, { details: { path, expected } }).error,
  );
