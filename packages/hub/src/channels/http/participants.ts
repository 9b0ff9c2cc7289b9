import type { FastifyInstance } from 'fastify';
import { httpBodies } from '@parley/protocol';
import { authorFor, authorOf } from '../../sessions/authorisation.ts';
import { join } from '../../sessions/joining.ts';
import { answerOf, refuse } from '../../sessions/refusal.ts';
import type { HttpContext } from './context.ts';
import { addressOf, bodyOf, callerOrGuest, conversationOf, idempotencyKeyOf, reading } from './context.ts';
import { accepted, acceptedBody, Refused } from './refused.ts';

/** Joining and leaving. Who joins here polls or listens, and is present while it does (CN-3). */
export function participantRoutes(server: FastifyInstance, { parts, leases }: HttpContext): void {
  server.post('/v1/conversations/:id/participants', async (request, reply) => {
    const caller = await callerOrGuest(parts, request);
    const key = idempotencyKeyOf(request);
    const answer = await join(parts, {
      caller,
      address: addressOf(request),
      conversation: conversationOf(request),
      data: bodyOf(httpBodies.join, request),
      ...(key !== undefined && { id: key }),
      place: { take: (membership, start) => leases.take(membership, start) },
    });
    return reply.code(201).send(acceptedBody(answer).data);
  });

  server.delete('/v1/conversations/:id/participants/:pid', async (request) => {
    const { pid } = request.params as { pid: string };
    const { conversation, state, access } = await reading(parts, request);
    const own = access.member?.profile.id === pid;
    if (!Object.hasOwn(state.participants, pid)) {
      throw new Refused(refuse('not_found', 'No such participant in this conversation.').error);
    }
    const author = own
      ? { participant: pid, steward: access.steward }
      : authorFor('participant.remove', authorOf(access));
    if (!author) throw new Refused(refuse('auth.forbidden', 'Only moderators remove others.').error);
    const outcome = await parts.conversations.submit(
      conversation,
      own
        ? { op: 'conversation.leave', data: {}, author }
        : { op: 'participant.remove', data: { participant: pid }, author },
    );
    accepted(answerOf(outcome));
    return {};
  });
}
