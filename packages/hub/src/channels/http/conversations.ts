import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { ConversationId } from '@parley/core';
import { project } from '@parley/core';
import { httpBodies, httpQueries, validate } from '@parley/protocol';
import type { HttpQuery } from '@parley/protocol';
import { epochIn } from '../../ports/lineage.ts';
import { authorFor, authorOf } from '../../sessions/authorisation.ts';
import type { Caller } from '../../sessions/caller.ts';
import { isOperator } from '../../sessions/caller.ts';
import { digestOf } from '../../sessions/digest.ts';
import { answerOf, refuse } from '../../sessions/refusal.ts';
import type { SessionParts } from '../../sessions/parts.ts';
import type { HttpContext } from './context.ts';
import { bodyOf, callerOf, callerOrGuest, idempotencyKeyOf, queryOf, reading, viewerOf } from './context.ts';
import { accepted, orInvalid, Refused } from './refused.ts';

const PAGE = 50;

/** Creating, listing, reading and configuring conversations. */
export function conversationRoutes(server: FastifyInstance, { parts }: HttpContext): void {
  server.post('/v1/conversations', async (request, reply) => {
    const caller = await callerOrGuest(parts, request);
    if (!caller.scopes.includes('create')) {
      throw new Refused(refuse('auth.forbidden', 'This token does not create conversations.').error);
    }
    const body = bodyOf(httpBodies.createConversation, request);
    const key = idempotencyKeyOf(request);
    const id = key === undefined ? parts.newId('cnv') : idFrom(caller, key);
    const outcome = await parts.conversations.submit(id, {
      op: 'conversation.create',
      data: {
        id,
        epoch: epochIn(parts.newId('epc'), parts.log.lineage),
        title: body.title ?? '',
        createdBy: caller.principal,
        config: body.config ?? {},
      },
      author: { participant: null, steward: true },
      ...(key !== undefined && {
        key: { author: caller.principal, id: key, digest: digestOf('conversation.create', id, body) },
      }),
    });
    accepted(answerOf(outcome));
    const state = await parts.conversations.state(id);
    if (!state) throw new Refused(refuse('internal', 'The hub lost the conversation.').error);
    return reply.code(201).send({
      id,
      epoch: state.epoch,
      title: state.title,
      status: state.status,
      config: state.config,
      ...(caller.issued !== undefined && { token: caller.issued }),
    });
  });

  server.get('/v1/conversations', async (request) => {
    const caller = await callerOf(parts, request);
    return listConversations(parts, caller, queryOf(httpQueries.listConversations, request));
  });

  server.get('/v1/conversations/:id', async (request) => {
    const { state, access } = await reading(parts, request);
    return project(state, viewerOf(access));
  });

  server.patch('/v1/conversations/:id/config', async (request) => {
    const { conversation, state, access } = await reading(parts, request);
    const config = orInvalid(validate(httpBodies.configure, unwrapped(request.body)));
    const author = authorFor('conversation.configure', authorOf(access));
    if (!author) throw new Refused(refuse('auth.forbidden', 'Only moderators configure.').error);
    const outcome = await parts.conversations.submit(conversation, {
      op: 'conversation.configure',
      data: { config },
      author,
    });
    accepted(answerOf(outcome));
    const after = (await parts.conversations.state(conversation)) ?? state;
    return { config: after.config };
  });
}

/** A page of summaries of what the caller may know of; everything under `--open` and for operators. */
export async function listConversations(
  parts: SessionParts,
  caller: Caller | null,
  { limit, cursor, status }: HttpQuery<'listConversations'>,
) {
  const seesAll = parts.open || (caller !== null && isOperator(caller));
  const page = await parts.log.list(
    {
      ...(seesAll || !caller ? {} : { reader: caller.principal }),
      ...(status === undefined ? {} : { status }),
    },
    { limit: limit ?? PAGE, ...(cursor === undefined ? {} : { cursor }) },
  );
  const conversations = page.conversations.map(({ summary }) => JSON.parse(summary) as unknown);
  return { conversations, cursor: page.cursor };
}

/** The partial may come as it is or as the op has it, `{config}`; no setting has that name. */
function unwrapped(body: unknown): unknown {
  const wrapped =
    typeof body === 'object' && body !== null && Object.keys(body).length === 1 && 'config' in body;
  return wrapped ? body.config : (body ?? {});
}

/** The same caller and key give the same conversation, so a repeated creation finds the first. */
const idFrom = (caller: Caller, key: string): ConversationId =>
  `cnv_${createHash('sha256')
    .update(JSON.stringify([caller.principal, key]))
    .digest('base64url')
    .slice(0, 22)}`;
